// How fast the catalogue takes servers in, how big it gets and how fast it answers.
//
//     store_load [SERVERS] [TOOLS_PER_SERVER] [FILE]
//
// Tools are synthetic and all different: names of a verb and two nouns, a description of 20 to 40
// words, a schema of four parameters. FILE (default: a temporary one) must not exist.
#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

#include "model/read_document.h"
#include "store/catalogue.h"

namespace {

using namespace mcprisk;
using nlohmann::json;

constexpr std::array kVerbs{"get",
                            "list",
                            "create",
                            "update",
                            "delete",
                            "search",
                            "run",
                            "send",
                            "export",
                            "sync",
                            "pay",
                            "restart"};
constexpr std::array kNouns{"issue",    "invoice",  "user",    "page",   "file",  "ticket", "order",
                            "branch",   "query",    "message", "report", "task",  "event",  "label",
                            "customer", "workflow", "secret",  "image",  "chart", "device"};

class Maker {
  public:
    Listing listing(std::size_t number, std::size_t tools) {
        Listing made;
        made.document.server = fmt::format("npm:bench-{:06}", number);
        made.transport = "stdio";
        made.origin = "npx " + made.document.server;
        for (std::size_t i = 0; i < tools; ++i) made.document.tools.push_back(tool());
        return made;
    }

    std::vector<Verdict> verdicts(const Listing& listing) {
        std::vector<Verdict> all;
        for (const Tool& tool : listing.document.tools) {
            Verdict v;
            v.server = listing.document.server;
            v.tool = tool.name;
            v.definition_hash = tool.definition_hash;
            v.rules_version = "bench";
            v.category = kCategories[pick(kCategories.size())];
            v.risk = v.base_risk = v.risk_without_claims = base_risk(v.category);
            v.confidence = static_cast<double>(5000 + pick(5000)) / 10000;
            v.capabilities = {"data.write", "net.out"};
            v.evidence = {{"verb", "name", tool.name, "Write", Basis::structure},
                          {"phrase",
                           "description",
                           tool.description.substr(0, 40),
                           "Write",
                           Basis::structure}};
            v.reason = fmt::format("The name {} and the description say so.", tool.name);
            if (pick(10) == 0) {
                v.findings = {{"unbounded-parameter", RiskLevel::medium, "inputSchema", "query"}};
            }
            v.attacks = {{"runaway-bulk-writes", "data.write"}};
            all.push_back(std::move(v));
        }
        return all;
    }

  private:
    std::size_t pick(std::size_t below) { return random_() % below; }
    template <typename Words>
    std::string word(const Words& words) {
        return words[pick(words.size())];
    }

    Tool tool() {
        json properties;
        for (int i = 0; i < 4; ++i) {
            properties[word(kNouns) + fmt::format("_{}", i)] = {{"type", "string"},
                                                                {"description", text(5)}};
        }
        const std::string name = word(kVerbs) + "_" + word(kNouns) + "_" + word(kNouns);
        return read_tool({{"name", fmt::format("{}_{}", name, ++made_)},
                          {"description", text(20 + pick(20))},
                          {"inputSchema", {{"type", "object"}, {"properties", properties}}}})
            .value();
    }

    std::string text(std::size_t words) {
        std::string out;
        for (std::size_t i = 0; i < words; ++i) {
            out += (i == 0 ? "" : " ") +
                   (pick(3) == 0 ? fmt::format("word{}", pick(5000)) : word(kNouns));
        }
        return out;
    }

    std::mt19937_64 random_{42};
    std::size_t made_ = 0;
};

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
            Maker maker;
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
