// What is written is run by the engines it is written for, and read by parsers of others.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "judged_server.h"
#include "judges.h"
#include "policy/decide/trial.h"
#include "policy/edit/text_diff.h"
#include "policy/targets/target.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::policy;
using namespace mcprisk::policy::testing;
using nlohmann::json;

const char* const kServers[] = {"bookshop", "github", "workshop"};

struct Call {
    json call;             // {tool, args}
    Verb meant;            // what the table and its conditions say of it
    Verb whole;            // for targets without conditions
    bool pattern = false;  // a condition looks at it by a pattern
    bool conditions = false;
};

// One harmless call of each tool, and one that a condition refuses where there is one.
std::vector<Call> calls_of(const NamedServer& server) {
    std::vector<Call> calls;
    for (const Decided& one : server.tools) {
        const Decision& decision = one.decision;
        json args = sample_arguments(*one.judged.tool);
        const bool pattern = decision.has_conditions() &&
                             decision.rule.dump().find("regex") != std::string::npos;
        for (const Switch& choice : decision.switches) args[choice.shown] = choice.usable.front();
        const std::string& name = one.judged.tool->name;
        calls.push_back({{{"tool", name}, {"args", args}},
                         decision.rest,
                         decision.verb,
                         pattern,
                         decision.has_conditions()});
        if (pattern || !decision.has_conditions()) continue;
        for (const json& entry : decision.rule.value("deny_if", json::array())) {
            const json& condition = entry.at("conditions").at(0);
            if (condition.at("op") == "not_in") continue;
            json refused = args;
            const auto argument = condition.at("path").get<std::string>().substr(5);
            refused[argument] =
                condition.at("op") == "in" ? condition.at("value").at(0) : condition.at("value");
            calls.push_back(
                {{{"tool", name}, {"args", refused}}, Verb::deny, decision.verb, false, true});
        }
    }
    calls.push_back({{{"tool", "added_later"}, {"args", json::object()}}, Verb::deny, Verb::ask});
    return calls;
}

json only_calls(const std::vector<Call>& calls) {
    json list = json::array();
    for (const Call& one : calls) list.push_back(one.call);
    return list;
}

bool skipped(const std::optional<json>& answers) {
    if (answers) return false;
    BOOST_TEST_MESSAGE(
        "skipped: node, npm or the packages of tests/policy/engines are out of reach");
    return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(format_engines)

BOOST_AUTO_TEST_CASE(cedar_and_cel_decide_as_meant) {
    json cases = {{"cedar", json::array()}, {"cel", json::array()}};
    struct Expected {
        std::vector<Call> calls;
        Inexpressible choice;
    };
    std::vector<Expected> expected;
    std::vector<JudgedServer> judged;
    for (const char* name : kServers) judged.push_back(read_judged(name));
    for (const JudgedServer& one : judged) {
        for (const Inexpressible choice : {Inexpressible::deny, Inexpressible::allow}) {
            const NamedServer server = one.decided();
            const auto calls = calls_of(server);
            const FormatOptions options{.inexpressible = choice};
            for (const auto& [key, format] :
                 {std::pair{"cedar", "cedar"}, std::pair{"cel", "agentgateway"}}) {
                cases[key].push_back({{"text", render(target(format), std::span(&server, 1), options).text},
                                      {"calls", only_calls(calls)}});
            }
            expected.push_back({calls, choice});
        }
    }
    const auto answers = ask_judges(cases);
    if (skipped(answers)) return;
    std::size_t allowed = 0;
    for (const char* key : {"cedar", "cel"}) {
        BOOST_REQUIRE(answers->at(key).is_array());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            for (std::size_t k = 0; k < expected[i].calls.size(); ++k) {
                const Call& call = expected[i].calls[k];
                // agentgateway sees no arguments: what has conditions is denied.
                const bool lost = key == std::string("cel") ? call.conditions : call.pattern;
                const bool lets =
                    !lost && (call.meant == Verb::allow ||
                              (expected[i].choice == Inexpressible::allow &&
                               call.meant <= Verb::ask));
                BOOST_TEST_INFO(key << " on " << call.call);
                BOOST_TEST(answers->at(key).at(i).at(k) == (lets ? "allow" : "deny"));
                if (lets) ++allowed;
            }
        }
    }
    BOOST_TEST(allowed > 40U);
}

