#include "engine/fail_on.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace mcprisk;
using namespace mcprisk::engine;
namespace data = boost::unit_test::data;

namespace {

Verdict verdict(const std::string& tool, RiskLevel risk, const std::string& hash = "h1") {
    Verdict v;
    v.server = "s";
    v.tool = tool;
    v.risk = risk;
    v.definition_hash = hash;
    return v;
}

FailOn parsed(std::string_view text) {
    auto result = FailOn::parse(text);
    BOOST_REQUIRE_MESSAGE(result.has_value(), text);
    return *result;
}

const KnownBefore kBefore{true, {{"old", {"h1", RiskLevel::medium}}}};

}  // namespace

BOOST_AUTO_TEST_SUITE(fail_on)

BOOST_AUTO_TEST_CASE(a_level_in_any_case_is_met_by_it_and_by_worse) {
    for (const char* word : {"high", "High", "HIGH"}) {
        BOOST_TEST(parsed(word).met({verdict("t", RiskLevel::critical)}, {}).size() == 1U);
        BOOST_TEST(parsed(word).met({verdict("t", RiskLevel::medium)}, {}).empty());
    }
}

BOOST_AUTO_TEST_CASE(history_decides_new_raised_and_drift) {
    const auto met = [](std::string_view condition, const Verdict& v) {
        return !parsed(condition).met({v}, kBefore).empty();
    };
    BOOST_TEST(!met("new=high", verdict("old", RiskLevel::critical)));
    BOOST_TEST(met("new=high", verdict("fresh", RiskLevel::high)));
    BOOST_TEST(met("raised", verdict("old", RiskLevel::high)));
    BOOST_TEST(!met("raised", verdict("old", RiskLevel::medium)));
    BOOST_TEST(met("drift", verdict("old", RiskLevel::medium, "h2")));
    BOOST_TEST(!met("drift", verdict("old", RiskLevel::medium)));
    BOOST_TEST(parsed("drift").met({verdict("a", RiskLevel::low)}, KnownBefore{}).empty());
    BOOST_TEST(parsed("drift").met({}, kBefore).size() == 1U);
}

BOOST_AUTO_TEST_CASE(findings_count_by_their_severity) {
    Verdict v = verdict("t", RiskLevel::low);
    v.findings = {{"tool-poisoning", RiskLevel::high, "description", "x"}};
    BOOST_TEST(parsed("finding=high").met({v}, {}).size() == 1U);
    BOOST_TEST(parsed("finding=critical").met({v}, {}).empty());
    BOOST_TEST(parsed("critical, finding=Medium").met({v}, {}).size() == 1U);
}

const std::vector<std::string> kWrong{
    "", "hihg", "new", "new=", "new=hihg", "high,,low", "raised=high"};

BOOST_DATA_TEST_CASE(unknown_words_are_refused_and_never_mean_never, data::make(kWrong), text) {
    const auto result = FailOn::parse(text);
    BOOST_REQUIRE(!result.has_value());
    BOOST_TEST(result.error().message.find("--fail-on") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
