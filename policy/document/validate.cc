#include "policy/document/validate.h"

#include <fmt/format.h>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "model/base/json.h"
#include "policy/document/check.h"
#include "policy/document/json_path.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

// Generous: a thousand tools with guards take about one megabyte and eight levels.
constexpr JsonLimits kPolicyLimits{.bytes = std::size_t{8} << 20, .depth = 24};

// The largest whole number that every JSON reader keeps exactly.
constexpr double kLargestMax = 9007199254740991.0;

bool is_positive_whole(const json& value) {
    if (!value.is_number()) return false;
    const double number = value.get<double>();
    return number >= 1 && number <= kLargestMax && std::floor(number) == number;
}

class Validator {
  public:
    explicit Validator(Reporter& report) : report_(report) {}

    void run(const json& document) {
        if (report_.object(document, "", "a policy") == nullptr) return;
        report_.unknown_keys(document, "", {"version", "default", "hide", "all_tools", "tools"});
        check_version(document);
        check_default(document);
        if (const json* hide = find_member(document, "hide")) check_hide(*hide);
        if (const json* all = find_member(document, "all_tools")) check_all_tools(*all);
        if (const json* tools = find_member(document, "tools")) check_tools(*tools);
        const bool open = string_member(document, "default") == "allow";
        if (open && !restricts_) {
            report_.warn("default",
                         "this document allows everything: the default is allow and no rule denies "
                         "or limits a call");
        }
    }

  private:
    void check_version(const json& document) {
        const json* version = find_member(document, "version");
        if (version == nullptr) {
            report_.error("", "\"version\" is missing; write \"version\": \"1\"");
        } else if (*version != "1") {
            report_.error("version",
                          fmt::format("version has to be the string \"1\", this is {}",
                                      version->is_string() ? quote(version->get<std::string>())
                                                           : std::string(type_name(*version))));
        }
    }

    void check_default(const json& document) {
        const json* given = find_member(document, "default");
        if (given == nullptr) {
            report_.error("", "\"default\" is missing; write \"deny\" or \"allow\"");
        } else if (*given != "deny" && *given != "allow") {
            report_.error("default",
                          fmt::format("default is \"deny\" or \"allow\", this is {}.{}",
                                      given->is_string() ? quote(given->get<std::string>())
                                                         : std::string(type_name(*given)),
                                      given->is_string() ? did_you_mean(given->get<std::string>(),
                                                                        {"deny", "allow"})
                                                         : std::string()));
        }
    }

    void check_hide(const json& hide) {
        if (report_.list(hide, "hide", "hide") == nullptr) return;
        restricts_ = restricts_ || !hide.empty();
        for (std::size_t i = 0; i < hide.size(); ++i) {
            const auto place = element_path("hide", i);
            if (!hide[i].is_string()) {
                report_.error(place,
                              fmt::format("hide holds tool names, this is {}", type_name(hide[i])));
                continue;
            }
            const auto name = hide[i].get<std::string>();
            if (name.empty()) {
                report_.error(place, "an empty name in hide");
            } else if (!hidden_.insert(name).second) {
                report_.error(place, fmt::format("{} stands in hide more than once", quote(name)));
            }
        }
        if (hidden_.contains("*") && hidden_.size() > 1) {
            report_.warn("hide", "\"*\" hides every tool; the other names add nothing");
        }
    }

    void check_all_tools(const json& all) {
        if (report_.object(all, "all_tools", "all_tools") == nullptr) return;
        report_.unknown_keys(all, "all_tools", {"limits"});
        if (const json* limits = find_member(all, "limits")) {
            check_limits(*limits, "all_tools.limits");
        } else {
            report_.warn("all_tools", "without limits, all_tools has no effect");
        }
    }

    void check_tools(const json& tools) {
        if (report_.object(tools, "tools", "tools") == nullptr) return;
        for (const auto& [name, rule] : tools.items()) {
            const auto place = member_path("tools", name);
            if (hidden_.contains(name)) {
                report_.error(place,
                              fmt::format("{} is hidden and has a rule as well; the rule never "
                                          "counts. Keep one of the two",
                                          quote(name)));
            } else if (hidden_.contains("*")) {
                report_.error(
                    place,
                    fmt::format("hide has \"*\", so the rule for {} never counts", quote(name)));
            }
            check_rule(rule, place);
        }
    }

