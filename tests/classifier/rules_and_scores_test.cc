// The loader of rules, and the arithmetic of the evaluation.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "classifier/evaluation.h"
#include "tests/classifier/workbench.h"

using namespace mcprisk;
using namespace mcprisk::test;
using classifier::Classifier;
using classifier::Judged;
namespace data = boost::unit_test::data;
namespace tt = boost::test_tools;

namespace {

constexpr std::string_view kGoodRule = R"({
    "id": "verb-erase", "kind": "verb", "why": "What is erased is gone.", "words": ["erase"],
    "says": {"category": "Destructive"}, "match": ["erase_disk"], "no_match": ["list_disks"]})";

Diagnostics faults_of(const std::string& text, std::string_view file = "verb-erase.json") {
    Diagnostics diagnostics;
    const EmbeddedFile rule{file, text};
    const auto built = Classifier::build(std::span(&rule, 1), {}, diagnostics);
    BOOST_TEST(built.has_value() == !diagnostics.has_errors());
    return diagnostics;
}

// The good rule with one member replaced, or removed when `value` is null.
std::string changed(const char* member, const nlohmann::json& value) {
    auto rule = nlohmann::json::parse(kGoodRule);
    if (value.is_null()) {
        rule.erase(member);
    } else {
        rule[member] = value;
    }
    return rule.dump();
}

Judged judged(Category label, Category said, RiskLevel risk, RiskLevel said_risk, double confidence) {
    Judged one;
    one.label.category = label;
    one.label.risk = risk;
    one.verdict.category = said;
    one.verdict.risk = said_risk;
    one.verdict.confidence = confidence;
    return one;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rules_and_scores)

BOOST_AUTO_TEST_CASE(the_built_in_rules_hold_and_have_reasons) {
    const auto rules = built_in_classifier().rules();
    BOOST_TEST(rules.size() > 100U);
    BOOST_TEST(!built_in_classifier().rules_version().empty());
    for (std::size_t i = 0; i < rules.size(); ++i) {
        BOOST_TEST(rules[i].why.size() > 10U, rules[i].id);
        if (i > 0) BOOST_TEST((rules[i - 1].id < rules[i].id), rules[i].id);
    }
}

BOOST_AUTO_TEST_CASE(a_complete_rule_is_taken) {
    const Diagnostics diagnostics = faults_of(std::string(kGoodRule));
    BOOST_TEST(!diagnostics.has_errors(),
               (diagnostics.empty() ? std::string() : diagnostics.items().front().message));
}

const std::vector<std::string> kNeeded{"id", "kind", "why", "words", "says", "match", "no_match"};

BOOST_DATA_TEST_CASE(a_rule_without_a_needed_member_is_refused, data::make(kNeeded), member) {
    BOOST_TEST(faults_of(changed(member.c_str(), nullptr)).has_errors());
}

BOOST_AUTO_TEST_CASE(other_faults_are_refused_too) {
    BOOST_TEST(faults_of(changed("colour", "red")).has_errors());
    BOOST_TEST(faults_of(changed("words", nlohmann::json::array())).has_errors());
    BOOST_TEST(faults_of(changed("kind", "guess")).has_errors());
    BOOST_TEST(faults_of(changed("says", {{"category", "Evil"}})).has_errors());
    BOOST_TEST(faults_of(changed("match", {"list_disks"})).has_errors());
    BOOST_TEST(faults_of(changed("no_match", {"erase_disk"})).has_errors());
    BOOST_TEST(faults_of("{").has_errors());
    BOOST_TEST(faults_of(std::string(kGoodRule), "other-name.json").has_errors());
}

BOOST_AUTO_TEST_CASE(scores_of_a_small_example_by_hand) {
    constexpr auto R = Category::read;
    constexpr auto W = Category::write;
    constexpr auto D = Category::destructive;
    constexpr auto low = RiskLevel::low;
    constexpr auto medium = RiskLevel::medium;
    constexpr auto high = RiskLevel::high;
    std::vector<Judged> all{judged(R, R, low, low, 0.9),
                            judged(R, R, low, medium, 0.8),
                            judged(R, W, low, medium, 0.4),
                            judged(W, W, medium, medium, 0.9),
                            judged(D, W, high, medium, 0.6)};
    all[4].label.alt = W;
    all[0].label.weight = 4;
    const auto e = classifier::evaluate(all);
    BOOST_TEST(e.tools == 5U);
    BOOST_TEST(e.accuracy == 0.6, tt::tolerance(1e-9));
    BOOST_TEST(e.accuracy_with_alt == 0.8, tt::tolerance(1e-9));
    BOOST_TEST(e.accuracy_weighted == 6.0 / 8.0, tt::tolerance(1e-9));
    BOOST_TEST(e.risk_exact == 0.4, tt::tolerance(1e-9));
    BOOST_TEST(e.risk_within_one == 1.0, tt::tolerance(1e-9));
    const auto& read = e.categories[0];
    BOOST_TEST(read.precision == 1.0, tt::tolerance(1e-9));
    BOOST_TEST(read.recall == 2.0 / 3.0, tt::tolerance(1e-9));
    BOOST_TEST(read.f1 == 0.8, tt::tolerance(1e-9));
    BOOST_TEST(e.categories[1].precision == 1.0 / 3.0, tt::tolerance(1e-9));
    BOOST_TEST(e.confusion[3][1] == 1U);
    BOOST_TEST(e.mistakes.size() == 2U);
    BOOST_TEST(e.mistakes.front() == 4U);
    BOOST_TEST(e.accuracy_interval.low < 0.6);
    BOOST_TEST(e.accuracy_interval.high > 0.6);
    BOOST_TEST(classifier::evaluate({}).tools == 0U);
}

BOOST_AUTO_TEST_CASE(labels_are_read_or_refused) {
    const auto labels = classifier::read_labels(
        {{"labels", {{"t", {{"category", "Write"}, {"risk", "High"}, {"alt", nullptr}, {"conf", 2}, {"weight", 1.5}}}}}});
    BOOST_REQUIRE(labels.has_value());
    BOOST_TEST((labels->at("t").category == Category::write));
    BOOST_TEST(labels->at("t").conf == 2);
    BOOST_TEST(!labels->at("t").alt.has_value());
    BOOST_TEST(!classifier::read_labels({{"labels", {{"t", {{"category", "Evil"}, {"risk", "High"}}}}}})
                    .has_value());
}

BOOST_AUTO_TEST_SUITE_END()
