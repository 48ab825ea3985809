#include "policy/decide/decide.h"

#include <fmt/format.h>
#include <algorithm>
#include <tuple>

#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/decide/bars.h"
#include "policy/decide/guards.h"
#include "policy/decide/settings.h"
#include "policy/document/json_path.h"
#include "policy/document/of_decided.h"
#include "policy/document/policy_v1.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

constexpr std::string_view kEmpty;

const Table& table_of(const Options& options) {
    return options.table != nullptr ? *options.table : built_in_table(options.preset);
}

std::string_view approver_of(const Options& options) {
    return options.settings != nullptr ? std::string_view(options.settings->approver) : kEmpty;
}

const Values& values_of(const Options& options) {
    static const Values none;
    return options.settings != nullptr ? options.settings->values : none;
}

bool is_trusted(const Verdict& verdict, const Options& options) {
    return options.trusted ||
           (options.settings != nullptr && options.settings->trusts(verdict.server));
}

bool is_one_of(const std::vector<std::string>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

// The five shapes of the public reference.
Decision compatible(Category category) {
    const auto shape = [](const char* id, Verb verb, Rate rate, const char* because) {
        return Decision{.id = id,
                        .whole = verb,
                        .verb = verb,
                        .rest = verb,
                        .rate = std::move(rate),
                        .because = because};
    };
    switch (category) {
        case Category::read:
            return shape("compat-read", Verb::allow, {}, "reads are let through");
        case Category::write:
            return shape("compat-write", Verb::limit, {30, "minute"}, "writes are limited");
        case Category::execute:
            return shape("compat-execute", Verb::limit, {10, "minute"}, "executions are limited");
        case Category::destructive:
            return shape("compat-destructive", Verb::hide, {}, "destructive tools are hidden");
        case Category::financial:
            break;
    }
    return shape("compat-financial",
                 Verb::deny,
                 {},
                 "tools that move money are denied; nothing under this policy can give the "
                 "approval that the message asks for");
}

Decision denied(std::string id, std::string because) {
    return {.id = std::move(id),
            .whole = Verb::deny,
            .verb = Verb::deny,
            .rest = Verb::deny,
            .because = std::move(because)};
}

// Nobody knows what such a definition says to a model.
Decision unread(std::string_view why) {
    Decision decision{.id = "too-large",
                      .whole = Verb::hide,
                      .verb = Verb::hide,
                      .rest = Verb::hide,
                      .because = fmt::format("its definition is too large to read: {}",
                                             printable(truncate_utf8(why, 200)))};
    decision.hostile = true;
    return decision;
}

void set_verb(Decision& decision, Verb verb, const Table& table) {
    if (verb == Verb::limit && decision.rate.max == 0) decision.rate = table.stepped_rate;
    if (verb != Verb::limit) decision.rate = {};
    decision.whole = decision.verb = decision.rest = verb;
}

// One step stricter than its row, or at least ask, as the table says of findings and of doubt.
void make_stricter(Decision& decision, const Verdict& verdict, const Table& table) {
    Verb verb = decision.whole;
    if (verdict.confidence < table.unsure_below) {
        verb = one_step_stricter(verb);
        decision.stricter.emplace_back("unsure");
        decision.because += fmt::format(
            "; that it is {} is not certain ({:.0f} %), so the rule is one step stricter",
            to_string(verdict.category),
            verdict.confidence * 100);
    }
    for (const Finding& finding : verdict.findings) {
        if (finding.severity < table.findings_from) continue;
        const bool certain = is_one_of(table.stepping_findings, finding.id);
        if (is_one_of(table.hostile_findings, finding.id)) decision.hostile = true;
        if (!certain && !is_one_of(table.asking_findings, finding.id)) continue;
        if (is_one_of(decision.stricter, finding.id)) continue;
        const Verb step =
            std::max(certain ? one_step_stricter(decision.whole) : Verb::ask, Verb::ask);
        verb = std::max(verb, step);
        if (decision.hostile && finding.severity == RiskLevel::critical) verb = Verb::hide;
        decision.stricter.push_back(finding.id);
        decision.because += fmt::format(
            "; its definition shows {} ({}, in {}), so nobody lets it "
            "run unseen",
            finding.id,
            to_string(finding.severity),
            printable(truncate_utf8(finding.field, 60)));
    }
    if (verb != decision.whole) set_verb(decision, verb, table);
}

// `decision` with calls let through that meet `conditions`.
void open_within(Decision& decision, Conditions conditions, Rate rate) {
    decision.rest = Verb::limit;
    decision.rate = std::move(rate);
    decision.conditions = std::move(conditions);
}

bool split_umbrella(Decision& decision,
                    const JudgedTool& judged,
                    const Table& table,
                    const Values& values) {
    auto switches = find_switches(*judged.tool, *judged.verdict);
    if (switches.empty()) return false;
    // A reading value with a free address or path would still reach anywhere.
    const std::vector<ValueKind> kinds{ValueKind::hosts, ValueKind::roots};
    const bool free = std::any_of(kinds.begin(), kinds.end(), [&](ValueKind kind) {
        return !free_arguments(*judged.tool, kind).empty();
    });
    Conditions conditions = bars_of_switches(switches, decision.category);
    if (free) {
        std::vector<ValueKind> missing;
        auto held = hold_to_values(*judged.tool, kinds, values, missing);
        if (!held) return false;
        conditions.add(std::move(*held));
    }
    conditions.add(bars_of_flags(*judged.tool, table.risky_flags));
    std::string names;
    Deed worst = Deed::reads;
    for (const Switch& one : switches) {
        names += (names.empty() ? "" : ", ") + one.shown;
        worst = std::max(worst, one.worst_usable);
    }
    open_within(decision,
                std::move(conditions),
                worst == Deed::writes ? table.umbrella_write : table.umbrella_read);
    decision.because += fmt::format(
        "; what it does depends on {}: where a rule can look at it, the severe values are denied "
        "and the others stay usable",
        names);
    decision.switches = std::move(switches);
    return true;
}

bool open_by_values(Decision& decision,
                    const JudgedTool& judged,
                    const Row& row,
                    const Values& values) {
    if (row.opened_by.empty()) return false;
    std::vector<ValueKind> missing;
    auto held = hold_to_values(*judged.tool, row.opened_by, values, missing);
    for (const ValueKind kind : missing) decision.needs.emplace_back(to_string(kind));
    if (!held) return false;
    open_within(decision, std::move(*held), row.opened_rate);
    decision.verb = Verb::ask;
    for (const ValueKind kind : row.opened_by) {
        if (values.has(kind) && !free_arguments(*judged.tool, kind).empty()) {
            decision.opened_by.emplace_back(to_string(kind));
        }
    }
    decision.because += fmt::format("; the values of {} in .mcprisk.toml bound it",
                                    fmt::join(decision.opened_by, ", "));
    return true;
}

void add_conditions(Decision& decision, Conditions conditions) {
    if (conditions.empty()) return;
    decision.conditions.add(std::move(conditions));
    decision.verb = std::max(decision.verb, Verb::ask);
}

// Conditions on a tool that runs unattended.
void add_bars(Decision& decision, const JudgedTool& judged, const Table& table) {
    if (decision.category != Category::read) {
        add_conditions(decision, bars_of_flags(*judged.tool, table.risky_flags));
    }
    // A read by a free path or address as well: what is denied to one tool is not let through by
    // the next.
    add_conditions(decision, guards_for(*judged.tool, *judged.verdict));
    const auto& can = judged.verdict->capabilities;
    if (decision.category != Category::read || std::find(can.begin(), can.end(), "fs.read") == can.end())
        return;
    for (const Parameter* one : free_arguments(*judged.tool, ValueKind::roots)) {
        if (takes_text(*one)) continue;
        set_verb(decision, Verb::ask, table);
        decision.conditions = {};
        decision.because += "; it takes paths in a list, where no condition reaches them";
        return;
    }
}

Decision by_table(const JudgedTool& judged, const Options& options, RiskLevel level) {
    const Table& table = table_of(options);
    const Verdict& verdict = *judged.verdict;
    const Row* row = find_row(table, verdict.category, level, *judged.tool, verdict.capabilities);
    if (row == nullptr) return denied("no-row", "the table has no row for it");
    Decision decision{.id = row->id,
                      .whole = row->verb,
                      .verb = row->verb,
                      .rest = row->verb,
                      .rate = row->rate,
                      .category = verdict.category,
                      .because = row->because};
    make_stricter(decision, verdict, table);
    Excess excess = bars_of_excess(*judged.tool, verdict);
    if (excess.out_of_reach && decision.whole < Verb::deny) {
        return denied("excess-argument",
                      "one of its arguments asks for what the tool does not need, and lies where "
                      "no condition reaches it");
    }
    const bool opens =
        table.preset != Preset::strict && decision.stricter.empty() && decision.whole >= Verb::ask;
    if (opens && !open_by_values(decision, judged, *row, values_of(options))) {
        split_umbrella(decision, judged, table, values_of(options));
    }
    if (unattended(decision.whole)) add_bars(decision, judged, table);
    if (unattended(decision.rest) && !excess.conditions.empty()) {
        add_conditions(decision, std::move(excess.conditions));
        decision.because += fmt::format(
            "; calls that fill {}, which asks for what the tool does not need, are denied",
            excess.first);
    }
    decision.bounds = bounds_of_lists(*judged.tool);
    return decision;
}

Decision by_override(const Override& one, const JudgedTool& judged, const Options& options) {
    const Table& table = table_of(options);
    Decision decision{.id = "override",
                      .category = judged.verdict->category,
                      .because = fmt::format("somebody decided so: {}", in_words(one))};
    set_verb(decision, *one.verb, table);
    if (*one.verb == Verb::limit) decision.rate = table.umbrella_write;
    return decision;
}

// What a file that may only tighten asks for, where it is more than was decided.
void tighten(Decision& decision, const Verdict& verdict, const Options& options) {
    const Override* one =
        tightening_for(*options.settings, verdict.server, verdict.tool, options.today).verb;
    if (one == nullptr) return;
    const Verb verb = *one->verb;
    if (verb == Verb::limit ? decision.rest >= verb
                            : decision.verb >= verb && decision.rest >= verb)
        return;
    if (verb == Verb::limit) {
        decision.rest = verb;
        decision.verb = std::max(decision.verb, verb);
        decision.whole = std::max(decision.whole, verb);
        decision.rate = table_of(options).umbrella_write;
    } else {
        // A call that was denied for its arguments stays as strict: nothing runs unattended now.
        decision.whole = decision.verb = decision.rest = std::max(decision.verb, verb);
        decision.rate = {};
        decision.conditions = {};
        decision.switches.clear();
    }
    decision.stricter.emplace_back("settings");
    decision.because += fmt::format("; {}", in_words(*one));
}

const Override* override_of(const Verdict& verdict, const Options& options) {
    if (options.settings == nullptr || options.compat) return nullptr;
    return override_for(*options.settings, verdict.server, verdict.tool, options.today);
}

std::string place_of(std::string_view field) {
    if (field == "name") return "its name";
    if (field == "title") return "its title";
    if (field == "description") return "its description";
    if (field == "siblings") return "the tools beside it";
    if (field == "server") return "its server's description";
    if (field.starts_with("annotations")) return "its annotations";
    if (field.starts_with("inputSchema.")) {
        return fmt::format("its argument {}", printable(truncate_utf8(field.substr(12), 60)));
    }
    return fmt::format("its {}", printable(truncate_utf8(field, 60)));
}

std::string_view verb_of(std::string_view field) {
    if (field.starts_with("inputSchema.")) return "names";
    return field == "siblings" || field.starts_with("annotations") ? "say" : "says";
}

// By name; of several tools with one name the strictest comes first. The rest of the key only makes
// the order total, so that the order of arrival never shows.
bool comes_before(const Decided& a, const Decided& b) {
    if (const int order = a.judged.tool->name.compare(b.judged.tool->name); order != 0) {
        return order < 0;
    }
    const auto key = [](const Decided& d) {
        return std::make_tuple(-static_cast<int>(d.decision.effect),
                               -static_cast<int>(d.decision.verb),
                               -static_cast<int>(d.decision.level),
                               -static_cast<int>(d.judged.verdict->category),
                               std::string_view(d.judged.tool->definition_hash),
                               canonical_json(d.decision.rule),
                               d.judged.verdict->confidence);
    };
    return key(a) < key(b);
}

}  // namespace

