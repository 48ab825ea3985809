// What holds for any server: order, completeness, and names as data.
#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>

#include "build_places.h"
#include "fixtures.h"
#include "policy/document/of_decided.h"
#include "policy/document/validate.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::policy;
using mcprisk::policy::testing::Bench;
using mcprisk::policy::testing::make_tool;
using nlohmann::json;
namespace data = boost::unit_test::data;

// A server of `count` tools with every category, level, some umbrella arguments and findings.
Bench mixed_server(std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    Bench bench;
    for (std::size_t i = 0; i < count; ++i) {
        json properties = {{"path", {{"type", "string"}}}};
        if (random() % 3 == 0) {
            properties["action"] = {{"type", "string"}, {"enum", {"get", "delete", "pay"}}};
        }
        bench.add(make_tool("tool_" + std::to_string(random() % (2 * count)), properties),
                  kCategories.at(random() % kCategories.size()),
                  kRiskLevels.at(random() % kRiskLevels.size()));
        Verdict& verdict = bench.verdicts.back();
        verdict.confidence = static_cast<double>(random() % 100) / 100;
        verdict.evidence[0].field = "inputSchema.action";
        if (random() % 3 == 0) verdict.capabilities = {"fs.read", "net.fetch"};
        if (random() % 7 == 0) {
            verdict.findings = {{"concealment", RiskLevel::high, "description", "do not tell"}};
        }
        if (random() % 7 == 0) {
            verdict.findings.push_back(
                {"parameter-exfiltration", RiskLevel::high, "inputSchema.path", "x"});
        }
    }
    return bench;
}

const Options kOptions[] = {{},
                            {.compat = true},
                            {.trusted = true},
                            {.preset = Preset::strict},
                            {.preset = Preset::permissive}};

// How often each name stands in the document.
std::map<std::string, int> appearances(const json& document) {
    std::map<std::string, int> count;
    if (document.contains("hide")) {
        for (const json& name : document.at("hide")) ++count[name.get<std::string>()];
    }
    if (document.contains("tools")) {
        for (const auto& [name, rule] : document.at("tools").items()) ++count[name];
    }
    return count;
}

