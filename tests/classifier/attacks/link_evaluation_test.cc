#include "classifier/attacks/link_evaluation.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

namespace mcprisk::classifier::testing {
namespace {

using nlohmann::json;

LinkJudged judged(std::vector<std::string> linked, std::vector<std::string> labelled) {
    LinkJudged out;
    for (std::string& id : linked) out.verdict.attacks.push_back({std::move(id), "why"});
    out.label.attacks = std::move(labelled);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(link_evaluation)

BOOST_AUTO_TEST_CASE(right_missing_and_needless_links_are_counted) {
    std::vector<LinkJudged> all{judged({"a", "b"}, {"a", "c"}), judged({}, {}), judged({"a"}, {})};
    all[1].label.toxic_leg = true;
    all[2].verdict.findings.push_back(
        {"toxic-combination", RiskLevel::medium, "server", "a and b"});
    const LinkEvaluation e = evaluate(all);
    BOOST_TEST(e.links.right == 1U);
    BOOST_TEST(e.links.linked == 3U);
    BOOST_TEST(e.links.labelled == 2U);
    BOOST_TEST(e.links.recall() == 0.5);
    BOOST_TEST(e.legs.right == 0U);
    BOOST_TEST(e.legs.linked == 1U);
    BOOST_TEST(e.by_id.at("a").linked == 2U);
    BOOST_TEST((e.mistakes == std::vector<std::size_t>{0, 1, 2}));
    BOOST_TEST(to_json(e).at("links").at("labelled").get<int>() == 2);
    BOOST_TEST(evaluate({}).links.precision() == 0);
}

BOOST_AUTO_TEST_CASE(a_label_is_read_and_its_faults_are_named) {
    const json good = {{"server", "s"}, {"tool", "t"}, {"attacks", {"a"}}, {"toxic_leg", false}};
    BOOST_REQUIRE(read_link_label(good));
    for (const char* member : {"server", "tool", "attacks", "toxic_leg"}) {
        json bad = good;
        bad.erase(member);
        const auto read = read_link_label(bad);
        BOOST_REQUIRE(!read);
        BOOST_TEST(read.error().message.find(member) != std::string::npos);
    }
    json number = good;
    number["attacks"] = {1};
    BOOST_TEST(!read_link_label(number));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::classifier::testing
