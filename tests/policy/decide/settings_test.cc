// Trust, overrides and values: what people settle, and what it does to decisions in every format.
#include "policy/decide/settings.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "fixtures.h"
#include "policy/document/evaluate.h"
#include "policy/document/validate.h"
#include "policy/targets/target.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::policy;
using mcprisk::policy::testing::make_tool;
using mcprisk::policy::testing::make_verdict;
using nlohmann::json;
namespace data = boost::unit_test::data;

std::string faults_of(const json& value) {
    Diagnostics faults;
    BOOST_TEST(!read_settings(value, faults).has_value());
    std::string all;
    for (const Diagnostic& one : faults.items()) all += one.path + ": " + one.message + "\n";
    return all;
}

json override_with(json more) {
    json one = {{"tool", "t"}, {"reason", "a replica"}, {"expires", "2027-01-31"}};
    one.update(more);
    return {{"override", json::array({one})}};
}

Settings settings_of(const json& value) {
    Diagnostics faults;
    auto settings = read_settings(value, faults);
    BOOST_REQUIRE(settings.has_value());
    return *settings;
}

Tool with(std::initializer_list<const char*> names, const char* type = "string") {
    json properties = json::object();
    json required = json::array();
    for (const char* name : names) {
        properties[name] = {{"type", type}};
        required.push_back(name);
    }
    return make_tool("t", properties, required);
}

const Settings kValues = settings_of({{"policy",
                                       {{"values",
                                         {{"hosts", {"api.example.com", "*.example.org"}},
                                          {"roots", {"/srv/data", "/home/a.b/"}},
                                          {"recipients", {"example.com"}},
                                          {"branches", {"feature/*", "next"}},
                                          {"amount", 50}}}}}});

bool lets(const Tool& tool, const Verdict& verdict, const json& arguments) {
    const JudgedTool judged{&tool, &verdict};
    const auto document = recommend("s", {&judged, 1}, {.settings = &kValues}).policy_json;
    Diagnostics faults;
    BOOST_TEST(validate_policy_for(document, {&tool, 1}, faults));
    const auto ruling = evaluate(document, "t", arguments.dump());
    BOOST_REQUIRE(ruling.has_value());
    return ruling->allowed;
}

struct Value {
    const char* argument;
    const char* value;
    bool passes;
};
std::ostream& operator<<(std::ostream& out, const Value& one) {
    return out << one.argument << " " << one.value;
}

