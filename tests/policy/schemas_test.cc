// What is written must fit the schemas that are shipped, and the schema of policy.json must agree
// with the validator wherever a schema can speak.
#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "faults.h"
#include "fixtures.h"
#include "model/base/json.h"
#include "model/read_document.h"
#include "policy/document/validate.h"
#include "schema_checker.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::policy;
using namespace mcprisk::policy::testing;
using nlohmann::json;

bool can_check() {
    if (has_schema_checker()) return true;
    BOOST_TEST_MESSAGE(
        "skipped: python3 with the jsonschema package (python3-jsonschema) is absent");
    return false;
}

void require_all_accepted(const std::string& schema, const std::vector<json>& documents) {
    const auto accepted = accepts(schema, documents);
    BOOST_REQUIRE(accepted.has_value());
    BOOST_REQUIRE(accepted->size() == documents.size());
    for (std::size_t i = 0; i < documents.size(); ++i) {
        BOOST_TEST_INFO(documents[i].dump(2));
        BOOST_TEST((*accepted)[i]);
    }
}

Bench every_kind() {
    Bench bench;
    for (const Category category : kCategories) {
        for (const RiskLevel risk : kRiskLevels) {
            const std::string name =
                std::string(to_string(category)) + "_" + std::string(to_string(risk));
            bench.add(
                make_tool(name, {{"url", {{"type", "string"}}}, {"note", {{"type", "string"}}}}),
                category,
                risk);
            bench.verdicts.back().capabilities = {"net.fetch"};
        }
        const std::string name = std::string(to_string(category)) + "_umbrella";
        bench.add(
            make_tool(name, {{"action", {{"type", "string"}, {"enum", {"get", "delete", "pay"}}}}}),
            category,
            base_risk(category));
        bench.verdicts.back().evidence.clear();
        bench.verdicts.back().alternative = Alternative{Category::write, 0.25};
        bench.verdicts.back().attacks = {{"some-attack", "a tag"}};
    }
    bench.verdicts[0].findings = {{"tool-poisoning", RiskLevel::critical, "description", "x"}};
    bench.verdicts[1].findings = {
        {"parameter-exfiltration", RiskLevel::high, "inputSchema.note", "x"}};
    return bench;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schemas)

BOOST_AUTO_TEST_CASE(every_kind_of_written_document_fits) {
    if (!can_check()) return;
    const Bench bench = every_kind();
    std::vector<json> policies;
    std::vector<json> reasons;
    for (const Preset preset : {Preset::recommended, Preset::strict, Preset::permissive}) {
        for (const bool flag : {false, true}) {
            for (const Options& options :
                 {Options{preset, flag, false}, Options{preset, false, flag}}) {
                const auto result = bench.recommend(options);
                policies.push_back(json::parse(result.policy_json));
                reasons.push_back(json::parse(result.reasons_json));
            }
        }
    }
    const auto empty = Bench().recommend();
    policies.push_back(json::parse(empty.policy_json));
    reasons.push_back(json::parse(empty.reasons_json));
    require_all_accepted("policy-v1.schema.json", policies);
    require_all_accepted("policy-reasons.schema.json", reasons);

    std::vector<json> verdicts;
    for (const Verdict& verdict : bench.verdicts) verdicts.push_back(to_json(verdict));
    require_all_accepted("verdict.schema.json", verdicts);

    ServerDocument document;
    document.server = "s";
    document.instructions = "Ask first.";
    document.tools = bench.tools;
    require_all_accepted("server-document.schema.json", {to_json(document)});
}

BOOST_AUTO_TEST_CASE(the_schemas_refuse_what_they_should) {
    if (!can_check()) return;
    const auto refused = [](const std::string& schema, const json& document) {
        const auto accepted = accepts(schema, {document});
        return accepted.has_value() && !accepted->front();
    };
    const Bench bench = every_kind();
    json verdict = to_json(bench.verdicts[0]);
    verdict.erase("alternative");
    BOOST_TEST(refused("verdict.schema.json", verdict));
    verdict = to_json(bench.verdicts[0]);
    verdict["category"] = "read";
    BOOST_TEST(refused("verdict.schema.json", verdict));
    json reasons = json::parse(bench.recommend().reasons_json);
    reasons["tools"][0]["extra"] = 1;
    BOOST_TEST(refused("policy-reasons.schema.json", reasons));
    BOOST_TEST(
        refused("server-document.schema.json", {{"server", "s"}, {"tools", {{{"name", ""}}}}}));
}

