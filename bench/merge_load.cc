// What merging the shards of a crawl costs: into an empty catalogue, and the same once more.
//
//     merge_load [SHARDS] [SERVERS_PER_SHARD] [TOOLS_PER_SERVER]
//
// Shards share no server, as those of a crawl; every tool is another.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <vector>

#include "bench/synthetic_listings.h"
#include "store/catalogue.h"

namespace {

namespace fs = std::filesystem;
using namespace mcprisk;

fs::path make_shard(const fs::path& folder, std::size_t k, std::size_t servers, std::size_t tools) {
    const fs::path file = folder / fmt::format("shard-{}.db", k);
    auto shard = store::Catalogue::open(file, store::OpenMode::read_write).value();
    bench::SyntheticListings maker(1000 + k);
    for (std::size_t i = 0; i < servers; ++i) {
        const Listing listing = maker.listing(k * servers + i, tools);
        shard.record(listing, maker.verdicts(listing), static_cast<store::Timestamp>(k + i));
    }
    return file;
}

void merge(std::string_view what, const fs::path& into, const std::vector<fs::path>& files) {
    auto catalogue = store::Catalogue::open(into, store::OpenMode::read_write).value();
    std::vector<store::Catalogue> shards;
    for (const fs::path& file : files) {
        shards.push_back(store::Catalogue::open(file, store::OpenMode::read_only).value());
    }
    const auto begun = std::chrono::steady_clock::now();
    const std::clock_t cpu = std::clock();
    std::size_t servers = 0;
    std::size_t tools = 0;
    for (const store::MergeReport& report : catalogue.merge(shards)) {
        servers += report.merged.servers;
        tools += report.merged.tool_versions;
        if (!report.damage.empty()) fmt::print("damage: {}\n", report.damage);
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
    const double seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    fmt::print("{:<16} {:>7} servers, {:>8} tools new: {:.2f} s CPU, {:.2f} s wall, peak {} MB\n",
               what,
               servers,
               tools,
               seconds,
               wall.count(),
               usage.ru_maxrss / 1024);
}

}  // namespace

int main(int argc, char** argv) {
    const auto number = [&](int at, std::size_t otherwise) {
        return argc > at ? std::strtoul(argv[at], nullptr, 10) : otherwise;
    };
    const std::size_t shards = number(1, 8);
    const std::size_t servers = number(2, 2000);
    const std::size_t tools = number(3, 20);
    std::string pattern = (fs::temp_directory_path() / "merge_load-XXXXXX").string();
    if (shards == 0 || servers == 0 || tools == 0 || mkdtemp(pattern.data()) == nullptr) return 2;
    const fs::path folder = pattern;
    std::vector<fs::path> files;
    std::uintmax_t bytes = 0;
    for (std::size_t k = 0; k < shards; ++k) {
        files.push_back(make_shard(folder, k, servers, tools));
        bytes += fs::file_size(files.back());
    }
    fmt::print("{} shards of {} tools, {:.0f} MB\n",
               shards,
               servers * tools,
               static_cast<double>(bytes) / 1e6);
    merge("into nothing", folder / "all.db", files);
    merge("the same again", folder / "all.db", files);
    fmt::print("merged: {:.0f} MB\n", static_cast<double>(fs::file_size(folder / "all.db")) / 1e6);
    fs::remove_all(folder);
    return 0;
}
