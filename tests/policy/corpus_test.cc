// Policies for real servers, as the classifier judges them: where a folder with them is at hand.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "build_places.h"
#include "classifier/classifier.h"
#include "data/data.h"
#include "model/base/text.h"
#include "model/read_document.h"
#include "judged_server.h"
#include "judges.h"
#include "policy/decide/combine.h"
#include "policy/decide/settings.h"
#include "policy/decide/trial.h"
#include "policy/document/evaluate.h"
#include "policy/document/sequences.h"
#include "policy/targets/client_names.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::policy;

std::string folder() {
    const char* given = std::getenv("MCPRISK_CORPUS");
    return given != nullptr ? given : MCPRISK_SOURCE_DIR "/../shared/corpus";
}

struct Judged {
    ServerDocument document;
    std::vector<Verdict> verdicts;
    [[nodiscard]] std::vector<JudgedTool> tools() const {
        std::vector<JudgedTool> all;
        for (std::size_t i = 0; i < verdicts.size(); ++i) {
            all.push_back({&document.tools[i], &verdicts[i]});
        }
        return all;
    }
};

// Servers with at most `most` tools each; empty, and said so, where there is no such file.
const std::vector<Judged>& live_servers() {
    static const std::vector<Judged> all = [] {
        std::vector<Judged> servers;
        std::ifstream in(folder() + "/npm-live-dev.jsonl");
        if (!in) {
            BOOST_TEST_MESSAGE("skipped: no servers in " << folder() << "; set MCPRISK_CORPUS");
            return servers;
        }
        Diagnostics faults;
        const auto classifier = classifier::Classifier::build(embedded::rules(),
                                                              embedded::attacks(),
                                                              faults,
                                                              embedded::weights(),
                                                              classifier::RuleExamples::trusted);
        BOOST_REQUIRE(classifier.has_value());
        for (std::string line; std::getline(in, line);) {
            auto document = parse_server_document(line);
            if (!document || document->tools.size() > 70) continue;
            auto verdicts = classifier->classify(*document);
            servers.push_back({std::move(*document), std::move(verdicts)});
        }
        return servers;
    }();
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(corpus)

// What is recommended for a server by itself leaves no sequence through all three legs in what is
// written, with values that a person named as without; and the search would have found one.
BOOST_AUTO_TEST_CASE(no_sequence_is_left_on_forty_servers) {
    Settings answered;
    answered.values.hosts = {"api.example.com", "*.example.org"};
    answered.values.roots = {"/srv/data"};
    answered.values.recipients = {"example.com"};
    answered.values.branches = {"feature/*"};
    std::size_t servers = 0;
    std::size_t cut = 0;
    std::size_t uncut_paths = 0;
    for (const Judged& one : live_servers()) {
        if (++servers > 40) break;
        const std::string& name = one.document.server;
        const auto path_in = [&](const std::string& document) {
            const Written written{name, document, one.tools()};
            const auto searched = find_sequence({&written, 1});
            BOOST_REQUIRE_MESSAGE(searched.has_value(), name);
            return searched->found ? searched->found->calls[2] : std::string();
        };
        for (const Preset preset : {Preset::recommended, Preset::permissive, Preset::strict}) {
            for (const Settings* settings : {static_cast<const Settings*>(nullptr),
                                             static_cast<const Settings*>(&answered)}) {
                const Options options{.preset = preset, .settings = settings};
                Combination done;
                const auto tools = decide_server(name, one.tools(), options, &done);
                if (done.found) ++cut;
                const auto path = path_in(document_of(name, tools, options).policy_json);
                BOOST_TEST(path == "", name << ", " << to_string(preset) << ": " << path);
                // Where nothing was cut there was nothing to cut.
                if (done.found) BOOST_TEST(!done.tools.empty(), name);
            }
        }
        const auto uncut = document_of(name, decide_all(one.tools(), {}), {}).policy_json;
        if (!path_in(uncut).empty()) ++uncut_paths;
    }
    if (servers == 0) return;
    BOOST_TEST_MESSAGE(uncut_paths << " of " << std::min<std::size_t>(servers, 40)
                                   << " servers have a path without the cut");
    BOOST_TEST(cut > 0U);
    BOOST_TEST(uncut_paths > 0U);
}

// The engines' own code decides probing calls: never more is let through than policy.json lets, and
// what it lets run without a limit is let through where the engine can see the arguments.
BOOST_AUTO_TEST_CASE(engines_let_no_more_through_than_the_document) {
    using nlohmann::json;
    struct Asked {
        const char* engine;
        std::size_t at;
        json calls;
        std::vector<bool> document;  // what policy.json says of each
        std::vector<Verb> verb;      // without conditions
    };
    json cases = json::object();
    std::vector<Asked> asked;
    // Cedar reads its policies again for each call: all forty are a heavy test.
    const char* asked_for = std::getenv("MCPRISK_ENGINE_SERVERS");
    const std::size_t most = asked_for != nullptr ? std::stoul(asked_for) : 4;
    std::size_t servers = 0;
    for (const Judged& one : live_servers()) {
        if (++servers > most) break;
        for (const Preset preset : {Preset::recommended, Preset::strict, Preset::permissive}) {
            const Options options{.preset = preset};
            // A package's server is often called like this, and Gemini CLI rewrites it.
            const std::string name = servers % 3 == 0 ? "mcp" : servers % 3 == 1 ? "s" : "my srv";
            const NamedServer server{name, one.document.server, "", decide_all(one.tools(), options)};
            const auto document = document_of(server.id, server.tools, options).policy_json;
            json calls = json::array();
            std::vector<bool> lets;
            std::vector<Verb> verbs;
            for (const Decided& decided : server.tools) {
                json base = sample_arguments(*decided.judged.tool);
                std::vector<json> probes{base};
                for (const Parameter& p : decided.judged.tool->parameters) {
                    if (p.path != p.name || probes.size() > 8) continue;
                    json listed = base;
                    listed[p.name] = json::array({"secret"});
                    probes.push_back(std::move(listed));
                    json chosen = base;
                    chosen[p.name] = p.choices.empty() ? json(true) : json(p.choices.back());
                    probes.push_back(std::move(chosen));
                }
                for (const json& arguments : probes) {
                    const auto ruling =
                        evaluate(document, decided.judged.tool->name, arguments.dump());
                    BOOST_REQUIRE(ruling.has_value());
                    calls.push_back({{"tool", decided.judged.tool->name}, {"args", arguments}});
                    lets.push_back(ruling->allowed);
                    verbs.push_back(decided.decision.verb);
                }
            }
            for (const auto& [engine, word] : {std::pair{"cedar", "cedar"},
                                               {"cel", "agentgateway"},
                                               {"agentcore", "agentcore"},
                                               {"gemini", "gemini"}}) {
                cases[engine].push_back(
                    {{"text", render(testing::target(word), std::span(&server, 1), {}).text},
                     {"server", name},
                     {"calls", calls}});
                asked.push_back({engine, cases[engine].size() - 1, calls, lets, verbs});
            }
        }
    }
    if (servers == 0) return;
    const auto answers = testing::ask_judges(cases);
    if (!answers) {
        BOOST_TEST_MESSAGE("skipped: the engines of tests/policy/engines are out of reach");
        return;
    }
    std::map<std::string, std::size_t> compared;
    for (const Asked& one : asked) {
        const json& decisions = answers->at(one.engine);
        if (decisions.is_null()) continue;
        for (std::size_t i = 0; i < one.calls.size(); ++i) {
            const json& said = decisions.at(one.at).at(i);
            const bool allowed = said == "allow";
            BOOST_TEST_INFO(one.engine << " " << said << " on " << one.calls[i]);
            BOOST_TEST((allowed || said == "deny" || said == "ask_user"));
            BOOST_TEST((!allowed || one.document[i]));
            if (one.verb[i] == Verb::allow) BOOST_TEST(allowed);
            if (std::string_view(one.engine) == "gemini" && one.verb[i] >= Verb::deny) {
                BOOST_TEST(said == "deny");
            }
            ++compared[one.engine];
        }
    }
    for (const auto& [engine, count] : compared) {
        BOOST_TEST_MESSAGE(engine << ": " << count << " calls compared");
    }
    BOOST_TEST(compared["cedar"] > 50U);
}

// For programs that are run outside of this one (tests/heavy/policy_engines_test.sh): settings of ten
// servers at a time, their tools, and the verb that each name must get.
BOOST_AUTO_TEST_CASE(cases_for_programs_are_written_where_they_are_asked_for) {
    using nlohmann::json;
    const char* where = std::getenv("MCPRISK_ENGINE_CASES");
    if (where == nullptr) return;
    constexpr std::size_t kAtOnce = 10;
    const auto& live = live_servers();
    for (const Preset preset : {Preset::recommended, Preset::strict, Preset::permissive}) {
        for (std::size_t first = 0; first < std::min<std::size_t>(live.size(), 40);
             first += kAtOnce) {
            std::vector<NamedServer> servers;
            json tools = json::object();
            for (std::size_t i = first; i < std::min(first + kAtOnce, live.size()); ++i) {
                // Odd names as well: a space and a letter that no client writes as it is.
                const std::string name = (i % 4 == 0 ? "my srv " : i % 4 == 1 ? "sérv" : "srv_") +
                                         std::to_string(i);
                servers.push_back(
                    {name, name, "", decide_all(live[i].tools(), {.preset = preset})});
                tools[name] = json::array();
                for (const Decided& one : servers.back().tools) {
                    tools[name].push_back(one.judged.tool->name);
                }
            }
            json expected = json::object();
            for (const NamedServer& server : servers) {
                for (const Decided& one : server.tools) {
                    auto& verb =
                        expected[claude_tool_name(server.name, one.judged.tool->name)];
                    const auto ours = without_limit(std::min(one.decision.verb, Verb::deny));
                    const auto before = verb.is_null() ? std::optional<Verb>(Verb::allow)
                                                       : parse_verb(verb.get<std::string>());
                    verb = to_string(std::max(*before, ours));
                }
            }
            const std::string stem = std::string(where) + "/" + std::string(to_string(preset)) +
                                     "-" + std::to_string(first);
            std::ofstream(stem + ".tools.json") << tools.dump();
            std::ofstream(stem + ".expected.json") << expected.dump();
            std::ofstream(stem + ".settings.json")
                << render(testing::target("claude-code"), servers, {}).text;
        }
    }
}

// Strict is never milder than recommended, nor recommended than permissive, for any call.
BOOST_AUTO_TEST_CASE(presets_keep_their_order) {
    for (const Judged& one : live_servers()) {
        for (const JudgedTool& tool : one.tools()) {
            const Decision permissive = decide(tool, {.preset = Preset::permissive});
            const Decision recommended = decide(tool, {.preset = Preset::recommended});
            const Decision strict = decide(tool, {.preset = Preset::strict});
            BOOST_TEST_INFO(tool.verdict->server << ": " << tool.tool->name << ": " << permissive.id
                                                 << " " << recommended.id << " " << strict.id);
            BOOST_TEST((permissive.whole <= recommended.whole && recommended.whole <= strict.whole));
            BOOST_TEST((permissive.rest <= recommended.rest && recommended.rest <= strict.rest));
            BOOST_TEST((permissive.verb <= recommended.verb && recommended.verb <= strict.verb));
        }
    }
}

// What a careful administrator leaves on; tests/policy/careful says why, tool by tool.
BOOST_AUTO_TEST_CASE(recommended_is_what_a_careful_administrator_leaves_on) {
    std::map<std::pair<std::string, std::string>, const JudgedTool*> known;
    std::vector<std::vector<JudgedTool>> kept;
    for (const Judged& one : live_servers()) {
        kept.push_back(one.tools());
    }
    for (const auto& tools : kept) {
        for (const JudgedTool& tool : tools) known[{tool.verdict->server, tool.tool->name}] = &tool;
    }
    if (known.empty()) return;
    std::ifstream in(MCPRISK_SOURCE_DIR "/tests/policy/careful/ten_servers.tsv");
    BOOST_REQUIRE(in);
    std::size_t tools = 0;
    std::size_t same = 0;
    std::string differences;
    std::size_t lax = 0;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with('#')) continue;
        const auto parts = split(line, '\t');
        BOOST_REQUIRE(parts.size() == 5U);
        const auto found = known.find({std::string(parts[0]), std::string(parts[1])});
        BOOST_REQUIRE_MESSAGE(found != known.end(), line);
        const Decision decision = decide(*found->second, {});
        const int ours = unattended(decision.whole) ? 0 : decision.whole == Verb::ask ? 1 : 2;
        const int theirs = parts[3] == "run" ? 0 : parts[3] == "ask" ? 1 : 2;
        ++tools;
        if (ours == theirs) ++same;
        if (ours < theirs) ++lax;
        if (ours != theirs) differences += "\n  " + line + "\tours: " + decision.id;
    }
    const double agreement = static_cast<double>(same) / static_cast<double>(tools);
    BOOST_TEST_MESSAGE(same << " of " << tools << " alike, " << lax << " too lax:" << differences);
    BOOST_TEST(agreement >= 0.93, differences);
    BOOST_TEST(lax <= 8U);
}