bool is_wildcard_name(std::string_view name) { return name == "*" || name.empty(); }

std::string deciding_evidence(const Verdict& verdict) {
    if (verdict.evidence.empty()) return "nothing in its definition says what it does";
    const auto found = std::find_if(
        verdict.evidence.begin(), verdict.evidence.end(), [&](const Evidence& evidence) {
            return evidence.says == to_string(verdict.category);
        });
    const Evidence& e = found == verdict.evidence.end() ? verdict.evidence.front() : *found;
    return fmt::format(
        "{} {} {}", place_of(e.field), verb_of(e.field), quote(truncate_utf8(e.text, 160)));
}

std::string in_words(const Rate& rate) {
    return fmt::format("at most {} {} {} {}",
                       rate.max,
                       rate.max == 1 ? "call" : "calls",
                       rate.window == "hour" ? "an" : "a",
                       rate.window);
}

std::string limits_in_words(const json& rule) {
    if (!rule.is_object() || !rule.contains("limits")) return {};
    const json& limit = rule.at("limits").front();
    return in_words(Rate{limit.at("max"), limit.at("window")}) + " per grant";
}

Category category_without_claims(const Verdict& verdict) {
    const auto named = [](const Evidence& evidence) {
        return parse_category(std::string_view(evidence.says).substr(0, evidence.says.find(',')));
    };
    const auto first = std::find_if(verdict.evidence.begin(),
                                    verdict.evidence.end(),
                                    [&](const Evidence& e) { return named(e).has_value(); });
    if (first == verdict.evidence.end() || first->basis != Basis::claim) return verdict.category;
    Category worst = verdict.category;
    for (const Evidence& evidence : verdict.evidence) {
        if (evidence.basis == Basis::claim) continue;
        if (const auto category = named(evidence)) worst = std::max(worst, *category);
    }
    return worst;
}

