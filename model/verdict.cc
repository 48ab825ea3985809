#include "model/verdict.h"

#include <fmt/format.h>
#include <cmath>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "model/evidence_place.h"

namespace mcprisk {
namespace {

using nlohmann::json;

double four_decimals(double value) { return std::round(value * 10000) / 10000; }

double number_member(const json& object, std::string_view key) {
    const json* member = find_member(object, key);
    return member != nullptr && member->is_number() ? member->get<double>() : 0.0;
}

const json& list_member(const json& object, std::string_view key) {
    static const json empty = json::array();
    const json* member = find_member(object, key);
    return member != nullptr && member->is_array() ? *member : empty;
}

WorstCall read_worst_call(const json& value) {
    WorstCall out;
    out.does = string_member(value, "does");
    if (const json* args = find_member(value, "args"); args != nullptr && args->is_object()) {
        for (const auto& [path, one] : args->items()) {
            if (one.is_boolean()) {
                out.args.push_back({path, one.get<bool>() ? "true" : "false", true});
            } else if (one.is_string()) {
                out.args.push_back({path, one.get<std::string>(), false});
            }
        }
    }
    return out;
}

}  // namespace

std::string_view to_string(Basis basis) { return basis == Basis::claim ? "claim" : "structure"; }

json to_json(const Verdict& verdict) {
    json evidence = json::array();
    for (const Evidence& e : verdict.evidence) {
        evidence.push_back({{"rule", e.rule},
                            {"field", e.field},
                            {"text", e.text},
                            {"says", e.says},
                            {"basis", to_string(e.basis)},
                            {"place", e.place.empty() ? place_of_field(e.field) : std::string_view(e.place)},
                            {"effect", e.effect.empty() ? json(nullptr) : json(e.effect)}});
    }
    json findings = json::array();
    for (const Finding& f : verdict.findings) {
        findings.push_back({{"id", f.id},
                            {"severity", to_string(f.severity)},
                            {"field", f.field},
                            {"text", f.text}});
    }
    json attacks = json::array();
    json because = json::object();
    for (const AttackLink& link : verdict.attacks) {
        attacks.push_back(link.id);
        because[link.id] = link.because;
    }
    json alternative = nullptr;
    if (verdict.alternative) {
        alternative = {{"category", to_string(verdict.alternative->category)},
                       {"confidence", four_decimals(verdict.alternative->confidence)}};
    }
    json worst = nullptr;
    if (verdict.worst_call) {
        json args = json::object();
        for (const WorstCall::Argument& one : verdict.worst_call->args) {
            args[one.path] = one.flag ? json(one.value == "true") : json(one.value);
        }
        worst = {{"args", std::move(args)}, {"does", verdict.worst_call->does}};
    }
    json usually = nullptr;
    if (verdict.usually) usually = to_string(*verdict.usually);
    return {{"schema", kVerdictSchema},
            {"server", verdict.server},
            {"tool", verdict.tool},
            {"definition_hash", verdict.definition_hash},
            {"rules_version", verdict.rules_version},
            {"category", to_string(verdict.category)},
            {"risk", to_string(verdict.risk)},
            {"base_risk", to_string(verdict.base_risk)},
            {"risk_without_claims", to_string(verdict.risk_without_claims)},
            {"confidence", four_decimals(verdict.confidence)},
            {"alternative", std::move(alternative)},
            {"capabilities", verdict.capabilities},
            {"evidence", std::move(evidence)},
            {"reason", verdict.reason},
            {"sentence", verdict.sentence},
            {"worst_call", std::move(worst)},
            {"usually", std::move(usually)},
            {"sure", four_decimals(verdict.sure)},
            {"findings", std::move(findings)},
            {"attacks", std::move(attacks)},
            {"attack_reasons", std::move(because)}};
}

Result<Verdict> read_verdict(const json& value) {
    const std::string schema = string_member(value, "schema");
    if (schema != kVerdictSchema && schema != kVerdictSchemaBefore) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("not a verdict: schema is not {}", kVerdictSchema));
    }
    const auto level = [&](const char* key) { return parse_risk_level(string_member(value, key)); };
    const auto category = parse_category(string_member(value, "category"));
    const auto risk = level("risk");
    const auto base = level("base_risk");
    const auto without_claims = level("risk_without_claims");
    if (!category || !risk || !base || !without_claims) {
        return fail(ErrorCode::invalid_input, "not a verdict: unknown category or risk level");
    }
    Verdict verdict;
    verdict.server = string_member(value, "server");
    verdict.tool = string_member(value, "tool");
    verdict.definition_hash = string_member(value, "definition_hash");
    verdict.rules_version = string_member(value, "rules_version");
    verdict.category = *category;
    verdict.risk = *risk;
    verdict.base_risk = *base;
    verdict.risk_without_claims = *without_claims;
    verdict.confidence = number_member(value, "confidence");
    verdict.reason = string_member(value, "reason");
    verdict.sentence = string_member(value, "sentence");
    verdict.sure = number_member(value, "sure");
    verdict.usually = parse_risk_level(string_member(value, "usually"));
    if (const json* worst = find_member(value, "worst_call"); worst && worst->is_object()) {
        verdict.worst_call = read_worst_call(*worst);
    }
    if (const json* other = find_member(value, "alternative"); other && other->is_object()) {
        if (const auto named = parse_category(string_member(*other, "category"))) {
            verdict.alternative = Alternative{*named, number_member(*other, "confidence")};
        }
    }
    for (const json& tag : list_member(value, "capabilities")) {
        if (tag.is_string()) verdict.capabilities.push_back(tag.get<std::string>());
    }
    for (const json& e : list_member(value, "evidence")) {
        verdict.evidence.push_back(
            {string_member(e, "rule"),
             string_member(e, "field"),
             string_member(e, "text"),
             string_member(e, "says"),
             string_member(e, "basis") == "claim" ? Basis::claim : Basis::structure,
             string_member(e, "place"),
             string_member(e, "effect")});
    }
    for (const json& f : list_member(value, "findings")) {
        verdict.findings.push_back(
            {string_member(f, "id"),
             parse_risk_level(string_member(f, "severity")).value_or(RiskLevel::low),
             string_member(f, "field"),
             string_member(f, "text")});
    }
    const json* because = find_member(value, "attack_reasons");
    for (const json& id : list_member(value, "attacks")) {
        if (!id.is_string()) continue;
        verdict.attacks.push_back(
            {id.get<std::string>(),
             because != nullptr ? string_member(*because, id.get<std::string>()) : ""});
    }
    return verdict;
}

}  // namespace mcprisk
