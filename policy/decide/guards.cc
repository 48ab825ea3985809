#include "policy/decide/guards.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <optional>
#include <nlohmann/json.hpp>
#include <vector>

#include "policy/decide/arguments.h"
#include "policy/document/json_path.h"
#include "policy/document/policy_v1.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

// Schemes that are not the web, or a host of this machine or of RFC 1918, RFC 3927 and RFC 4193.
constexpr const char* kInsideAddress =
    R"((?i)^(file|ftp|gopher|data|dict|ldap):|^[a-z][a-z0-9+.-]*://([^/@]*@)?)"
    R"((localhost([.:/?#]|$)|127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2[0-9]|3[01])\.)"
    R"(|0\.0\.0\.0|\[(::|f[cde])))";

// Folders and files that hold keys and tokens, and steps to a parent folder.
constexpr const char* kCredentialPath =
    R"((^|[/\\])\.(ssh|aws|gnupg|kube|docker)([/\\]|$))"
    R"(|(^|[/\\])\.(env|netrc|npmrc|pypirc|git-credentials)(\.|$))"
    R"(|(^|[/\\])id_(rsa|dsa|ecdsa|ed25519)|\.(pem|key|p12|pfx)$|(^|[/\\])\.\.([/\\]|$))";

struct Guard {
    std::optional<ValueKind> kind;  // of free arguments that it holds whatever the tool can do
    std::vector<std::string_view> capabilities;
    std::vector<std::string_view> names;  // a word of the argument's name
    Op op;
    ConditionValue value;
    std::string_view on_deny;
    std::string_view in_words;
    std::string_view gap;
};

const std::array<Guard, 3>& guards() {
    static const std::array<Guard, 3> table{
        Guard{ValueKind::hosts,
              {"net.fetch", "net.send"},
              {"url", "uri", "href", "endpoint"},
              Op::regex,
              std::string(kInsideAddress),
              "Denied: the address is on this machine or in a private network, or is no web "
              "address. A name "
              "that resolves to one, and a redirect, are not stopped by this. A person who wants "
              "it reachable edits this deny_if in policy.json.",
              "leads to this machine or a private network, or is no web address",
              "a name that resolves to an inside address, and a redirect, are not stopped."},
        Guard{
            ValueKind::roots,
            {"fs.read", "fs.write", "fs.delete"},
            {"path",
             "paths",
             "file",
             "filepath",
             "filename",
             "directory",
             "dir",
             "source",
             "src",
             "destination",
             "dest"},
            Op::regex,
            std::string(kCredentialPath),
            "Denied: the path leads to credentials or climbs out of its folder. A person who wants "
            "it reachable edits this deny_if in policy.json.",
            "leads to credentials or climbs out of its folder",
            "a link, and credentials in files of other names, are not stopped."},
        Guard{std::nullopt,
              {"vcs.write"},
              {"branch"},
              Op::in,
              std::vector<std::string>{"main", "master"},
              "Denied: this policy keeps agents off the main branch. Use another branch, or have a "
              "person edit this deny_if in policy.json.",
              "is the main branch",
              "a default branch of another name is not stopped."}};
    return table;
}

}  // namespace

Conditions guards_for(const Tool& tool, const Verdict& verdict) {
    Conditions out;
    for (const Guard& guard : guards()) {
        const auto& tags = verdict.capabilities;
        const bool able = std::any_of(tags.begin(), tags.end(), [&](const std::string& tag) {
            return std::find(guard.capabilities.begin(), guard.capabilities.end(), tag) !=
                   guard.capabilities.end();
        });
        // What a read may reach is held by the argument itself, whatever the tool is known to do.
        const bool reads = verdict.category == Category::read;
        if (!able && !(reads && guard.kind)) continue;
        const auto free = reads && guard.kind ? free_arguments(tool, *guard.kind)
                                              : std::vector<const Parameter*>();
        for (const Parameter& parameter : tool.parameters) {
            const bool open = std::find(free.begin(), free.end(), &parameter) != free.end();
            if (!able && !open) continue;
            if (!takes_text(parameter) || !parameter.choices.empty()) continue;
            if (!open && !has_one_of(parameter.name, guard.names)) continue;
            if (const auto path = argument_path(tool, parameter)) {
                out.deny_if.push_back(
                    {{{*path, guard.op, guard.value}}, std::string(guard.on_deny)});
                out.gaps.push_back(fmt::format("{}: {}", quote(*path), guard.gap));
            }
        }
    }
    return out;
}

std::string_view guard_in_words(const json& one) {
    for (const Guard& guard : guards()) {
        if (one.at("op") == to_string(guard.op) && one.at("value") == to_json(guard.value)) {
            return guard.in_words;
        }
    }
    return {};
}

}  // namespace mcprisk::policy