Decision decide(const JudgedTool& given, const Options& options) {
    Verdict verdict = *given.verdict;
    const Override* changed = override_of(verdict, options);
    const bool trusted = is_trusted(verdict, options);
    const bool settles = options.settings != nullptr && !options.compat;
    if (settles) verdict = settled(std::move(verdict), *options.settings, options.today);
    const bool own_category = changed != nullptr && changed->category;
    if (!trusted && !options.compat && !own_category) {
        verdict.category = category_without_claims(verdict);
    }
    const JudgedTool judged{given.tool, &verdict};
    const RiskLevel level = trusted ? verdict.risk : verdict.risk_without_claims;
    const auto choose = [&]() -> Decision {
        if (is_wildcard_name(judged.tool->name)) {
            return denied("wildcard-name", "its name would stand for all tools");
        }
        if (!judged.tool->too_large.empty() && (changed == nullptr || !changed->verb)) {
            return unread(judged.tool->too_large);
        }
        if (options.compat) return compatible(verdict.category);
        if (changed != nullptr && changed->verb) return by_override(*changed, judged, options);
        return by_table(judged, options, level);
    };
    Decision decision = choose();
    decision.category = verdict.category;
    decision.level = level;
    if (verdict.category != given.verdict->category && !own_category) {
        decision.because += fmt::format("; that it is only {} is a claim of its author",
                                        to_string(given.verdict->category));
    }
    if (changed != nullptr && !changed->verb) {
        decision.because += fmt::format("; {}", in_words(*changed));
    }
    if (settles) tighten(decision, verdict, options);
    write_rule(decision, judged.tool->name, approver_of(options));
    return decision;
}

