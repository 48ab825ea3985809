#include "policy/guards.h"

#include <algorithm>
#include <array>
#include <vector>

#include "policy/arguments.h"

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
    std::vector<std::string_view> capabilities;
    std::vector<std::string_view> names;  // a word of the argument's name
    std::string_view op;
    json value;
    std::string_view on_deny;
    std::string_view in_words;
};

const std::array<Guard, 3>& guards() {
    static const std::array<Guard, 3> table{
        Guard{
            {"net.fetch", "net.send"},
            {"url", "uri", "href", "endpoint"},
            "regex",
            kInsideAddress,
            "Denied: the address is on this machine or in a private network, or is no web address. "
            "A person who wants it reachable edits this deny_if in policy.json.",
            "leads to this machine or a private network, or is no web address"},
        Guard{
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
            "regex",
            kCredentialPath,
            "Denied: the path leads to credentials or climbs out of its folder. A person who wants "
            "it reachable edits this deny_if in policy.json.",
            "leads to credentials or climbs out of its folder"},
        Guard{{"vcs.write"},
              {"branch"},
              "in",
              json::array({"main", "master"}),
              "Denied: this policy keeps agents off the main branch. Use another branch, or have a "
              "person edit this deny_if in policy.json.",
              "is the main branch"}};
    return table;
}

}  // namespace

json guards_for(const Tool& tool, const Verdict& verdict) {
    json entries = json::array();
    for (const Guard& guard : guards()) {
        const auto& tags = verdict.capabilities;
        const bool able = std::any_of(tags.begin(), tags.end(), [&](const std::string& tag) {
            return std::find(guard.capabilities.begin(), guard.capabilities.end(), tag) !=
                   guard.capabilities.end();
        });
        if (!able) continue;
        for (const Parameter& parameter : tool.parameters) {
            if (!takes_text(parameter) || !parameter.choices.empty()) continue;
            if (!has_one_of(parameter.name, guard.names)) continue;
            if (const auto path = argument_path(tool, parameter)) {
                entries.push_back(
                    {{"conditions", json::array({condition(*path, guard.op, guard.value)})},
                     {"on_deny", guard.on_deny}});
            }
        }
    }
    return entries;
}

std::string_view guard_in_words(const json& one) {
    for (const Guard& guard : guards()) {
        if (one.at("op") == guard.op && one.at("value") == guard.value) return guard.in_words;
    }
    return {};
}

}  // namespace mcprisk::policy
