// How many tools of the corpus each rule speaks of, beside a file that says how many it did. A
// change of reach is a visible diff: run with MCPRISK_ACCEPT=1 to write the file anew and read it.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "build_places.h"
#include "model/base/json.h"
#include "model/read_document.h"
#include "tests/classifier/workbench.h"

using namespace mcprisk;
using namespace mcprisk::test;

namespace {

std::string corpus_file() {
    const char* folder = std::getenv("MCPRISK_CORPUS");
    const std::string base = folder != nullptr ? folder : MCPRISK_SOURCE_DIR "/../shared/corpus";
    return base + "/servers-dev.jsonl";
}

// "rule:verb-delete", "finding:…", "capability:…", "attack:…" with the number of tools.
std::map<std::string, int> count_reach(std::istream& in) {
    std::map<std::string, int> reach;
    std::string line;
    while (std::getline(in, line)) {
        const auto document = parse_server_document(line);
        if (!document) continue;
        for (const Verdict& verdict : built_in_classifier().classify(*document)) {
            std::set<std::string> seen;
            for (const Evidence& one : verdict.evidence) seen.insert("rule:" + one.rule);
            for (const Finding& one : verdict.findings) seen.insert("finding:" + one.id);
            for (const std::string& one : verdict.capabilities) seen.insert("capability:" + one);
            for (const auto& one : verdict.attacks) seen.insert("attack:" + one.id);
            seen.insert("category:" + std::string(to_string(verdict.category)));
            for (const std::string& one : seen) ++reach[one];
        }
    }
    return reach;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reach)

BOOST_AUTO_TEST_CASE(of_every_rule_is_as_written_down) {
    std::ifstream corpus(corpus_file());
    if (!corpus) {
        BOOST_TEST_MESSAGE("skipped: no corpus at " << corpus_file());
        return;
    }
    std::ostringstream now;
    for (const auto& [what, tools] : count_reach(corpus)) now << what << '\t' << tools << '\n';
    const std::string golden = MCPRISK_SOURCE_DIR "/tests/classifier/golden/reach.tsv";
    if (std::getenv("MCPRISK_ACCEPT") != nullptr) std::ofstream(golden) << now.str();
    std::ifstream file(golden);
    std::ostringstream before;
    before << file.rdbuf();
    std::istringstream a(before.str());
    std::istringstream b(now.str());
    std::map<std::string, std::string> old;
    std::string what;
    std::string tools;
    while (a >> what >> tools) old[what] = tools;
    std::string changes;
    while (b >> what >> tools) {
        if (old[what] != tools) changes += what + ": " + old[what] + " -> " + tools + "\n";
        old.erase(what);
    }
    for (const auto& [gone, count] : old) changes += gone + ": " + count + " -> none\n";
    BOOST_TEST(changes.empty(), "reach has changed; MCPRISK_ACCEPT=1 accepts it:\n" << changes);
}

BOOST_AUTO_TEST_SUITE_END()
