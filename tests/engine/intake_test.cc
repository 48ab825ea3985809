// One way for a listing through the house, without terminal, files or clock.
#include "engine/intake.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>

#include "data/data.h"

BOOST_AUTO_TEST_SUITE(intake)

using namespace mcprisk;
using engine::Intake;
using engine::IntakeWorld;

namespace {

const classifier::Classifier& rules() {
    static const classifier::Classifier kRules = [] {
        Diagnostics diagnostics;
        auto built = classifier::Classifier::build(embedded::rules(),
                                                   embedded::attacks(),
                                                   diagnostics,
                                                   embedded::weights(),
                                                   classifier::RuleExamples::trusted);
        BOOST_REQUIRE(built.has_value());
        return std::move(*built);
    }();
    return kRules;
}

Listing listing_of(const std::string& server, const std::string& tool) {
    Listing listing;
    listing.outcome = Outcome::listed;
    listing.document.server = server;
    Tool one;
    one.name = tool;
    one.description = "Deletes every note forever.";
    listing.document.tools = {one};
    return listing;
}

using Folders = std::map<std::string, policy::Recommendation>;

IntakeWorld world(Folders& folders) {
    IntakeWorld world{.classifier = rules(),
                      .catalogue = nullptr,
                      .settings = {},
                      .today = "2026-11-21",
                      .now = [] { return std::int64_t{0}; },
                      .policy = {},
                      .put_policy = {}};
    world.put_policy = [&](const std::string& folder, const policy::Recommendation& made) {
        folders[folder] = made;
    };
    return world;
}

}  // namespace

BOOST_AUTO_TEST_CASE(folders_do_not_depend_on_the_order_of_servers) {
    std::vector<std::string> ids{"a/b", "a:b", "A/B", "a/b"};
    std::map<std::string, std::string> before;
    for (int round = 0; round < 2; ++round) {
        std::map<std::string, std::string> now;
        Folders folders;
        Intake intake(world(folders), ids);
        for (const char* id : {"a/b", "a:b", "A/B"}) {
            folders.clear();
            const Listing listing = listing_of(id, "delete_notes");
            intake.write_policy(listing, intake.judge(listing));
            BOOST_REQUIRE_EQUAL(folders.size(), 1U);
            now[id] = folders.begin()->first;
        }
        BOOST_TEST(now.size() == 3U);
        if (round == 1) BOOST_TEST((now == before));
        before = now;
        std::reverse(ids.begin(), ids.end());
    }
}

BOOST_AUTO_TEST_CASE(what_was_settled_counts_for_verdicts_and_policies) {
    Folders folders;
    IntakeWorld settled = world(folders);
    settled.settings.overrides.push_back({.server = "*",
                                          .tool = "*",
                                          .category = {},
                                          .level = RiskLevel::low,
                                          .verb = policy::Verb::hide,
                                          .reason = "nobody here needs it",
                                          .expires = "2026-11-21"});
    Intake intake(std::move(settled), {"notes"});
    const Listing listing = listing_of("notes", "delete_notes");
    std::vector<Verdict> verdicts = intake.judge(listing);
    BOOST_REQUIRE_EQUAL(verdicts.size(), 1U);
    BOOST_TEST((verdicts[0].risk > RiskLevel::low));
    intake.write_policy(listing, verdicts);
    BOOST_REQUIRE_EQUAL(folders.at("notes").rules.size(), 1U);
    BOOST_TEST((folders.at("notes").rules[0].effect == policy::Effect::hidden));
    intake.settle(verdicts);
    BOOST_TEST((verdicts[0].risk == RiskLevel::low));
}

BOOST_AUTO_TEST_CASE(what_was_not_listed_has_neither_verdicts_nor_a_policy) {
    Folders folders;
    Intake intake(world(folders), {"notes"});
    Listing listing = listing_of("notes", "delete_notes");
    listing.outcome = Outcome::timed_out;
    const auto verdicts = intake.judge(listing);
    BOOST_TEST(verdicts.empty());
    intake.record(listing, verdicts);
    intake.write_policy(listing, verdicts);
    BOOST_TEST(folders.empty());
}

BOOST_AUTO_TEST_SUITE_END()
