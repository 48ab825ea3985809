// Merging is a union: whatever the order, whichever into which, and as often as one likes.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <random>

#include "samples.h"
#include "store/sqlite.h"

using namespace mcprisk;
using namespace mcprisk::store;
using namespace mcprisk::store::testing;

namespace {

// Everything that a catalogue knows, without the numbers of its rows.
std::string known(const std::filesystem::path& file) {
    Database database =
        Database::open(file, Database::Access::read, std::chrono::milliseconds(1000));
    std::string text;
    for (const char* sql :
         {"SELECT s.name, s.title, s.description, s.source, s.version, s.transport, s.origin, "
          "s.first_seen, o.at, o.outcome, o.failure, g.at, hex(l.hash), j.rules_version, "
          "j.judged_at FROM servers AS s LEFT JOIN observations AS o ON o.id = s.last_observation "
          "LEFT JOIN observations AS g ON g.id = s.last_listed "
          "LEFT JOIN listings AS l ON l.id = s.current_listing "
          "LEFT JOIN judgements AS j ON j.id = s.current_judgement ORDER BY 1",
          "SELECT s.name, hex(l.hash), l.first_seen, l.title, l.description, l.version, "
          "l.transport FROM listings AS l JOIN servers AS s ON s.id = l.server_id ORDER BY 1, 2",
          "SELECT s.name, o.at, o.outcome, hex(l.hash), o.failure, o.origin, o.flags, "
          "o.elapsed_ms FROM observations AS o JOIN servers AS s ON s.id = o.server_id "
          "LEFT JOIN listings AS l ON l.id = o.listing_id ORDER BY s.name, o.at, o.id",
          "SELECT s.name, hex(l.hash), j.rules_version, j.judged_at, hex(t.hash), hex(v.hash) "
          "FROM judgements AS j JOIN listings AS l ON l.id = j.listing_id "
          "JOIN servers AS s ON s.id = l.server_id "
          "LEFT JOIN judgement_verdicts AS k ON k.judgement_id = j.id "
          "LEFT JOIN tool_versions AS t ON t.id = k.tool_id "
          "LEFT JOIN verdicts AS v ON v.id = k.verdict_id ORDER BY 1, 2, 3, 5",
          "SELECT s.name, a.kind, a.value, a.evidence, a.first_seen FROM aliases AS a "
          "JOIN servers AS s ON s.id = a.server_id ORDER BY 1, 2, 3",
          "SELECT c.server, c.name, hex(t.hash), hex(v.hash), c.category, c.risk, c.confidence, "
          "c.first_seen, c.changed_at FROM current_tools AS c "
          "JOIN tool_versions AS t ON t.id = c.tool_id "
          "LEFT JOIN verdicts AS v ON v.id = c.verdict_id ORDER BY 1, 2, 3",
          "SELECT hash FROM tool_versions ORDER BY hash"}) {
        Run run(database.statement(sql));
        while (run.step()) {
            for (int column = 0; column < run.columns(); ++column) {
                text += std::string(run.optional_text(column).value_or("-")) + "|";
            }
            text += '\n';
        }
        text += "--\n";
    }
    return text;
}

enum class Words { always, sometimes_none };

// Attempts at four servers in six seconds, dealt out to three catalogues that overlap: seconds are
// shared, contents recur, judgements disagree.
class Play {
  public:
    Play(unsigned seed, Words words) : random_(seed), words_(words) {
        for (int i = 0; i < 24; ++i) events_.push_back(event(i));
        std::stable_sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) {
            return a.at < b.at;
        });
    }

    void deal(const std::filesystem::path& file) {
        Catalogue catalogue = open_catalogue(file);
        for (const Event& event : events_) {
            if (pick(2) == 0) continue;
            std::vector<Verdict> verdicts;
            if (event.listing.outcome == Outcome::listed) {
                verdicts =
                    judge_all(event.listing, kCategories[pick(3)], pick(2) == 0 ? "r1" : "r2");
            }
            catalogue.record(event.listing, verdicts, event.at, event.aliases);
        }
        for (const ListingId listing : catalogue.listings_to_judge("r3", true)) {
            if (pick(3) != 0) continue;
            Listing judged;
            judged.document = catalogue.document_of(listing);
            catalogue.judge(listing,
                            judge_all(judged, kCategories[pick(3)], "r3"),
                            5 + static_cast<int>(pick(3)));
        }
    }

  private:
    struct Event {
        Timestamp at = 0;
        Listing listing;
        std::vector<Alias> aliases;
    };

    std::size_t pick(std::size_t below) { return random_() % below; }

    std::string word(const char* kind) {
        if (words_ == Words::sometimes_none && pick(3) == 0) return {};
        return kind + std::to_string(pick(3));
    }

    Event event(int number) {
        Event event;
        event.at = 1 + static_cast<Timestamp>(pick(6));
        const std::string server = "server-" + std::to_string(pick(4));
        if (pick(3) == 0) {
            event.listing = make_failure(server, Outcome::timed_out, word("slow "));
        } else {
            std::vector<Tool> tools;
            for (const char* name : {"get", "put", "run"}) {
                if (pick(2) == 0) tools.push_back(make_tool(name, word("does ")));
            }
            event.listing = make_listing(server, std::move(tools));
            if (pick(4) == 0) event.listing.flags = {"told_by_index"};
        }
        event.listing.document.title = word("title ");
        event.listing.document.version = word("version ");
        event.listing.document.source = word("source ");
        event.listing.origin = word("origin ");
        event.listing.elapsed_ms = number;
        event.aliases = {{"registry", server, word("evidence ")}};
        return event;
    }

    std::mt19937 random_;
    Words words_;
    std::vector<Event> events_;
};

