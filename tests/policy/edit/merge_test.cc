// What is ours goes in, what is not stays, byte by byte.
#include "policy/edit/text_diff.h"
#include "policy/targets/target.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "judged_server.h"
#include "model/base/json.h"
#include "policy/edit/jsonc_edit.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::policy;
using namespace mcprisk::policy::testing;
using nlohmann::json;
namespace data = boost::unit_test::data;

std::string merged(const Target& format, std::string_view text, const NamedServer& server) {
    const auto result = merge_into(format, text, std::span(&server, 1));
    BOOST_REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().message));
    return result->text;
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

// Edits that keep everything but "b", with "x" and "a" added.
struct Edit {
    const char* before;
    const char* after;
};
std::ostream& operator<<(std::ostream& out, const Edit& edit) { return out << edit.before; }

const Edit kEdits[] = {
    {R"({"l": []})", "{\"l\": [\n    \"x\",\n    \"a\"\n  ]}"},
    {R"({"l": ["a"]})", "{\"l\": [\"a\",\n    \"x\"\n  ]}"},
    {R"({"l": ["b"]})", "{\"l\": [\n    \"x\",\n    \"a\"]}"},
    {"{\n  \"l\": [\n    \"a\", // why\n    \"b\"\n  ]\n}\n",
     "{\n  \"l\": [\n    \"a\", // why\n    \"x\"\n  ]\n}\n"},
    {"{\n  \"l\": [\n    \"b\",\n    \"c\" // last\n  ]\n}\n",
     "{\n  \"l\": [\n    \"c\", // last\n    \"x\",\n    \"a\"\n  ]\n}\n"},
    {R"({"k": 1})", "{\n  \"l\": [\n    \"x\",\n    \"a\"\n  ],\"k\": 1}"},
    {"", "{\n  \"l\": [\n    \"x\",\n    \"a\"\n  ]\n}\n"},
    {R"({"s": "[\"l\"]", "l": [1, "b", {"b": "b"}]})",
     "{\"s\": \"[\\\"l\\\"]\", \"l\": [1,  {\"b\": \"b\"},\n    \"x\",\n    \"a\"\n  ]}"},
};

constexpr const char* kCodex = R"(# my servers
model = "o9"

[mcp_servers.workshop]
command = "workshop" # as installed
enabled_tools = ["list_jobs", "run_lathe", "own"]
args = [
  "--a", # first
]

[mcp_servers.other]
command = """
[mcp_servers.workshop]
"""
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(merge)

BOOST_DATA_TEST_CASE(a_list_is_edited_in_place, data::make(kEdits), edit) {
    const auto keep = [](const std::string& entry) { return entry != "b"; };
    const auto result = edit_list(edit.before, {"l"}, keep, {"x", "a"});
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(*result == edit.after);
    BOOST_TEST(*edit_list(*result, {"l"}, keep, {"x", "a"}) == *result);
}

BOOST_AUTO_TEST_CASE(cutting_the_last_element_leaves_no_comma) {
    const auto result =
        edit_list(R"({"l": ["a", "b"]})", {"l"}, [](const std::string& e) { return e != "b"; }, {});
    BOOST_TEST(parse_json(*result).has_value());
    BOOST_TEST(json::parse(*result) == json({{"l", {"a"}}}));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_edited_is_refused) {
    const auto keep = [](const std::string&) { return true; };
    BOOST_TEST(!edit_list("{", {"l"}, keep, {"x"}).has_value());
    BOOST_TEST(!edit_list("[]", {"l"}, keep, {"x"}).has_value());
    BOOST_TEST(!edit_list(R"({"l": 1})", {"l"}, keep, {"x"}).has_value());
}

BOOST_AUTO_TEST_CASE(claude_settings_keep_foreign_entries_and_comments) {
    const JudgedServer judged = read_judged("workshop");
    const std::string before = R"j({
  // house rules
  "model": "x",
  "permissions": {
    "allow": ["Bash(ls:*)", "mcp__workshop__run_lathe", "mcp__other__x"],
    "deny": [
      "mcp__workshop__list_jobs" /* ours says allow */
    ]
  }
}
)j";
    const auto result = merged(target("claude-code"), before, judged.decided());
    for (const char* part : {"// house rules", "\"model\": \"x\"", "/* ours says allow */"}) {
        BOOST_TEST_INFO(result);
        BOOST_TEST(contains(result, part));
    }
    const json permissions = parse_jsonc(result)->at("permissions");
    const auto has = [&](const char* list, const char* entry) {
        return std::find(permissions.at(list).begin(), permissions.at(list).end(), entry) !=
               permissions.at(list).end();
    };
    BOOST_TEST(has("allow", "Bash(ls:*)"));
    BOOST_TEST(has("allow", "mcp__other__x"));
    BOOST_TEST(has("allow", "mcp__workshop__open_manual__page_1"));
    // Stricter ones of ours take the place of theirs; stricter ones of theirs stay.
    BOOST_TEST(!has("allow", "mcp__workshop__run_lathe"));
    BOOST_TEST(has("ask", "mcp__workshop__run_lathe"));
    BOOST_TEST(has("deny", "mcp__workshop__list_jobs"));
    BOOST_TEST(!has("allow", "mcp__workshop__list_jobs"));
    BOOST_TEST(merged(target("claude-code"), result, judged.decided()) == result);
}

