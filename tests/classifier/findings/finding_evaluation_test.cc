#include "classifier/findings/finding_evaluation.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "build_places.h"
#include "tests/classifier/fixture.h"

namespace mcprisk::classifier::testing {
namespace {

PoisonJudged judged(bool poisoned, const char* style, std::optional<Finding> finding) {
    PoisonJudged one;
    one.label = {poisoned, style, "A"};
    if (finding) one.verdict.findings.push_back(*finding);
    return one;
}

const Finding kHigh{"concealment", RiskLevel::high, "description", "x"};
const Finding kSlip{"invisible-unicode", RiskLevel::low, "description", "x"};
const Finding kFault{"unbounded-parameter", RiskLevel::high, "inputSchema.properties.q", "x"};

struct Measured {
    PoisonEvaluation evaluation;
    std::size_t tools = 0;
};

// The labelled sets of the repository with one part of each or all.
Measured measure(const char* file, const std::string& half) {
    std::ifstream in(std::filesystem::path(MCPRISK_SOURCE_DIR) / "data/eval" / file);
    BOOST_REQUIRE(in);
    std::vector<PoisonJudged> all;
    for (std::string line; std::getline(in, line);) {
        const auto value = nlohmann::json::parse(line);
        BOOST_REQUIRE(has_poison_labels(value));
        const auto labels = read_poison_labels(value);
        BOOST_REQUIRE(labels);
        for (const Verdict& verdict : classifier().classify(document(line))) {
            const auto label = labels->find(verdict.tool);
            if (label == labels->end() || (!half.empty() && label->second.part != half)) continue;
            all.push_back({verdict, label->second});
        }
    }
    return {evaluate(all), all.size()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(finding_evaluation)

BOOST_AUTO_TEST_CASE(recall_and_false_alarms_are_counted) {
    const std::vector<PoisonJudged> all{judged(true, "a", kHigh),
                                        judged(true, "a", std::nullopt),
                                        judged(true, "b", kFault),
                                        judged(false, "c", kSlip),
                                        judged(false, "c", kHigh)};
    const PoisonEvaluation e = evaluate(all);
    BOOST_TEST(e.poisoned.tools == 3U);
    BOOST_TEST(e.poisoned.flagged == 1U);
    BOOST_TEST(e.ordinary.flagged == 1U);
    BOOST_TEST(e.ordinary.share == 0.5);
    BOOST_TEST(e.poisoned_styles.at("a").flagged == 1U);
    BOOST_TEST(e.poisoned_parts.at("A").tools == 3U);
    BOOST_TEST(e.poisoned.interval.low > 0.0);
    BOOST_TEST(e.poisoned.interval.high < 1.0);
    BOOST_TEST((e.mistakes == std::vector<std::size_t>{1, 2, 4}));
    BOOST_TEST(e.reach.at("concealment") == 2U);
    const auto json = to_json(e);
    BOOST_TEST(json.at("false_alarm_rate").get<double>() == 0.5);
    BOOST_TEST(json.at("poisoned").at("tools").get<int>() == 3);
}

BOOST_AUTO_TEST_CASE(labels_are_told_from_those_of_categories) {
    BOOST_TEST(has_poison_labels(nlohmann::json::parse(R"({"labels":{"x":{"poisoned":true}}})")));
    BOOST_TEST(!has_poison_labels(nlohmann::json::parse(R"({"labels":{"x":{"risk":"Low"}}})")));
    const auto bad =
        read_poison_labels(nlohmann::json::parse(R"({"labels":{"x":{"poisoned":"yes"}}})"));
    BOOST_REQUIRE(!bad);
    BOOST_TEST(bad.error().message.find("x") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_labelled_sets_stay_above_their_marks) {
    const Measured poisoned = measure("poisoned.jsonl", "");
    BOOST_TEST(poisoned.tools >= 150U);
    // G is free wording that hardly anything finds yet: docs/findings.md.
    for (const char* part : {"A", "B", "C", "D", "E"}) {
        BOOST_TEST(poisoned.evaluation.poisoned_parts.at(part).share >= 0.90, part);
    }
    BOOST_TEST(poisoned.evaluation.poisoned_parts.at("F").share >= 0.20);
    BOOST_TEST(poisoned.evaluation.poisoned_styles.size() >= 12U);
    const Measured ordinary = measure("imperative.jsonl", "");
    BOOST_TEST(ordinary.tools >= 150U);
    BOOST_TEST(ordinary.evaluation.ordinary.share <= 0.05);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::classifier::testing
