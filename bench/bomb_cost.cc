// What hostile definitions cost to read and classify, for a byte of each, at two sizes: a cost that
// grows faster than its input shows as a ratio above one. Prints the memory at the peak too.
//
//   bomb_cost [BYTES] [WORD]     only bombs whose name holds WORD
#include <fmt/format.h>
#include <sys/resource.h>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>
#include <string>

#include "classifier/classifier.h"
#include "data/data.h"
#include "model/read_document.h"
#include "model/verdict_line.h"
#include "tests/support/bombs.h"

using namespace mcprisk;

namespace {

struct Cost {
    double nanoseconds = 0;  // for a byte
    double ratio = 0;        // bytes of the verdict for a byte of the definition
    bool unread = false;
};

Cost measure(const classifier::Classifier& classifier, const std::string& text) {
    Cost cost;
    constexpr double kLeast = 0.02;  // seconds
    int rounds = 0;
    const std::clock_t start = std::clock();
    double spent = 0;
    do {
        const auto document = parse_server_document(text);
        if (!document) break;
        const auto verdicts = classifier.classify(*document);
        std::size_t bytes = 0;
        std::string line;
        for (const Verdict& one : verdicts) {
            line.clear();
            append_verdict_line(one, line);
            bytes += line.size();
        }
        cost.ratio = static_cast<double>(bytes) / static_cast<double>(text.size());
        cost.unread = !document->tools.empty() && !document->tools.front().too_large.empty();
        ++rounds;
        spent = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    } while (spent < kLeast);
    cost.nanoseconds = spent * 1e9 / rounds / static_cast<double>(text.size());
    return cost;
}

long peak_megabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t bytes = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 50000;
    const std::string word = argc > 2 ? argv[2] : "";
    Diagnostics diagnostics;
    const auto classifier = classifier::Classifier::build(embedded::rules(),
                                                          embedded::attacks(),
                                                          diagnostics,
                                                          embedded::weights(),
                                                          classifier::RuleExamples::trusted);
    if (!classifier) return 3;
    fmt::print("{:26} {:>9} {:>9} {:>6} {:>8} {:>7}\n",
               "",
               "ns/byte",
               "x4",
               "ratio",
               "verdict",
               "peak MB");
    for (const auto* bombs : {&test::schema_bombs(), &test::text_bombs()}) {
        for (const test::Bomb& bomb : *bombs) {
            if (bomb.name.find(word) == std::string::npos) continue;
            const auto one = [&](std::size_t size) {
                return measure(*classifier, test::list_of(bomb.definition(size), 0));
            };
            const Cost small = one(bytes);
            const Cost large = one(bytes * 4);
            const Cost many =
                measure(*classifier, test::list_of(bomb.definition(bytes), bytes * 40));
            fmt::print("{:26} {:9.1f} {:9.1f} {:6.2f} {:8.2f} {:7}  {}; {} small ones: {:.1f} ns\n",
                       bomb.name,
                       small.nanoseconds,
                       large.nanoseconds,
                       large.nanoseconds / small.nanoseconds,
                       std::max(small.ratio, large.ratio),
                       peak_megabytes(),
                       small.unread   ? "not read"
                       : large.unread ? "the larger one not read"
                                      : "read",
                       40,
                       many.nanoseconds);
        }
    }
    return 0;
}
