#include "engine/guard/prompts.h"

#include <boost/test/unit_test.hpp>
#include <string>

namespace mcprisk::engine {
namespace {

using crawler::Client;

std::string says(Client client,
                 const std::string& file,
                 const std::string& server,
                 const std::string& tool) {
    PromptRules rules(client);
    rules.add_file(file);
    return std::string(to_string(rules.of(server, tool)));
}

BOOST_AUTO_TEST_SUITE(prompts)

BOOST_AUTO_TEST_CASE(claude_code_tries_deny_then_ask_then_allow) {
    const std::string file = R"({"permissions": {
        "allow": ["mcp__github", "mcp__notes__get_*", "mcp__*"],
        "ask": ["mcp__github__merge"], "deny": ["mcp__github__delete_repo"]}})";
    BOOST_TEST(says(Client::claude_code, file, "github", "get_issue") == "unasked");
    BOOST_TEST(says(Client::claude_code, file, "github", "merge") == "asked");
    BOOST_TEST(says(Client::claude_code, file, "github", "delete_repo") == "refused");
    BOOST_TEST(says(Client::claude_code, file, "notes", "get_note") == "unasked");
    BOOST_TEST(says(Client::claude_code, file, "notes", "put_note") == "asked");
    // "mcp__*" is skipped by the client.
    BOOST_TEST(says(Client::claude_code, file, "other", "tool") == "asked");
    BOOST_TEST(says(Client::claude_code, "not json", "other", "tool") == "asked");
}

BOOST_AUTO_TEST_CASE(an_open_door_lets_everything_run_but_what_is_denied) {
    PromptRules rules(Client::claude_code);
    rules.add_file(R"({"permissions": {"deny": ["mcp__a__b"], "ask": ["mcp__a__c"]}})");
    Door door;
    door.opens = Opens::everything;
    rules.add_door(door);
    BOOST_TEST(to_string(rules.of("a", "b")) == "refused");
    BOOST_TEST(to_string(rules.of("a", "c")) == "unasked");
}

BOOST_AUTO_TEST_CASE(codex_has_lists_and_modes) {
    const std::string file =
        "[mcp_servers.a]\ncommand = \"x\"\ndisabled_tools = [\"off\"]\n"
        "[mcp_servers.a.tools.quick]\napproval_mode = \"approve\"\n"
        "[mcp_servers.b]\ncommand = \"y\"\ndefault_tools_approval_mode = \"approve\"\n"
        "[mcp_servers.b.tools.slow]\napproval_mode = \"prompt\"\n";
    BOOST_TEST(says(Client::codex, file, "a", "off") == "refused");
    BOOST_TEST(says(Client::codex, file, "a", "quick") == "unasked");
    BOOST_TEST(says(Client::codex, file, "a", "other") == "asked");
    BOOST_TEST(says(Client::codex, file, "b", "other") == "unasked");
    BOOST_TEST(says(Client::codex, file, "b", "slow") == "asked");
}

BOOST_AUTO_TEST_CASE(lists_beside_entries_and_in_allow_lists) {
    BOOST_TEST(says(Client::cline, R"({"mcpServers": {"a": {"autoApprove": ["x"]}}})", "a", "x") ==
               "unasked");
    BOOST_TEST(says(Client::roo,
                    R"({"mcpServers": {"a": {"alwaysAllow": ["x"], "disabledTools": ["z"]}}})",
                    "a",
                    "z") == "refused");
    BOOST_TEST(says(Client::cursor, R"({"mcpAllowlist": ["a:*"]})", "a", "x") == "unasked");
    BOOST_TEST(says(Client::cursor, R"({"mcpAllowlist": ["a:*"]})", "b", "x") == "asked");
}

BOOST_AUTO_TEST_CASE(opencode_runs_what_no_rule_names) {
    BOOST_TEST(says(Client::opencode, "{}", "a", "x") == "unasked");
    BOOST_TEST(says(Client::opencode, R"({"permission": {"*": "ask"}})", "a", "x") == "asked");
    BOOST_TEST(
        says(Client::opencode, R"({"permission": {"*": "ask", "a_x": "allow"}})", "a", "x") ==
        "unasked");
    BOOST_TEST(says(Client::opencode, R"({"permission": {"a_*": "deny"}})", "a", "x") == "refused");
}

BOOST_AUTO_TEST_CASE(gemini_goes_by_the_highest_priority) {
    PromptRules rules(Client::gemini);
    rules.add_file(R"({"mcpServers": {"notes": {"excludeTools": ["wipe"]}, "shop": {}},
                       "mcp": {"allowed": ["notes"]}, "tools": {"allowed": ["mcp_shop_buy"]}})");
    BOOST_TEST(to_string(rules.of("notes", "get")) == "unasked");  // mcp.allowed
    BOOST_TEST(to_string(rules.of("notes", "wipe")) == "refused");
    BOOST_TEST(to_string(rules.of("shop", "get")) == "asked");
    BOOST_TEST(to_string(rules.of("shop", "buy")) == "unasked");  // tools.allowed
    rules.add_file(
        "[[rule]]\nmcpName = \"notes\"\ntoolName = [\"put\", \"set_*\"]\n"
        "decision = \"ask_user\"\npriority = 230\n"
        "[[rule]]\nmcpName = \"*\"\ntoolName = \"*\"\ndecision = \"deny\"\npriority = 90\n"
        "[[rule]]\nmcpName = \"shop\"\ntoolName = \"get\"\ndecision = \"allow\"\npriority = 95\n"
        "[[rule]]\nmcpName = \"notes\"\ntoolName = \"get\"\nargsPattern = \"x\"\n"
        "decision = \"deny\"\npriority = 240\n");
    BOOST_TEST(to_string(rules.of("notes", "put")) == "asked");
    BOOST_TEST(to_string(rules.of("notes", "set_all")) == "asked");
    BOOST_TEST(to_string(rules.of("notes", "get")) == "unasked");
    BOOST_TEST(to_string(rules.of("shop", "list")) == "refused");
    BOOST_TEST(to_string(rules.of("shop", "get")) == "unasked");
    // A trusted server stands at 200.
    Door door;
    door.opens = Opens::server;
    door.server = "notes";
    rules.add_door(door);
    BOOST_TEST(to_string(rules.of("notes", "other")) == "unasked");
    BOOST_TEST(to_string(rules.of("notes", "put")) == "asked");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace mcprisk::engine
