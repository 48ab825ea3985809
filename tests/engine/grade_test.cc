#include "engine/grade.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "build_places.h"
#include "classifier/classifier.h"
#include "data/data.h"
#include "model/read_document.h"

BOOST_AUTO_TEST_SUITE(grade)

using namespace mcprisk;
using namespace mcprisk::engine;

namespace {

Grade of(std::size_t low,
         std::size_t medium,
         std::size_t high,
         std::size_t critical,
         std::size_t any_command = 0,
         std::size_t alarming = 0) {
    return grade_of(GradeCounts{.tools = {low, medium, high, critical},
                                .any_command = any_command,
                                .alarming = alarming});
}

Verdict judged(RiskLevel level) {
    Verdict verdict;
    verdict.rules_version = "r";
    verdict.risk = level;
    return verdict;
}

// Some tool or other.
Verdict any_tool(std::mt19937& random) {
    const auto below = [&](std::size_t n) { return random() % n; };
    Verdict verdict = judged(kRiskLevels[below(4)]);
    verdict.category = kCategories[below(kCategories.size())];
    if (below(3) == 0) verdict.capabilities = {"exec.shell"};
    if (below(3) == 0) {
        verdict.findings.push_back(
            {"unbounded-parameter", kRiskLevels[below(4)], "inputSchema.x", "x"});
    }
    if (below(8) == 0) {
        verdict.findings.push_back({"tool-poisoning", kRiskLevels[below(4)], "description", "x"});
    }
    return verdict;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_worst_tool_gives_the_letter) {
    BOOST_TEST(of(0, 0, 0, 0).letter == '?');
    BOOST_TEST(of(9, 0, 0, 0).letter == 'A');
    BOOST_TEST(of(9, 1, 0, 0).letter == 'B');
    BOOST_TEST(of(9, 1, 1, 0).letter == 'C');
    BOOST_TEST(of(9, 1, 1, 1).letter == 'D');
    BOOST_TEST(of(9, 1, 1, 1, 1).letter == 'F');
    BOOST_TEST(of(9, 0, 1, 0, 0, 1).letter == 'F');
}

BOOST_AUTO_TEST_CASE(a_big_harmless_server_never_outranks_a_small_deadly_one) {
    // More points are better.
    BOOST_TEST(of(100'000, 0, 0, 0).points > of(0, 1, 0, 0).points);
    BOOST_TEST(of(0, 100'000, 0, 0).points > of(0, 0, 1, 0).points);
    BOOST_TEST(of(0, 0, 100'000, 0).points > of(0, 0, 0, 1).points);
    BOOST_TEST(of(0, 0, 0, 100'000).points > of(0, 0, 0, 1, 1).points);
    // Harmless tools change nothing, dangerous ones do.
    BOOST_TEST(of(0, 0, 3, 0).points == of(5000, 400, 3, 0).points);
    BOOST_TEST(of(0, 0, 3, 0).points > of(0, 0, 4, 0).points);
    BOOST_TEST(of(0, 0, 0, 1'000'000, 1'000'000, 1'000'000).points >= 1U);
    const GradeCounts bound{.tools = {0, 0, 3, 0}};
    const GradeCounts free{.tools = {0, 0, 3, 0}, .unbounded = {0, 0, 2, 0}};
    BOOST_TEST(grade_of(bound).points > grade_of(free).points);
    BOOST_TEST(grade_in_words(free) == "3 tools of level High, 2 without limits on its input");
}

BOOST_AUTO_TEST_CASE(attention_counts_and_a_shell_is_an_f) {
    std::vector<Verdict> verdicts(3, judged(RiskLevel::low));
    verdicts[1].risk = RiskLevel::high;
    BOOST_TEST(grade_text(grade_of(verdicts)) == grade_text(of(2, 0, 1, 0)));
    verdicts[0].findings = {{"concealment", RiskLevel::high, "description", "x"}};
    BOOST_TEST(grade_of(verdicts).letter == 'F');
    // Asks for attention, and is no deceit.
    verdicts[0].findings = {{"secret-in-definition", RiskLevel::high, "description", "x"}};
    BOOST_TEST(grade_text(grade_of(verdicts)) == grade_text(of(1, 0, 2, 0)));
    // An alarm that is not sure enough.
    verdicts[0].findings = {{"tool-poisoning", RiskLevel::medium, "description", "x"}};
    BOOST_TEST(grade_text(grade_of(verdicts)) == grade_text(of(2, 0, 1, 0)));
    verdicts[1].risk = RiskLevel::critical;
    verdicts[1].category = Category::execute;
    BOOST_TEST(grade_of(verdicts).letter == 'D');
    verdicts[1].capabilities = {"exec.shell"};
    BOOST_TEST(grade_of(verdicts).letter == 'F');
    verdicts.assign(2, Verdict{});  // nobody judged them
    BOOST_TEST(grade_text(grade_of(verdicts)) == "?");
}

BOOST_AUTO_TEST_CASE(no_further_tool_makes_a_grade_better) {
    std::mt19937 random(7);
    for (int round = 0; round < 400; ++round) {
        std::vector<Verdict> verdicts{any_tool(random)};
        Grade before = grade_of(verdicts);
        for (int more = 0; more < 12; ++more) {
            verdicts.push_back(any_tool(random));
            const Grade after = grade_of(verdicts);
            BOOST_REQUIRE_MESSAGE(after.points <= before.points,
                                  grade_text(before) << " became " << grade_text(after));
            before = after;
        }
    }
}

// Graded by hand, with reasons, before the formula was written: no letter is further off than one,
// and where it is off, that stands here.
BOOST_AUTO_TEST_CASE(servers_graded_by_hand) {
    const char* given = std::getenv("MCPRISK_CORPUS");
    const std::string folder = given != nullptr ? given : MCPRISK_SOURCE_DIR "/../shared/corpus";
    std::ifstream file(MCPRISK_SOURCE_DIR "/tests/engine/grades.json");
    const auto document = nlohmann::json::parse(file);
    std::map<std::string, char> by_hand;
    for (const auto& one : document.at("graded")) {
        by_hand[one.at("server").get<std::string>()] = one.at("grade").get<std::string>().front();
        BOOST_TEST(!one.at("why").get<std::string>().empty());
    }
    BOOST_TEST(by_hand.size() >= 15U);
    Diagnostics faults;
    const auto classifier = classifier::Classifier::build(embedded::rules(),
                                                          embedded::attacks(),
                                                          faults,
                                                          embedded::weights(),
                                                          classifier::RuleExamples::trusted);
    BOOST_REQUIRE(classifier.has_value());
    std::size_t seen = 0;
    std::size_t equal = 0;
    const auto step = [](char letter) { return letter == 'F' ? 4 : letter - 'A'; };
    for (const char* name : {"/npm-live-dev.jsonl", "/servers-dev.jsonl"}) {
        std::ifstream in(folder + name);
        if (!in) BOOST_TEST_MESSAGE("skipped: no " << folder << name << "; set MCPRISK_CORPUS");
        for (std::string line; std::getline(in, line);) {
            const auto server = parse_server_document(line);
            if (!server || !by_hand.contains(server->server)) continue;
            const Grade found = grade_of(classifier->classify(*server));
            const char wanted = by_hand.at(server->server);
            ++seen;
            equal += found.letter == wanted ? 1 : 0;
            BOOST_TEST_INFO(server->server << ": by hand " << wanted << ", by formula "
                                           << grade_text(found));
            BOOST_TEST(std::abs(step(found.letter) - step(wanted)) <= 1);
            if (found.letter != wanted) {
                BOOST_TEST_MESSAGE(server->server << ": by hand " << wanted << ", by formula "
                                                  << grade_text(found));
            }
        }
    }
    if (seen > 0) BOOST_TEST(equal * 4 >= seen * 3);
}

BOOST_AUTO_TEST_SUITE_END()
