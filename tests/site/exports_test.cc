// Whole exports of a small catalogue. MCPRISK_ACCEPT=1 writes the golden pages anew: read them
// then.
#include "site/export.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "build_places.h"
#include "data/data.h"
#include "tests/store/samples.h"

using namespace mcprisk;
using namespace mcprisk::site;
using namespace mcprisk::store::testing;
namespace fs = std::filesystem;

namespace {

struct Small {
    TempFolder folder;
    store::Catalogue catalogue = open_catalogue(folder.file());
    ExportInput input;
    engine::CatalogueChoice choice{.everything = true};

    Small() {
        BOOST_REQUIRE(load_templates(embedded::site(), ""));
        input.options.private_export = true;
        input.options.rules_version = "r1";
        input.rules = {{"verb-delete", "verb", "What is deleted is gone.", "Destructive", "{}"}};
        input.accuracy.sentence = "0.9 of all.";
        input.accuracy.where_it_fails = {"Here."};
        input.threads = 2;
        put("npm:notes", "Deletes a note for good.", 1'700'000'000);
        put("npm:other", "Deletes a note of somebody.", 1'700'000'000);
        put("files", "Deletes a file.", 1'700'000'000);
    }

    void put(const std::string& server, const std::string& says, store::Timestamp at) {
        Listing listing = make_listing(
            server, {make_tool("delete_note", says), make_tool("list_notes", "Lists notes.")});
        listing.document.description = "Keeps <b>notes</b>.";
        listing.origin = "/home/canary-user/secret-place";
        std::vector<Verdict> verdicts = judge_all(listing);
        Verdict& first = verdicts[0];
        first.category = Category::destructive;
        first.risk = first.base_risk = first.risk_without_claims = RiskLevel::high;
        first.capabilities = {"destroy.item"};
        first.reason = "Destructive: \"Deletes\" in its description says so.";
        first.sentence = "Deletes a note";
        first.evidence = {{"verb-delete",
                           "description",
                           "Deletes",
                           "Destructive",
                           Basis::structure,
                           "description",
                           "remove"}};
        first.findings = {{"tool-poisoning", RiskLevel::medium, "description", "canary-mild"},
                          {"concealment", RiskLevel::high, "description", "canary-grave"}};
        first.attacks = {{"local-drive-wipe", "canary-incident"}};
        catalogue.record(listing, verdicts, at);
    }

    ExportReport run(const std::string& name, bool resume = false) {
        const auto bulk = store::BulkReader::open(folder.file());
        BOOST_REQUIRE(bulk);
        const engine::CatalogueView view = engine::read_catalogue_view(catalogue, *bulk, choice);
        input.view = &view;
        input.state = catalogue_state(bulk->server_keys(), "", input.options, "test");
        std::map<std::string, store::ServerRow> rows;
        for (const store::ServerRow& row : catalogue.servers()) rows[row.id] = row;
        input.reader = [&]() -> ReadServer {
            auto own = std::make_shared<store::Catalogue>(
                open_catalogue(folder.file(), store::OpenMode::read_only));
            auto reader = std::make_shared<store::BulkReader>(
                std::move(*store::BulkReader::open(folder.file())));
            return [&, own, reader](std::uint32_t server) {
                const engine::ServerLine& line = view.servers[server];
                return engine::read_server_view(
                    *own, *reader, rows.at(line.id), line.key, line.aliases, !choice.everything);
            };
        };
        input.texts = [&](const TakeText& take) { engine::each_text(view, *bulk, take); };
        if (resume) input.state += "x";
        auto done = export_site(folder.path() / name, input);
        BOOST_REQUIRE_MESSAGE(done, done.error().message);
        return std::move(*done);
    }

    std::string file(const std::string& name) { return read_file(folder.path() / name); }
};

std::map<std::string, std::string> all_files(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            files[fs::relative(entry.path(), folder)] = read_file(entry.path());
        }
    }
    return files;
}

void is_golden(const std::string& name, const std::string& now) {
    const fs::path golden = fs::path(MCPRISK_SOURCE_DIR) / "tests/site/golden" / name;
    if (std::getenv("MCPRISK_ACCEPT") != nullptr) std::ofstream(golden, std::ios::binary) << now;
    std::ifstream in(golden, std::ios::binary);
    const std::string before{std::istreambuf_iterator<char>(in), {}};
    BOOST_TEST(now == before, name << " is not as it was; MCPRISK_ACCEPT=1 accepts it");
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(exports, Small)

BOOST_AUTO_TEST_CASE(pages_of_a_server_and_a_tool) {
    run("site");
    is_golden("server.html", file("site/s/npm/notes.html"));
    is_golden("tool.html", file("site/t/npm/notes/delete_note.html"));
    is_golden("tool.json", file("site/t/npm/notes/delete_note.json"));
}

BOOST_AUTO_TEST_CASE(twice_is_the_same_and_nothing_is_written_again) {
    const ExportReport first = run("one");
    BOOST_TEST(first.written > 100U);
    run("two");
    BOOST_TEST((all_files(folder.path() / "one") == all_files(folder.path() / "two")));
    BOOST_TEST(run("one").up_to_date);
    input.threads = 1;
    run("three");
    BOOST_TEST((all_files(folder.path() / "one") == all_files(folder.path() / "three")));
}

BOOST_AUTO_TEST_CASE(one_changed_server_rewrites_its_own_pages) {
    run("site");
    put("files", "Deletes a file, and says so.", 1'700'000'500);
    const ExportReport again = run("site");
    BOOST_TEST(again.skipped == 2U);
    bool own = false;
    for (const std::string& path : again.changed) {
        own = own || path == "s/files.html";
        const bool page = path.starts_with("s/") || path.starts_with("t/");
        BOOST_TEST((!page || path.starts_with("s/files") || path.starts_with("t/files/")), path);
    }
    BOOST_TEST(own);
    run("fresh");
    BOOST_TEST((all_files(folder.path() / "site") == all_files(folder.path() / "fresh")));
}

BOOST_AUTO_TEST_CASE(a_run_that_was_killed_is_taken_up) {
    run("whole");
    run("site");
    // As a kill leaves it: no state, a part with a line that was cut, a page half done.
    const fs::path site = folder.path() / "site";
    fs::rename(site / ".mcprisk-site", site / ".mcprisk-site.part");
    std::ofstream(site / ".mcprisk-site.part", std::ios::app) << "U\tnpm/not";
    fs::remove(site / "s/npm/notes.html");
    fs::remove(site / "index.html");
    std::ofstream(site / "s/files.html.new~") << "half";
    std::string part = read_file(site / ".mcprisk-site.part");
    const auto at = part.find("U\tnpm/notes\t");
    BOOST_REQUIRE(at != std::string::npos);
    part.erase(at, part.find('\n', at) + 1 - at);
    std::ofstream(site / ".mcprisk-site.part") << part;
    const ExportReport again = run("site");
    BOOST_TEST(again.skipped == 2U);
    fs::remove(site / "s/files.html.new~");
    BOOST_TEST((all_files(site) == all_files(folder.path() / "whole")));
}

BOOST_AUTO_TEST_CASE(foreign_folders_and_files_stay) {
    fs::create_directory(folder.path() / "full");
    std::ofstream(folder.path() / "full/mine.txt") << "mine";
    const auto refused = Folder::open(folder.path() / "full", "x");
    BOOST_REQUIRE(!refused);
    BOOST_TEST(refused.error().message.find("was not written by mcprisk") != std::string::npos);
    run("site");
    std::ofstream(folder.path() / "site/mine.txt") << "mine";
    // A state file that somebody else wrote must not lead out of the folder.
    std::ofstream(folder.path() / "precious.html") << "precious";
    std::ofstream(folder.path() / "site/.mcprisk-site", std::ios::app)
        << "U\tx\ty\t../precious.html\t/etc/hostname\n";
    put("files", "Deletes a file, and says so.", 1'700'000'500);
    run("site");
    BOOST_TEST(file("site/mine.txt") == "mine");
    BOOST_TEST(file("precious.html") == "precious");
}

BOOST_AUTO_TEST_CASE(what_is_gone_forwards) {
    run("site");
    input.options.tool_pages = ToolPages::none;
    const ExportReport again = run("site");
    BOOST_TEST(again.forwarded == 6U);
    const std::string page = file("site/t/npm/notes/list_notes.html");
    BOOST_TEST(page.find("No longer here") != std::string::npos);
    BOOST_TEST(page.find("../../../s/npm/notes.html") != std::string::npos);
    BOOST_TEST(!fs::exists(folder.path() / "site/t/npm/notes/list_notes.json"));
}

BOOST_AUTO_TEST_CASE(only_what_is_public_is_published) {
    choice.everything = false;
    input.options.private_export = false;
    Listing secret = make_listing("npm:secret", {make_tool("look")});
    secret.credential_class = "configured";
    const Alias alias{"npm", "secret", "index"};
    catalogue.record(secret, judge_all(secret), 1'700'000'000, {&alias, 1});
    const Alias known{"npm", "notes", "index"};
    Listing listing = make_listing("npm:notes", {make_tool("delete_note", "Deletes a note.")});
    catalogue.record(listing, judge_all(listing), 1'600'000'000, {&known, 1});
    run("site");
    BOOST_TEST(fs::exists(folder.path() / "site/s/npm/notes.html"));
    BOOST_TEST(!fs::exists(folder.path() / "site/s/npm/other.html"));
    BOOST_TEST(!fs::exists(folder.path() / "site/s/npm/secret.html"));
    for (const auto& [path, bytes] : all_files(folder.path() / "site")) {
        for (const char* canary :
             {"canary-user", "canary-mild", "canary-incident", "secret-place"}) {
            BOOST_TEST(bytes.find(canary) == std::string::npos, canary << " in " << path);
        }
        BOOST_TEST((!path.ends_with(".html") || bytes.find("noindex") != std::string::npos), path);
    }
    BOOST_TEST(file("site/s/npm/notes.html").find("canary-grave") != std::string::npos);
    // What a page does not say is not said by a list or by the search either.
    BOOST_TEST(file("site/findings/concealment.html").find("delete_note") != std::string::npos);
    BOOST_TEST(file("site/findings/tool-poisoning.html").find("delete_note") == std::string::npos);
    BOOST_TEST(file("site/attacks/local-drive-wipe.html").find("delete_note") == std::string::npos);
    BOOST_TEST(file("site/search/i/0.js").find("finding:concealment") != std::string::npos);
    BOOST_TEST(file("site/search/i/0.js").find("finding:tool-poisoning") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(packed_files_unpack_to_the_same) {
    input.options.packed = true;
    run("site");
    const std::string page = file("site/s/npm/notes.html");
    const std::string packed = file("site/s/npm/notes.html.gz");
    BOOST_REQUIRE(packed.size() > 20U);
    BOOST_TEST(packed.size() < page.size() / 2);
    BOOST_TEST(packed.substr(0, 2) == "\x1f\x8b");
    BOOST_TEST(packed.substr(4, 4) == std::string(4, '\0'));  // no time
    // The last four bytes are the length, low byte first.
    std::size_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        size |= std::size_t{static_cast<unsigned char>(packed[packed.size() - 4 + i])} << 8 * i;
    }
    BOOST_TEST(size == page.size());
    input.options.packed = false;
    run("site");
    BOOST_TEST(!fs::exists(folder.path() / "site/s/npm/notes.html.gz"));
}

BOOST_AUTO_TEST_CASE(accuracy_is_read_from_the_measured_file) {
    std::string_view text;
    for (const EmbeddedFile& one : embedded::site()) {
        if (one.name == "accuracy.json") text = one.text;
    }
    const Accuracy accuracy = read_accuracy(text);
    BOOST_TEST(accuracy.sentence.find("have the right category") != std::string::npos);
    BOOST_TEST(accuracy.tables.size() == 3U);
    BOOST_TEST(accuracy.rules.contains("verb-delete"));
    BOOST_TEST(accuracy.ordinary > 100U);
    std::size_t labelled = 0;
    for (const auto& row : accuracy.confusion) {
        for (const std::size_t n : row) labelled += n;
    }
    BOOST_TEST(labelled > 3000U);
    BOOST_CHECK_THROW((void)read_accuracy("{}"), std::exception);
}

// README's table is written by bench/measure_accuracy.py from the same file.
BOOST_AUTO_TEST_CASE(readme_says_what_was_measured) {
    std::string_view text;
    for (const EmbeddedFile& one : embedded::site()) {
        if (one.name == "accuracy.json") text = one.text;
    }
    const std::string readme = read_file(fs::path(MCPRISK_SOURCE_DIR) / "README.md");
    const auto begin = readme.find("<!-- measured: accuracy -->");
    BOOST_REQUIRE(begin != std::string::npos);
    const std::string table = readme.substr(begin, readme.find("<!-- end -->") - begin);
    const Accuracy accuracy = read_accuracy(text);
    for (const auto& row : accuracy.tables.at(0).rows) {
        for (std::size_t i = 1; i < row.size(); ++i) {
            std::string number = row[i];
            if (number.empty()) continue;
            if (number.find('.') == std::string::npos && number.size() > 3) {
                number.insert(number.size() - 3, ",");
            }
            BOOST_TEST(table.find(" " + number + " ") != std::string::npos,
                       row[0] << " is " << number << ": bench/measure_accuracy.py --readme");
        }
    }
}

BOOST_AUTO_TEST_CASE(private_hosts) {
    for (const char* url : {"http://localhost/x",
                            "https://10.0.0.1",
                            "https://wiki",
                            "https://[::1]/",
                            "https://a.internal/mcp",
                            "https://u@b.local:80/",
                            "http://1.2.3.4:99/x"}) {
        BOOST_TEST(engine::is_private_host(url), url);
    }
    BOOST_TEST(!engine::is_private_host("https://api.service.com/mcp"));
    BOOST_TEST(!engine::is_private_host("some-package"));
}

BOOST_AUTO_TEST_CASE(what_is_published_of_a_verdict) {
    BOOST_TEST(!engine::publishable(Finding{"concealment", RiskLevel::medium, "", ""}));
    BOOST_TEST(engine::publishable(Finding{"concealment", RiskLevel::high, "", ""}));
    BOOST_TEST(engine::publishable(Finding{"unbounded-parameter", RiskLevel::low, "", ""}));
    Verdict verdict;
    const AttackLink pattern{"over-privileged-exec", ""};
    BOOST_TEST(!engine::publishable(pattern, verdict));
    verdict.evidence = {{"r", "name", "delete", "Destructive", Basis::structure, "name", "remove"}};
    BOOST_TEST(engine::publishable(pattern, verdict));
    BOOST_TEST(!engine::publishable(AttackLink{"local-drive-wipe", ""}, verdict));
}

BOOST_AUTO_TEST_SUITE_END()
