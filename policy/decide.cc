#include "policy/decide.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "model/text.h"
#include "policy/guards.h"
#include "policy/json_path.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

struct Rate {
    int max = 0;  // 0: no limit
    const char* window = "minute";
};

// How reads, writes and executions are graded.
struct Grade {
    Category category;
    RiskLevel level;
    Rate recommended;
    Rate permissive;
    const char* because;
};

constexpr std::array<Grade, 12> kGrades{{
    {Category::read, RiskLevel::low, {}, {}, "it changes nothing and returns nothing private"},
    {Category::read,
     RiskLevel::medium,
     {60, "minute"},
     {},
     "it can return private content, or content from wherever the caller points it; one call a "
     "second leaves work alone and slows a harvest"},
    {Category::read,
     RiskLevel::high,
     {10, "hour"},
     {60, "hour"},
     "it hands out secrets; work needs few of them, and a few an hour cannot empty a vault unseen"},
    {Category::read,
     RiskLevel::critical,
     {5, "hour"},
     {30, "hour"},
     "what it hands out opens more than one door, so each call should stand out"},
    {Category::write,
     RiskLevel::low,
     {60, "minute"},
     {},
     "what it changes is the caller's own or easily made again; the limit only stops a loop"},
    {Category::write,
     RiskLevel::medium,
     {30, "minute"},
     {},
     "what it changes can be put back; the limit bounds how much there is to put back after a "
     "mistake"},
    {Category::write,
     RiskLevel::high,
     {20, "hour"},
     {60, "minute"},
     "what it does cannot be recalled, or changes access, security or production; few calls an "
     "hour "
     "leave time to notice"},
    {Category::write,
     RiskLevel::critical,
     {5, "hour"},
     {10, "minute"},
     "a single call can change what everything else depends on"},
    {Category::execute,
     RiskLevel::low,
     {60, "minute"},
     {},
     "it is a gesture without lasting effect; the limit only stops a loop"},
    {Category::execute,
     RiskLevel::medium,
     {30, "minute"},
     {60, "minute"},
     "it sets off one known, bounded action; the limit stops a loop and leaves work alone"},
    {Category::execute,
     RiskLevel::high,
     {10, "minute"},
     {30, "minute"},
     "it makes a machine act beyond what its definition bounds"},
    {Category::execute,
     RiskLevel::critical,
     {10, "hour"},
     {10, "minute"},
     "it runs whatever it is given with the server's rights, so each call should stand out"},
}};

// Findings that make the definition itself the attack.
constexpr std::array<std::string_view, 5> kHostileFindings{
    "tool-poisoning", "concealment", "ansi-escape", "invisible-unicode", "cross-tool-directive"};

constexpr std::string_view kMoneyDenied =
    "Denied: this tool moves money or commits somebody to pay. Nothing can approve the call under "
    "this policy, so asking again does not help. A person who wants it usable replaces this "
    "deny_if "
    "in policy.json by conditions that bound its arguments, and adds limits.";
constexpr std::string_view kStrictDenied =
    "Denied: this policy lets only reads through (preset strict). A person who wants this tool "
    "usable adds a rule for it in policy.json.";
constexpr std::string_view kNameDenied =
    "Denied: the name of this tool means \"all tools\" in a policy, so no rule can permit it "
    "alone. "
    "It has to be renamed by its server.";

constexpr std::string_view kExcessDenied =
    "Denied: an argument of this tool asks for more than the tool needs for its work. Leave it "
    "out; "
    "a person can edit this deny_if in policy.json.";

RiskLevel deciding_level(const Verdict& verdict, const Options& options) {
    return options.trusted ? verdict.risk : verdict.risk_without_claims;
}

const Grade* grade_of(Category category, RiskLevel level) {
    const auto found = std::find_if(kGrades.begin(), kGrades.end(), [&](const Grade& grade) {
        return grade.category == category && grade.level == level;
    });
    return found == kGrades.end() ? nullptr : &*found;
}

json limits(std::string_view tool, Rate rate) {
    return json::array({{{"counter", std::string(tool) + "_rate"},
                         {"window", rate.window},
                         {"max", rate.max},
                         {"scope", "grant"}}});
}

json always_denied(std::string_view on_deny) {
    return {{"deny_if",
             json::array({{{"conditions", json::array()}, {"on_deny", std::string(on_deny)}}})}};
}

Decision denied(std::string id, std::string_view on_deny, std::string because) {
    return {.id = std::move(id),
            .effect = Effect::denied,
            .rule = always_denied(on_deny),
            .because = std::move(because),
            .on_deny = std::string(on_deny)};
}

