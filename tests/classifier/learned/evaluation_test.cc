#include "classifier/learned/evaluation.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

namespace mcprisk::classifier {
namespace {

Judged judged(Category label, Category verdict, RiskLevel risk, double confidence) {
    Judged one;
    one.label.category = label;
    one.label.risk = RiskLevel::low;
    one.verdict.category = verdict;
    one.verdict.risk = risk;
    one.verdict.confidence = confidence;
    return one;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(evaluation)

BOOST_AUTO_TEST_CASE(nothing_gives_nothing) { BOOST_TEST(evaluate({}).tools == 0U); }

BOOST_AUTO_TEST_CASE(figures_by_hand) {
    std::vector<Judged> all{judged(Category::read, Category::read, RiskLevel::low, 0.9),
                            judged(Category::read, Category::write, RiskLevel::medium, 0.2),
                            judged(Category::write, Category::write, RiskLevel::low, 0.8),
                            judged(Category::write, Category::read, RiskLevel::critical, 0.95)};
    all[1].label.alt = Category::write;
    const Evaluation result = evaluate(all);
    BOOST_TEST(result.accuracy == 0.5);
    BOOST_TEST(result.accuracy_with_alt == 0.75);
    BOOST_TEST(result.risk_exact == 0.5);
    BOOST_TEST(result.risk_within_one == 0.75);
    BOOST_TEST(result.categories[0].precision == 0.5);
    BOOST_TEST(result.categories[0].recall == 0.5);
    BOOST_TEST(result.macro_f1 == 0.2, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(result.confusion[0][1] == 1U);
    BOOST_TEST(result.errors_in_least_confident_tenth == 0.5);
    BOOST_REQUIRE(result.mistakes.size() == 2U);
    BOOST_TEST(result.mistakes[0] == 3U);  // the surest mistake
    // Wilson at 2 of 4: [0.150, 0.850].
    BOOST_TEST(result.accuracy_interval.low == 0.15003898915214947,
               boost::test_tools::tolerance(1e-9));
    BOOST_TEST(to_json(result).at("confusion").at("Read").at("Write") == 1);
}

BOOST_AUTO_TEST_CASE(what_is_said_against_what_was) {
    std::vector<Judged> all{judged(Category::read, Category::read, RiskLevel::low, 0.95),
                            judged(Category::read, Category::read, RiskLevel::low, 0.95),
                            judged(Category::read, Category::write, RiskLevel::medium, 0.55),
                            judged(Category::read, Category::write, RiskLevel::low, 0.65)};
    for (Judged& one : all) one.verdict.sure = 0.95;
    all[0].label.risk = RiskLevel::high;  // too mild by two steps
    const Evaluation result = evaluate(all);
    // Two that said 0.95 are right, two that said 0.55 and 0.65 are wrong: (2*0.05+0.55+0.65)/4.
    BOOST_TEST(result.calibration_error == 0.325, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(result.risk_too_mild == 0.25);
    BOOST_REQUIRE(result.sure_calibration.size() == 1U);
    BOOST_TEST(result.sure_calibration[0].accuracy == 0.75);
    BOOST_TEST(result.sure_calibration_error == 0.2, boost::test_tools::tolerance(1e-9));
    // Too harsh is not too mild.
    BOOST_TEST(result.risk_exact == 0.5);
    BOOST_TEST(result.risk_interval.low < 0.5);
    const auto json = to_json(result);
    BOOST_TEST(json.at("sure_calibration").size() == 1U);
    BOOST_TEST(json.at("calibration_error") == result.calibration_error);
    BOOST_TEST(calibration_error({}) == 0);
}

BOOST_AUTO_TEST_CASE(labels_are_read_or_refused) {
    const auto good = nlohmann::json::parse(
        R"({"labels":{"t":{"category":"Write","risk":"High","alt":null,"conf":2,"weight":0.5}}})");
    const auto labels = read_labels(good);
    BOOST_REQUIRE(labels.has_value());
    BOOST_TEST(labels->at("t").weight == 0.5);
    BOOST_TEST((labels->at("t").risk == RiskLevel::high));
    BOOST_TEST(!labels->at("t").alt.has_value());
    BOOST_TEST(!read_labels(
        nlohmann::json::parse(R"({"labels":{"t":{"category":"Wrote","risk":"High"}}})")));
    BOOST_TEST(!read_labels(nlohmann::json::parse("{}")));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::classifier
