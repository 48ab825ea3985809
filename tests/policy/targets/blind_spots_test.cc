// What an engine cannot see, refuses or calls otherwise never lets more through.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "judged_server.h"
#include "policy/decide/words.h"
#include "policy/targets/target.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::policy;
using namespace mcprisk::policy::testing;
using nlohmann::json;

// One tool under a decision made by hand.
struct Shop {
    Tool tool = make_tool("t", {{"note", {{"type", "string"}}}});
    Verdict verdict = make_verdict(tool, Category::write, RiskLevel::medium);
    Decision decision{.whole = Verb::limit,
                      .verb = Verb::ask,
                      .rest = Verb::limit,
                      .rate = {5, "hour"}};

    [[nodiscard]] Rendered rendered(const char* word, const FormatOptions& options = {}) const {
        const NamedServer server{"s", "s", "", {{{&tool, &verdict}, decision, 0}}};
        return render(target(word), std::span(&server, 1), options);
    }
};

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(blind_spots)

// ToolHive hands on of an array, an object or null only that it is there.
BOOST_AUTO_TEST_CASE(cedar_sees_arrays_and_objects_by_their_presence) {
    Shop shop;
    shop.decision.rest = Verb::allow;
    shop.decision.conditions.deny_if.push_back({{{"args.note", Op::exists, true}}, "no"});
    BOOST_TEST(has(shop.rendered("cedar").text,
                   "!((context has arg_note || context has arg_note_present))"));
    shop.decision.conditions.deny_if = {
        {{{"args.note", Op::not_in, std::vector<std::string>{"a"}}}, "no"}};
    BOOST_TEST(has(shop.rendered("cedar").text,
                   "(context has arg_note_present || (context has arg_note && "));
}

BOOST_AUTO_TEST_CASE(cedar_has_no_empty_list) {
    Shop shop;
    const auto text = shop.rendered("cedar").text;
    const json policies = json::parse(text).at("cedar").at("policies");
    BOOST_TEST(policies == json::array({"forbid(principal, action, resource);"}));
}

BOOST_AUTO_TEST_CASE(agentgateway_decides_without_arguments) {
    Shop shop;
    shop.decision.rest = Verb::allow;
    shop.decision.conditions.deny_if.push_back({{{"args.note", Op::exists, true}}, "no"});
    for (const auto choice : {Inexpressible::deny, Inexpressible::allow}) {
        const auto rendered = shop.rendered("agentgateway", {choice, "", {}});
        BOOST_TEST(!has(rendered.text, "mcp.tool"));
        BOOST_TEST(rendered.losses.size() == 1U);
    }
    shop.decision.conditions = {};
    shop.decision.verb = shop.decision.rest = Verb::allow;
    BOOST_TEST(has(shop.rendered("agentgateway").text, "mcp.tool.name == \"t\"'"));
}

BOOST_AUTO_TEST_CASE(intercept_counts_no_dotted_names_and_asks_nobody) {
    Shop shop;
    shop.decision.verb = Verb::limit;
    BOOST_TEST(has(shop.rendered("intercept").text, "rate_limit: 5/hour"));
    shop.tool.name = "a.b";
    const auto dotted = shop.rendered("intercept");
    BOOST_TEST(!has(dotted.text, "rate_limit"));
    BOOST_TEST(has(dotted.text, "action: deny"));
    BOOST_TEST(dotted.losses.size() == 1U);
    shop.decision.verb = shop.decision.rest = Verb::ask;
    const auto asking = shop.rendered("intercept");
    BOOST_TEST(!has(asking.text, "require_approval"));
    BOOST_TEST(has(asking.text, "action: deny"));
}

BOOST_AUTO_TEST_CASE(intercept_carries_the_ceiling) {
    Shop shop;
    const FormatOptions options{.ceiling = {120, "minute"}};
    BOOST_TEST(has(shop.rendered("intercept", options).text,
                   "  \"*\":\n    rules:\n      - name: ceiling\n        rate_limit: 120/minute\n"));
    BOOST_TEST(!has(shop.rendered("intercept").text, "\"*\""));
}

BOOST_AUTO_TEST_CASE(claude_code_enforces_wildcards_for_servers_and_refuses_no_list) {
    const auto lint = target("claude-code").lint;
    BOOST_TEST(lint(R"({"permissions": {"deny": ["mcp__*__delete", "mcp__*"]}})")->empty());
    BOOST_TEST(lint(R"({"permissions": {"allow": ["mcp__*__get"]}})")->size() == 1U);
    BOOST_TEST(lint(R"({"permissions": {"deny": "x"}})")->size() == 1U);
    BOOST_TEST(lint(R"({"permissions": {"deny": [7]}})")->size() == 1U);
    BOOST_TEST(lint(R"({"permissions": []})")->size() == 1U);
}

// "all" is a word of many names that mean something else by it.
BOOST_AUTO_TEST_CASE(switches_go_by_what_all_stands_for) {
    const std::vector<std::string> words{"all", "force", "recursive"};
    for (const char* name : {"all", "deleteAll", "remove_all_items", "applyToAll", "all_users",
                             "force", "forceDelete", "recursive"}) {
        BOOST_TEST_INFO(name);
        BOOST_TEST(is_risky_flag(name, words));
    }
    for (const char* name : {"isAllDay", "print_all_deadlocks", "all_day", "allowed", "reinforce"}) {
        BOOST_TEST_INFO(name);
        BOOST_TEST(!is_risky_flag(name, words));
    }
}

BOOST_AUTO_TEST_SUITE_END()
