#include "policy/decide/arguments.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <set>

#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

bool chooses_a_deed(const Parameter& parameter) {
    static constexpr auto kNames = std::to_array<std::string_view>({"action",
                                                                    "operation",
                                                                    "op",
                                                                    "method",
                                                                    "mode",
                                                                    "command",
                                                                    "cmd",
                                                                    "verb",
                                                                    "task",
                                                                    "subcommand"});
    return has_one_of(parameter.name, kNames);
}

// An argument's name goes into messages that a model reads: only plain, short ones are repeated.
std::string shown_name(std::string_view name) {
    const bool plain =
        name.size() <= 40 && std::all_of(name.begin(), name.end(), [](char c) {
            const char l = lower_ascii(c);
            return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        });
    return plain ? std::string(name) : std::string("its choice of action");
}

// As severe as what named the tool's category, or more?
bool is_severe(std::string_view says, const Verdict& verdict) {
    const auto category = parse_category(says.substr(0, says.find(',')));
    return category && *category >= verdict.category;
}

bool deed_is_severe(Deed deed, const Verdict& verdict) {
    switch (deed) {
        case Deed::destroys:
        case Deed::pays:
            return true;
        case Deed::executes:
            return verdict.category <= Category::execute;
        case Deed::writes:
            return verdict.category == Category::write;
        case Deed::unknown:
        case Deed::reads:
            break;
    }
    return false;
}

// Capabilities with which what merely writes would have to be asked for by itself.
bool writes_weigh(const Verdict& verdict) {
    static constexpr auto kWeighty = std::to_array<std::string_view>({"id.write",
                                                                      "cfg.write",
                                                                      "msg.send",
                                                                      "msg.publish",
                                                                      "net.send",
                                                                      "money.move",
                                                                      "money.detail",
                                                                      "vcs.write"});
    return std::any_of(kWeighty.begin(), kWeighty.end(), [&](std::string_view tag) {
        return std::find(verdict.capabilities.begin(), verdict.capabilities.end(), tag) !=
               verdict.capabilities.end();
    });
}

// Writes that leave the house or change who may do what, whatever they are done to.
bool reaches_out(std::string_view choice) {
    static constexpr auto kWords = std::to_array<std::string_view>({"activate",
                                                                    "apply",
                                                                    "deactivate",
                                                                    "disable",
                                                                    "enable",
                                                                    "import",
                                                                    "invite",
                                                                    "merge",
                                                                    "post",
                                                                    "publish",
                                                                    "register",
                                                                    "reply",
                                                                    "send",
                                                                    "share",
                                                                    "submit",
                                                                    "unlock"});
    return has_one_of(choice, kWords);
}

// What the evidence says of one choice of one parameter, "" for nothing.
std::string_view said_of_choice(const Tool& tool,
                                const Verdict& verdict,
                                const Parameter& parameter,
                                std::string_view choice) {
    for (const Evidence& e : verdict.evidence) {
        if (!equals_ignoring_case(e.text, choice)) continue;
        if (parameter_of_field(tool, e.field) == &parameter) return e.says;
    }
    return {};
}

bool usable_choice(const Verdict& verdict,
                   std::string_view choice,
                   Deed deed,
                   std::string_view said) {
    if (deed == Deed::reads) return !is_severe(said, verdict);
    if (is_severe(said, verdict) || deed_is_severe(deed, verdict)) return false;
    // In a tool about money, what merely creates or sends may be the payment itself.
    if (verdict.category == Category::financial) return false;
    // What makes a machine act is for a person to decide, in an umbrella tool as elsewhere.
    if (deed == Deed::executes || said == "Execute") return false;
    if (deed == Deed::writes || said == "Write") {
        return verdict.category > Category::write && !writes_weigh(verdict) && !reaches_out(choice);
    }
    return said == "Read";
}

