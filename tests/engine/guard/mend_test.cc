#include "engine/guard/mend.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "model/category.h"

namespace mcprisk::engine {
namespace {

using crawler::Client;

KnownTool tool(const std::string& name, Category category, RiskLevel level) {
    KnownTool one;
    one.tool.name = name;
    one.tool.definition_hash = "sha256:" + name;
    one.verdict.tool = name;
    one.verdict.category = category;
    one.verdict.risk = one.verdict.base_risk = one.verdict.risk_without_claims = level;
    one.verdict.confidence = 0.95;
    one.verdict.sentence = "Does " + name + ".";
    return one;
}

// Cursor lets every tool of every server run; one server is known.
GuardInput cursor() {
    GuardInput input;
    input.files = {
        {.client = Client::cursor,
         .path = "/h/mcp.json",
         .text = "{\"mcpServers\": {\"a\": {\"command\": \"npx\", \"args\": [\"-y\", \"pkg\"]}}}",
         .of_project = false},
        {.client = Client::cursor,
         .path = "/h/permissions.json",
         .text = "{\"mcpAllowlist\": [\"a:read\", \"a:wipe\", \"mine:x\"]}",
         .of_project = false}};
    crawler::Target target;
    target.id = "npm:pkg";
    target.config_name = "a";
    target.source = "/h/mcp.json";
    target.how = crawler::StdioTarget{.argv = {"npx", "-y", "pkg"}};
    input.targets.emplace_back(Client::cursor, target);
    input.known["npm:pkg"] = {.id = "npm:pkg",
                              .version = "1.2.3",
                              .tools = {tool("read", Category::read, RiskLevel::low),
                                        tool("wipe", Category::destructive, RiskLevel::critical)}};
    return input;
}

MendOptions options() {
    MendOptions out;
    out.rule_files = {{Client::cursor, "/h/permissions.json"}};
    return out;
}

const FileChange* change_of(const MendPlan& plan, const std::string& path) {
    for (const FileChange& change : plan.changes) {
        if (change.path == path) return &change;
    }
    return nullptr;
}

BOOST_AUTO_TEST_SUITE(mend)

BOOST_AUTO_TEST_CASE(the_worst_that_runs_unasked_is_said_first_and_taken_out) {
    const GuardInput input = cursor();
    const GuardReport report = guard_report(input);
    BOOST_REQUIRE(report.unasked.size() == 1U);
    BOOST_TEST(report.unasked.front().tool == "wipe");
    const MendPlan plan = plan_mend(input, report, options());
    const auto* rules = change_of(plan, "/h/permissions.json");
    BOOST_REQUIRE(rules != nullptr);
    BOOST_TEST(rules->after.find("a:wipe") == std::string::npos);
    BOOST_TEST(rules->after.find("a:read") != std::string::npos);
    BOOST_TEST(rules->after.find("mine:x") != std::string::npos);
    BOOST_TEST(plan.newly_allowed == 0U);
}

BOOST_AUTO_TEST_CASE(a_runner_without_a_version_is_pinned_to_the_one_that_is_known) {
    const GuardInput input = cursor();
    const MendPlan plan = plan_mend(input, guard_report(input), options());
    const auto* entry = change_of(plan, "/h/mcp.json");
    BOOST_REQUIRE(entry != nullptr);
    BOOST_TEST(entry->after.find("\"pkg@1.2.3\"") != std::string::npos);
    BOOST_TEST(plan.pins == 1U);
}

BOOST_AUTO_TEST_CASE(a_project_file_is_left_to_the_project) {
    GuardInput input = cursor();
    input.files.front().of_project = true;
    input.targets.front().second.of_project = true;
    const MendPlan plan = plan_mend(input, guard_report(input), options());
    BOOST_TEST(change_of(plan, "/h/mcp.json") == nullptr);
    BOOST_TEST(plan.pins == 0U);
    BOOST_TEST(!plan.by_hand.empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_allowed_without_a_second_yes) {
    GuardInput input = cursor();
    input.files.back().text = "{\"mcpAllowlist\": []}";
    const GuardReport report = guard_report(input);
    BOOST_TEST(report.unasked.empty());
    BOOST_REQUIRE(report.after_a_click.size() == 1U);
    const MendPlan tight = plan_mend(input, report, options());
    BOOST_TEST(change_of(tight, "/h/permissions.json") == nullptr);
    MendOptions second = options();
    second.allow = true;
    const MendPlan wide = plan_mend(input, report, second);
    const auto* rules = change_of(wide, "/h/permissions.json");
    BOOST_REQUIRE(rules != nullptr);
    BOOST_TEST(rules->after.find("a:read") != std::string::npos);
    BOOST_TEST(wide.newly_allowed == 1U);
}

// Whatever the rules were, after the plan no known tool runs with fewer questions than before.
BOOST_AUTO_TEST_CASE(it_only_tightens) {
    for (const char* list : {"[]", "[\"*:*\"]", "[\"a:*\"]", "[\"a:wipe\"]", "[\"a:read\"]"}) {
        GuardInput input = cursor();
        input.files.back().text = std::string("{\"mcpAllowlist\": ") + list + "}";
        const GuardReport report = guard_report(input);
        const MendPlan plan = plan_mend(input, report, options());
        std::vector<ClientFile> after = input.files;
        for (ClientFile& file : after) {
            if (const auto* change = change_of(plan, file.path)) file.text = change->after;
        }
        const PromptRules was = prompt_rules(Client::cursor, input.files, {});
        const PromptRules is = prompt_rules(Client::cursor, after, {});
        for (const char* name : {"read", "wipe", "unknown"}) {
            BOOST_TEST((is.of("a", name) <= was.of("a", name)), list << " " << name);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace mcprisk::engine