    void check_rule(const json& rule, const std::string& path) {
        if (report_.object(rule, path, "the rule of a tool") == nullptr) return;
        report_.unknown_keys(rule, path, {"require", "deny_if", "limits"});
        if (const json* require = find_member(rule, "require")) {
            const auto place = member_path(path, "require");
            if (report_.list(*require, place, "require") != nullptr) {
                if (require->empty()) report_.warn(place, "an empty require denies nothing");
                check_conditions(*require, place);
            }
        }
        bool always_denied = false;
        if (const json* deny_if = find_member(rule, "deny_if")) {
            always_denied = check_deny_if(*deny_if, member_path(path, "deny_if"));
        }
        if (const json* limits = find_member(rule, "limits")) {
            const auto place = member_path(path, "limits");
            check_limits(*limits, place);
            if (always_denied) {
                report_.warn(place,
                             "never counts: a deny_if with empty conditions denies every call");
            }
        }
    }

    void check_conditions(const json& conditions, const std::string& path) {
        restricts_ = restricts_ || !conditions.empty();
        for (std::size_t i = 0; i < conditions.size(); ++i) {
            check_condition(conditions[i], element_path(path, i), report_);
        }
        warn_contradictions(conditions, path);
    }

    // Conditions of one list hold together, so two of them can shut each other out.
    void warn_contradictions(const json& conditions, const std::string& path) {
        std::map<std::string, json> equal;
        std::set<std::string> absent;
        std::set<std::string> present;
        for (const json& one : conditions) {
            const auto argument = string_member(one, "path");
            const auto op = string_member(one, "op");
            const json* value = find_member(one, "value");
            if (value == nullptr || argument.empty()) continue;
            const bool wants_absent = op == "exists" && *value == false;
            (wants_absent ? absent : present).insert(argument);
            if (op != "eq") continue;
            const auto [known, fresh] = equal.try_emplace(argument, *value);
            if (!fresh && known->second != *value) {
                report_.warn(path,
                             fmt::format("{} cannot equal two values at once: these conditions "
                                         "never hold",
                                         quote(argument)));
            }
        }
        for (const std::string& argument : absent) {
            if (!present.contains(argument)) continue;
            report_.warn(path,
                         fmt::format("{} is wanted absent and compared as well: these conditions "
                                     "never hold",
                                     quote(argument)));
        }
    }

