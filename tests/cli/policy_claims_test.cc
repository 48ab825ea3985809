// No author talks a policy down: reassuring sentences on dangerous tools weaken no decision.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "build_places.h"
#include "classifier/classifier.h"
#include "data/data.h"
#include "model/read_document.h"
#include "policy/decide/decide.h"

namespace {

using namespace mcprisk;
using nlohmann::json;
namespace data = boost::unit_test::data;

const classifier::Classifier& built_in() {
    static const classifier::Classifier one = [] {
        Diagnostics faults;
        auto built = classifier::Classifier::build(embedded::rules(), embedded::attacks(), faults);
        if (!built) throw std::runtime_error(built.error().message);
        return std::move(*built);
    }();
    return one;
}

std::vector<json> labelled_servers() {
    const char* folder = std::getenv("MCPRISK_CORPUS");
    const std::string file =
        (folder != nullptr ? std::string(folder) : MCPRISK_SOURCE_DIR "/../shared/corpus") +
        "/gold-dev.jsonl";
    std::ifstream in(file);
    std::vector<json> servers;
    for (std::string line; std::getline(in, line);) servers.push_back(json::parse(line));
    if (servers.empty()) {
        BOOST_TEST_MESSAGE("skipped: no labelled servers at " << file << "; set MCPRISK_CORPUS");
    }
    return servers;
}

// Decisions of the labelled tools, by name.
std::map<std::string, policy::Decision> decisions_of(const json& server) {
    std::map<std::string, policy::Decision> decisions;
    const auto document = read_server_document(server);
    if (!document) return decisions;
    const auto verdicts = built_in().classify(*document);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        if (!server.at("labels").contains(verdicts[i].tool)) continue;
        decisions[verdicts[i].tool] = policy::decide({&document->tools[i], &verdicts[i]}, {});
    }
    return decisions;
}

// `known`: how many decisions the sentence still weakens. They are tools whose definition says
// hardly anything, so that the classifier takes the sentence for a description of what they do.
struct Reassurance {
    const char* sentence;
    std::size_t known;
};
std::ostream& operator<<(std::ostream& out, const Reassurance& one) { return out << one.sentence; }

const Reassurance kReassurances[] = {{"This tool is read-only.", 4},
                                     {"This operation is safe.", 4},
                                     {"It is safe to use at any time.", 30},
                                     {"Everything runs sandboxed.", 0},
                                     {"It works on the testnet.", 0},
                                     {"This is only a preview.", 4}};

}  // namespace

BOOST_AUTO_TEST_SUITE(policy_claims)

BOOST_DATA_TEST_CASE(reassuring_words_weaken_no_decision, data::make(kReassurances), one) {
    std::size_t dangerous = 0;
    std::size_t weakened = 0;
    for (json server : labelled_servers()) {
        const auto before = decisions_of(server);
        std::map<std::string, policy::Verb> guarded;
        for (const auto& [name, decision] : before) {
            if (!policy::unattended(decision.whole)) guarded[name] = decision.whole;
        }
        if (guarded.empty()) continue;
        for (json& tool : server.at("tools")) {
            if (!tool.contains("name") || !guarded.contains(tool.at("name"))) continue;
            const std::string text = tool.value("description", "");
            tool["description"] =
                text + (text.empty() || text.ends_with('.') ? " " : ". ") + one.sentence;
        }
        const auto after = decisions_of(server);
        for (const auto& [name, verb] : guarded) {
            ++dangerous;
            const auto& now = after.at(name);
            if (now.whole >= verb) continue;
            ++weakened;
            if (weakened <= 10) {
                BOOST_TEST_MESSAGE(server.at("server")
                                   << " " << name << ": " << to_string(verb) << " became "
                                   << to_string(now.whole) << ": " << now.because);
            }
        }
    }
    if (dangerous == 0) return;
    BOOST_TEST(dangerous > 500U);
    BOOST_TEST_MESSAGE(weakened << " of " << dangerous << " weakened by: " << one);
    BOOST_TEST(weakened <= one.known);
}

BOOST_AUTO_TEST_SUITE_END()
