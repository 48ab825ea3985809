// The fast way of reading JSON against the tolerant one: whatever it accepts must mean the same.
#include "model/base/json_tree.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "build_places.h"
#include "model/base/json.h"
#include "model/read_document.h"

using namespace mcprisk;
namespace data = boost::unit_test::data;

namespace {

constexpr std::size_t kDepth = 128;

std::string canonical(const JsonNode& node) {
    std::string out;
    append_canonical(node, out);
    return out;
}

// Whether the fast way took the text; fails the test if it then read something else.
bool agrees(const std::string& text) {
    JsonTree tree;
    const JsonNode* node = tree.parse(text, kDepth);
    if (node == nullptr) return false;
    JsonRepairs repairs;
    const auto value = parse_json(text, {}, &repairs);
    BOOST_REQUIRE_MESSAGE(value.has_value(), "only the fast way reads " << text.substr(0, 200));
    BOOST_TEST(!repairs.any());
    const std::string by_nlohmann =
        value->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    BOOST_TEST(canonical(*node) == canonical_json(*value));
    BOOST_TEST(canonical(tree.convert(*value)) == canonical_json(*value));
    // Where no number needs rewriting the library's own writer is the judge.
    if (text.find_first_of(".eE") == std::string::npos) {
        BOOST_TEST(canonical_json(*value) == by_nlohmann);
    }
    return true;
}

const std::vector<std::string> kPlain{
    "{}",
    "[]",
    "null",
    " [true,false,null] ",
    R"({"b":1,"a":2,"":3})",
    R"({"a":1,"b":2,"a":{"x":[]},"a":4})",
    R"([0,-0,1,-1,9223372036854775807,-9223372036854775808,18446744073709551615])",
    R"([0.0,-0.0,1.0,1e2,1.5,0.1,1e-7,1e22,1e300,2.2250738585072014e-308,5e-324,0.30000000000000004])",
    R"([9007199254740992.0,9007199254740993.0,-9007199254740994.0,1E5,123456789.125])",
    R"(["\"\\\/\b\f\n\r\t\u0000\u001f\u007f\u0080\u2028\ufeff"])",
    R"(["\ud83d\ude00 \uD83D\uDE00","é 中 😀"])",
    R"(["\\ud83d"])",
    R"({"\u0061":1,"a":2})",
    std::string(128, '[') + std::string(128, ']'),
    "[\"\x7f\"]",
};

const std::vector<std::string> kNotPlain{
    "",
    " ",
    "{",
    "[1,]",
    "[1] x",
    "{'a':1}",
    "[NaN]",
    "[1e400]",
    "[01]",
    "[1.]",
    "[+1]",
    "[18446744073709551616]",
    "[\"\t\"]",
    "[\"\xff\"]",
    "[\"\xed\xa0\x80\"]",
    "[\"\xc0\xaf\"]",
    R"(["\ud83d"])",
    R"(["\ude00"])",
    R"(["\\ud83d\ude00"])",
    R"({"\ude00":1})",
    R"(["\u12"])",
    R"(["\x"])",
    std::string(129, '[') + std::string(129, ']'),
    std::string("[1]\0", 4),
};

std::vector<std::string> corpus_files() {
    const char* set = std::getenv("MCPRISK_CORPUS");
    const std::filesystem::path folder =
        set != nullptr ? set : MCPRISK_SOURCE_DIR "/../shared/corpus";
    std::vector<std::string> files;
    for (const char* name : {"servers-dev.jsonl", "npm-live-dev.jsonl", "gold-dev.jsonl"}) {
        if (std::filesystem::exists(folder / name)) files.push_back(folder / name);
    }
    return files;
}

