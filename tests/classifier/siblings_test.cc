#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <random>

#include "model/verdict.h"
#include "tests/classifier/fixture.h"

namespace mcprisk::classifier::testing {
namespace {

// Own words, after the manner of an analytics server whose names end in the verb.
ServerDocument analytics(bool described) {
    const auto tool = [&](const std::string& name, const std::string& text) {
        return R"({"name":")" + name + R"(","description":")" + (described ? text : "") +
               R"(","inputSchema":{"type":"object"}})";
    };
    return document(R"({"server":"piwik-pro-mcp","title":"Analytics","tools":[)" +
                    tool("analytics_goals_create", "Sets up a new goal for an app.") + "," +
                    tool("analytics_goals_list", "Lists the goals of an app.") + "," +
                    tool("analytics_goals_delete", "Deletes a goal.") + "," +
                    tool("analytics_goals_update", "Updates a goal.") + "," +
                    tool("audiences_create", "Create a new audience from rules.") + "," +
                    tool("audiences_list", "Lists audiences.") + "," +
                    tool("audiences_get", "Returns one audience.") + "]}");
}

ServerDocument pictures(bool described) {
    const std::string text =
        described ? "Record views and clicks for the variants of an experiment." : "";
    return document(R"({"server":"pictify-mcp-server","tools":[
        {"name":"pictify_track_experiment_events","description":")" +
                    text + R"(","inputSchema":{"type":"object"}},
        {"name":"pictify_get_experiment_events","description":"","inputSchema":{"type":"object"}},
        {"name":"pictify_create_experiment","description":"","inputSchema":{"type":"object"}},
        {"name":"pictify_list_experiments","description":"","inputSchema":{"type":"object"}}]})");
}

void check_seed(const Verdict& verdict) {
    BOOST_TEST_CONTEXT(verdict.tool << ": " << verdict.reason) {
        BOOST_TEST(to_string(verdict.category) == "Write");
        BOOST_TEST(to_string(verdict.risk) == "Medium");
        BOOST_TEST(to_string(verdict.risk_without_claims) == "Medium");
        BOOST_TEST(verdict.findings.empty());
    }
}

bool names_siblings(const Verdict& verdict) {
    return std::any_of(verdict.evidence.begin(), verdict.evidence.end(), [](const Evidence& one) {
        return one.field == "siblings" && !one.text.empty();
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(siblings)

BOOST_AUTO_TEST_CASE(seeds_with_text) {
    const auto verdicts = classifier().classify(analytics(true));
    check_seed(verdict_of(verdicts, "analytics_goals_create"));
    check_seed(verdict_of(verdicts, "audiences_create"));
    check_seed(classifier().classify(pictures(true)).front());
}

BOOST_AUTO_TEST_CASE(seeds_without_text_lean_on_siblings) {
    const auto verdicts = classifier().classify(analytics(false));
    for (const char* name : {"analytics_goals_create", "audiences_create"}) {
        check_seed(verdict_of(verdicts, name));
        BOOST_TEST(names_siblings(verdict_of(verdicts, name)));
    }
    const auto verdict = classifier().classify(pictures(false)).front();
    check_seed(verdict);
    BOOST_TEST(names_siblings(verdict));
    BOOST_TEST(verdict.reason.find("pictify_get_experiment_events") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_a_sibling_adds_is_only_taken_off) {
    const auto with = classifier().classify(document(
        R"({"server":"x","tools":[{"name":"add_friend","inputSchema":{}},{"name":"remove_friend","inputSchema":{}}]})"));
    BOOST_TEST(to_string(verdict_of(with, "remove_friend").category) == "Write");
    const auto without = classifier().classify(document(
        R"({"server":"x","tools":[{"name":"create_friend","inputSchema":{}},{"name":"remove_friend","inputSchema":{}}]})"));
    BOOST_TEST(to_string(verdict_of(without, "remove_friend").category) == "Destructive");
}

BOOST_AUTO_TEST_CASE(order_of_tools_changes_no_verdict) {
    ServerDocument server = analytics(false);
    const auto before = classifier().classify(server);
    std::mt19937 random(7);
    for (int round = 0; round < 20; ++round) {
        std::shuffle(server.tools.begin(), server.tools.end(), random);
        for (const Verdict& verdict : classifier().classify(server)) {
            BOOST_TEST(to_json(verdict).dump() == to_json(verdict_of(before, verdict.tool)).dump());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::classifier::testing
