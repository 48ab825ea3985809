#include <fmt/format.h>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/decide/settings.h"
#include "policy/document/json_path.h"
#include "policy/edit/merge.h"

namespace mcprisk::policy {
namespace {

constexpr std::string_view kPrefix = "mcp__";

// In the order in which they are tried.
constexpr std::array<std::string_view, 3> kLists{"deny", "ask", "allow"};

struct Entry {
    std::string text;
    std::string_view list;
    std::string path;
    std::string server;  // between the prefix and the next "__"
    bool whole_server = false;
};

Entry entry_of(std::string text, std::string_view list, std::string path) {
    Entry rule{.text = std::move(text), .list = list, .path = std::move(path)};
    const std::string_view rest = std::string_view(rule.text).substr(kPrefix.size());
    const std::size_t end = rest.find("__");
    rule.whole_server = end == std::string_view::npos;
    rule.server = rest.substr(0, end);
    return rule;
}

// Does `wide` decide every tool that `narrow` names?
bool covers(const Entry& wide, const Entry& narrow) {
    if (wide.text == narrow.text) return true;
    if (wide.server.find('*') != std::string::npos) return false;
    if (wide.whole_server) return narrow.text.starts_with(wide.text + "__");
    return wide.text.find('*') != std::string::npos && matches_glob(wide.text, narrow.text);
}

std::string fault_of(const Entry& rule) {
    const std::string shown = quote(rule.text);
    if (rule.text.find('(') != std::string::npos) {
        return fmt::format("{}: {} is ignored: rules for MCP tools take no arguments in brackets",
                           rule.path,
                           shown);
    }
    if (rule.server.find('*') != std::string::npos) {
        return rule.list == "allow"
                   ? fmt::format(
                         "{}: {} is skipped: in allow a wildcard needs a server's name "
                         "before it, as in mcp__server__*",
                         rule.path,
                         shown)
                   : fmt::format("{}: {} is ignored: a wildcard cannot stand for a server",
                                 rule.path,
                                 shown);
    }
    if (rule.list == "allow" &&
        (rule.whole_server || rule.text == fmt::format("mcp__{}__*", rule.server))) {
        return fmt::format(
            "{}: {} allows every tool of the server, also those it adds later, but "
            "for what deny and ask name",
            rule.path,
            shown);
    }
    return {};
}

}  // namespace

Result<std::vector<std::string>> lint_claude_settings(std::string_view text) {
    const auto settings = parse_jsonc(text);
    if (!settings) return fail(settings.error());
    std::vector<std::string> faults;
    const auto* permissions = find_member(*settings, "permissions");
    if (permissions == nullptr) return faults;
    std::vector<Entry> rules;  // in the order in which they are tried
    for (const std::string_view list : kLists) {
        const auto* entries = find_member(*permissions, list);
        if (entries == nullptr || !entries->is_array()) continue;
        for (std::size_t i = 0; i < entries->size(); ++i) {
            const auto& entry = entries->at(i);
            if (!entry.is_string() || !entry.get_ref<const std::string&>().starts_with(kPrefix))
                continue;
            rules.push_back(entry_of(entry.get<std::string>(),
                                     list,
                                     element_path(fmt::format("permissions.{}", list), i)));
        }
    }
    // Most rules name one tool and stand in the shadow of an equal one at most.
    std::map<std::string_view, std::size_t> first;
    std::vector<std::size_t> wide;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (auto fault = fault_of(rules[i]); !fault.empty()) faults.push_back(std::move(fault));
        std::size_t before = first.try_emplace(rules[i].text, i).first->second;
        for (const std::size_t one : wide) {
            if (one >= before) break;
            if (covers(rules[one], rules[i])) before = one;
        }
        if (rules[i].whole_server || rules[i].text.find('*') != std::string::npos) {
            wide.push_back(i);
        }
        if (before == i) continue;
        const Entry* shadow = &rules[before];
        faults.push_back(
            shadow->list == rules[i].list
                ? fmt::format("{}: {} says again what {} says",
                              rules[i].path,
                              quote(rules[i].text),
                              shadow->path)
                : fmt::format("{}: {} has no effect: {} decides first, however specific this is",
                              rules[i].path,
                              quote(rules[i].text),
                              shadow->path));
    }
    return faults;
}

}  // namespace mcprisk::policy