// An answer opens the tools whose own arguments it holds and no other, on servers that stand
// together as in a configuration.
BOOST_AUTO_TEST_CASE(a_value_opens_only_what_it_holds) {
    constexpr std::size_t kTogether = 4;
    constexpr ValueKind kKinds[] = {ValueKind::hosts,
                                    ValueKind::roots,
                                    ValueKind::recipients,
                                    ValueKind::branches,
                                    ValueKind::amount};
    Settings settings;
    std::map<std::string, Values> answers;
    answers["roots"].roots = {"/home/u/work"};
    answers["hosts"].hosts = {"example.org"};
    answers["branches"].branches = {"feature/*"};
    answers["recipients"].recipients = {"example.org"};
    answers["amount"].amount = 50;
    const auto decided = [](std::span<const Judged> servers, const Options& options) {
        std::vector<NamedServer> named;
        for (const Judged& one : servers) {
            named.push_back({.name = one.document.server,
                             .id = one.document.server,
                             .url = "",
                             .tools = decide_all(one.tools(), options)});
        }
        break_combination(named, options);
        return named;
    };
    const std::vector<Judged>& all = live_servers();
    std::size_t opened = 0;
    for (std::size_t begin = 0; begin + kTogether <= all.size(); begin += kTogether) {
        const std::span<const Judged> servers(all.data() + begin, kTogether);
        const auto before = decided(servers, {});
        for (const auto& [name, values] : answers) {
            settings.values = values;
            const auto after = decided(servers, {.settings = &settings});
            for (std::size_t s = 0; s < before.size(); ++s) {
                for (std::size_t t = 0; t < before[s].tools.size(); ++t) {
                    const Decision& closed = before[s].tools[t].decision;
                    const Decision& open = after[s].tools[t].decision;
                    const bool milder = open.rest < closed.rest || open.verb < closed.verb;
                    if (!milder) continue;
                    ++opened;
                    BOOST_TEST_INFO(before[s].name << " " << before[s].tools[t].judged.tool->name
                                                   << " by " << name);
                    const Tool& tool = *before[s].tools[t].judged.tool;
                    const bool own =
                        std::any_of(std::begin(kKinds), std::end(kKinds), [&](ValueKind kind) {
                            return values.has(kind) && !free_arguments(tool, kind).empty();
                        });
                    BOOST_TEST(own);
                    BOOST_TEST(!open.conditions.empty());
                }
            }
        }
    }
    if (!all.empty()) BOOST_TEST(opened > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
