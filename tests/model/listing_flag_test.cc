#include "model/listing_flag.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

#include "build_places.h"

BOOST_AUTO_TEST_SUITE(listing_flag)

using namespace mcprisk;

BOOST_AUTO_TEST_CASE(flags_are_kept_sorted_and_once) {
    Listing listing;
    for (const ListingFlag flag :
         {ListingFlag::truncated, ListingFlag::bad_cursor, ListingFlag::truncated}) {
        add_flag(listing, flag);
    }
    BOOST_TEST((listing.flags == std::vector<std::string>{"bad_cursor", "truncated"}));
    BOOST_TEST(has_flag(listing, ListingFlag::truncated));
    BOOST_TEST(!has_flag(listing, ListingFlag::redirected));
}

BOOST_AUTO_TEST_CASE(only_a_list_that_was_had_is_incomplete) {
    Listing listing;
    add_flag(listing, ListingFlag::redirected);
    BOOST_TEST(!is_incomplete(listing));
    add_flag(listing, ListingFlag::unreadable_tool);
    BOOST_TEST(is_incomplete(listing));
    listing.outcome = Outcome::timed_out;
    BOOST_TEST(!is_incomplete(listing));
}

BOOST_AUTO_TEST_CASE(the_docs_name_every_flag_once) {
    std::ifstream in(std::string(MCPRISK_SOURCE_DIR) + "/docs/listing-flags.md");
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const auto weight = [](FlagWeight one) {
        return one == FlagWeight::note     ? "note"
               : one == FlagWeight::caveat ? "caveat"
                                           : "incomplete";
    };
    std::size_t rows = 0;
    for (std::size_t at = 0; (at = text.find("\n| `", at)) != std::string::npos; ++at) ++rows;
    BOOST_TEST(rows == listing_flags().size());
    for (const FlagRow& row : listing_flags()) {
        const std::string line = "| `" + std::string(row.word) + "` | " + weight(row.weight) +
                                 " | " + std::string(row.meaning) + " |\n";
        BOOST_TEST(text.find(line) != std::string::npos, line);
    }
}

BOOST_AUTO_TEST_SUITE_END()
