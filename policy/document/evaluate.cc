#include "policy/document/evaluate.h"

#include <fmt/format.h>
#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>

#include "model/base/json.h"
#include "model/base/regex.h"
#include "model/base/text.h"
#include "policy/document/enforce.h"
#include "policy/document/json_path.h"
#include "policy/document/validate.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

// The argument at "args.a.b", or nullptr where it is not given.
const json* argument(const json& arguments, std::string_view path) {
    const json* value = &arguments;
    for (const std::string_view step : split(path.substr(path.find('.') + 1), '.')) {
        value = find_member(*value, step);
        if (value == nullptr) return nullptr;
    }
    return value;
}

bool is_element(const json& list, const json& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

bool contains(const json& given, const json& part) {
    if (given.is_array()) return is_element(given, part);
    return given.is_string() && part.is_string() &&
           given.get_ref<const std::string&>().find(part.get_ref<const std::string&>()) !=
               std::string::npos;
}

bool matches(const json& given, const std::string& pattern) {
    if (!given.is_string()) return false;
    const auto regex = Regex::compile(pattern, true);
    return regex && regex->matches(given.get_ref<const std::string&>());
}

bool holds(const json& condition, const json& arguments) {
    const auto op = string_member(condition, "op");
    const json& wanted = condition.at("value");
    const json* given = argument(arguments, string_member(condition, "path"));
    if (op == "exists") return (given != nullptr) == wanted.get<bool>();
    if (given == nullptr) return false;
    if (op == "eq") return *given == wanted;
    if (op == "neq") return *given != wanted;
    if (op == "in") return is_element(wanted, *given);
    if (op == "not_in") return !is_element(wanted, *given);
    if (op == "contains") return contains(*given, wanted);
    if (op == "regex") return matches(*given, wanted.get<std::string>());
    if (!given->is_number()) return false;
    if (op == "lt") return *given < wanted;
    if (op == "lte") return *given <= wanted;
    if (op == "gt") return *given > wanted;
    return *given >= wanted;
}

const json& list_member(const json& object, std::string_view key) {
    static const json none = json::array();
    const json* list = find_member(object, key);
    return list != nullptr ? *list : none;
}

Ruling denied(std::string place, std::string message) {
    return {.allowed = false, .place = std::move(place), .message = std::move(message)};
}

void add_limits(const json& limits, Ruling& ruling) {
    for (const json& limit : limits) {
        ruling.counted.push_back(fmt::format("at most {} {} {} on counter {}, per grant",
                                             limit.at("max").dump(),
                                             limit.at("window") == "hour" ? "an" : "a",
                                             limit.at("window").get<std::string>(),
                                             quote(limit.at("counter").get<std::string>())));
    }
}

Ruling decide_call(const json& document, const std::string& tool, const json& arguments) {
    const json& hide = list_member(document, "hide");
    for (std::size_t i = 0; i < hide.size(); ++i) {
        if (hide[i] == tool || hide[i] == "*") {
            return denied(element_path("hide", i),
                          "The tool is hidden: to the caller it is not there.");
        }
    }
    const json* tools = find_member(document, "tools");
    const json* rule = tools != nullptr ? find_member(*tools, tool) : nullptr;
    if (rule == nullptr && document.at("default") == "deny") {
        return denied("default", "No rule names the tool, and the default is deny.");
    }
    Ruling ruling{.allowed = true,
                  .place = "default",
                  .message = "No rule names the tool, and the default is allow."};
    if (rule != nullptr) {
        const auto path = member_path("tools", tool);
        const json& require = list_member(*rule, "require");
        for (std::size_t i = 0; i < require.size(); ++i) {
            if (holds(require[i], arguments)) continue;
            return denied(element_path(member_path(path, "require"), i),
                          fmt::format("A condition on {} does not hold.",
                                      quote(string_member(require[i], "path"))));
        }
        const json& deny_if = list_member(*rule, "deny_if");
        for (std::size_t i = 0; i < deny_if.size(); ++i) {
            const json& conditions = deny_if[i].at("conditions");
            const bool all = std::all_of(conditions.begin(),
                                         conditions.end(),
                                         [&](const json& one) { return holds(one, arguments); });
            if (!all) continue;
            return denied(element_path(member_path(path, "deny_if"), i),
                          string_member(deny_if[i], "on_deny"));
        }
        ruling.place = path;
        ruling.message = "The rule of the tool lets the call through.";
        add_limits(list_member(*rule, "limits"), ruling);
    }
    if (const json* all = find_member(document, "all_tools")) {
        add_limits(list_member(*all, "limits"), ruling);
    }
    return ruling;
}

Result<json> read_policy(std::string_view document) {
    Diagnostics faults;
    if (!validate_policy(document, faults)) {
        for (const Diagnostic& fault : faults.items()) {
            if (fault.severity != Severity::error) continue;
            return fail(ErrorCode::invalid_input,
                        fmt::format("the policy is not valid: {}{}{}",
                                    fault.path,
                                    fault.path.empty() ? "" : ": ",
                                    fault.message));
        }
    }
    return parse_json(document);
}

Result<json> read_arguments(std::string_view arguments) {
    auto call = parse_json(trim(arguments).empty() ? "{}" : arguments);
    if (!call) return fail(call.error().context("reading the arguments of the call"));
    if (!call->is_object()) {
        return fail(ErrorCode::invalid_input, "the arguments of a call are a JSON object");
    }
    return call;
}

std::int64_t seconds_of(std::string_view window) {
    constexpr std::int64_t kMinute = 60;
    constexpr std::int64_t kHour = 3600;
    constexpr std::int64_t kDay = 86400;
    return window == "minute" ? kMinute : window == "hour" ? kHour : kDay;
}

// The window that `now` lies in, also before 1970.
std::int64_t window_at(std::int64_t now, std::int64_t length) {
    return now >= 0 ? now / length : -((-now + length - 1) / length);
}

}  // namespace

