#include "crawler/mcp/revision.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <vector>

BOOST_AUTO_TEST_SUITE(revision)

using namespace mcprisk::crawler;

BOOST_AUTO_TEST_CASE(the_table_goes_from_new_to_old) {
    const auto all = revisions();
    for (std::size_t i = 1; i < all.size(); ++i) BOOST_TEST(all[i - 1].name > all[i].name);
    BOOST_TEST(is_modern(newest_modern()));
    BOOST_TEST(opens(newest_legacy(), Opening::handshake));
    BOOST_TEST(find_revision(newest_legacy())->served);
    BOOST_TEST(find_revision("2030-01-01") == nullptr);
    BOOST_TEST(!opens("2030-01-01", Opening::handshake));
    BOOST_TEST(!is_modern(""));
}

// What a second revision without a handshake would change: the newest that both sides know is
// taken.
BOOST_AUTO_TEST_CASE(of_several_revisions_the_newest_of_both_sides_is_spoken) {
    constexpr std::array<Revision, 3> kTable{{{"2027-02-02", Opening::each_request},
                                              {"2026-07-28", Opening::each_request},
                                              {"2025-11-25"}}};
    const auto best = [&](std::vector<std::string> names) {
        return newest_among(names, Opening::each_request, kTable);
    };
    BOOST_TEST(best({"2026-07-28", "2027-02-02"}) == "2027-02-02");
    BOOST_TEST(best({"2025-11-25", "2026-07-28"}) == "2026-07-28");
    BOOST_TEST(best({"2025-11-25", "2028-01-01"}).empty());
    BOOST_TEST(best({}).empty());
    const std::vector<std::string> old{"2025-11-25"};
    BOOST_TEST(newest_among(old, Opening::handshake, kTable) == "2025-11-25");
}

BOOST_AUTO_TEST_SUITE_END()
