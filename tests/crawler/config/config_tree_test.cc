#include "crawler/config/config_tree.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <vector>

using namespace mcprisk;
using namespace mcprisk::crawler;
using nlohmann::json;
namespace data = boost::unit_test::data;

namespace {

std::size_t line(const ConfigTree& tree, std::vector<std::string> path) {
    return tree.lines.find(path);
}

std::string repeat(std::string_view part, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += part;
    return out;
}

struct FormatCase {
    const char* text;
    int format;
};
std::ostream& operator<<(std::ostream& out, const FormatCase& c) { return out << c.text; }

constexpr int kJson = static_cast<int>(ConfigFormat::json);
constexpr int kToml = static_cast<int>(ConfigFormat::toml);
constexpr int kYaml = static_cast<int>(ConfigFormat::yaml);

const std::vector<FormatCase> kFormats{
    {"{}", kJson},
    {"\xef\xbb\xbf\r\n {\"a\": 1}", kJson},
    {"// note\n{}", kJson},
    {"[1, 2]", kJson},
    {"[\"a\", \"b\"]", kJson},
    {"[\n{}]", kJson},
    {"", kJson},
    {"# c\n[mcp_servers.x]\ncommand='a'", kToml},
    {"[[mcp_servers]] # many", kToml},
    {"[\"quoted key\"]", kToml},
    {"model = \"x:y\"", kToml},
    {"# c\nmcpServers:\n  - name: a", kYaml},
    {"---\na: b=c", kYaml},
    {"- a", kYaml},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(config_tree)

BOOST_DATA_TEST_CASE(the_format_shows_in_the_text, data::make(kFormats), c) {
    BOOST_TEST(static_cast<int>(format_of(c.text)) == c.format);
}

BOOST_AUTO_TEST_CASE(json_has_lines) {
    const auto tree = read_config_tree(
        "{ // s: {\n  \"s\": {\n    \"a\\u0062\": {\"x\": [1, {}]},\r\n /* \n */ \"t\"\n: {},\n  "
        "},\n"
        "  \"list\": [\n {\"name\": \"a\"},\n {\"name\": \"b\"}]}");
    BOOST_TEST_REQUIRE(tree.has_value());
    BOOST_TEST(line(*tree, {"s"}) == 2U);
    BOOST_TEST(line(*tree, {"s", "ab"}) == 3U);
    BOOST_TEST(line(*tree, {"s", "t"}) == 5U);
    BOOST_TEST(line(*tree, {"list", "0"}) == 9U);
    BOOST_TEST(line(*tree, {"list", "1"}) == 10U);
    BOOST_TEST(line(*tree, {"none"}) == 0U);
}

BOOST_AUTO_TEST_CASE(toml_has_values_and_lines) {
    const auto tree = read_config_tree(
        "# c\na = 1\nd = 2020-01-02\n[s.x]\nl = [true, 'b', 1.5]\n[[m]]\nname = "
        "'one'\n[[m]]\nname='two'\n");
    BOOST_TEST_REQUIRE(tree.has_value());
    BOOST_TEST(tree->value == json::parse(R"({"a":1,"d":"2020-01-02","s":{"x":{"l":[true,"b",1.5]}},
                               "m":[{"name":"one"},{"name":"two"}]})"));
    BOOST_TEST(line(*tree, {"s", "x"}) == 4U);
    BOOST_TEST(line(*tree, {"m", "1"}) == 8U);
}

BOOST_AUTO_TEST_CASE(yaml_has_values_and_lines) {
    const auto tree = read_config_tree(
        "a: [8080, 1.10, true, 'true', ~, yes]\nbase: &b {x: 1, y: 2}\n"
        "s:\n  one:\n    <<: *b\n    y: 3\n  two: *b\nl:\n  - name: p\n  - name: q\n");
    BOOST_TEST_REQUIRE(tree.has_value());
    BOOST_TEST(tree->value ==
               json::parse(R"({"a":["8080","1.10",true,"true",null,"yes"],"base":{"x":"1","y":"2"},
                 "s":{"one":{"x":"1","y":"3"},"two":{"x":"1","y":"2"}},
                 "l":[{"name":"p"},{"name":"q"}]})"));
    BOOST_TEST(line(*tree, {"s", "one"}) == 4U);
    BOOST_TEST(line(*tree, {"l", "1"}) == 10U);
}

BOOST_AUTO_TEST_CASE(errors_name_the_line_and_not_the_text) {
    for (const char* text : {"{\"a\": 1,\n\"secretvalue\" 2}",
                             "a = 1\nkey = secretvalue",
                             "a: b\n  secretvalue: [}",
                             "a: b\nc: *secretvalue"}) {
        const auto tree = read_config_tree(text);
        BOOST_TEST_REQUIRE(!tree.has_value(), text);
        BOOST_TEST(tree.error().message.find("line 2") != std::string::npos, tree.error().message);
        BOOST_TEST(tree.error().message.find("secretvalue") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(deep_nesting_is_an_error) {
    const int n = 100000;
    for (const std::string& text : {repeat("[", n),
                                    repeat("{\"a\":", n) + "1" + repeat("}", n),
                                    "a = " + repeat("[", n) + repeat("]", n),
                                    "a = " + repeat("{b=", n) + "1" + repeat("}", n),
                                    "a" + repeat(".a", n) + " = 1",
                                    "a" + repeat(".\"a\"", n) + " = 1",
                                    "[a" + repeat(".a", n) + "]",
                                    "a: " + repeat("[", n) + repeat("]", n),
                                    "a: " + repeat("{b: ", n),
                                    repeat("- ", n) + "x"}) {
        const auto tree = read_config_tree(text);
        BOOST_TEST(!tree.has_value(), text.substr(0, 20));
    }
}

BOOST_AUTO_TEST_CASE(dots_in_strings_are_no_nesting) {
    BOOST_TEST(read_config_tree("a = \"" + repeat(".\\\"", 1000) + "\"\nb = '" + repeat(".", 1000) +
                                "'\nc = \"\"\"\n" + repeat(".\n", 1000) + "\"\"\" # " +
                                repeat(".", 1000))
                   .has_value());
}

BOOST_AUTO_TEST_CASE(alias_bombs_are_an_error) {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string before = "*a" + std::to_string(i - 1) + ", ";
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeat(before, 9) +
                "*a" + std::to_string(i - 1) + "]\n";
    }
    const auto tree = read_config_tree(bomb);
    BOOST_TEST_REQUIRE(!tree.has_value());
    BOOST_TEST((tree.error().code == ErrorCode::too_large));
    BOOST_TEST(!read_config_tree("a: &a [*a]").has_value());
}

BOOST_AUTO_TEST_CASE(size_and_encoding_are_checked) {
    JsonLimits limits;
    limits.bytes = 10;
    BOOST_TEST(
        (read_config_tree("{\"aaaaaaaaaaa\": 1}", limits).error().code == ErrorCode::too_large));
    BOOST_TEST(read_config_tree(std::string("\xff\xfe{\0", 4)).error().message.find("UTF-8") !=
               std::string::npos);
    BOOST_TEST(read_config_tree("{\"a\": \"\xff\"}").has_value());
    BOOST_TEST(!read_config_tree("a = \"\xff\"").has_value());
    BOOST_TEST(read_config_tree("a: \"\xff\"").has_value());
    BOOST_TEST(!read_config_tree("").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
