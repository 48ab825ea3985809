#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "fixtures.h"
#include "policy/decide/wording.h"
#include "policy/document/evaluate.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::policy;
using mcprisk::policy::testing::make_tool;
using mcprisk::policy::testing::make_verdict;
namespace data = boost::unit_test::data;

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::string all_of(const PlainWords& words) {
    std::string text =
        words.effect + words.rest + words.why_a_policy + words.how_to_limit + words.how_to_block;
    for (const std::string& step : words.steps) text += step;
    return text;
}

PlainWords words_for(Category category, RiskLevel risk, const Options& options = {}) {
    const Tool tool = make_tool("t");
    const Verdict verdict = make_verdict(tool, category, risk);
    return plain_words({&tool, &verdict}, options);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plain_words_of_rules)

BOOST_AUTO_TEST_CASE(the_effect_is_said_as_the_rule_has_it) {
    BOOST_TEST(words_for(Category::read, RiskLevel::low).effect ==
               "Every call is let through, without limit.");
    BOOST_TEST(contains(words_for(Category::write, RiskLevel::medium).effect,
                        "at most 30 calls a minute per grant"));
    BOOST_TEST(contains(words_for(Category::execute, RiskLevel::high).effect,
                        "A person has to decide on each call. policy.json cannot ask one"));
    BOOST_TEST(
        contains(words_for(Category::destructive, RiskLevel::critical).effect, "tools/list"));
    BOOST_TEST(
        contains(words_for(Category::financial, RiskLevel::high).effect, "Nothing can approve"));
}

BOOST_DATA_TEST_CASE(answers_use_only_fields_that_exist,
                     data::xrange(std::size_t{5}) * data::make({false, true}),
                     index,
                     compat) {
    const Category category = kCategories.at(index);
    const auto text = all_of(words_for(category, base_risk(category), {.compat = compat}));
    for (const char* invented : {"rate_limit", "\"action\"", "session", "\"reason\"", "rules"}) {
        BOOST_TEST_INFO(invented);
        BOOST_TEST(!contains(text, invented));
    }
    BOOST_TEST(contains(text, "hide"));
}

BOOST_AUTO_TEST_CASE(why_names_what_is_special_about_this_tool) {
    const Tool tool = make_tool("run_query",
                                {{"sql", {{"type", "string"}}},
                                 {"limit", {{"type", "integer"}}},
                                 {"force", {{"type", "boolean"}}}},
                                {"sql"});
    Verdict verdict = make_verdict(tool, Category::execute, RiskLevel::high);
    verdict.risk_without_claims = RiskLevel::critical;
    verdict.evidence = {{"verb", "name", "run", "Execute"}};
    verdict.capabilities = {"data.db_read", "exec.sql"};
    verdict.attacks = {{"query-tool-injection", "exec.sql from \"sql\""}};
    verdict.confidence = 0.4;
    verdict.alternative = Alternative{Category::read, 0.3};
    const auto why = plain_words({&tool, &verdict}, {}).why_a_policy;
    for (const char* part : {"\"run_query\" is Execute, Critical",
                             "its name says \"run\"",
                             "caller's query to a database",
                             "no bound on \"sql\"",
                             "The switch \"force\"",
                             "query-tool-injection",
                             "would make it High",
                             "not certain (40 %); the next best is Read"}) {
        BOOST_TEST_INFO(why);
        BOOST_TEST(contains(why, part));
    }
    const Tool other = make_tool("run_report");
    const Verdict plain = make_verdict(other, Category::execute, RiskLevel::critical);
    BOOST_TEST(plain_words({&other, &plain}, {}).why_a_policy != why);
}

BOOST_AUTO_TEST_CASE(conditions_are_told_one_by_one) {
    const Tool tool = make_tool(
        "manage", {{"action", {{"type", "string"}, {"enum", {"get", "delete"}}}}}, {"action"});
    Verdict verdict = make_verdict(tool, Category::destructive, RiskLevel::high);
    verdict.evidence.clear();
    const auto words = plain_words({&tool, &verdict}, {});
    BOOST_TEST(contains(words.effect, "denied unless \"args.action\" is given"));
    BOOST_TEST(contains(words.effect, "denied if \"args.action\" is \"delete\""));
    BOOST_TEST(contains(words.effect, "Other calls are let through, at most 300 calls an hour"));
    BOOST_TEST(contains(words.rest, "Usable values of action: \"get\""));
    BOOST_TEST(contains(words.why_a_policy, "nothing in its definition says what it does"));
}

BOOST_AUTO_TEST_CASE(the_trial_is_a_command_to_copy_and_says_what_the_rule_does) {
    const Tool tool = make_tool("it's",
                                {{"action", {{"type", "string"}, {"enum", {"get", "delete"}}}},
                                 {"id", {{"type", "integer"}}}},
                                {"action", "id"});
    Verdict verdict = make_verdict(tool, Category::destructive, RiskLevel::high);
    verdict.evidence.clear();
    const JudgedTool judged{&tool, &verdict};
    const auto step = plain_words(judged, {}).steps.at(3);
    BOOST_TEST(
        contains(step, R"(--tool 'it'\''s' --args '{"action":"get","id":1}' must say allowed)"));
    BOOST_TEST(contains(step, R"(--args '{"action":"delete","id":1}' must say denied)"));
    const auto document = recommend("s", {&judged, 1}, {}).policy_json;
    BOOST_TEST(evaluate(document, "it's", R"({"action":"get","id":1})")->allowed);
    BOOST_TEST(!evaluate(document, "it's", R"({"action":"delete","id":1})")->allowed);
}

BOOST_AUTO_TEST_CASE(what_opens_a_denied_tool_is_a_rule_that_works) {
    const Tool tool = make_tool("create_refund", {{"amount", {{"type", "integer"}}}}, {"amount"});
    const Verdict verdict = make_verdict(tool, Category::financial, RiskLevel::critical);
    const auto answer = plain_words({&tool, &verdict}, {}).how_to_limit;
    const auto begin = answer.find('{');
    const auto rule = answer.substr(begin, answer.rfind('}') - begin + 1);
    const auto document =
        R"({"version":"1","default":"deny","tools":{"create_refund":)" + rule + "}}";
    BOOST_TEST(evaluate(document, "create_refund", R"({"amount":50})")->allowed);
    BOOST_TEST(!evaluate(document, "create_refund", R"({"amount":51})")->allowed);
}

BOOST_AUTO_TEST_CASE(every_documented_capability_but_two_has_its_danger) {
    for (const char* tag : {"exec.shell",
                            "fs.read",
                            "net.send",
                            "msg.publish",
                            "mem.write",
                            "vcs.write",
                            "data.secret_read",
                            "money.detail",
                            "destroy.infra",
                            "loop.poll"}) {
        BOOST_TEST(!danger_of(tag).empty());
    }
    BOOST_TEST(danger_of("host").empty());
    BOOST_TEST(danger_of("meta.text").empty());
}

BOOST_AUTO_TEST_SUITE_END()