std::optional<Switch> as_switch(const Tool& tool,
                                const Verdict& verdict,
                                const Parameter& parameter) {
    if (!chooses_a_deed(parameter) || !takes_text(parameter)) return std::nullopt;
    const auto path = argument_path(tool, parameter);
    if (!path) return std::nullopt;
    Switch result{.path = *path, .shown = shown_name(parameter.name)};
    bool severe = false;
    const std::set<std::string> choices(parameter.choices.begin(), parameter.choices.end());
    for (const std::string& choice : choices) {
        const Deed deed = deed_of(choice);
        const std::string_view said = said_of_choice(tool, verdict, parameter, choice);
        severe = severe || is_severe(said, verdict) || deed_is_severe(deed, verdict);
        result.all.push_back(choice);
        if (usable_choice(verdict, choice, deed, said)) {
            result.usable.push_back(choice);
            const Deed done = deed != Deed::unknown ? deed
                              : said == "Write"     ? Deed::writes
                                                    : Deed::reads;
            result.worst_usable = std::max(result.worst_usable, done);
        } else {
            result.denied.push_back(choice);
        }
    }
    if (!severe || result.usable.empty()) return std::nullopt;
    const bool usable_default =
        std::any_of(result.usable.begin(), result.usable.end(), [&](const std::string& choice) {
            return parameter.default_value == canonical_json(json(choice));
        });
    result.may_be_absent = !parameter.required && usable_default;
    return result;
}

// Does a denied choice account for what this evidence quotes?
bool explained_by_choice(const Evidence& evidence, const std::vector<Switch>& switches) {
    const auto quoted = words_of(evidence.text);
    for (const Switch& one : switches) {
        for (const std::string& choice : one.denied) {
            for (const std::string& word : words_of(choice)) {
                const bool same =
                    std::any_of(quoted.begin(), quoted.end(), [&](const std::string& q) {
                        return q == word || q == word + "s" || q == word + "d" || q == word + "es";
                    });
                if (same) return true;
            }
        }
    }
    return false;
}

}  // namespace

bool takes_text(const Parameter& parameter) {
    return parameter.type.empty() || parameter.type == "string";
}

std::optional<std::string> argument_path(const Tool& tool, const Parameter& parameter) {
    std::string_view path = parameter.path;
    std::string_view name = parameter.name;
    while (true) {
        if (name.empty() || name.find_first_of(".[") != std::string_view::npos) return std::nullopt;
        if (path == name) return "args." + parameter.path;
        if (path.size() <= name.size() + 1 || !path.ends_with(name)) return std::nullopt;
        path.remove_suffix(name.size());
        if (path.back() != '.') return std::nullopt;
        path.remove_suffix(1);
        const auto parent = std::find_if(tool.parameters.begin(),
                                         tool.parameters.end(),
                                         [&](const Parameter& p) { return p.path == path; });
        if (parent == tool.parameters.end()) return std::nullopt;
        name = parent->name;
    }
}

const Parameter* parameter_of_field(const Tool& tool, std::string_view field) {
    constexpr std::string_view kSchema = "inputSchema.";
    constexpr std::string_view kProperties = "properties.";
    if (!field.starts_with(kSchema)) return nullptr;
    field.remove_prefix(kSchema.size());
    if (field.starts_with(kProperties)) field.remove_prefix(kProperties.size());
    // The longest path wins: what is left after it ("description", "enum") is a place within it.
    const Parameter* best = nullptr;
    for (const Parameter& p : tool.parameters) {
        const bool fits =
            field == p.path || (field.starts_with(p.path) &&
                                (field[p.path.size()] == '.' || field[p.path.size()] == '['));
        if (fits && (best == nullptr || p.path.size() > best->path.size())) best = &p;
    }
    return best;
}

std::vector<Switch> find_switches(const Tool& tool, const Verdict& verdict) {
    std::vector<Switch> switches;
    if (verdict.category == Category::read) return switches;
    if (names_removal(tool.name)) return switches;
    if (verdict.category == Category::financial && names_payment(tool.name)) return switches;
    // Commands, code and calls that an argument spells out are not bounded by another argument.
    for (const std::string& tag : verdict.capabilities) {
        if (tag == "exec.shell" || tag == "exec.code" || tag == "exec.sql" || tag == "exec.proxy") {
            return switches;
        }
    }
    for (const Parameter& parameter : tool.parameters) {
        if (auto found = as_switch(tool, verdict, parameter)) switches.push_back(std::move(*found));
    }
    for (const Evidence& e : verdict.evidence) {
        if (!is_severe(e.says, verdict) || parameter_of_field(tool, e.field) != nullptr) continue;
        if (e.field == "name" || !explained_by_choice(e, switches)) return {};
    }
    return switches;
}

}  // namespace mcprisk::policy
