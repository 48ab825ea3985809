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
