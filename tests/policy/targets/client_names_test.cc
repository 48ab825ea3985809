// Names as each client writes them, and what of that files must not break.
#include "policy/targets/client_names.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "fixtures.h"
#include "policy/document/changes.h"
#include "judged_server.h"
#include "policy/targets/target.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::policy;
using mcprisk::policy::testing::target;
using mcprisk::policy::testing::Bench;
using mcprisk::policy::testing::make_tool;
using nlohmann::json;

const std::string kEmoji = "\xf0\x9f\x98\x80";  // outside of the basic plane
const std::string kHan = "\xe5\x88\xa0";        // "delete", one UTF-16 unit

// A bench and the server made of it.
struct Shop {
    Bench bench;
    void reads(const std::string& name) {
        bench.add(make_tool(name), Category::read, RiskLevel::low);
    }
    void destroys(const std::string& name) {
        bench.add(make_tool(name), Category::destructive, RiskLevel::critical);
    }
    [[nodiscard]] NamedServer server(const std::string& name = "shop") const {
        return {name, name, "", decide_all(bench.judged(), {})};
    }
    [[nodiscard]] std::string text(const Target& format, const std::string& name = "shop") const {
        const NamedServer one = server(name);
        return render(format, std::span(&one, 1), {}).text;
    }
    [[nodiscard]] Result<Merged> merged(const Target& format, std::string_view text) const {
        const NamedServer one = server();
        return merge_into(format, text, std::span(&one, 1));
    }
};

