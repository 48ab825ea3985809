#include "crawler/config/target_word.h"

#include <boost/test/unit_test.hpp>

using namespace mcprisk;
using namespace mcprisk::crawler;

namespace {

const std::vector<std::string>& argv_of(const Target& target) {
    return std::get<StdioTarget>(target.how).argv;
}

VariableScope scope() {
    VariableScope s;
    s.environment = [](std::string_view name) -> std::optional<std::string> {
        if (name == "TOKEN") return "secretvalue";
        if (name == "EMPTY") return "";
        if (name == "EVIL") return "a\r\nX: secretvalue";
        return std::nullopt;
    };
    s.read_file = [](const std::string& path) -> std::optional<std::string> {
        if (path == "key.txt") return "  secretvalue\r\nmore\n";
        if (path == "empty.txt") return "\n";
        return std::nullopt;
    };
    return s;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(target_word)

BOOST_AUTO_TEST_CASE(urls) {
    const auto read = read_target_word("HTTPS://u:p@Host.example/mcp?k=secretvalue");
    BOOST_TEST_REQUIRE((read.has_value() && read->has_value()));
    const Target& target = **read;
    BOOST_TEST(target.id == "https://host.example/mcp");
    BOOST_TEST(std::get<HttpTarget>(target.how).url ==
               "HTTPS://u:p@Host.example/mcp?k=secretvalue");
    BOOST_TEST(target.given_on_command_line);
    BOOST_TEST(target.credential_class == "configured");
    BOOST_TEST(describe_origin(target).find("secretvalue") == std::string::npos);
    BOOST_TEST((*read_target_word("http://[::1]:80/mcp"))->credential_class == "none");
}

BOOST_AUTO_TEST_CASE(packages_become_the_command_of_their_runner) {
    using Words = std::vector<std::string>;
    const auto npm = read_target_word("npm:@a/b@1.2");
    BOOST_TEST(argv_of(**npm) == (Words{"npx", "-y", "@a/b@1.2"}),
               boost::test_tools::per_element());
    BOOST_TEST((*npm)->id == "npm:@a/b");
    BOOST_TEST((*npm)->version == "1.2");
    BOOST_TEST((*npm)->given_on_command_line);
    const auto pypi = read_target_word("pypi:a-b");
    BOOST_TEST(argv_of(**pypi) == (Words{"uvx", "a-b"}), boost::test_tools::per_element());
    BOOST_TEST((*pypi)->id == "pypi:a-b");
    const auto oci = read_target_word("oci:mcp/fetch:1");
    BOOST_TEST(argv_of(**oci) == (Words{"docker", "run", "-i", "--rm", "mcp/fetch:1"}),
               boost::test_tools::per_element());
    BOOST_TEST((*oci)->id == "oci:mcp/fetch");
}

BOOST_AUTO_TEST_CASE(other_words_are_left_to_the_caller) {
    for (const char* word :
         {"tools.json", "./a", "-", "", "some-server", "C:\\x.json", "a:b", "@a/b"}) {
        const auto read = read_target_word(word);
        BOOST_TEST((read.has_value() && !read->has_value()), word);
    }
}

BOOST_AUTO_TEST_CASE(wrong_words_are_told) {
    for (const char* word : {"http://",
                             "https:///x",
                             "http://a b",
                             "http://:80/",
                             "ftp://h/x",
                             "file:///etc/passwd",
                             "npm:",
                             "npm:a b",
                             "npm:../x",
                             "pypi:",
                             "oci:",
                             "npm:--registry=x",
                             "oci:-v",
                             "http://h/\x1b[31m"}) {
        const auto read = read_target_word(word);
        BOOST_TEST(!read.has_value(), word);
        if (!read) BOOST_TEST(read.error().message.find("expected") != std::string::npos);
    }
    BOOST_TEST(read_target_word("https://u:secretvalue@/x").error().message.find("secretvalue") ==
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(commands_get_an_identity) {
    const std::vector<std::string> npx{"npx", "-y", "p@1"};
    BOOST_TEST(target_of_command(npx).id == "npm:p");
    const std::vector<std::string> node{"node", "dist/weather.js"};
    BOOST_TEST(target_of_command(node).id == "weather");
    BOOST_TEST(target_of_command(node).given_on_command_line);
}

BOOST_AUTO_TEST_CASE(headers_take_values_from_outside) {
    const auto value = [](std::string_view text) {
        const auto header = read_header_option(text, scope());
        return header ? header->first + "|" + header->second : "error: " + header.error().message;
    };
    BOOST_TEST(value("X-A: b c") == "X-A|b c");
    BOOST_TEST(value("X-A:") == "X-A|");
    BOOST_TEST(value("Authorization: $TOKEN") == "Authorization|secretvalue");
    BOOST_TEST(value("Authorization: Bearer $TOKEN") == "Authorization|Bearer secretvalue");
    BOOST_TEST(value("Authorization: Bearer ${TOKEN}") == "Authorization|Bearer secretvalue");
    BOOST_TEST(value("A: @key.txt") == "A|secretvalue");
    BOOST_TEST(value("A: cost $ 5") == "A|cost $ 5");
    BOOST_TEST(value("A: $NONE").find("NONE is not set") != std::string::npos);
    BOOST_TEST(value("A: $EMPTY").find("EMPTY is not set") != std::string::npos);
    BOOST_TEST(value("A: @none.txt").find("none.txt cannot be read") != std::string::npos);
    BOOST_TEST(value("A: @empty.txt").find("is empty") != std::string::npos);
    for (const char* text : {"secretvalue", "A: $EVIL", "A B: secretvalue", ": secretvalue"}) {
        const auto header = read_header_option(text, scope());
        BOOST_TEST_REQUIRE(!header.has_value(), text);
        BOOST_TEST(header.error().message.find("secretvalue") == std::string::npos, text);
    }
    BOOST_TEST(value("A: $EVIL").find("control characters") != std::string::npos);
    BOOST_TEST(!read_header_option("secretvalue", scope()).has_value());
}

BOOST_AUTO_TEST_CASE(variables_for_a_server) {
    BOOST_TEST(read_env_option("A=b=c")->second == "b=c");
    BOOST_TEST(read_env_option("A=")->first == "A");
    BOOST_TEST(!read_env_option("=x").has_value());
    BOOST_TEST(read_env_option("secretvalue").error().message.find("secretvalue") ==
               std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
