// How fast the catalogue takes servers in, how big it gets and how fast it answers.
//
//     store_load [SERVERS] [TOOLS_PER_SERVER] [FILE]
//
// FILE (default: a temporary one) must not exist.
#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <vector>

#include "bench/synthetic_listings.h"
#include "store/catalogue.h"

namespace {

using namespace mcprisk;
using mcprisk::bench::SyntheticListings;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

template <typename Work>
void measure(std::string_view what, int rounds, Work work) {
    std::vector<double> times;
    for (int i = 0; i < rounds; ++i) {
        const double start = wall_seconds();
        work(i);
        times.push_back((wall_seconds() - start) * 1000);
    }
    std::sort(times.begin(), times.end());
    fmt::print(
        "{:<44} median {:9.3f} ms   max {:9.3f} ms\n", what, times[times.size() / 2], times.back());
}

}  // namespace

int main(int argc, char** argv) {
    namespace fs = std::filesystem;
    const std::size_t servers = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 2000;
    const std::size_t each = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 10;
    const fs::path file =
        argc > 3 ? fs::path(argv[3])
                 : fs::temp_directory_path() / fmt::format("store_load-{}.db", ::getpid());
    if (fs::exists(file) || servers == 0 || each == 0) {
        fmt::print(stderr, "store_load: {} exists, or nothing to load\n", file.string());
        return 2;
    }
    {
        auto opened = store::Catalogue::open(file, store::OpenMode::read_write);
        if (!opened) {
            fmt::print(stderr, "store_load: {}\n", opened.error().message);
            return 3;
        }
        const auto load = [&](std::string_view what) {
            SyntheticListings maker;
            double cpu = 0;
            double wall = 0;
            std::size_t bytes = 0;
            for (std::size_t i = 0; i < servers; ++i) {
                const Listing listing = maker.listing(i, each);
                const std::vector<Verdict> verdicts = maker.verdicts(listing);
                for (const Tool& tool : listing.document.tools) bytes += tool.definition.size();
                const double c = cpu_seconds();
                const double w = wall_seconds();
                opened->record(listing, verdicts, 1);
                cpu += cpu_seconds() - c;
                wall += wall_seconds() - w;
            }
            const auto tools = static_cast<double>(servers * each);
            fmt::print(
                "{:<14} {} tools: {:.2f} s CPU, {:.2f} s wall, {:.0f} tools/s CPU, "
                "definition {:.0f} B/tool\n",
                what,
                servers * each,
                cpu,
                wall,
                tools / cpu,
                static_cast<double>(bytes) / tools);
        };
        load("first load");
        load("the same again");
    }
    fmt::print("file {:.0f} B/tool\n",
               static_cast<double>(fs::file_size(file)) / static_cast<double>(servers * each));

    const auto catalogue = store::Catalogue::open(file, store::OpenMode::read_only).value();
    const auto ask = [&](std::string_view what, const store::Query& query) {
        measure(what, 15, [&](int) { static_cast<void>(catalogue.query(query)); });
    };
    const auto id = [&](int i) {
        return fmt::format("npm:bench-{:06}", static_cast<std::size_t>(i) * 7919 % servers);
    };
    measure("tools of a server", 200, [&](int i) { static_cast<void>(catalogue.tools_of(id(i))); });
    measure("server by id", 200, [&](int i) { static_cast<void>(catalogue.find_server(id(i))); });
    measure("server by a typo", 3, [&](int) { static_cast<void>(catalogue.find_server("bnech")); });
    ask("query: all by risk, 50", {});
    ask("query: all by name, 50", {.sort = store::SortBy::name});
    ask("query: Destructive, confidence up to 0.6",
        {.category = Category::destructive, .max_confidence = 0.6});
    ask("query: one rare word", {.text = "word4711"});
    ask("query: one common word", {.text = "invoice"});
    ask("query: three words", {.text = "invoice word12 delete"});
    ask("query: a sign, as part of the text", {.text = "%"});
    ask("query: two words, category and level",
        {.text = "invoice order", .category = Category::financial, .min_risk = RiskLevel::high});
    ask("query: the start of a word", {.text = "inv"});
    ask("query: page 100 of one category",
        {.category = Category::write, .limit = 50, .offset = 5000});
    ask("query: newest first", {.sort = store::SortBy::changed});
    ask("query: one finding", {.finding = "unbounded-parameter"});
    measure("similar tools", 20, [&](int) {
        static_cast<void>(catalogue.similar_tools(id(1), "get_invoice_page", 10));
    });
    measure("all servers", 3, [&](int) { static_cast<void>(catalogue.servers()); });
    measure("stats", 5, [&](int) { static_cast<void>(catalogue.stats()); });
    if (argc <= 3) {
        for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(file.string() + suffix);
    }
    return 0;
}