BOOST_AUTO_TEST_CASE(schema_and_validator_agree) {
    if (!can_check()) return;
    std::vector<json> documents;
    std::vector<bool> expected;
    for (const Fault& fault : faults()) {
        const auto value = parse_json(fault.text);
        if (!value) continue;
        documents.push_back(*value);
        expected.push_back(fault.severity == Severity::warning || fault.beyond_schema);
    }
    for (const char* text : sound_documents()) {
        documents.push_back(*parse_json(text));
        expected.push_back(true);
    }
    const auto accepted = accepts("policy-v1.schema.json", documents);
    BOOST_REQUIRE(accepted.has_value());
    for (std::size_t i = 0; i < documents.size(); ++i) {
        BOOST_TEST_INFO(documents[i].dump());
        BOOST_TEST((*accepted)[i] == expected[i]);
        Diagnostics found;
        // Whatever the schema refuses the validator refuses too.
        if (!(*accepted)[i]) BOOST_TEST(!validate_policy(documents[i].dump(), found));
    }
}

// Every value of sound documents is replaced in turn by values of all types, each member is left
// out once and a foreign one added: on all of these the two must say the same.
BOOST_AUTO_TEST_CASE(schema_and_validator_agree_on_mutations) {
    if (!can_check()) return;
    const json whole = json::parse(R"({"version": "1", "default": "deny", "hide": ["h"],
        "all_tools": {"limits": [{"counter": "all", "window": "day", "max": 9, "scope": "grant"}]},
        "tools": {"t": {
            "require": [{"path": "args.a", "op": "exists", "value": true}],
            "deny_if": [{"conditions": [{"path": "args.b.c", "op": "in", "value": ["x", 2]},
                                        {"path": "args.d", "op": "lt", "value": 3},
                                        {"path": "args.e", "op": "contains", "value": "y"},
                                        {"path": "args.f", "op": "neq", "value": false}],
                         "on_deny": "no"}],
            "limits": [{"counter": "c", "window": "hour", "max": 3, "scope": "grant"}]}}})");
    const json replacements[] = {nullptr,
                                 true,
                                 0,
                                 1,
                                 -1,
                                 2.5,
                                 3.0,
                                 "",
                                 "x",
                                 "args.x",
                                 "grant",
                                 json::array(),
                                 {"q"},
                                 json::object()};
    std::vector<json> mutants{whole};
    const json flat = whole.flatten();
    std::vector<json::json_pointer> places;
    for (const auto& [pointer, value] : flat.items()) {
        for (json::json_pointer place(pointer); !place.empty(); place = place.parent_pointer()) {
            if (std::find(places.begin(), places.end(), place) == places.end()) {
                places.push_back(place);
            }
        }
    }
    for (const auto& place : places) {
        for (const json& replacement : replacements) {
            json mutant = whole;
            mutant[place] = replacement;
            mutants.push_back(mutant);
        }
        json mutant = whole;
        json& parent = mutant[place.parent_pointer()];
        if (parent.is_object()) {
            parent.erase(place.back());
            mutants.push_back(mutant);
            parent["foreign"] = 1;
        } else {
            parent.push_back("foreign");
        }
        mutants.push_back(mutant);
    }
    const auto accepted = accepts("policy-v1.schema.json", mutants);
    BOOST_REQUIRE(accepted.has_value());
    std::size_t valid = 0;
    for (std::size_t i = 0; i < mutants.size(); ++i) {
        Diagnostics found;
        const bool sound = validate_policy(mutants[i].dump(), found);
        valid += sound ? 1 : 0;
        BOOST_TEST_INFO(mutants[i].dump());
        BOOST_TEST(sound == (*accepted)[i]);
    }
    BOOST_TEST(valid > 10);
    BOOST_TEST(mutants.size() - valid > 300);
}

BOOST_AUTO_TEST_SUITE_END()