struct Three {
    Three(unsigned seed, Words words) {
        Play play(seed, words);
        for (const char* name : {"a.db", "b.db", "c.db"}) play.deal(folder.file(name));
    }

    // `into` starts as a copy of that catalogue, or empty.
    std::string merged(const std::string& into,
                       const std::vector<std::string>& from,
                       int times = 1) {
        const auto file = folder.file("merged-" + std::to_string(++made_) + ".db");
        if (!into.empty()) {
            BOOST_REQUIRE(open_catalogue(folder.file(into), OpenMode::read_only).backup(file));
        }
        {
            Catalogue catalogue = open_catalogue(file);
            std::vector<Catalogue> others;
            for (const std::string& name : from) {
                others.push_back(open_catalogue(folder.file(name), OpenMode::read_only));
            }
            for (int i = 0; i < times; ++i) {
                for (const MergeReport& report : catalogue.merge(others)) {
                    BOOST_TEST(report.damage == "");
                    if (i > 0) BOOST_TEST(report.merged.observations == 0U);
                }
            }
            BOOST_TEST(catalogue.check().empty());
        }
        return known(file);
    }

    TempFolder folder;

  private:
    int made_ = 0;
};

constexpr unsigned kPlays = 12;

}  // namespace

BOOST_AUTO_TEST_SUITE(merge_order)

BOOST_AUTO_TEST_CASE(the_order_of_the_catalogues_does_not_matter) {
    for (unsigned seed = 1; seed <= kPlays; ++seed) {
        BOOST_TEST_CONTEXT("play " << seed) {
            Three three(seed, Words::sometimes_none);
            std::vector<std::string> names{"a.db", "b.db", "c.db"};
            const std::string once = three.merged("", names);
            BOOST_TEST(once.size() > 1000U);
            while (std::next_permutation(names.begin(), names.end())) {
                BOOST_TEST(three.merged("", names) == once);
            }
            BOOST_TEST(three.merged("", names, 2) == once);
            BOOST_TEST(three.merged("", {"a.db", "b.db", "c.db", "b.db"}) == once);
        }
    }
}

BOOST_AUTO_TEST_CASE(nor_does_which_is_merged_into_which) {
    for (unsigned seed = 1; seed <= kPlays; ++seed) {
        BOOST_TEST_CONTEXT("play " << seed) {
            Three three(seed, Words::always);
            const std::string once = three.merged("", {"a.db", "b.db", "c.db"});
            BOOST_TEST(three.merged("a.db", {"b.db", "c.db"}) == once);
            BOOST_TEST(three.merged("c.db", {"a.db", "b.db"}) == once);
            BOOST_TEST(three.merged("b.db", {"b.db", "c.db", "a.db"}, 2) == once);
        }
    }
}

// What shards of one crawl know together is what one crawl knows.
BOOST_AUTO_TEST_CASE(shards_together_are_the_whole) {
    const TempFolder folder;
    {
        Catalogue whole = open_catalogue(folder.file("whole.db"));
        std::vector<Catalogue> shards;
        for (const char* name : {"1.db", "2.db", "3.db"}) {
            shards.push_back(open_catalogue(folder.file(name)));
        }
        for (std::size_t i = 0; i < 30; ++i) {
            const std::string server = "server-" + std::to_string(i % 10);
            const auto at = static_cast<Timestamp>(100 + i);
            Listing listing =
                i % 4 == 3
                    ? make_failure(server, Outcome::exited, "ended " + std::to_string(i))
                    : make_listing(server,
                                   {make_tool("get"), make_tool("put", std::to_string(i % 2))});
            listing.document.source = "index";
            const auto verdicts = listing.outcome == Outcome::listed
                                      ? judge_all(listing, kCategories[i % 5])
                                      : std::vector<Verdict>();
            const std::vector<Alias> aliases{{"registry", server, "index"}};
            whole.record(listing, verdicts, at, aliases);
            shards[i % 10 % 3].record(listing, verdicts, at, aliases);
        }
        Catalogue merged = open_catalogue(folder.file("merged.db"));
        merged.merge(shards);
    }
    BOOST_TEST(known(folder.file("merged.db")) == known(folder.file("whole.db")));
}

