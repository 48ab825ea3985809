// The decisions of the three presets, and what holds for them whatever the tool.
#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "fixtures.h"
#include "policy/decide/decide.h"
#include "policy/decide/settings.h"
#include "policy/decide/table.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::policy;
using mcprisk::policy::testing::make_tool;
using mcprisk::policy::testing::make_verdict;
using nlohmann::json;
namespace data = boost::unit_test::data;

struct Case {
    Category category;
    RiskLevel level;
    Verb recommended;
    Verb strict;
    Verb permissive;
};
std::ostream& operator<<(std::ostream& out, const Case& one) {
    return out << to_string(one.category) << ' ' << to_string(one.level);
}

using enum RiskLevel;
using V = Verb;
const Case kTable[] = {
    {Category::read, low, V::allow, V::allow, V::allow},
    {Category::read, medium, V::limit, V::limit, V::limit},
    {Category::read, high, V::ask, V::deny, V::limit},
    {Category::read, critical, V::deny, V::deny, V::ask},
    {Category::write, low, V::limit, V::deny, V::limit},
    {Category::write, medium, V::limit, V::deny, V::limit},
    {Category::write, high, V::ask, V::deny, V::limit},
    {Category::write, critical, V::deny, V::deny, V::ask},
    {Category::execute, low, V::limit, V::deny, V::limit},
    {Category::execute, medium, V::ask, V::deny, V::limit},
    {Category::execute, high, V::ask, V::deny, V::limit},
    {Category::execute, critical, V::deny, V::deny, V::ask},
    {Category::destructive, low, V::ask, V::deny, V::limit},
    {Category::destructive, medium, V::ask, V::deny, V::limit},
    {Category::destructive, high, V::ask, V::deny, V::limit},
    {Category::destructive, critical, V::hide, V::hide, V::ask},
    {Category::financial, low, V::deny, V::deny, V::ask},
    {Category::financial, medium, V::deny, V::deny, V::ask},
    {Category::financial, high, V::deny, V::deny, V::ask},
    {Category::financial, critical, V::deny, V::deny, V::ask},
};

Tool with_text_arguments(std::initializer_list<const char*> names) {
    json properties = json::object();
    json required = json::array();
    for (const char* name : names) {
        properties[name] = {{"type", "string"}};
        required.push_back(name);
    }
    return make_tool("t", properties, required);
}

Verb verb_of(const Tool& tool, const Verdict& verdict, Preset preset) {
    return decide({&tool, &verdict}, {.preset = preset}).verb;
}

// Tools of every shape that a row or a condition looks at.
std::vector<Tool> shapes() {
    std::vector<Tool> tools{make_tool("t"),
                            with_text_arguments({"url"}),
                            with_text_arguments({"path"}),
                            with_text_arguments({"to", "body"}),
                            with_text_arguments({"branch"})};
    tools.push_back(make_tool("t", {{"force", {{"type", "boolean"}}}}));
    tools.push_back(make_tool("t", {{"amount", {{"type", "number"}}}}, {"amount"}));
    tools.push_back(make_tool(
        "manage",
        {{"action",
          {{"type", "string"}, {"enum", {"list", "create", "run", "delete", "pay", "x"}}}}},
        {"action"}));
    return tools;
}

std::vector<std::vector<std::string>> capability_sets() {
    return {{}, {"net.fetch"}, {"fs.write"}, {"msg.send"}, {"vcs.write"}, {"fs.read", "net.send"}};
}

std::vector<std::vector<Finding>> finding_sets() {
    return {{},
            {{"tool-poisoning", high, "description", "x"}},
            {{"concealment", critical, "description", "x"}},
            {{"cross-tool-directive", high, "description", "x"}},
            {{"parameter-exfiltration", high, "inputSchema.url", "x"}},
            {{"unbounded-parameter", critical, "inputSchema.url", "x"}},
            {{"tool-poisoning", medium, "description", "x"}}};
}