BOOST_AUTO_TEST_CASE(codex_tables_keep_their_keys_and_stricter_lists) {
    const JudgedServer judged = read_judged("workshop");
    const auto result = merged(target("codex"), kCodex, judged.decided());
    for (const char* part :
         {"# my servers\nmodel = \"o9\"\n",
          "command = \"workshop\" # as installed\n",
          "  \"--a\", # first\n",
          "command = \"\"\"\n[mcp_servers.workshop]\n\"\"\"\n",
          "enabled_tools = [  # mcprisk\n  \"list_jobs\",\n  \"run_lathe\",\n  "
          "\"own\",\n]\n",
          "[mcp_servers.workshop.tools.run_lathe]\napproval_mode = \"prompt\""}) {
        BOOST_TEST_INFO(part << "\n" << result);
        BOOST_TEST(contains(result, part));
    }
    BOOST_TEST(
        merged(target("codex"), result, judged.decided()) ==
        merged(target("codex"), merged(target("codex"), result, judged.decided()), judged.decided()));
}

BOOST_AUTO_TEST_CASE(gemini_rules_stand_between_marks) {
    const JudgedServer judged = read_judged("workshop");
    const std::string before = "# mine\n[[rule]]\ntoolName = \"x\"\n";
    const auto once = merged(target("gemini"), before, judged.decided());
    BOOST_TEST(once.starts_with(before));
    const auto after = merged(target("gemini"), once + "# below\n", judged.decided());
    BOOST_TEST(after == once + "# below\n");
    BOOST_TEST(!merge_into(target("gemini"), once.substr(0, once.size() - 10), {}).has_value());
}

BOOST_AUTO_TEST_CASE(cursor_keeps_entries_of_other_servers) {
    const JudgedServer judged = read_judged("workshop");
    const auto result = merged(
        target("cursor"), R"({"mcpAllowlist": ["a:b", "workshop:run_lathe"]})", judged.decided());
    BOOST_TEST((json::parse(result).at("mcpAllowlist") ==
                json({"a:b", "workshop:list_jobs", "workshop:open manual; page 1"})));
}

BOOST_AUTO_TEST_CASE(formats_without_a_shared_file_are_refused) {
    for (const char* word : {"cedar", "openai", "intercept"}) {
        const Target& format = target(word);
        const auto result = merge_into(format, "", {});
        BOOST_REQUIRE(!result.has_value());
        BOOST_TEST((result.error().code == ErrorCode::unsupported));
    }
}

BOOST_AUTO_TEST_CASE(the_traps_of_claude_settings_are_named) {
    const auto faults = *target("claude-code").lint(R"j({"permissions": {
        "allow": ["mcp__*", "mcp__git", "mcp__hub__get_issue", "mcp__hub__get_*", "mcp__a__b(x)",
                  "mcp__z__y", "mcp__z__y", "Bash(ls)"],
        "ask": ["mcp__hub__get_issue"],
        "deny": ["mcp__*__delete", "mcp__z"]}})j");
    const auto told = [&](std::string_view place, std::string_view what) {
        return std::any_of(faults.begin(), faults.end(), [&](const std::string& fault) {
            return fault.starts_with(place) && contains(fault, what);
        });
    };
    BOOST_TEST(told("permissions.allow[0]", "is skipped"));
    BOOST_TEST(told("permissions.allow[1]", "every tool of the server"));
    BOOST_TEST(told("permissions.allow[2]", "no effect"));
    BOOST_TEST(told("permissions.allow[4]", "no arguments in brackets"));
    BOOST_TEST(told("permissions.allow[5]", "permissions.deny[1]"));
    BOOST_TEST(!told("permissions.deny[0]", ""));
    BOOST_TEST(!told("permissions.allow[3]", ""));
    BOOST_TEST(!told("permissions.allow[7]", ""));
}

BOOST_AUTO_TEST_CASE(what_is_generated_has_no_traps) {
    for (const char* name : {"bookshop", "github", "workshop"}) {
        const JudgedServer judged = read_judged(name);
        const NamedServer server = judged.decided();
        const auto text = render(target("claude-code"), std::span(&server, 1), {}).text;
        BOOST_TEST(target("claude-code").lint(text)->empty());
    }
}

BOOST_AUTO_TEST_CASE(a_diff_shows_what_changes) {
    BOOST_TEST(unified_diff("a\n", "a\n", "f").empty());
    BOOST_TEST(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "f") ==
               "--- f\n+++ f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
    BOOST_TEST(unified_diff("", "a\x1b[0m\n", "f") ==
               "--- f\n+++ f\n@@ -1,0 +1,1 @@\n+a\\x1b[0m\n");
}

BOOST_AUTO_TEST_SUITE_END()