bool lists(const json& list, const std::string& entry) {
    return std::find(list.begin(), list.end(), entry) != list.end();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(client_names)

BOOST_AUTO_TEST_CASE(claude_code_counts_utf16_units) {
    BOOST_TEST(claude_tool_name("github", "get_issue") == "mcp__github__get_issue");
    BOOST_TEST(claude_tool_name("my shop", "a.b/c") == "mcp__my_shop__a_b_c");
    BOOST_TEST(claude_tool_name("s", "caf\xc3\xa9") == "mcp__s__caf_");
    BOOST_TEST(claude_tool_name("s", kHan + kHan) == "mcp__s____");
    BOOST_TEST(claude_tool_name("s", "x" + kEmoji) == "mcp__s__x__");
    BOOST_TEST(claude_tool_name("s", "bad\xff") == "mcp__s__bad_");
    BOOST_TEST(claude_tool_name("claude.ai  My Shop!", "t") == "mcp__claude_ai_My_Shop__t");
}

// "delete" + one Han sign is written delete_ by the client: by bytes it would be delete___.
BOOST_AUTO_TEST_CASE(of_two_tools_with_one_name_in_claude_code_the_stricter_stands) {
    Shop shop;
    shop.reads("note_");
    shop.destroys("note" + kHan);
    const json lists_of = json::parse(shop.text(target("claude-code")))["permissions"];
    BOOST_TEST(lists_of["allow"].empty(), lists_of);
    BOOST_TEST(lists(lists_of["deny"], "mcp__shop__note_"), lists_of);
    // A mild tool's rule must not fit a grave one that is written otherwise by the client.
    Shop other;
    other.reads("note" + kHan);
    other.destroys("note___");
    const json rules = json::parse(other.text(target("claude-code")))["permissions"];
    BOOST_TEST(rules["allow"] == json::array({"mcp__shop__note_"}), rules);
    BOOST_TEST(rules["deny"] == json::array({"mcp__shop__note___"}), rules);
    const auto merged = other.merged(target("claude-code"), "");
    BOOST_REQUIRE(merged.has_value());
    BOOST_TEST(json::parse(merged->text)["permissions"]["allow"] == rules["allow"]);
}

BOOST_AUTO_TEST_CASE(gemini_rewrites_and_cuts_names) {
    BOOST_TEST(gemini_tool_name("github", "get_issue").tool == "get_issue");
    BOOST_TEST(gemini_tool_name("github", "a.b:c d").tool == "a.b:c_d");
    BOOST_TEST(gemini_tool_name("s", "x" + kEmoji).tool == "x__");
    const std::string longest(63 - std::string("mcp_s_").size(), 'a');
    BOOST_TEST(gemini_tool_name("s", longest).tool == longest);
    BOOST_TEST(gemini_tool_name("s", longest + "b").tool ==
               std::string(24, 'a') + "..." + std::string(29, 'a') + "b");
    for (const auto& [server, tool, whole] :
         {std::tuple<std::string, std::string, std::string>{"my shop", "t", "mcp_my_shop_t"},
          {"mcp", "get", "mcp_get"},
          {"mcp_x", "get", "mcp_x_get"},
          {std::string(40, 's'),
           std::string(40, 't'),
           "mcp_" + std::string(26, 's') + "..." + std::string(30, 't')}}) {
        const auto name = gemini_tool_name(server, tool);
        BOOST_TEST(name.whole);
        BOOST_TEST(name.tool == whole);
    }
}

// settings.json lets whole servers run at 100 (mcp.allowed) and 200 (trust), and denies all but its
// core tools at 249.
BOOST_AUTO_TEST_CASE(gemini_rules_stand_above_what_settings_say_of_whole_servers) {
    Shop shop;
    shop.reads("get_note");
    shop.destroys("delete_note");
    const std::string text = shop.text(target("gemini"));
    std::size_t rules = 0;
    for (std::size_t at = text.find("priority = "); at != std::string::npos;
         at = text.find("priority = ", at + 1)) {
        const int priority = std::stoi(text.substr(at + 11));
        BOOST_TEST(priority > 200);
        BOOST_TEST(priority < 249);
        ++rules;
    }
    BOOST_TEST(rules == 3U);
}

BOOST_AUTO_TEST_CASE(gemini_settings_that_open_a_server_are_named) {
    const NamedServer shop{.name = "shop", .id = "shop", .url = "", .tools = {}};
    const auto told = [&](const char* settings) {
        return target("gemini").beside(settings, std::span(&shop, 1)).size();
    };
    BOOST_TEST(told(R"({"mcpServers": {"shop": {"command": "x"}}})") == 0U);
    BOOST_TEST(told(R"({"mcpServers": {"shop": {"trust": true}}})") == 1U);
    BOOST_TEST(told(R"({"mcp": {"allowed": ["shop"]}, "mcpServers": {"shop": {"trust": true}}})") ==
               2U);
    BOOST_TEST(told(R"({"mcp": {"allowed": ["other"]}})") == 0U);
    BOOST_TEST(told(R"({"tools": {"allowed": ["mcp_shop_get_note"]}})") == 1U);
}

BOOST_AUTO_TEST_CASE(of_two_tools_with_one_name_in_gemini_the_stricter_stands) {
    Shop shop;
    shop.reads("note_");
    shop.destroys("note" + kHan);
    const std::string text = shop.text(target("gemini"));
    BOOST_TEST(text.find("decision = \"allow\"") == std::string::npos, text);
    BOOST_TEST(text.find("  \"note_\",\n]\ndecision = \"deny\"") != std::string::npos, text);
}

// How Cursor writes other letters is not documented.
BOOST_AUTO_TEST_CASE(cursor_asks_for_what_it_may_write_otherwise) {
    Shop shop;
    shop.reads("get_note");
    shop.reads("note" + kHan);
    const json list = json::parse(shop.text(target("cursor")))["mcpAllowlist"];
    BOOST_TEST(list == json::array({"shop:get_note"}), list);
}

BOOST_AUTO_TEST_CASE(nothing_to_allow_in_cursor_is_no_failure) {
    Shop shop;
    shop.destroys("drop_all");
    for (const char* text : {"", "{}", "{\"other\": 1}", "{\"mcpAllowlist\": []}"}) {
        const auto merged = shop.merged(target("cursor"), text);
        BOOST_REQUIRE_MESSAGE(merged.has_value(), text);
        BOOST_TEST(merged->text.find("drop_all") == std::string::npos);
    }
    BOOST_TEST(!shop.merged(target("cursor"), "[]").has_value());
    BOOST_TEST(!shop.merged(target("cursor"), "{\"mcpAllowlist\": {}}").has_value());
}

BOOST_AUTO_TEST_CASE(merging_again_changes_nothing_whatever_the_names) {
    Shop shop;
    for (const std::string& name : {"a" + kEmoji,
                                    "n" + kHan,
                                    std::string("quo\"te\\"),
                                    std::string("tab\t\x01"),
                                    std::string("dot.ted"),
                                    std::string("plain")}) {
        shop.reads(name);
        shop.destroys("drop_" + name);
    }
    for (const char* word : {"codex", "claude-code", "gemini", "cursor"}) {
        const Target& format = target(word);
        const auto once = shop.merged(format, "");
        BOOST_REQUIRE(once.has_value());
        const auto twice = shop.merged(format, once->text);
        BOOST_REQUIRE(twice.has_value());
        BOOST_TEST(twice->text == once->text);
    }
}

// YAML ends a key on one line after 1024 characters.
BOOST_AUTO_TEST_CASE(a_long_name_breaks_no_intercept_file) {
    Shop shop;
    const std::string name(3000, 'x');
    shop.reads(name);
    shop.reads("get_note");
    const std::string text = shop.text(target("intercept"));
    BOOST_TEST(text.find("  ? \"" + name + "\"\n  :\n    rules: []\n") != std::string::npos);
    BOOST_TEST(text.find("  \"get_note\":\n    rules: []\n") != std::string::npos);
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
        const std::string_view line = std::string_view(text).substr(begin, end - begin);
        BOOST_TEST((line.size() < 1024 || line.starts_with("  ? ")));
    }
}

// Each of these took the square of the number of tools; at 100,000 they did not end.
BOOST_AUTO_TEST_CASE(many_tools_are_written_merged_and_compared) {
    Shop shop;
    constexpr int kTools = 4'000;
    for (int i = 0; i < kTools; ++i) {
        i % 2 == 0 ? shop.reads("get_" + std::to_string(i))
                   : shop.destroys("drop_" + std::to_string(i));
    }
    for (const char* word : {"codex", "claude-code", "gemini", "cursor"}) {
        const Target& format = target(word);
        const auto once = shop.merged(format, "");
        BOOST_REQUIRE(once.has_value());
        const auto twice = shop.merged(format, once->text);
        BOOST_REQUIRE(twice.has_value());
        BOOST_TEST((twice->text == once->text));
    }
    const std::string strict = shop.bench.recommend({.preset = Preset::strict}).policy_json;
    const auto changes = compare_policies(shop.bench.recommend().policy_json, strict);
    BOOST_REQUIRE(changes.has_value());
    const auto none = compare_policies(strict, strict);
    BOOST_REQUIRE(none.has_value());
    BOOST_TEST(none->empty());
}

BOOST_AUTO_TEST_SUITE_END()