void same_tools(const ServerDocument& a, const ServerDocument& b) {
    BOOST_TEST(canonical_json(to_json(a)) == canonical_json(to_json(b)));
    BOOST_REQUIRE_EQUAL(a.tools.size(), b.tools.size());
    for (std::size_t t = 0; t < a.tools.size(); ++t) {
        BOOST_TEST(a.tools[t].definition_hash == b.tools[t].definition_hash);
        BOOST_TEST(a.tools[t].defects == b.tools[t].defects);
        BOOST_REQUIRE_EQUAL(a.tools[t].parameters.size(), b.tools[t].parameters.size());
        for (std::size_t p = 0; p < a.tools[t].parameters.size(); ++p) {
            const Parameter& one = a.tools[t].parameters[p];
            const Parameter& two = b.tools[t].parameters[p];
            BOOST_TEST((one.path == two.path && one.type == two.type &&
                        one.description == two.description && one.choices == two.choices &&
                        one.default_value == two.default_value && one.bounded == two.bounded &&
                        one.required == two.required && one.pattern == two.pattern));
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_tree)

BOOST_DATA_TEST_CASE(plain_text_reads_the_same, data::make(kPlain), text) {
    BOOST_TEST(agrees(text));
}

BOOST_DATA_TEST_CASE(what_needs_judgement_is_left_to_the_tolerant_parser,
                     data::make(kNotPlain),
                     text) {
    JsonTree tree;
    BOOST_TEST((tree.parse(text, kDepth) == nullptr));
}

BOOST_AUTO_TEST_CASE(a_tree_is_used_again_after_a_refusal) {
    JsonTree tree;
    BOOST_TEST((tree.parse("[1,", kDepth) == nullptr));
    const std::string large = "[\"" + std::string(300000, 'x') + "\",{\"k\":1}]";
    BOOST_REQUIRE(tree.parse(large, kDepth) != nullptr);
    const JsonNode* node = tree.parse(R"({"b":[1,"two"],"a":null})", kDepth);
    BOOST_REQUIRE(node != nullptr);
    BOOST_TEST(canonical(*node) == R"({"a":null,"b":[1,"two"]})");
    BOOST_TEST(node->find("b")->items()[1].text() == "two");
    BOOST_TEST((node->find("c") == nullptr));
    BOOST_TEST((node->find("b")->find("a") == nullptr));
    BOOST_TEST(node->string_member("a").empty());
}

BOOST_AUTO_TEST_CASE(members_are_found_in_small_and_large_objects) {
    for (const int size : {3, 16, 17, 60}) {
        std::string text = "{";
        for (int i = size; i > 0; --i) text += "\"k" + std::to_string(i) + "\":" + "1,";
        text += "\"k1\":2}";
        JsonTree tree;
        const JsonNode* node = tree.parse(text, kDepth);
        BOOST_REQUIRE(node != nullptr);
        BOOST_TEST(node->members().size() == static_cast<std::size_t>(size));
        BOOST_REQUIRE(node->find("k1") != nullptr);
        BOOST_TEST(node->find("k1")->as_integer() == 2);
        BOOST_TEST((node->find("k0") == nullptr));
        BOOST_TEST(agrees(text));
    }
}

// Bytes of a document changed at random: accepted or not, both ways agree.
BOOST_AUTO_TEST_CASE(damaged_documents_read_the_same_or_are_left) {
    const std::string whole =
        R"({"server":"s","tools":[{"name":"a\u00e9","description":"x \ud83d\ude00 \n é",)"
        R"("inputSchema":{"type":"object","properties":{"n":{"type":"number","default":1.50,)"
        R"("maximum":1e3},"n":{"enum":["x",2,null,true]}},"required":["n"]}}]})";
    std::mt19937 random(7);
    const std::string bytes = "\"\\{}[],:0123456789.eE-+utdD \x01\x7f\xc3\xa9\xed\xa0\x80\xff";
    std::size_t taken = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string text = whole;
        for (unsigned n = 1 + random() % 3; n > 0; --n) {
            text[random() % text.size()] = bytes[random() % bytes.size()];
        }
        taken += agrees(text) ? 1U : 0U;
        const auto fast = DocumentParser().read(text);
        if (!fast) continue;
        const auto slow = read_server_document(*parse_json(text));
        BOOST_REQUIRE(slow.has_value());
        same_tools(*fast, *slow);
    }
    BOOST_TEST(taken > 100U);
    BOOST_TEST(taken < 20000U);
}

BOOST_AUTO_TEST_CASE(the_corpus_reads_the_same) {
    const auto files = corpus_files();
    if (files.empty()) {
        BOOST_TEST_MESSAGE("no corpus here: set MCPRISK_CORPUS to its folder");
        return;
    }
    DocumentParser parser;
    for (const std::string& file : files) {
        std::ifstream in(file, std::ios::binary);
        for (std::string line; std::getline(in, line);) {
            const auto fast = parser.read(line);
            const auto value = parse_json(line);
            if (!value || !fast) continue;
            const auto slow = read_server_document(*value);
            BOOST_REQUIRE(slow.has_value());
            same_tools(*fast, *slow);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