// The later judgement by the same rules, and the later rules, whichever catalogue has them.
BOOST_AUTO_TEST_CASE(of_two_judgements_the_later_is_shown) {
    const TempFolder folder;
    const Listing listing = make_listing("s", {make_tool("x")});
    Catalogue early = open_catalogue(folder.file("early.db"));
    Catalogue late = open_catalogue(folder.file("late.db"));
    early.record(listing, judge_all(listing, Category::write, "r1"), 100);
    late.record(listing, judge_all(listing, Category::read, "r1"), 100);
    late.judge(
        late.listings_to_judge("r2", true)[0], judge_all(listing, Category::execute, "r2"), 200);
    early.merge(late);
    BOOST_TEST((early.tools_of("s")[0].verdict.category == Category::execute));
    BOOST_TEST(early.tools_of("s")[0].verdict.rules_version == "r2");
    late.judge(
        late.listings_to_judge("r3", true)[0], judge_all(listing, Category::financial, "r3"), 300);
    const auto again = early.merge(late);
    BOOST_TEST(again.observations == 0U);  // nothing was asked again, yet more is known
    BOOST_TEST((early.tools_of("s")[0].verdict.category == Category::financial));
}

BOOST_AUTO_TEST_CASE(a_damaged_definition_is_left_out_and_the_rest_is_taken) {
    const TempFolder folder;
    {
        Catalogue bad = open_catalogue(folder.file("bad.db"));
        for (const char* server : {"a", "b", "c"}) {
            const Listing listing = make_listing(server, {make_tool(std::string("of_") + server)});
            bad.record(listing, judge_all(listing), 100);
        }
        Database raw = Database::open(
            folder.file("bad.db"), Database::Access::create, std::chrono::milliseconds(1000));
        raw.execute("damaging",
                    "UPDATE tool_versions SET definition = replace(definition, 'of_b', 'of_x') "
                    "WHERE name = 'of_b'");
    }
    Catalogue good = open_catalogue(folder.file("good.db"));
    const Listing listing = make_listing("d", {make_tool("of_d")});
    good.record(listing, judge_all(listing), 100);
    Catalogue into = open_catalogue(folder.file("into.db"));
    std::vector<Catalogue> others;
    others.push_back(open_catalogue(folder.file("bad.db"), OpenMode::read_only));
    others.push_back(std::move(good));
    std::size_t told = 0;
    const auto reports = into.merge(
        others, [&](std::size_t done, std::size_t total) { told = done == total ? done : told; });
    BOOST_TEST(told == 4U);
    BOOST_TEST(reports[0].servers_lost == 1U);
    BOOST_TEST(reports[0].damage.find("of_") != std::string::npos, reports[0].damage);
    BOOST_TEST(reports[0].merged.servers == 2U);
    BOOST_TEST(reports[1].damage == "");
    BOOST_TEST(!into.find_server("b").has_value());
    BOOST_TEST(into.tools_of("c").size() == 1U);
    BOOST_TEST(into.tools_of("d").size() == 1U);
    BOOST_TEST(into.check().empty());
}

BOOST_AUTO_TEST_CASE(torn_pages_cost_what_is_on_them) {
    const TempFolder folder;
    {
        Catalogue bad = open_catalogue(folder.file("whole.db"));
        for (int i = 0; i < 300; ++i) {
            const Listing listing =
                make_listing("server-" + std::to_string(i),
                             {make_tool("tool_" + std::to_string(i), std::string(900, 'x'))});
            bad.record(listing, judge_all(listing), 100);
        }
    }
    const std::string bytes = read_file(folder.file("whole.db"));
    std::size_t losses = 0;
    std::size_t taken = 0;
    for (const double share : {0.2, 0.5, 0.8}) {
        const auto file = folder.file("torn.db");
        std::string torn = bytes;
        const auto at = static_cast<std::size_t>(share * static_cast<double>(bytes.size() / 4096));
        std::fill_n(torn.begin() + static_cast<std::ptrdiff_t>(at * 4096), 8 * 4096, '\x5a');
        std::ofstream(file, std::ios::binary | std::ios::trunc) << torn;
        Catalogue into = open_catalogue(folder.file("into-" + std::to_string(share) + ".db"));
        std::vector<Catalogue> others;
        others.push_back(open_catalogue(file, OpenMode::read_only));
        const auto reports = into.merge(others);
        BOOST_TEST(into.check().empty());
        BOOST_TEST((reports[0].damage != "") ==
                   (reports[0].servers_lost > 0 || reports[0].broke_off));
        taken += reports[0].merged.servers;
        losses += reports[0].damage.empty() ? 0 : 1;
    }
    BOOST_TEST(losses > 0U);
    BOOST_TEST(taken > 0U);  // where the torn page is not one that names the servers
}

BOOST_AUTO_TEST_SUITE_END()