BOOST_AUTO_TEST_CASE(gemini_decides_as_meant) {
    json cases = {{"gemini", json::array()}};
    std::vector<std::vector<Call>> expected;
    std::vector<JudgedServer> judged;
    for (const char* name : kServers) judged.push_back(read_judged(name));
    for (const JudgedServer& one : judged) {
        const NamedServer server = one.decided();
        expected.push_back(calls_of(server));
        cases["gemini"].push_back({{"text", render(target("gemini"), std::span(&server, 1), {}).text},
                                   {"server", one.name},
                                   {"calls", only_calls(expected.back())}});
    }
    const auto answers = ask_judges(cases);
    if (skipped(answers)) return;
    if (answers->at("gemini").is_null()) {
        BOOST_TEST_MESSAGE("skipped: @google/gemini-cli-core is not beside the other judges");
        return;
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
        for (std::size_t k = 0; k < expected[i].size(); ++k) {
            const Call& call = expected[i][k];
            const bool refused =
                call.whole >= Verb::deny || (call.meant == Verb::deny && call.whole == Verb::ask &&
                                             call.call.at("tool") != "added_later");
            const char* meant = refused ? "deny" : call.whole == Verb::allow ? "allow" : "ask_user";
            BOOST_TEST_INFO(call.call);
            BOOST_TEST(answers->at("gemini").at(i).at(k) == meant);
        }
    }
}

BOOST_AUTO_TEST_CASE(parsers_of_others_read_each_format) {
    std::vector<JudgedServer> judged;
    std::vector<NamedServer> servers;
    for (const char* name : kServers) judged.push_back(read_judged(name));
    // Names that end a literal early anywhere would show here.
    judged.push_back({.name = "odd \"name\"\n#", .id = "npm:odd"});
    for (const char* name : {"a'b\"c",
                             "back\\slash",
                             "new\nline",
                             "# no comment",
                             "名前",
                             "]]",
                             "\x7f",
                             "{{x}}",
                             "- y: z",
                             "*"}) {
        judged.back().bench.add(make_tool(name), Category::read, RiskLevel::low);
        judged.back().bench.add(
            make_tool(std::string(name) + "2"), Category::write, RiskLevel::high);
    }
    for (const JudgedServer& one : judged) servers.push_back(one.decided());
    json cases = {{"toml", json::array()}, {"yaml", json::array()}};
    cases["toml"].push_back(render(target("codex"), servers, {}).text);
    cases["toml"].push_back(render(target("gemini"), servers, {}).text);
    const auto merged =
        merge_into(target("codex"), "# kept\n[mcp_servers.github]\ncommand = 'x'\n", servers);
    BOOST_REQUIRE(merged.has_value());
    cases["toml"].push_back(merged->text);
    for (const NamedServer& server : servers) {
        cases["yaml"].push_back(render(target("intercept"), std::span(&server, 1), {}).text);
        cases["yaml"].push_back(
            render(target("agentgateway"), std::span(&server, 1), {Inexpressible::allow, ""}).text);
    }
    const auto answers = ask_judges(cases);
    if (skipped(answers)) return;
    for (const std::size_t at : {std::size_t{0}, std::size_t{2}}) {
        const json& codex = answers->at("toml").at(at).at("mcp_servers");
        BOOST_TEST(codex.size() == servers.size());
        for (const NamedServer& server : servers) {
            const json& table = codex.at(server.name);
            BOOST_TEST(table.at("default_tools_approval_mode") == "prompt");
            std::set<std::string> named;
            for (const char* key : {"enabled_tools", "disabled_tools"}) {
                for (const json& tool : table.at(key)) named.insert(tool.get<std::string>());
            }
            for (const Decided& one : server.tools) {
                BOOST_TEST_INFO(one.judged.tool->name);
                BOOST_TEST(named.contains(one.judged.tool->name));
                if (one.decision.verb >= Verb::deny) continue;
                BOOST_TEST(table.at("tools").at(one.judged.tool->name).at("approval_mode") ==
                           (one.decision.verb == Verb::allow ? "approve" : "prompt"));
            }
        }
    }
    for (std::size_t i = 0; i < servers.size(); ++i) {
        const json& intercept = answers->at("yaml").at(2 * i);
        BOOST_TEST(intercept.at("version") == "1");
        BOOST_TEST(intercept.at("default") == "deny");
        for (const auto& [name, tool] : intercept.at("tools").items()) {
            for (const json& rule : tool.at("rules")) BOOST_TEST(rule.contains("name"));
        }
        const json& rules = answers->at("yaml").at(2 * i + 1).at("mcpAuthorization").at("rules");
        for (const json& rule : rules) {
            BOOST_TEST(rule.get<std::string>().starts_with("mcp.tool.name == \""));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
