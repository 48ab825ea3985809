#include "engine/crawl_judge.h"

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "crawler/process/temporary_directory.h"
#include "data/data.h"
#include "model/read_document.h"

namespace mcprisk::engine {
namespace {

constexpr std::size_t kLarge = std::size_t{1} << 20;

const classifier::Classifier& rules() {
    static const classifier::Classifier built = [] {
        Diagnostics diagnostics;
        return classifier::Classifier::build(embedded::rules(),
                                             embedded::attacks(),
                                             diagnostics,
                                             embedded::weights(),
                                             classifier::RuleExamples::trusted)
            .value();
    }();
    return built;
}

Listing listing_of(const std::string& server, std::size_t tools) {
    Listing listing;
    listing.document.server = server;
    for (std::size_t i = 0; i < tools; ++i) {
        Tool tool;
        tool.name = "delete_note_" + std::to_string(i);
        tool.description = "Deletes a note.";
        listing.document.tools.push_back(std::move(tool));
    }
    return listing;
}

void put(const std::filesystem::path& file, std::string_view text) { std::ofstream(file) << text; }

}  // namespace

BOOST_AUTO_TEST_SUITE(crawl_judge)

BOOST_AUTO_TEST_CASE(listings_come_back_in_their_order_with_their_verdicts) {
    std::vector<std::size_t> order;
    CrawlJudge judge(
        rules(),
        {},
        [&](std::size_t index, Listing listing, std::vector<Verdict> verdicts, std::string why) {
            order.push_back(index);
            BOOST_TEST(why.empty());
            BOOST_REQUIRE(verdicts.size() == listing.document.tools.size());
            for (std::size_t i = 0; i < verdicts.size(); ++i) {
                BOOST_TEST(verdicts[i].tool == listing.document.tools[i].name);
            }
        });
    for (std::size_t i = 0; i < 20; ++i) judge.give(i, listing_of("s", 20 - i));
    judge.collect();
    judge.finish();
    BOOST_TEST(order.size() == 20U);
    BOOST_TEST(std::is_sorted(order.begin(), order.end()));
}

// Whoever gives more than there is room for waits, and what was judged is taken meanwhile.
BOOST_AUTO_TEST_CASE(no_more_is_held_than_there_is_room_for) {
    std::size_t held = 0;
    std::size_t most = 0;
    std::size_t came = 0;
    CrawlJudge judge(
        rules(), {}, [&](std::size_t, Listing listing, std::vector<Verdict>, std::string) {
            held -= bytes_of(listing);
            ++came;
        });
    for (std::size_t i = 0; i < 12; ++i) {
        Listing listing = listing_of("s", 1);
        listing.document.instructions = std::string(CrawlJudge::kRoom / 3, 'x');
        const std::size_t bytes = bytes_of(listing);
        judge.give(i, std::move(listing));
        held += bytes;
        most = std::max(most, held);
    }
    BOOST_TEST(most <= CrawlJudge::kRoom);
    BOOST_TEST(came >= 10U);
    judge.finish();
    BOOST_TEST(came == 12U);
}

BOOST_AUTO_TEST_CASE(a_listing_that_cannot_be_judged_is_told_and_the_rest_goes_on) {
    std::vector<std::string> problems;
    CrawlJudge judge(
        rules(),
        [](const Listing& listing, std::size_t) {
            if (listing.document.server == "bomb") throw std::bad_alloc();
        },
        [&](std::size_t, Listing, std::vector<Verdict> verdicts, std::string why) {
            problems.push_back(why);
            BOOST_TEST(verdicts.empty() == !why.empty());
        });
    for (const char* server : {"a", "bomb", "b"}) judge.give(0, listing_of(server, 1));
    judge.finish();
    BOOST_REQUIRE(problems.size() == 3U);
    BOOST_TEST(problems[0].empty());
    BOOST_TEST(!problems[1].empty());
    BOOST_TEST(problems[2].empty());
}

// The program that ends while it classifies a server finds its name the next time.
BOOST_AUTO_TEST_CASE(a_server_that_ends_the_program_twice_is_known) {
    const auto folder = crawler::TemporaryDirectory::make().value();
    const std::filesystem::path file = folder.path() + "/c.db.at-work";
    for (int ends = 0; ends < 3; ++ends) {
        CrawlStrikes strikes(file, put);
        BOOST_TEST(strikes.of("bomb") == ends);
        BOOST_TEST(strikes.of("good") == 0);
        strikes.begin("good", kLarge);
        strikes.end("good");
        strikes.begin("small", 10);
        strikes.begin("bomb", kLarge);  // and no end
    }
    CrawlStrikes strikes(file, put);
    strikes.end("bomb");
    BOOST_TEST(CrawlStrikes(file, put).of("bomb") == 0);
    BOOST_TEST(!std::filesystem::exists(file));
}

BOOST_AUTO_TEST_CASE(what_is_no_note_of_ours_is_not_believed) {
    const auto folder = crawler::TemporaryDirectory::make().value();
    const std::filesystem::path file = folder.path() + "/c.db.at-work";
    for (const char* text :
         {"", "[", "{\"ended\":{\"a\":\"2\"},\"at_work\":7}", "{\"ended\":[2]}"}) {
        std::ofstream(file) << text;
        BOOST_TEST(CrawlStrikes(file, put).of("a") == 0);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::engine