Decision hidden(std::string id, std::string because) {
    return {.id = std::move(id), .effect = Effect::hidden, .because = std::move(because)};
}

Decision rated(std::string id, std::string_view tool, Rate rate, std::string because) {
    Decision decision{.id = std::move(id), .rule = json::object(), .because = std::move(because)};
    if (rate.max > 0) {
        decision.effect = Effect::limited;
        decision.rule["limits"] = limits(tool, rate);
    }
    return decision;
}

// The five shapes of the public reference.
Decision compatible(std::string_view tool, Category category) {
    switch (category) {
        case Category::read:
            return rated("compat-read", tool, {}, "reads are let through");
        case Category::write:
            return rated("compat-write", tool, {30, "minute"}, "writes are limited");
        case Category::execute:
            return rated("compat-execute", tool, {10, "minute"}, "executions are limited");
        case Category::destructive:
            return hidden("compat-destructive", "destructive tools are hidden");
        case Category::financial:
            break;
    }
    return denied(
        "compat-financial",
        "Requires human approval.",
        "tools that move money are denied; nothing under this policy can give the approval "
        "that the message asks for");
}

const Finding* hostile_finding(const Verdict& verdict) {
    const Finding* worst = nullptr;
    for (const Finding& finding : verdict.findings) {
        const bool hostile =
            std::find(kHostileFindings.begin(), kHostileFindings.end(), finding.id) !=
            kHostileFindings.end();
        if (!hostile || finding.severity < RiskLevel::high) continue;
        if (worst == nullptr || finding.severity > worst->severity) worst = &finding;
    }
    return worst;
}

// Arguments that ask for what the tool does not need.
struct Excess {
    std::vector<std::string> paths;  // sorted, those a condition can name
    bool out_of_reach = false;       // there is one that no condition can name
};

Excess excess_arguments(const Tool& tool, const Verdict& verdict) {
    Excess excess;
    for (const Finding& finding : verdict.findings) {
        if (finding.id != "parameter-exfiltration" || finding.severity < RiskLevel::high) continue;
        const Parameter* parameter = parameter_of_field(tool, finding.field);
        auto path = parameter != nullptr ? argument_path(tool, *parameter) : std::nullopt;
        if (path) {
            excess.paths.push_back(std::move(*path));
        } else {
            excess.out_of_reach = true;
        }
    }
    std::sort(excess.paths.begin(), excess.paths.end());
    excess.paths.erase(std::unique(excess.paths.begin(), excess.paths.end()), excess.paths.end());
    return excess;
}

void add_entries(Decision& decision, const json& entries) {
    if (entries.empty()) return;
    for (const json& entry : entries) decision.rule["deny_if"].push_back(entry);
    if (decision.on_deny.empty()) decision.on_deny = entries.front().at("on_deny");
    decision.effect = Effect::conditional;
}

Decision umbrella(const JudgedTool& judged, const Options& options, std::vector<Switch> switches) {
    const bool money = judged.verdict->category == Category::financial;
    Decision decision{.id = money ? "financial-umbrella" : "destructive-umbrella",
                      .rule = json::object()};
    Deed worst = Deed::reads;
    std::string names;
    for (const Switch& one : switches) {
        if (!one.may_be_absent) {
            decision.rule["require"].push_back(condition(one.path, "exists", true));
        }
        add_entries(
            decision,
            json::array(
                {{{"conditions", json::array({condition(one.path, "in", one.denied)})},
                  {"on_deny",
                   fmt::format("Denied: this value of {} {}. Its other documented values are "
                               "usable. Nothing can approve the call under this policy; a person "
                               "can edit this deny_if in policy.json.",
                               one.shown,
                               money ? "moves money, commits to pay or is not known to be harmless"
                                     : "removes something or is not known to be harmless")}},
                 {{"conditions", json::array({condition(one.path, "not_in", one.all)})},
                  {"on_deny",
                   fmt::format("Denied: this is none of the values that the definition of the tool "
                               "lists for {}.",
                               one.shown)}}}));
        worst = std::max(worst, one.worst_usable);
        names += (names.empty() ? "" : ", ") + one.shown;
    }
    const bool permissive = options.preset == Preset::permissive;
    const Rate rate = worst == Deed::executes ? Rate{permissive ? 30 : 10, "minute"}
                      : permissive            ? Rate{}
                      : worst == Deed::writes ? Rate{30, "minute"}
                                              : Rate{60, "minute"};
    if (rate.max > 0) decision.rule["limits"] = limits(judged.tool->name, rate);
    decision.because = fmt::format(
        "what it does depends on {}: the values that {} are denied, the others stay usable",
        names,
        money ? "move money" : "destroy");
    decision.switches = std::move(switches);
    return decision;
}

