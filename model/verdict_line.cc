#include "model/verdict_line.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "model/base/json_text.h"
#include "model/evidence_place.h"

namespace mcprisk {
namespace {

// `before` is the punctuation and the key, ready to be copied: {"basis":
void add(std::string& out, std::string_view before, std::string_view text) {
    out += before;
    append_harmless_json_string(out, text);
}

void add_confidence(std::string& out, std::string_view before, double value) {
    out += before;
    const double scaled = std::round(value * 10000);
    if (!(scaled > 0 && scaled < 10000)) {
        append_json_number(out, scaled / 10000);
        return;
    }
    auto digits = static_cast<int>(scaled);
    std::string_view::size_type n = 4;
    for (; digits % 10 == 0; --n) digits /= 10;
    char text[] = "0.0000";
    for (auto at = 1 + n; at > 1; --at) {
        text[at] = static_cast<char>('0' + digits % 10);
        digits /= 10;
    }
    out.append(text, 2 + n);
}

// `write` each of `list` between brackets.
template <typename List, typename Write>
void add_list(std::string& out, std::string_view before, const List& list, const Write& write) {
    out += before;
    out += '[';
    bool first = true;
    for (const auto& one : list) {
        if (!first) out += ',';
        first = false;
        write(one);
    }
    out += ']';
}

// An object: by key, and of equal keys the last.
void add_attack_reasons(std::string& out, const std::vector<AttackLink>& attacks) {
    std::vector<const AttackLink*> sorted;
    for (const AttackLink& link : attacks) sorted.push_back(&link);
    std::stable_sort(sorted.begin(), sorted.end(), [](const AttackLink* a, const AttackLink* b) {
        return a->id < b->id;
    });
    out += ",\"attack_reasons\":{";
    bool first = true;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (i + 1 < sorted.size() && sorted[i]->id == sorted[i + 1]->id) continue;
        add(out, first ? "" : ",", sorted[i]->id);
        add(out, ":", sorted[i]->because);
        first = false;
    }
    out += '}';
}

void add_worst_call(std::string& out, const std::optional<WorstCall>& call) {
    if (!call) {
        out += ",\"worst_call\":null";
        return;
    }
    std::vector<const WorstCall::Argument*> sorted;
    for (const auto& one : call->args) sorted.push_back(&one);
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
        return a->path < b->path;
    });
    out += ",\"worst_call\":{\"args\":{";
    bool first = true;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (i + 1 < sorted.size() && sorted[i]->path == sorted[i + 1]->path) continue;
        add(out, first ? "" : ",", sorted[i]->path);
        if (sorted[i]->flag) {
            out += sorted[i]->value == "true" ? ":true" : ":false";
        } else {
            add(out, ":", sorted[i]->value);
        }
        first = false;
    }
    add(out, "},\"does\":", call->does);
    out += '}';
}

}  // namespace

void append_verdict_line(const Verdict& verdict, std::string& out) {
    const auto text = [&](const std::string& one) { append_harmless_json_string(out, one); };
    if (verdict.alternative) {
        add(out, "{\"alternative\":{\"category\":", to_string(verdict.alternative->category));
        add_confidence(out, ",\"confidence\":", verdict.alternative->confidence);
        out += '}';
    } else {
        out += "{\"alternative\":null";
    }
    add_attack_reasons(out, verdict.attacks);
    add_list(out, ",\"attacks\":", verdict.attacks, [&](const AttackLink& one) { text(one.id); });
    add(out, ",\"base_risk\":", to_string(verdict.base_risk));
    add_list(out, ",\"capabilities\":", verdict.capabilities, text);
    add(out, ",\"category\":", to_string(verdict.category));
    add_confidence(out, ",\"confidence\":", verdict.confidence);
    add(out, ",\"definition_hash\":", verdict.definition_hash);
    add_list(out, ",\"evidence\":", verdict.evidence, [&](const Evidence& one) {
        add(out, "{\"basis\":", to_string(one.basis));
        if (one.effect.empty()) {
            out += ",\"effect\":null";
        } else {
            add(out, ",\"effect\":", one.effect);
        }
        add(out, ",\"field\":", one.field);
        add(out,
            ",\"place\":",
            one.place.empty() ? place_of_field(one.field) : std::string_view(one.place));
        add(out, ",\"rule\":", one.rule);
        add(out, ",\"says\":", one.says);
        add(out, ",\"text\":", one.text);
        out += '}';
    });
    add_list(out, ",\"findings\":", verdict.findings, [&](const Finding& one) {
        add(out, "{\"field\":", one.field);
        add(out, ",\"id\":", one.id);
        add(out, ",\"severity\":", to_string(one.severity));
        add(out, ",\"text\":", one.text);
        out += '}';
    });
    add(out, ",\"reason\":", verdict.reason);
    add(out, ",\"risk\":", to_string(verdict.risk));
    add(out, ",\"risk_without_claims\":", to_string(verdict.risk_without_claims));
    add(out, ",\"rules_version\":", verdict.rules_version);
    add(out, ",\"schema\":", kVerdictSchema);
    add(out, ",\"sentence\":", verdict.sentence);
    add(out, ",\"server\":", verdict.server);
    add_confidence(out, ",\"sure\":", verdict.sure);
    add(out, ",\"tool\":", verdict.tool);
    if (verdict.usually) {
        add(out, ",\"usually\":", to_string(*verdict.usually));
    } else {
        out += ",\"usually\":null";
    }
    add_worst_call(out, verdict.worst_call);
    out += "}\n";
}

}  // namespace mcprisk