std::vector<std::string> hostile_names() {
    return {"__proto__",
            "constructor",
            "toString",
            "\"; }",
            "a\"b\\c",
            " ",
            ".",
            "../../etc/passwd",
            "*",
            "tools",
            "hide",
            "a\nb",
            "\x1b[31mred",
            "zero\u200bwidth",
            "\u202egnp.exe",
            "\U0001F680",
            "名前",
            std::string("nul\0byte", 8),
            std::string(1000, 'x'),
            std::string(1000, 'x') + "y"};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(properties)

BOOST_DATA_TEST_CASE(the_order_of_tools_never_matters, data::xrange(20U), seed) {
    const Bench bench = mixed_server(25, seed);
    std::mt19937 random(seed + 1000);
    for (const Options& options : kOptions) {
        const auto expected = bench.recommend(options);
        auto tools = bench.judged();
        for (int round = 0; round < 3; ++round) {
            std::shuffle(tools.begin(), tools.end(), random);
            const auto again = policy::recommend("test-server", tools, options);
            BOOST_TEST(again.policy_json == expected.policy_json);
            BOOST_TEST(again.reasons_json == expected.reasons_json);
        }
    }
}

BOOST_DATA_TEST_CASE(every_tool_appears_exactly_once, data::xrange(20U), seed) {
    const Bench bench = mixed_server(25, seed);
    for (const Options& options : kOptions) {
        const auto result = bench.recommend(options);
        const auto count = appearances(json::parse(result.policy_json));
        for (const Tool& tool : bench.tools) {
            BOOST_TEST_INFO(tool.name);
            BOOST_TEST(count.contains(tool.name));
        }
        for (const auto& [name, times] : count) {
            BOOST_TEST_INFO(name);
            BOOST_TEST(times == 1);
        }
        BOOST_TEST(count.size() == result.rules.size());
        BOOST_TEST(json::parse(result.reasons_json).at("tools").size() == count.size());
    }
}

// Pages of a website count on it: what recommended stops is not asked of strict again.
BOOST_DATA_TEST_CASE(strict_lets_nothing_through_that_recommended_stops, data::xrange(20U), seed) {
    const Bench bench = mixed_server(25, seed);
    for (const JudgedTool& tool : bench.judged()) {
        const Decision recommended = decide(tool, {});
        const Decision strict = decide(tool, {.preset = Preset::strict});
        BOOST_TEST((recommended.effect <= Effect::conditional ||
                    strict.effect > Effect::conditional),
                   tool.tool->name);
    }
}

// One decision gives what two questions gave.
BOOST_DATA_TEST_CASE(what_is_decided_once_says_the_same, data::xrange(5U), seed) {
    const Bench bench = mixed_server(25, seed);
    for (const Options& options : kOptions) {
        std::vector<Decided> decided;
        for (const JudgedTool& tool : bench.judged()) {
            decided.push_back({tool, decide(tool, options)});
            const PlainWords asked = plain_words(tool, options);
            const PlainWords made = words_of(tool, decided.back().decision);
            BOOST_TEST(made.effect == asked.effect);
            BOOST_TEST(made.steps == asked.steps, boost::test_tools::per_element());
        }
        BOOST_TEST(policy_json_of(strictest_by_name(decided), options) ==
                   bench.recommend(options).policy_json);
    }
}

BOOST_DATA_TEST_CASE(what_is_recommended_is_valid, data::xrange(20U), seed) {
    const Bench bench = mixed_server(25, seed);
    for (const Options& options : kOptions) {
        Diagnostics found;
        const bool sound = validate_policy(bench.recommend(options).policy_json, found);
        for (const Diagnostic& one : found.items()) {
            BOOST_TEST_INFO(one.path << ": " << one.message);
        }
        BOOST_TEST(sound);
        BOOST_TEST(found.empty());
        Diagnostics misfits;
        BOOST_TEST(validate_policy_for(bench.recommend(options).policy_json, bench.tools, misfits));
    }
}

BOOST_AUTO_TEST_CASE(the_strictest_of_several_tools_with_one_name_stands) {
    Bench bench;
    bench.add(make_tool("twin"), Category::read, RiskLevel::low);
    bench.add(
        make_tool("twin", {{"x", {{"type", "string"}}}}), Category::destructive, RiskLevel::high);
    bench.add(make_tool("twin"), Category::write, RiskLevel::medium);
    const json document = bench.document();
    BOOST_TEST(document.at("tools").size() == 1);
    BOOST_TEST(document.at("tools").at("twin").at("deny_if").at(0).at("conditions").empty());
    BOOST_TEST(bench.recommend().rules.at(0).why.find("same name") != std::string::npos);
}

BOOST_DATA_TEST_CASE(hostile_names_stay_data, data::make(hostile_names()), name) {
    for (const Category category : kCategories) {
        Bench bench;
        bench.add(make_tool(name), category, base_risk(category));
        bench.add(make_tool("other"), Category::read, RiskLevel::low);
        for (const Options& options : kOptions) {
            const auto result = bench.recommend(options);
            const json document = json::parse(result.policy_json);
            const auto count = appearances(document);
            BOOST_TEST(count.size() == 2);
            BOOST_TEST(count.contains(name));
            BOOST_TEST(document.size() <= 4);
            BOOST_TEST(document.at("default") == "deny");
            Diagnostics found;
            BOOST_TEST(validate_policy(result.policy_json, found));
            const auto words = plain_words(bench.judged().front(), options);
            BOOST_TEST(words.why_a_policy.find('\x1b') == std::string::npos);
            BOOST_TEST(words.how_to_block.find('\x1b') == std::string::npos);
            BOOST_TEST(result.rules.front().why.find('\n') == std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_name_that_means_all_tools_is_denied_alone) {
    for (const Category category : kCategories) {
        for (const Options& options : kOptions) {
            Bench bench;
            bench.add(make_tool("*"), category, RiskLevel::low);
            const json document = bench.document(options);
            BOOST_TEST(!document.contains("hide"));
            BOOST_TEST(document.at("tools").at("*").at("deny_if").at(0).at("conditions") ==
                       json::array());
        }
    }
}

// Real servers with labels, one document a line, where they are at hand.
BOOST_AUTO_TEST_CASE(labelled_servers_get_valid_documents) {
    const char* folder = std::getenv("MCPRISK_CORPUS");
    const std::string file =
        (folder != nullptr ? std::string(folder) : MCPRISK_SOURCE_DIR "/../shared/corpus") +
        "/gold-dev.jsonl";
    std::ifstream in(file);
    if (!in) {
        BOOST_TEST_MESSAGE("skipped: no labelled servers at " << file << "; set MCPRISK_CORPUS");
        return;
    }
    std::size_t servers = 0;
    for (std::string line; std::getline(in, line);) {
        const json value = json::parse(line);
        const auto document = read_server_document(value);
        BOOST_REQUIRE(document.has_value());
        Bench bench;
        for (const Tool& tool : document->tools) {
            if (!value["labels"].contains(tool.name)) continue;
            const json& label = value["labels"][tool.name];
            bench.add(tool,
                      *parse_category(label["category"].get<std::string>()),
                      *parse_risk_level(label["risk"].get<std::string>()));
            bench.verdicts.back().evidence.clear();
            bench.verdicts.back().capabilities = {"fs.read", "net.fetch", "vcs.write"};
        }
        for (const Options& options : kOptions) {
            Diagnostics found;
            BOOST_TEST_INFO(document->server);
            BOOST_TEST(
                validate_policy_for(bench.recommend(options).policy_json, bench.tools, found));
        }
        ++servers;
    }
    BOOST_TEST(servers > 100);
}

BOOST_AUTO_TEST_SUITE_END()