const Value kCalls[] = {
    {"url", "https://api.example.com/v1?x=1", true},
    {"url", "HTTPS://API.EXAMPLE.COM:8443", true},
    {"url", "https://example.org/", true},
    {"url", "http://a.b.example.org#x", true},
    {"url", "https://api.example.com.evil.net/", false},
    {"url", "https://evil.net/?https://api.example.com/", false},
    {"url", "https://user@api.example.com/", false},
    {"url", "https://api.example.com@evil.net/", false},
    {"url", "https://api.example.com\\@evil.net/", false},
    {"url", "https://apixexample.com/", false},
    {"url", "https://evilexample.org/", false},
    {"url", "file:///etc/passwd", false},
    {"url", " https://api.example.com/", false},
    {"path", "/srv/data", true},
    {"path", "/srv/data/a/b.txt", true},
    {"path", "/home/a.b/x", true},
    {"path", "/home/axb/x", false},
    {"path", "/srv/database", false},
    {"path", "/srv/data/../secret", false},
    {"path", "srv/data/x", false},
    {"path", "/x/srv/data/y", false},
    {"to", "a.b+c@example.com", true},
    {"to", "a@EXAMPLE.com", true},
    {"to", "a@example.com, b@evil.net", false},
    {"to", "a@evil.net,b@example.com", false},
    {"to", "a@sub.example.com", false},
    {"to", "a@example.com.evil.net", false},
    {"branch", "feature/x-1", true},
    {"branch", "next", true},
    {"branch", "main", false},
    {"branch", "nextone", false},
    {"branch", "a/feature/x", false},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(settings)

BOOST_DATA_TEST_CASE(values_hold_free_arguments, data::make(kCalls), call) {
    const Tool tool = with({call.argument});
    const std::string name = call.argument;
    Verdict verdict = name == "url" || name == "path"
                          ? make_verdict(tool, Category::read, RiskLevel::medium)
                          : make_verdict(tool, Category::write, RiskLevel::high);
    verdict.capabilities = {name == "to" ? "msg.send" : name == "branch" ? "vcs.write" : "fs.read"};
    BOOST_TEST(lets(tool, verdict, {{call.argument, call.value}}) == call.passes);
    BOOST_TEST(!lets(tool, verdict, json::object()));
}

BOOST_AUTO_TEST_CASE(amounts_are_bounded_from_both_sides) {
    const Tool tool = with({"amount"}, "number");
    const Verdict verdict = make_verdict(tool, Category::financial, RiskLevel::critical);
    for (const auto& [amount, passes] : {std::pair{json(50), true},
                                         {json(0.5), true},
                                         {json(50.01), false},
                                         {json(-50), false},
                                         {json(0), false},
                                         {json("10"), false}}) {
        BOOST_TEST_INFO(amount);
        BOOST_TEST(lets(tool, verdict, {{"amount", amount}}) == passes);
    }
    // Where nothing can look at the amount, a person is asked.
    BOOST_TEST((decide({&tool, &verdict}, {.settings = &kValues}).verb == Verb::ask));
}

BOOST_AUTO_TEST_CASE(without_a_value_the_reason_names_it) {
    const Tool tool = with({"url"});
    const Verdict verdict = make_verdict(tool, Category::read, RiskLevel::medium);
    const Decision decision = decide({&tool, &verdict}, {});
    BOOST_TEST((decision.verb == Verb::ask));
    BOOST_TEST((decision.needs == std::vector<std::string>{"hosts"}));
    BOOST_TEST(decision.on_deny.find("needs a value to run unasked") != std::string::npos);
    const Tool both = with({"url", "path"});
    BOOST_TEST((decide({&both, &verdict}, {}).needs == std::vector<std::string>{"hosts", "roots"}));
}

BOOST_AUTO_TEST_CASE(a_list_that_no_condition_reaches_is_not_opened) {
    const Tool tool =
        make_tool("t", {{"urls", {{"type", "array"}, {"items", {{"type", "string"}}}}}});
    const Verdict verdict = make_verdict(tool, Category::read, RiskLevel::medium);
    BOOST_TEST((decide({&tool, &verdict}, {.settings = &kValues}).rest == Verb::ask));
}

BOOST_AUTO_TEST_CASE(doubt_and_findings_are_not_opened_by_values) {
    const Tool tool = with({"url"});
    Verdict verdict = make_verdict(tool, Category::read, RiskLevel::medium);
    verdict.confidence = 0.2;
    BOOST_TEST((decide({&tool, &verdict}, {.settings = &kValues}).rest == Verb::deny));
    BOOST_TEST((decide({&tool, &verdict}, {.preset = Preset::strict, .settings = &kValues}).rest >=
                Verb::ask));
}

BOOST_AUTO_TEST_CASE(switches_that_weigh_are_denied_when_true) {
    const Tool tool = make_tool("t",
                                {{"force", {{"type", "boolean"}}},
                                 {"recursive", {{"type", "boolean"}, {"default", true}}},
                                 {"dry_run", {{"type", "boolean"}}}});
    const Verdict verdict = make_verdict(tool, Category::write, RiskLevel::low);
    BOOST_TEST(lets(tool, verdict, {{"recursive", false}}));
    BOOST_TEST(lets(tool, verdict, {{"recursive", false}, {"force", false}, {"dry_run", true}}));
    BOOST_TEST(!lets(tool, verdict, {{"recursive", false}, {"force", true}}));
    BOOST_TEST(!lets(tool, verdict, json::object()));
    const Decision decision = decide({&tool, &verdict}, {});
    BOOST_TEST((decision.verb == Verb::ask));
    BOOST_TEST(decision.conditions.gaps.size() == 2U);
    BOOST_TEST(decision.conditions.deny_if.at(0).on_deny.find(
                   "not stopped") != std::string::npos);
    const Verdict read = make_verdict(tool, Category::read, RiskLevel::low);
    BOOST_TEST(!decide({&tool, &read}, {}).has_conditions());
}

BOOST_AUTO_TEST_CASE(an_override_counts_to_its_last_day) {
    const Settings settings = settings_of(override_with({{"level", "Low"}, {"category", "Read"}}));
    const Tool tool = make_tool("t");
    const Verdict verdict = make_verdict(tool, Category::execute, RiskLevel::critical);
    const auto verb_on = [&](const char* day) {
        return decide({&tool, &verdict}, {.settings = &settings, .today = day}).verb;
    };
    BOOST_TEST((verb_on("2027-01-31") == Verb::allow));
    BOOST_TEST((verb_on("2027-02-01") == Verb::deny));
    BOOST_TEST(expired(settings, "2027-02-01").size() == 1U);
    const Decision decision =
        decide({&tool, &verdict}, {.settings = &settings, .today = "2026-11-21"});
    BOOST_TEST(decision.because.find("until 2027-01-31: a replica") != std::string::npos);
    BOOST_TEST(overridden(verdict, settings.overrides[0]).reason.find("Overridden") !=
               std::string::npos);
}

// A file that comes with the project: its author may be the one who poisoned the tool.
BOOST_AUTO_TEST_CASE(a_found_file_only_tightens) {
    const Tool tool = make_tool("t");
    const Verdict critical = make_verdict(tool, Category::execute, RiskLevel::critical);
    const Verdict low = make_verdict(tool, Category::read, RiskLevel::low);
    const auto found = [](json file) {
        std::vector<std::string> ignored;
        return tightened({}, settings_of(std::move(file)), ignored);
    };
    const auto decided = [&](const Verdict& verdict, const Settings& settings) {
        return decide({&tool, &verdict}, {.settings = &settings, .today = "2026-11-21"});
    };
    const Settings none;
    const Verb before = decided(critical, none).verb;
    // Nothing loosens.
    for (const json& file : {override_with({{"level", "Low"}}),
                             override_with({{"category", "Read"}}),
                             override_with({{"rule", "allow"}}),
                             override_with({{"level", "Low"}, {"rule", "limit"}}),
                             json{{"trusted", {"*"}}},
                             json{{"policy", {{"values", {{"amount", 1e9}}}}}}}) {
        const Settings settings = found(file);
        BOOST_TEST_INFO(file);
        BOOST_TEST((decided(critical, settings).verb == before));
        BOOST_TEST((decided(critical, settings).rest == decided(critical, none).rest));
        BOOST_TEST((settled(critical, settings, "2026-11-21").risk == RiskLevel::critical));
        BOOST_TEST((settled(critical, settings, "2026-11-21").category == Category::execute));
        BOOST_TEST(!settings.trusts("any"));
    }
    // Everything tightens.
    BOOST_TEST((decided(low, none).verb == Verb::allow));
    for (const auto& [word, verb] : {std::pair{"limit", Verb::limit},
                                     {"ask", Verb::ask},
                                     {"deny", Verb::deny},
                                     {"hide", Verb::hide}}) {
        const Decision decision = decided(low, found(override_with({{"rule", word}})));
        BOOST_TEST((decision.verb == verb));
        BOOST_TEST((decision.rest == verb));
        BOOST_TEST(decision.because.find("a replica") != std::string::npos);
    }
    const Settings raising = found(override_with({{"level", "Critical"}}));
    const Verdict raised = settled(low, raising, "2026-11-21");
    BOOST_TEST((raised.risk == RiskLevel::critical));
    BOOST_TEST((raised.risk_without_claims == RiskLevel::critical));
    BOOST_TEST(raised.reason.find("Raised: Critical by") != std::string::npos, raised.reason);
    BOOST_TEST((settled(low, raising, "2027-02-01").risk == RiskLevel::low));
}

BOOST_AUTO_TEST_CASE(a_found_file_is_held_to_what_the_own_one_says) {
    const Settings own =
        settings_of({{"policy",
                      {{"approver", "us"},
                       {"values", {{"hosts", {"a.example", "b.example"}}, {"amount", 50}}}}}});
    const Settings found = settings_of(
        {{"trusted", {"*"}},
         {"policy",
          {{"approver", "them"},
           {"values",
            {{"hosts", {"b.example", "evil.example"}}, {"roots", {"/srv"}}, {"amount", 9}}}}}});
    std::vector<std::string> ignored;
    const Settings both = tightened(own, found, ignored);
    BOOST_TEST(both.values.hosts == std::vector<std::string>{"b.example"},
               boost::test_tools::per_element());
    BOOST_TEST(both.values.roots.empty());
    BOOST_TEST(*both.values.amount == 9);
    BOOST_TEST(*tightened(found, own, ignored).values.amount == 9);
    BOOST_TEST(both.approver == "us");
    const std::vector<std::string> expected{
        "1 trusted server", "policy.approver", "policy.values.roots"};
    BOOST_TEST(std::vector<std::string>(ignored.begin(), ignored.begin() + 3) == expected,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(faults_of_a_file_are_named_with_their_path) {
    for (const auto& [value, part] :
         {std::pair<json, const char*>{{{"trustd", json::array()}}, "trustd: unknown key"},
          {{{"trusted", "x"}}, "trusted: expected a list"},
          {{{"policy", {{"values", {{"hosts", {"https://x"}}}}}}}, "is no host"},
          {{{"policy", {{"values", {{"roots", {"data"}}}}}}}, "no absolute folder"},
          {{{"policy", {{"values", {{"amount", -1}}}}}}, "policy.values.amount"},
          {override_with({{"level", "Lowest"}}), "override[0].level"},
          {override_with({{"rule", "maybe"}}), "override[0].rule"},
          {override_with({{"rule", "ask"}, {"expires", "soon"}}), "override[0].expires"},
          {override_with({{"rule", "ask"}, {"reason", " "}}), "override[0].reason"},
          {override_with({{"rule", "ask"}, {"tool", "*"}}), "every tool of every server"},
          {override_with(json::object()), "changes nothing"}}) {
        const auto faults = faults_of(value);
        BOOST_TEST_INFO(faults);
        BOOST_TEST(faults.find(part) != std::string::npos);
    }
}

// What is stricter in the table is stricter in every format.
BOOST_AUTO_TEST_CASE(every_format_keeps_the_order_of_verbs) {
    const Tool tool = make_tool("t");
    const Verdict verdict = make_verdict(tool, Category::write, RiskLevel::medium);
    const auto written = [&](const Target& format, Verb verb, Inexpressible choice) {
        const Settings settings =
            settings_of(override_with({{"rule", std::string(to_string(verb))}}));
        const Options options{.settings = &settings, .today = "2026-11-21"};
        const JudgedTool judged{&tool, &verdict};
        const NamedServer server{"s", "s", "https://s.example/", decide_all({&judged, 1}, options)};
        BOOST_TEST((server.tools.at(0).decision.verb == verb));
        return render(format, std::span(&server, 1), {choice, ""}).text;
    };
    // 0: runs, 1: is limited, 2: asks, 3: does not run.
    const auto rank = [&](const Target& format, Verb verb, Inexpressible choice) {
        const std::string text = written(format, verb, choice);
        const auto has = [&](const char* part) { return text.find(part) != std::string::npos; };
        const std::string_view word = format.word;
        if (word == "copilot") return has("--allow-tool") ? 0 : has("--deny-tool") ? 3 : 2;
        if (word == "opencode") {
            const std::string rule = json::parse(text).at("permission").at("s_t");
            return rule == "allow" ? 0 : rule == "ask" ? 2 : 3;
        }
        if (word == "agentcore") return has("permit(") ? 0 : 3;
        if (word == "cursor-cli") {
            const json lists = json::parse(text).at("permissions");
            return !lists.at("allow").empty() ? 0 : lists.at("deny").empty() ? 2 : 3;
        }
        if (word == "vscode") return has(": true") ? 0 : 2;
        if (word == "intercept") {
                return has("require_approval") ? 2
                       : has("rate_limit")     ? 1
                       : has("rules: []")      ? 0
                                               : 3;
        }
        if (word.starts_with("claude")) {
                const json lists = json::parse(text).at("permissions");
                return !lists.at("allow").empty() ? 0 : !lists.at("ask").empty() ? 2 : 3;
        }
        if (word.starts_with("codex"))
                return has("disabled_tools = [\n") ? 3 : has("\"approve\"") ? 0 : 2;
        if (word.starts_with("gemini"))
                return has("\"allow\"") ? 0 : has("\"deny\"") ? 3 : 2;
        if (word == "cursor")
                return has("s:t") ? 0 : 2;
        if (word == "openai")
                return has("never") ? 0 : has("always") ? 2 : 3;
        if (word == "cedar")
                return has("permit(") ? 0 : 3;
        return has("mcp.tool.name") ? 0 : 3;
    };
    for (const Target* one : targets()) {
        if (one->render == nullptr) continue;
        const Target& format = *one;
        for (const Inexpressible choice : {Inexpressible::deny, Inexpressible::allow}) {
            int before = 0;
            for (const Verb verb : kVerbs) {
                const int now = rank(format, verb, choice);
                BOOST_TEST_INFO(format.word << " " << to_string(verb));
                BOOST_TEST(now >= before);
                // Nothing is written milder than it is meant, but where somebody asked for that,
                // and in Cursor's file, which can only ask.
                const int meant = std::min(static_cast<int>(verb), 3);
                const bool may_be_milder =
                    !format.can.deny || choice == Inexpressible::allow;
                BOOST_TEST((may_be_milder || now >= meant));
                before = now;
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_glob_fits_what_it_says) {
    for (const auto& [glob, text, fits] : {std::tuple{"npm:*", "npm:x", true},
                                           {"npm:*", "pypi:npm:x", false},
                                           {"*_get", "a_get", true},
                                           {"*_get", "a_get_b", false},
                                           {"a?c", "abc", true},
                                           {"a?c", "ac", false},
                                           {"*a*b*", "xaxbx", true},
                                           {"", "", true},
                                           {"*", "", true}}) {
        BOOST_TEST_INFO(glob << " " << text);
        BOOST_TEST(matches_glob(glob, text) == fits);
    }
}

BOOST_AUTO_TEST_SUITE_END()
