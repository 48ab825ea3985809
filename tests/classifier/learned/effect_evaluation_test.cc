#include "classifier/learned/effect_evaluation.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "build_places.h"
#include "classifier/learned/halves.h"
#include "model/read_document.h"

namespace mcprisk::classifier::testing {
namespace {

using nlohmann::json;

json one() {
    json out = {{"id", "e-x"},
                {"server", "s"},
                {"effect", true},
                {"kind", "passive"},
                {"why", "because"},
                {"expected", {{"category", "Write"}, {"risk", nullptr}, {"also", {"Execute"}}}}};
    out["half"] = std::string(1, half_of("s"));
    return out;
}

EffectJudged judged(bool effect, Category expected, Category said, RiskLevel level) {
    EffectJudged out;
    out.label.effect = effect;
    out.label.kind = "k";
    out.label.category = expected;
    out.label.risk = RiskLevel::high;
    out.verdict.category = said;
    out.verdict.risk = level;
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(effect_evaluation)

BOOST_AUTO_TEST_CASE(a_line_is_read_and_its_faults_are_named) {
    const auto good = read_effect_label(one());
    BOOST_REQUIRE(good);
    BOOST_TEST(!good->risk);
    BOOST_TEST(good->also.size() == 1U);
    for (const auto& [member, value] : std::vector<std::pair<std::string, json>>{
             {"id", ""},
             {"half", half_of("s") == 'A' ? "B" : "A"},
             {"effect", "yes"},
             {"expected", {{"category", "Reed"}}},
             {"expected", {{"category", "Read"}, {"risk", "Mild"}}},
             {"expected", {{"category", "Read"}, {"also", {"Nothing"}}}}}) {
        json bad = one();
        bad[member] = value;
        const auto read = read_effect_label(bad);
        BOOST_REQUIRE(!read);
        BOOST_TEST(read.error().message.find(member) != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(seen_and_wrong_are_counted) {
    std::vector<EffectJudged> all{
        judged(true, Category::write, Category::write, RiskLevel::high),
        judged(true, Category::write, Category::write, RiskLevel::low),
        judged(true, Category::write, Category::read, RiskLevel::low),
        judged(false, Category::read, Category::read, RiskLevel::high),
        judged(false, Category::read, Category::destructive, RiskLevel::high)};
    const EffectEvaluation e = evaluate(all);
    BOOST_TEST(e.effects.understood == 2U);
    BOOST_TEST(e.effects.levels_right == 1U);
    BOOST_TEST(e.decoys.definitions - e.decoys.understood == 1U);
    BOOST_TEST((e.mistakes == std::vector<std::size_t>{2, 4}));
    BOOST_TEST(to_json(e).at("decoys").at("wrong").get<int>() == 1);
    all[2].label.also.push_back(Category::read);
    BOOST_TEST(evaluate(all).effects.understood == 3U);
}

// The set in the repository: every line can be read, ids and tool names are told apart, both halves
// and both sorts are there in number.
BOOST_AUTO_TEST_CASE(the_set_is_well_formed) {
    std::ifstream in(std::filesystem::path(MCPRISK_SOURCE_DIR) / "data/eval/effects.jsonl");
    BOOST_REQUIRE(in);
    std::set<std::string> ids;
    std::map<std::pair<bool, char>, std::size_t> counts;
    for (std::string line; std::getline(in, line);) {
        const json value = json::parse(line);
        const auto label = read_effect_label(value);
        BOOST_TEST_REQUIRE(label.has_value(), line);
        BOOST_TEST(ids.insert(label->id).second, label->id);
        ++counts[{label->effect, label->half}];
        std::vector<std::string> problems;
        const auto document = read_server_document(value, &problems);
        BOOST_TEST_REQUIRE(document.has_value(), label->id);
        BOOST_TEST(problems.empty(), label->id);
        BOOST_TEST(!document->tools.empty(), label->id);
    }
    for (const bool effect : {false, true}) {
        for (const char half : {'A', 'B'}) {
            const std::size_t definitions = counts[{effect, half}];
            BOOST_TEST(definitions >= 150U, half << ' ' << definitions);
        }
    }
}

BOOST_AUTO_TEST_CASE(halves_do_not_move) {
    // By the last digit of `printf %s NAME | sha256sum`.
    BOOST_TEST(half_of("hello") == 'A');
    BOOST_TEST(half_of("abc") == 'B');
    BOOST_TEST(half_of("") == 'B');
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::classifier::testing
