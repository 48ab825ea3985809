#include "policy/decide/combine.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "model/base/text.h"

namespace mcprisk::policy {
namespace {

constexpr std::array<Leg, 3> kByPreference{Leg::way_out, Leg::private_data, Leg::untrusted_content};

template <std::size_t N>
bool has_any(const Verdict& verdict, const std::array<std::string_view, N>& wanted) {
    return std::any_of(wanted.begin(), wanted.end(), [&](std::string_view tag) {
        return std::find(verdict.capabilities.begin(), verdict.capabilities.end(), tag) !=
               verdict.capabilities.end();
    });
}

// A decision with conditions still lets some calls run.
bool runs_unattended(const Decision& decision) {
    return unattended(decision.rest) || unattended(decision.verb);
}

bool is(const JudgedTool& tool, Leg leg) {
    const auto legs = legs_of(tool);
    return std::find(legs.begin(), legs.end(), leg) != legs.end();
}

std::string label(const NamedServer& server, const Decided& one) {
    return fmt::format("{}: {}", server.name, one.judged.tool->name);
}

std::vector<std::string> unattended_of(std::span<const NamedServer> servers, Leg leg) {
    std::vector<std::string> names;
    for (const NamedServer& server : servers) {
        for (const Decided& one : server.tools) {
            if (runs_unattended(one.decision) && is(one.judged, leg)) {
                names.push_back(label(server, one));
            }
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string some_of(const std::vector<std::string>& names) {
    constexpr std::size_t kMost = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(kMost, names.size()); ++i) {
        text += (text.empty() ? "" : ", ") + printable(truncate_utf8(names[i], 120));
    }
    if (names.size() > kMost) text += fmt::format(" and {} more", names.size() - kMost);
    return text;
}

}  // namespace

std::string_view to_string(Leg leg) {
    switch (leg) {
        case Leg::private_data:
            return "private data";
        case Leg::untrusted_content:
            return "untrusted content";
        case Leg::way_out:
            break;
    }
    return "a way out";
}

std::vector<Leg> legs_of(const JudgedTool& tool) {
    static constexpr auto kPrivate = std::to_array<std::string_view>(
        {"data.private_read", "data.secret_read", "data.db_read", "fs.read", "mem.read"});
    static constexpr auto kUntrusted =
        std::to_array<std::string_view>({"data.untrusted_read", "net.fetch"});
    static constexpr auto kOut = std::to_array<std::string_view>({"net.send",
                                                                  "net.fetch",
                                                                  "msg.send",
                                                                  "msg.publish",
                                                                  "exec.shell",
                                                                  "exec.code",
                                                                  "exec.browser",
                                                                  "exec.proxy",
                                                                  "exec.agent",
                                                                  "vcs.write"});
    const Verdict& verdict = *tool.verdict;
    // A free address carries data out in its path or query, whatever the tool is for.
    const bool address = !free_arguments(*tool.tool, ValueKind::hosts).empty();
    std::vector<Leg> legs;
    if (has_any(verdict, kPrivate)) legs.push_back(Leg::private_data);
    if (has_any(verdict, kUntrusted)) legs.push_back(Leg::untrusted_content);
    if (has_any(verdict, kOut) || address) legs.push_back(Leg::way_out);
    return legs;
}

bool UnattendedLegs::broken() const {
    return private_data.empty() || untrusted_content.empty() || way_out.empty();
}

UnattendedLegs unattended_legs(std::span<const NamedServer> servers) {
    return {.private_data = unattended_of(servers, Leg::private_data),
            .untrusted_content = unattended_of(servers, Leg::untrusted_content),
            .way_out = unattended_of(servers, Leg::way_out)};
}

Combination break_combination(std::vector<NamedServer>& servers, const Options& options) {
    Combination out;
    if (unattended_legs(servers).broken()) return out;
    out.found = true;
    for (const Leg leg : kByPreference) {
        auto tools = unattended_of(servers, leg);
        if (!out.tools.empty() && tools.size() >= out.tools.size()) continue;
        out.asked = leg;
        out.tools = std::move(tools);
    }
    std::string others;
    for (const Leg leg : kByPreference) {
        if (leg == out.asked) continue;
        others += fmt::format("{}{} ({})",
                              others.empty() ? "" : " and ",
                              to_string(leg),
                              some_of(unattended_of(servers, leg)));
    }
    for (NamedServer& server : servers) {
        for (Decided& one : server.tools) {
            if (!runs_unattended(one.decision) || !is(one.judged, out.asked)) continue;
            make_ask(one.decision,
                     one.judged.tool->name,
                     fmt::format("it is the {} that an agent would need, together with {}, to be "
                                 "talked into carrying data out",
                                 out.asked == Leg::way_out ? "way out" : to_string(out.asked),
                                 others),
                     options);
        }
    }
    out.told = fmt::format(
        "These servers together have private data, untrusted content and a way out. So that no "
        "path through all three runs unattended, {} ask{}: {}",
        out.tools.size() == 1 ? "1 tool" : fmt::format("{} tools", out.tools.size()),
        out.tools.size() == 1 ? "s" : "",
        some_of(out.tools));
    return out;
}

}  // namespace mcprisk::policy