template <typename Check>
void for_every_tool(Check check) {
    for (const Tool& tool : shapes()) {
        for (const Category category : kCategories) {
            for (const RiskLevel level : kRiskLevels) {
                for (const auto& capabilities : capability_sets()) {
                    for (const auto& findings : finding_sets()) {
                        for (const double confidence : {0.3, 0.95}) {
                            Verdict verdict = make_verdict(tool, category, level);
                            verdict.capabilities = capabilities;
                            verdict.findings = findings;
                            verdict.confidence = confidence;
                            verdict.evidence.clear();
                            check(tool, verdict);
                        }
                    }
                }
            }
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(decision_table)

BOOST_DATA_TEST_CASE(each_class_has_its_decision, data::make(kTable), row) {
    const Tool tool = make_tool("t");
    const Verdict verdict = make_verdict(tool, row.category, row.level);
    BOOST_TEST((verb_of(tool, verdict, Preset::recommended) == row.recommended));
    BOOST_TEST((verb_of(tool, verdict, Preset::strict) == row.strict));
    BOOST_TEST((verb_of(tool, verdict, Preset::permissive) == row.permissive));
}

BOOST_AUTO_TEST_CASE(a_medium_read_from_anywhere_is_asked_for) {
    for (const char* name : {"url", "target_url", "path", "filename"}) {
        const Tool tool = with_text_arguments({name});
        const Verdict verdict = make_verdict(tool, Category::read, medium);
        BOOST_TEST((verb_of(tool, verdict, Preset::recommended) == Verb::ask));
        BOOST_TEST((verb_of(tool, verdict, Preset::strict) == Verb::ask));
    }
    const Tool chosen =
        make_tool("t", {{"url", {{"type", "string"}, {"enum", {"https://a.example/"}}}}});
    BOOST_TEST(
        (verb_of(chosen, make_verdict(chosen, Category::read, medium), Preset::recommended) ==
         Verb::limit));
    const Tool id = with_text_arguments({"file_id"});
    BOOST_TEST((verb_of(id, make_verdict(id, Category::read, medium), Preset::recommended) ==
                Verb::limit));
}

BOOST_AUTO_TEST_CASE(doubt_makes_one_step_stricter) {
    const Tool tool = make_tool("t");
    const auto unsure = [&](Category category, RiskLevel level) {
        Verdict verdict = make_verdict(tool, category, level);
        verdict.confidence = built_in_table(Preset::recommended).unsure_below - 0.01;
        const Decision decision = decide({&tool, &verdict}, {});
        BOOST_TEST((decision.stricter == std::vector<std::string>{"unsure"}));
        return decision.verb;
    };
    BOOST_TEST((unsure(Category::read, low) == Verb::limit));
    BOOST_TEST((unsure(Category::write, medium) == Verb::ask));
    BOOST_TEST((unsure(Category::execute, high) == Verb::deny));
    BOOST_TEST((unsure(Category::financial, critical) == Verb::deny));
    BOOST_TEST((unsure(Category::destructive, critical) == Verb::hide));
}

BOOST_AUTO_TEST_CASE(findings_ask_at_least_and_certain_ones_step) {
    const Tool tool = make_tool("t");
    const auto with = [&](Category category, RiskLevel level, const char* id, RiskLevel severity) {
        Verdict verdict = make_verdict(tool, category, level);
        verdict.findings = {{id, severity, "description", "x"}};
        return verb_of(tool, verdict, Preset::recommended);
    };
    BOOST_TEST((with(Category::read, low, "tool-poisoning", high) == Verb::ask));
    BOOST_TEST((with(Category::execute, high, "tool-poisoning", high) == Verb::deny));
    BOOST_TEST((with(Category::read, low, "tool-poisoning", critical) == Verb::hide));
    BOOST_TEST((with(Category::read, low, "name-collision", high) == Verb::ask));
    BOOST_TEST((with(Category::execute, high, "name-collision", high) == Verb::ask));
    BOOST_TEST((with(Category::read, low, "name-collision", medium) == Verb::allow));
    BOOST_TEST((with(Category::read, low, "unbounded-parameter", critical) == Verb::allow));
}

BOOST_AUTO_TEST_CASE(nothing_of_level_high_runs_unattended) {
    for_every_tool([](const Tool& tool, const Verdict& verdict) {
        const Decision decision = decide({&tool, &verdict}, {});
        if (verdict.risk < RiskLevel::high) return;
        BOOST_TEST_INFO(to_string(verdict.category) << to_string(verdict.risk) << tool.definition);
        BOOST_TEST(!unattended(decision.whole));
        BOOST_TEST(!unattended(decision.verb));
        // Where a rule can look at arguments, the values that make the tool severe are denied.
        if (!unattended(decision.rest)) return;
        BOOST_REQUIRE(!decision.switches.empty());
        for (const Switch& one : decision.switches) {
            BOOST_TEST(!one.denied.empty());
            for (const std::string& value : one.usable)
                BOOST_TEST((value == "list" || value == "create"));
        }
    });
}

BOOST_AUTO_TEST_CASE(strict_lets_nothing_but_reads_run) {
    for_every_tool([](const Tool& tool, const Verdict& verdict) {
        const Decision decision = decide({&tool, &verdict}, {.preset = Preset::strict});
        if (verdict.category == Category::read && verdict.risk <= RiskLevel::medium) return;
        BOOST_TEST((decision.verb >= Verb::deny));
        BOOST_TEST((decision.rest >= Verb::deny));
    });
}

BOOST_AUTO_TEST_CASE(the_presets_are_ordered) {
    for_every_tool([](const Tool& tool, const Verdict& verdict) {
        const JudgedTool judged{&tool, &verdict};
        const Decision permissive = decide(judged, {.preset = Preset::permissive});
        const Decision recommended = decide(judged, {});
        const Decision strict = decide(judged, {.preset = Preset::strict});
        BOOST_TEST_INFO(to_string(verdict.category) << to_string(verdict.risk) << tool.definition);
        BOOST_TEST((permissive.verb <= recommended.verb));
        BOOST_TEST((recommended.verb <= strict.verb));
        BOOST_TEST((recommended.rest <= strict.rest));
        if (permissive.rest == Verb::limit && recommended.rest == Verb::limit) {
            BOOST_TEST(calls_an_hour(permissive.rate) >= calls_an_hour(recommended.rate));
        }
        if (recommended.rest == Verb::limit && strict.rest == Verb::limit) {
            BOOST_TEST(calls_an_hour(recommended.rate) >= calls_an_hour(strict.rate));
        }
    });
}

BOOST_AUTO_TEST_CASE(a_table_reports_its_faults) {
    const auto faults_of = [](const std::string& text) {
        Diagnostics faults;
        BOOST_TEST(!read_table("t.json", text, faults).has_value());
        std::string all;
        for (const Diagnostic& one : faults.items()) all += one.path + ": " + one.message + "\n";
        return all;
    };
    BOOST_TEST(faults_of("[").size() > 0);
    BOOST_TEST(faults_of("{}").find("schema") != std::string::npos);
    const auto missing = faults_of(R"({"schema":"mcprisk-policy-table/1","preset":"recommended",
        "unsure_below":2,"findings":{"from":"High"},"rows":[
        {"id":"a","category":"Read","level":"Low","verb":"limit","because":"b"},
        {"id":"a","category":"Read","level":"Low","verb":"maybe","because":"b"}]})");
    for (const char* part : {"unsure_below",
                             "rows[0].rate",
                             "rows[1]: expected",
                             "ceiling",
                             "no row for every Financial Critical"}) {
        BOOST_TEST_INFO(missing);
        BOOST_TEST(missing.find(part) != std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
