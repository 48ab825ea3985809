#include "store/entries.h"

#include <boost/test/unit_test.hpp>
#include <chrono>

#include "build_places.h"
#include "samples.h"
#include "store/forget.h"
#include "store/sqlite.h"

using namespace mcprisk;
using namespace mcprisk::store;
using namespace mcprisk::store::testing;

namespace {

struct Book {
    TempFolder folder;
    Catalogue catalogue = open_catalogue(folder.file());

    Listing listing(const std::string& id, const std::string& tool, const std::string& origin = "x") {
        Listing made = make_listing(id, {make_tool(tool, "Says " + tool + ".")});
        made.origin = origin;
        return made;
    }
    void record(const Listing& made, Timestamp now) { catalogue.record(made, judge_all(made), now); }
    [[nodiscard]] Entries entries() const {
        return Entries::open(folder.file(), OpenMode::read_write).value();
    }
    [[nodiscard]] std::vector<std::string> ids() const {
        std::vector<std::string> found;
        for (const ServerRow& row : catalogue.servers()) found.push_back(row.id);
        return found;
    }
};

const std::vector<std::string> kBoth{"npm:a", "npm:a#12ab"};

}  // namespace

BOOST_AUTO_TEST_SUITE(entries)

BOOST_FIXTURE_TEST_CASE(entries_of_a_package_keep_tools_of_their_own, Book) {
    record(listing("npm:a", "read_it"), 10);
    record(listing("npm:a#12ab", "write_it"), 20);
    record(listing("npm:ab", "other"), 20);
    record(listing("https://h.example/mcp#12ab", "remote"), 20);
    BOOST_TEST(catalogue.tools_of("npm:a").at(0).tool.name == "read_it");
    BOOST_TEST(catalogue.tools_of("npm:a#12ab").at(0).tool.name == "write_it");
    BOOST_TEST(catalogue.tools_of("https://h.example/mcp#12ab").size() == 1U);
    BOOST_TEST(entries().of_group("npm:a") == kBoth, boost::test_tools::per_element());
    BOOST_TEST(entries().of_group("npm:nothing").empty());
    BOOST_TEST(catalogue.check().empty());
}

BOOST_FIXTURE_TEST_CASE(a_group_or_the_name_of_a_configuration_finds_its_one_entry, Book) {
    record(listing("npm:a#12ab", "one"), 10);
    record(listing("npm:abc", "two"), 10);
    BOOST_TEST(catalogue.find_server("npm:a").value().id == "npm:a#12ab");
    entries().call("npm:a#12ab", "mine");
    entries().call("npm:abc", "mine too");
    BOOST_TEST(catalogue.find_server("mine").value().id == "npm:a#12ab");
    BOOST_TEST(entries().config_names().at("npm:abc") == "mine too");
    record(listing("npm:a#34cd", "three"), 10);
    const auto several = catalogue.find_server("npm:a");
    BOOST_REQUIRE(!several.has_value());
    BOOST_TEST((several.error().code == ErrorCode::ambiguous));
    BOOST_TEST(several.error().message.find("npm:a#12ab, npm:a#34cd") != std::string::npos,
               several.error().message);
    // The plain entry is meant by its own id.
    record(listing("npm:a", "four"), 10);
    BOOST_TEST(catalogue.find_server("npm:a").value().id == "npm:a");
}

// An older catalogue has one row for all entries of a package.
BOOST_AUTO_TEST_CASE(an_entry_takes_over_what_an_older_catalogue_knows_of_it) {
    const TempFolder folder;
    Database::open(folder.file(), Database::Access::create, std::chrono::milliseconds{1000})
        .execute("preparing a test",
                 read_file(std::filesystem::path(MCPRISK_SOURCE_DIR) /
                           "tests/store/fixtures/version_1.sql"));
    Catalogue catalogue = open_catalogue(folder.file());
    const ServerRow old = catalogue.find_server("npm:notes").value();
    BOOST_REQUIRE(!old.origin.empty());
    const auto entries = Entries::open(folder.file(), OpenMode::read_write).value();
    BOOST_TEST(entries.stored_id("npm:notes#12ab", old.origin) == "npm:notes");
    BOOST_TEST(entries.stored_id("npm:notes#12ab", "npx -y notes --other") == "npm:notes#12ab");
    const std::size_t attempts = catalogue.history("npm:notes", 100).size();

    Listing other = make_listing("npm:notes#34cd", {make_tool("other")});
    other.origin = "npx -y notes --other";
    catalogue.record(other, judge_all(other), 1900000000);
    BOOST_TEST(catalogue.history("npm:notes", 100).size() == attempts);

    Listing same = make_listing("npm:notes#12ab", {make_tool("delete_note")});
    same.origin = old.origin;
    catalogue.record(same, judge_all(same), 1900000000);
    BOOST_TEST(catalogue.history("npm:notes#12ab", 100).size() == attempts + 1);
    BOOST_TEST(!catalogue.snapshot("npm:notes").has_value());
    BOOST_TEST(catalogue.query({.server_glob = "npm:notes#12ab"}).total == 1U);
    BOOST_TEST(catalogue.check().empty());
}

