// What is decided of a scan's servers before anybody is asked: no loop, no terminal, no catalogue.
#include "engine/scan_plan.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(scan_plan)

using namespace mcprisk;
using crawler::Target;
using engine::ScanChoice;
using engine::ScanItem;

namespace {

Target server_named(const std::string& id) {
    Target target;
    target.id = id;
    target.how = crawler::HttpTarget{"https://h.example/" + id, {}, {}};
    return target;
}

// The one listing that came of `target`.
Listing settled(Target target, const ScanChoice& choice) {
    auto done = engine::settle_items({std::move(target)}, choice);
    BOOST_REQUIRE_EQUAL(done.items.size(), 1U);
    BOOST_REQUIRE(std::holds_alternative<Listing>(done.items[0]));
    return std::get<Listing>(done.items[0]);
}

ScanChoice everybody_consents() {
    ScanChoice choice;
    choice.consents = [](const Target&) { return true; };
    return choice;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_may_be_asked_stays_a_target_in_its_place) {
    Target named = server_named("b");
    named.config_name = "docs";
    Listing known;
    known.document.server = "recorded";
    std::vector<ScanItem> items{server_named("a"), known, named};
    const auto done = engine::settle_items(std::move(items), everybody_consents());
    BOOST_REQUIRE_EQUAL(done.items.size(), 3U);
    BOOST_TEST(std::get<Target>(done.items[0]).id == "a");
    BOOST_TEST(std::get<Listing>(done.items[1]).document.server == "recorded");
    BOOST_TEST(std::get<Target>(done.items[2]).id == "b");
    BOOST_REQUIRE_EQUAL(done.names.size(), 1U);
    BOOST_TEST(done.names.at("b") == "docs");
}

BOOST_AUTO_TEST_CASE(a_server_is_not_asked_where_it_is_off_or_lacks_something_or_nobody_consents) {
    Target off = server_named("off");
    off.disabled = true;
    BOOST_TEST((settled(off, everybody_consents()).outcome == Outcome::disabled));

    Target lacking = server_named("lacking");
    lacking.unresolved = {"ACME_KEY"};
    const Listing lacks = settled(lacking, everybody_consents());
    BOOST_TEST((lacks.outcome == Outcome::needs_configuration));
    BOOST_TEST(lacks.failure.find("ACME_KEY") != std::string::npos);

    ScanChoice nobody;
    nobody.consents = [](const Target&) { return false; };
    const Listing refused = settled(server_named("a"), nobody);
    BOOST_TEST((refused.outcome == Outcome::not_started));
    BOOST_TEST(refused.failure.find("--yes") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_configuration_of_a_folder_gets_nothing_of_this_machine_unsaid) {
    Target stranger = server_named("s");
    stranger.of_project = true;
    stranger.source = ".mcp.json";
    stranger.takes = {"HOME"};
    const Listing listing = settled(stranger, everybody_consents());
    BOOST_TEST((listing.outcome == Outcome::needs_configuration));
    BOOST_TEST(listing.failure.find("HOME") != std::string::npos);
    BOOST_TEST(listing.failure.find("--project-variables") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_a_run_nobody_is_asked_for_consent) {
    ScanChoice choice;
    choice.no_run = true;
    choice.consents = [](const Target&) -> bool {
        BOOST_ERROR("asked for consent");
        return true;
    };
    const Listing listing = settled(server_named("a"), choice);
    BOOST_TEST((listing.outcome == Outcome::not_started));
    BOOST_TEST(listing.failure.find("no catalogue") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