void make_ask(Decision& decision,
              std::string_view tool,
              std::string because,
              const Options& options) {
    decision.rest = std::max(decision.rest, Verb::ask);
    decision.verb = std::max(decision.verb, Verb::ask);
    decision.whole = std::max(decision.whole, Verb::ask);
    decision.rate = {};
    decision.conditions = {};
    decision.switches.clear();
    decision.stricter.emplace_back("combination");
    decision.because += "; " + std::move(because);
    write_rule(decision, tool, approver_of(options));
}

std::vector<Decided> decide_all(std::span<const JudgedTool> tools, const Options& options) {
    std::vector<Decided> all;
    all.reserve(tools.size());
    for (const JudgedTool& judged : tools) all.push_back({judged, decide(judged, options)});
    return strictest_by_name(std::move(all));
}

std::vector<Decided> strictest_by_name(std::vector<Decided> all) {
    std::sort(all.begin(), all.end(), comes_before);
    std::vector<Decided> strictest;
    for (Decided& one : all) {
        if (!strictest.empty() && strictest.back().judged.tool->name == one.judged.tool->name) {
            ++strictest.back().namesakes;
        } else {
            strictest.push_back(std::move(one));
        }
    }
    return strictest;
}

std::string why(const Decided& decided) {
    const Verdict& verdict = *decided.judged.verdict;
    std::string text = fmt::format("{}, {}: {}; {}.",
                                   to_string(decided.decision.category),
                                   to_string(decided.decision.level),
                                   deciding_evidence(verdict),
                                   decided.decision.because);
    if (decided.namesakes > 0) {
        text += fmt::format(
            " {} more tools of this server have the same name; the strictest rule "
            "stands for all of them.",
            decided.namesakes);
    }
    return text;
}

}  // namespace mcprisk::policy