BOOST_FIXTURE_TEST_CASE(an_entry_takes_nothing_from_one_that_is_known_to_be_another, Book) {
    record(listing("npm:a", "plain", "npx -y a"), 10);
    record(listing("npm:a#12ab", "with_key", "npx -y a"), 20);  // variables are not in the origin
    BOOST_TEST(ids() == kBoth, boost::test_tools::per_element());
    BOOST_TEST(entries().stored_id("npm:a#34cd", "npx -y a") == "npm:a#34cd");
}

BOOST_FIXTURE_TEST_CASE(names_and_marks_survive_a_merge_in_any_order, Book) {
    record(listing("npm:a#12ab", "one"), 10);
    entries().call("npm:a#12ab", "mine");
    Book other;
    other.record(other.listing("npm:a#12ab", "one"), 20);
    other.record(other.listing("npm:a", "plain", "npx -y a"), 20);
    other.catalogue.merge(catalogue);
    catalogue.merge(other.catalogue);
    for (const Book* book : {static_cast<const Book*>(this), static_cast<const Book*>(&other)}) {
        BOOST_TEST(book->ids() == kBoth, boost::test_tools::per_element());
        BOOST_TEST(book->entries().config_names().at("npm:a#12ab") == "mine");
        BOOST_TEST(book->entries().stored_id("npm:a#99ff", "npx -y a") == "npm:a#99ff");
    }
}

BOOST_FIXTURE_TEST_CASE(what_is_forgotten_is_gone_from_the_file, Book) {
    record(listing("npm:a", "canary_tool"), 10);
    record(listing("npm:b", "shared_tool"), 10);
    record(listing("npm:c", "shared_tool"), 10);
    const std::vector<std::string> unknown{"npm:a", "npm:z"};
    BOOST_TEST((forget_servers(folder.file(), unknown).error().code == ErrorCode::not_found));
    BOOST_TEST(ids().size() == 3U);
    const std::vector<std::string> some{"npm:a", "npm:b"};
    const Forgotten gone = forget_servers(folder.file(), some).value();
    BOOST_TEST(gone.servers == 2U);
    BOOST_TEST(gone.observations == 2U);
    BOOST_TEST(gone.listings == 2U);
    BOOST_TEST(gone.tool_versions == 1U);
    BOOST_TEST(ids() == std::vector<std::string>{"npm:c"}, boost::test_tools::per_element());
    BOOST_TEST(catalogue.query({.text = "canary"}).total == 0U);
    BOOST_TEST(catalogue.query({.text = "shared"}).total == 1U);
    BOOST_TEST(catalogue.check().empty());
    BOOST_TEST(read_file(folder.file()).find("canary_tool") == std::string::npos);
    // It can come back.
    record(listing("npm:a", "canary_tool"), 20);
    BOOST_TEST(catalogue.query({.text = "canary"}).total == 1U);
}

BOOST_FIXTURE_TEST_CASE(what_is_in_force_is_not_forgotten_for_its_age, Book) {
    record(listing("npm:a", "first_tool"), 10);
    record(listing("npm:a", "second_tool"), 20);
    catalogue.record(make_failure("npm:a", Outcome::unreachable, "x"), {}, 30);
    catalogue.record(make_failure("npm:a", Outcome::unreachable, "x"), {}, 40);
    const Forgotten gone = forget_before(folder.file(), 100).value();
    BOOST_TEST(gone.servers == 0U);
    BOOST_TEST(gone.observations == 2U);
    BOOST_TEST(gone.listings == 1U);
    BOOST_TEST(gone.tool_versions == 1U);
    BOOST_TEST(catalogue.tools_of("npm:a").at(0).tool.name == "second_tool");
    BOOST_TEST(catalogue.history("npm:a", 10).size() == 2U);
    BOOST_TEST(catalogue.check().empty());
    BOOST_TEST(forget_before(folder.file(), 100).value().observations == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