Decision by_category(const JudgedTool& judged, const Options& options, RiskLevel level) {
    const Category category = judged.verdict->category;
    const bool strict = options.preset == Preset::strict;
    if (category == Category::destructive || category == Category::financial) {
        auto switches =
            strict ? std::vector<Switch>() : find_switches(*judged.tool, *judged.verdict);
        if (!switches.empty()) return umbrella(judged, options, std::move(switches));
        if (category == Category::destructive) {
            return hidden("destructive-hide",
                          "what it removes does not come back, so agents are not offered it");
        }
        return denied("financial-gate",
                      kMoneyDenied,
                      "money that has moved seldom comes back, and a policy of this version cannot "
                      "ask a person first");
    }
    if (strict && (category != Category::read || level > RiskLevel::medium)) {
        return denied("strict-deny",
                      kStrictDenied,
                      "the preset lets only reads of low and medium risk through");
    }
    const Grade* grade = grade_of(category, level);
    const Rate rate = options.preset == Preset::permissive ? grade->permissive : grade->recommended;
    auto decision = rated(lower_ascii(to_string(category)) + "-" + lower_ascii(to_string(level)),
                          judged.tool->name,
                          rate,
                          grade->because);
    const bool guarded = category == Category::execute ||
                         (category == Category::read && level >= RiskLevel::medium) ||
                         (category == Category::write && level >= RiskLevel::high);
    if (guarded && options.preset != Preset::permissive) {
        const json guards = guards_for(*judged.tool, *judged.verdict);
        add_entries(decision, guards);
        if (!guards.empty()) decision.because += "; its free arguments are guarded";
    }
    return decision;
}

// `decision` with the arguments refused that ask for too much.
Decision without_excess(Decision decision, const JudgedTool& judged) {
    const Excess excess = excess_arguments(*judged.tool, *judged.verdict);
    if (excess.out_of_reach) {
        return denied(
            "excess-argument",
            kExcessDenied,
            "one of its arguments asks for what the tool does not need, and lies where no "
            "condition reaches it");
    }
    json entries = json::array();
    for (const std::string& path : excess.paths) {
        entries.push_back({{"conditions", json::array({condition(path, "exists", true)})},
                           {"on_deny", kExcessDenied}});
    }
    if (entries.empty()) return decision;
    add_entries(decision, entries);
    decision.because +=
        fmt::format("; calls that fill {}, which asks for what the tool does not need, are denied",
                    quote(excess.paths.front()));
    return decision;
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

std::string limits_in_words(const json& rule) {
    if (!rule.is_object() || !rule.contains("limits")) return {};
    const json& limit = rule.at("limits").front();
    const int max = limit.at("max");
    return fmt::format("at most {} {} {} {} per grant",
                       max,
                       max == 1 ? "call" : "calls",
                       limit.at("window") == "hour" ? "an" : "a",
                       limit.at("window").get<std::string>());
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
    if (!options.trusted && !options.compat) verdict.category = category_without_claims(verdict);
    const JudgedTool judged{given.tool, &verdict};
    const RiskLevel level = deciding_level(verdict, options);
    const auto choose = [&]() -> Decision {
        if (is_wildcard_name(judged.tool->name)) {
            return denied("wildcard-name", kNameDenied, "its name would stand for all tools");
        }
        if (options.compat) return compatible(judged.tool->name, verdict.category);
        if (const Finding* finding = hostile_finding(verdict)) {
            return hidden("hostile-definition",
                          fmt::format("its definition carries {} ({}, in {}), which does its harm "
                                      "by being read: it is kept out of the tool list until a "
                                      "person has looked at it",
                                      finding->id,
                                      to_string(finding->severity),
                                      printable(truncate_utf8(finding->field, 60))));
        }
        auto decision = by_category(judged, options, level);
        if (decision.effect == Effect::hidden || decision.effect == Effect::denied) return decision;
        return without_excess(std::move(decision), judged);
    };
    Decision decision = choose();
    if (verdict.category != given.verdict->category) {
        decision.because += fmt::format("; that it is only {} is a claim of its author",
                                        to_string(given.verdict->category));
    }
    decision.level = level;
    return decision;
}

}  // namespace mcprisk::policy
