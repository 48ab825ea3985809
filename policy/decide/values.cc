#include "policy/decide/values.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "policy/decide/arguments.h"
#include "policy/decide/reach.h"
#include "policy/decide/words.h"
#include "policy/document/json_path.h"

namespace mcprisk::policy {
namespace {

// `text` for a pattern, each sign standing for itself; "*" becomes `wildcard`.
std::string as_pattern(std::string_view text, std::string_view wildcard) {
    constexpr std::string_view kSpecial = R"(\.+?()[]{}|^$)";
    std::string out;
    for (const char c : text) {
        if (c == '*') {
            out += wildcard;
            continue;
        }
        if (kSpecial.find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

template <typename Write>
std::string alternatives(const std::vector<std::string>& values, Write write) {
    std::string out;
    for (const std::string& value : values) out += (out.empty() ? "" : "|") + write(value);
    return "(" + out + ")";
}

// "*.example.org" is the host itself and whatever stands below it.
std::string host_pattern(const std::string& host) {
    constexpr std::string_view kBelow = "*.";
    if (!host.starts_with(kBelow)) return as_pattern(host, "[a-z0-9-]+");
    return R"(([a-z0-9_-]+\.)*)" + as_pattern(host.substr(kBelow.size()), "[a-z0-9-]+");
}

// What follows the host ends it: a backslash or an @ there would lead elsewhere.
std::string address_pattern(const std::vector<std::string>& hosts) {
    return "(?i)^https?://" + alternatives(hosts, host_pattern) + R"((:[0-9]{1,5})?([/?#]|$))";
}

std::string path_pattern(const std::vector<std::string>& roots) {
    return "^" +
           alternatives(roots,
                        [](const std::string& root) {
                            std::string_view folder = root;
                            while (folder.size() > 1 && folder.back() == '/')
                                folder.remove_suffix(1);
                            return as_pattern(folder, R"(\*)");
                        }) +
           R"((/|$))";
}

std::string address_of_person_pattern(const std::vector<std::string>& domains) {
    return R"((?i)^[^@\s,;<>"]+@)" +
           alternatives(domains, [](const std::string& d) { return as_pattern(d, R"(\*)"); }) + "$";
}

constexpr const char* kClimbs = R"((^|[/\\])\.\.([/\\]|$))";

Conditions held(const std::string& path, ValueKind kind, const Values& values) {
    Conditions out;
    const std::string shown = quote(path);
    switch (kind) {
        case ValueKind::hosts:
            out.require.push_back({path, Op::regex, address_pattern(values.hosts)});
            out.gaps.push_back(fmt::format(
                "The pattern on {} sees the address as it is written: it stops neither a redirect "
                "nor a host name that resolves to somewhere else.",
                shown));
            break;
        case ValueKind::roots:
            out.require.push_back({path, Op::regex, path_pattern(values.roots)});
            out.deny_if.emplace_back();
            out.deny_if.back().conditions.push_back({path, Op::regex, std::string(kClimbs)});
            out.deny_if.back().on_deny =
                "Denied: the path climbs out of its folder. A link inside the folder that leads "
                "out is not seen by this rule.";
            out.gaps.push_back(fmt::format(
                "The pattern on {} sees the path as it is written: it does not stop links, nor "
                "files inside the folder that are better left alone.",
                shown));
            break;
        case ValueKind::recipients:
            out.require.push_back(
                {path, Op::regex, address_of_person_pattern(values.recipients)});
            out.gaps.push_back(fmt::format(
                "The pattern on {} lets one address of these domains pass: it stops neither a "
                "forwarding mailbox nor what is written in the message.",
                shown));
            break;
        case ValueKind::branches: {
            const bool plain = std::none_of(
                values.branches.begin(), values.branches.end(), [](const std::string& name) {
                    return name.find('*') != std::string::npos;
                });
            out.require.push_back(
                plain ? Condition{path, Op::in, values.branches}
                      : Condition{path,
                                  Op::regex,
                                  "^" + alternatives(values.branches, [](const auto& b) {
                                      return as_pattern(b, R"([A-Za-z0-9._/-]+)");
                                  }) + "$"});
            out.gaps.push_back(fmt::format(
                "The condition on {} bounds where a change lands, not what it holds.", shown));
            break;
        }
        case ValueKind::amount: {
            const double most = *values.amount;
            // -50 would pass a bound from above alone.
            out.require.push_back({path, Op::gt, std::int64_t{0}});
            const bool whole = most == static_cast<double>(static_cast<std::int64_t>(most));
            out.require.push_back(
                {path,
                 Op::lte,
                 whole ? ConditionValue(static_cast<std::int64_t>(most)) : ConditionValue(most)});
            out.gaps.push_back(fmt::format(
                "The bound on {} counts single calls in whatever unit and currency the server "
                "takes: it stops neither many small sums within the limit nor a wrong receiver.",
                shown));
            break;
        }
    }
    return out;
}

template <std::size_t N>
bool last_word_in(std::string_view name, const std::array<std::string_view, N>& wanted) {
    const auto words = words_of(name);
    return !words.empty() && std::find(wanted.begin(), wanted.end(), words.back()) != wanted.end();
}

bool is_list(const Parameter& parameter) {
    return parameter.type.find("array") != std::string::npos;
}

bool named_for(const Parameter& parameter, ValueKind kind) {
    static constexpr auto kAddresses = std::to_array<std::string_view>(
        {"url", "urls", "uri", "uris", "href", "endpoint", "webpage"});
    static constexpr auto kPaths = std::to_array<std::string_view>(
        {"path", "paths", "file", "files", "filepath", "filename", "directory", "dir"});
    static constexpr auto kPeople = std::to_array<std::string_view>(
        {"to", "cc", "bcc", "recipient", "recipients", "email", "emails"});
    static constexpr auto kBranches = std::to_array<std::string_view>({"branch"});
    static constexpr auto kAmounts =
        std::to_array<std::string_view>({"amount", "price", "total", "value", "budget", "cost"});
    switch (kind) {
        case ValueKind::hosts:
            return last_word_in(parameter.name, kAddresses);
        case ValueKind::roots:
            return last_word_in(parameter.name, kPaths);
        case ValueKind::recipients:
            return last_word_in(parameter.name, kPeople);
        case ValueKind::branches:
            return last_word_in(parameter.name, kBranches);
        case ValueKind::amount:
            break;
    }
    return last_word_in(parameter.name, kAmounts);
}

}  // namespace

bool Values::has(ValueKind kind) const {
    switch (kind) {
        case ValueKind::hosts:
            return !hosts.empty();
        case ValueKind::roots:
            return !roots.empty();
        case ValueKind::recipients:
            return !recipients.empty();
        case ValueKind::branches:
            return !branches.empty();
        case ValueKind::amount:
            break;
    }
    return amount.has_value();
}

std::vector<const Parameter*> free_arguments(const Tool& tool, ValueKind kind) {
    std::vector<const Parameter*> found;
    for (const Parameter& parameter : tool.parameters) {
        const bool number = parameter.type == "number" || parameter.type == "integer";
        const bool fits =
            kind == ValueKind::amount ? number : takes_text(parameter) || is_list(parameter);
        if (fits && parameter.choices.empty() && parameter.pattern.empty() &&
            named_for(parameter, kind)) {
            found.push_back(&parameter);
        }
    }
    if (kind == ValueKind::roots && !found.empty() && path_is_remote(tool)) found.clear();
    return found;
}

std::optional<Conditions> hold_to_values(const Tool& tool,
                                         const std::vector<ValueKind>& kinds,
                                         const Values& values,
                                         std::vector<ValueKind>& missing) {
    Conditions all;
    bool reached = true;
    for (const ValueKind kind : kinds) {
        const auto arguments = free_arguments(tool, kind);
        if (arguments.empty()) continue;
        if (!values.has(kind)) {
            missing.push_back(kind);
            continue;
        }
        for (const Parameter* parameter : arguments) {
            const auto path = argument_path(tool, *parameter);
            if (!path || is_list(*parameter)) {
                reached = false;
                continue;
            }
            all.add(held(*path, kind, values));
        }
    }
    if (!missing.empty() || !reached || all.empty()) return std::nullopt;
    return all;
}

}  // namespace mcprisk::policy
