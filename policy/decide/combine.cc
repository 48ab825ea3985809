#include "policy/decide/combine.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "model/base/text.h"

namespace mcprisk::policy {
namespace {

constexpr std::array<Leg, 3> kAllLegs{Leg::way_out, Leg::private_data, Leg::untrusted_content};

// A decision with conditions still lets some calls run.
bool runs_unattended(const Decision& decision) {
    return unattended(decision.rest) || unattended(decision.verb);
}

bool names_one(const std::vector<std::string>& words, std::string_view wanted) {
    return std::find(words.begin(), words.end(), wanted) != words.end();
}

// Somebody decided it by name, with a reason and a last day.
bool is_settled(const Decision& decision) { return decision.id == "override"; }

// What a person named is no stranger: the rule lets no other address or recipient through.
bool is_held(const Decision& decision) {
    return names_one(decision.opened_by, "hosts") || names_one(decision.opened_by, "recipients");
}

bool has_leg(const Decided& one, Leg leg) {
    return is_leg(one.judged, leg) && !(leg == Leg::way_out && is_held(one.decision));
}

std::string label(const NamedServer& server, const Decided& one) {
    return fmt::format("{}: {}", server.name, one.judged.tool->name);
}

enum class Of { all, not_settled };

std::vector<std::string> unattended_of(std::span<const NamedServer> servers,
                                       Leg leg,
                                       Of which = Of::all) {
    std::vector<std::string> names;
    for (const NamedServer& server : servers) {
        for (const Decided& one : server.tools) {
            if (which == Of::not_settled && is_settled(one.decision)) continue;
            if (runs_unattended(one.decision) && has_leg(one, leg)) {
                names.push_back(label(server, one));
            }
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

// How many of a leg run whatever values are given and nobody decided by name.
std::size_t unopened_of(std::span<const NamedServer> servers, Leg leg) {
    std::size_t n = 0;
    for (const NamedServer& server : servers) {
        for (const Decided& one : server.tools) {
            const bool opened = is_settled(one.decision) || !one.decision.opened_by.empty();
            n += !opened && runs_unattended(one.decision) && has_leg(one, leg) ? 1 : 0;
        }
    }
    return n;
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
    // The leg with fewer tools. What values open is not counted where the rest is dangerous by
    // itself: a value given for one server must not let tools of another run.
    const bool by_itself = std::all_of(kAllLegs.begin(), kAllLegs.end(), [&](Leg leg) {
        return unopened_of(servers, leg) > 0;
    });
    bool whole = false;  // no tool of the leg is left to what somebody decided
    std::size_t fewest = 0;
    for (const Leg leg : {Leg::way_out, Leg::private_data}) {
        auto tools = unattended_of(servers, leg, Of::not_settled);
        const bool all = tools.size() == unattended_of(servers, leg).size();
        const std::size_t n = by_itself ? unopened_of(servers, leg) : tools.size();
        const bool better = all != whole ? all : n < fewest;
        if (leg != Leg::way_out && !better) continue;
        whole = all;
        fewest = n;
        out.asked = leg;
        out.tools = std::move(tools);
    }
    std::string others;
    for (const Leg leg : kAllLegs) {
        if (leg == out.asked) continue;
        others += fmt::format("{}{} ({})",
                              others.empty() ? "" : " and ",
                              to_string(leg),
                              some_of(unattended_of(servers, leg)));
    }
    for (NamedServer& server : servers) {
        for (Decided& one : server.tools) {
            if (!runs_unattended(one.decision) || !has_leg(one, out.asked)) continue;
            if (is_settled(one.decision)) continue;
            make_ask(one.decision,
                     one.judged.tool->name,
                     fmt::format("it is the {} that an agent would need, together with {}, to be "
                                 "talked into carrying data out",
                                 out.asked == Leg::way_out ? "way out" : to_string(out.asked),
                                 others),
                     options);
        }
    }
    const std::string who = servers.size() == 1 ? printable(servers.front().name) + " has"
                                                : "These servers together have";
    out.told = fmt::format(
        "{} private data, untrusted content and a way out: {} ask{}: {}",
        who,
        out.tools.size() == 1 ? "1 tool" : fmt::format("{} tools", out.tools.size()),
        out.tools.size() == 1 ? "s" : "",
        some_of(out.tools));
    if (out.tools.empty()) {
        out.told = who + " private data, untrusted content and a way out, each opened by name";
    }
    return out;
}

std::vector<Decided> decide_server(std::string_view server,
                                   std::span<const JudgedTool> tools,
                                   const Options& options,
                                   Combination* cut) {
    std::vector<NamedServer> alone(1);
    alone.front().name = alone.front().id = std::string(server);
    alone.front().tools = decide_all(tools, options);
    if (!options.compat) {
        Combination done = break_combination(alone, options);
        if (cut != nullptr) *cut = std::move(done);
    }
    return std::move(alone.front().tools);
}

Recommendation recommend_server(std::string_view server,
                                std::span<const JudgedTool> tools,
                                const Options& options) {
    return document_of(server, decide_server(server, tools, options), options);
}

}  // namespace mcprisk::policy