Result<Ruling> evaluate(std::string_view document,
                        std::string_view tool,
                        std::string_view arguments) {
    const auto policy = read_policy(document);
    if (!policy) return fail(policy.error());
    const auto call = read_arguments(arguments);
    if (!call) return fail(call.error());
    return decide_call(*policy, std::string(tool), *call);
}

struct Enforcer::Impl {
    struct Count {
        std::int64_t window = 0;
        std::int64_t calls = 0;
    };
    // One that applies to a call.
    struct Limit {
        const json* limit;
        std::string path;
    };

    explicit Impl(json policy) : document(std::move(policy)) {}

    // Calls that the counter of `limit` holds in the window of `now`.
    Count& count_of(const json& limit, std::int64_t now, const std::string& grant) {
        Count& count = counts[{grant, limit.at("counter").get<std::string>()}];
        const auto window = window_at(now, seconds_of(string_member(limit, "window")));
        if (count.window != window) count = {window, 0};
        return count;
    }

    [[nodiscard]] std::vector<Limit> limits_of(const std::string& tool) const {
        std::vector<Limit> all;
        const auto add = [&](const json* owner, const std::string& path) {
            if (owner == nullptr) return;
            const json& limits = list_member(*owner, "limits");
            for (std::size_t i = 0; i < limits.size(); ++i) {
                all.push_back({&limits[i], element_path(member_path(path, "limits"), i)});
            }
        };
        const json* tools = find_member(document, "tools");
        add(tools != nullptr ? find_member(*tools, tool) : nullptr, member_path("tools", tool));
        add(find_member(document, "all_tools"), "all_tools");
        return all;
    }

    json document;
    std::map<std::pair<std::string, std::string>, Count> counts;
};

Enforcer::Enforcer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Enforcer::Enforcer(Enforcer&&) noexcept = default;
Enforcer& Enforcer::operator=(Enforcer&&) noexcept = default;
Enforcer::~Enforcer() = default;

Result<Enforcer> Enforcer::make(std::string_view document) {
    auto policy = read_policy(document);
    if (!policy) return fail(policy.error());
    return Enforcer(std::make_unique<Impl>(std::move(*policy)));
}

Result<Ruling> Enforcer::call(std::string_view tool,
                              std::string_view arguments,
                              std::int64_t now,
                              std::string_view grant) {
    const auto call = read_arguments(arguments);
    if (!call) return fail(call.error());
    const std::string name(tool);
    const std::string holder(grant);
    Ruling ruling = decide_call(impl_->document, name, *call);
    if (!ruling.allowed) return ruling;
    const auto limits = impl_->limits_of(name);
    for (const auto& [limit, path] : limits) {
        const auto& count = impl_->count_of(*limit, now, holder);
        if (count.calls < limit->at("max").get<std::int64_t>()) continue;
        return denied(path,
                      fmt::format("The counter {} is full: {} in this {}.",
                                  quote(limit->at("counter").get<std::string>()),
                                  limit->at("max").dump(),
                                  limit->at("window").get<std::string>()));
    }
    // A counter that several limits name is counted once a call.
    std::set<std::string> counted;
    for (const auto& [limit, path] : limits) {
        if (counted.insert(limit->at("counter").get<std::string>()).second) {
            ++impl_->count_of(*limit, now, holder).calls;
        }
    }
    return ruling;
}

}  // namespace mcprisk::policy