    // True if one of the entries denies every call.
    bool check_deny_if(const json& entries, const std::string& path) {
        if (report_.list(entries, path, "deny_if") == nullptr) return false;
        if (entries.empty()) report_.warn(path, "an empty deny_if denies nothing");
        bool always = false;
        std::set<json> seen;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            const auto place = element_path(path, i);
            const json& entry = entries[i];
            if (report_.object(entry, place, "an entry of deny_if") == nullptr) continue;
            restricts_ = true;
            report_.unknown_keys(entry, place, {"conditions", "on_deny"});
            check_on_deny(entry, place);
            if (always) {
                report_.warn(place, "can never fire: an entry before it denies every call");
            }
            const json* conditions = find_member(entry, "conditions");
            if (conditions == nullptr) {
                report_.error(place,
                              "\"conditions\" is missing; an empty list denies every call, if that "
                              "is meant");
                continue;
            }
            const auto inner = member_path(place, "conditions");
            if (report_.list(*conditions, inner, "conditions") == nullptr) continue;
            if (!seen.insert(*conditions).second && !conditions->empty()) {
                report_.warn(place, "can never fire: an entry before it has the same conditions");
            }
            always = always || conditions->empty();
            check_conditions(*conditions, inner);
        }
        return always;
    }

    void check_on_deny(const json& entry, const std::string& path) {
        const json* text = find_member(entry, "on_deny");
        if (text == nullptr) {
            report_.error(path, "\"on_deny\" is missing: say what the denied caller should read");
        } else if (!text->is_string() || text->get_ref<const std::string&>().empty()) {
            report_.error(member_path(path, "on_deny"),
                          "on_deny has to be a text that is not empty");
        }
    }

    void check_limits(const json& limits, const std::string& path) {
        if (report_.list(limits, path, "limits") == nullptr) return;
        if (limits.empty()) report_.warn(path, "empty limits limit nothing");
        std::set<std::string> here;
        for (std::size_t i = 0; i < limits.size(); ++i) {
            const auto place = element_path(path, i);
            const json& limit = limits[i];
            if (report_.object(limit, place, "a limit") == nullptr) continue;
            restricts_ = true;
            report_.unknown_keys(limit, place, {"counter", "window", "max", "scope"});
            check_word(limit, place, "window", {"minute", "hour", "day"});
            check_word(limit, place, "scope", {"grant"});
            const json* max = find_member(limit, "max");
            if (max == nullptr) {
                report_.error(place, "\"max\" is missing");
            } else if (!is_positive_whole(*max)) {
                report_.error(member_path(place, "max"),
                              "max has to be a whole number from 1; to deny every call use deny_if "
                              "with empty conditions");
            }
            check_counter(limit, place, here);
        }
    }

    void check_word(const json& limit,
                    const std::string& path,
                    std::string_view key,
                    std::initializer_list<std::string_view> known) {
        const json* value = find_member(limit, key);
        if (value == nullptr) {
            report_.error(
                path,
                fmt::format("\"{}\" is missing; it is one of {}", key, fmt::join(known, ", ")));
            return;
        }
        if (value->is_string()) {
            const auto& word = value->get_ref<const std::string&>();
            for (const std::string_view one : known) {
                if (word == one) return;
            }
            report_.error(member_path(path, key),
                          fmt::format("{} is one of {}, this is {}.{}",
                                      key,
                                      fmt::join(known, ", "),
                                      quote(word),
                                      did_you_mean(word, known)));
            return;
        }
        report_.error(member_path(path, key),
                      fmt::format("{} has to be a string, this is {}", key, type_name(*value)));
    }

    void check_counter(const json& limit, const std::string& path, std::set<std::string>& here) {
        const json* counter = find_member(limit, "counter");
        if (counter == nullptr) {
            report_.error(path, "\"counter\" is missing: a limit needs a name to count under");
            return;
        }
        const auto place = member_path(path, "counter");
        if (!counter->is_string() || counter->get_ref<const std::string&>().empty()) {
            report_.error(place, "counter has to be a name that is not empty");
            return;
        }
        const auto name = counter->get<std::string>();
        const auto window = string_member(limit, "window");
        const auto [known, fresh] = windows_.try_emplace(name, window, path);
        if (!fresh && known->second.first != window) {
            report_.error(place,
                          fmt::format("counter {} has window {} here and {} at {}; one counter has "
                                      "one window",
                                      quote(name),
                                      quote(window),
                                      quote(known->second.first),
                                      known->second.second));
        }
        if (!here.insert(name).second) {
            report_.warn(place,
                         fmt::format("counter {} stands twice in one list: each call counts twice",
                                     quote(name)));
        }
    }

    Reporter& report_;
    std::set<std::string> hidden_;
    std::map<std::string, std::pair<std::string, std::string>> windows_;  // counter: window, place
    bool restricts_ = false;
};

}  // namespace

bool validate_policy(std::string_view text, Diagnostics& diagnostics) {
    JsonRepairs repairs;
    const auto document = parse_json(text, kPolicyLimits, &repairs);
    if (!document) {
        diagnostics.error({.message = document.error().message});
        return false;
    }
    const LineIndex lines(text);
    Diagnostics found;
    Reporter report(lines, found);
    if (repairs.any()) {
        report.error("",
                     "the text is no strict JSON: bad UTF-8, a lone surrogate, NaN or Infinity");
    }
    for (const std::string& path : lines.doubled_keys()) {
        report.error(path, "this key stands twice in its object; readers keep only one of the two");
    }
    Validator(report).run(*document);
    append(found, diagnostics);
    return !found.has_errors();
}

}  // namespace mcprisk::policy
