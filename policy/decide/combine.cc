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

std::string label(const NamedServer& server, const Decided& one) {
    return fmt::format("{}: {}", server.name, one.judged.tool->name);
}

std::vector<std::string> unattended_of(std::span<const NamedServer> servers, Leg leg) {
    std::vector<std::string> names;
    for (const NamedServer& server : servers) {
        for (const Decided& one : server.tools) {
            if (runs_unattended(one.decision) && is_leg(one.judged, leg)) {
                names.push_back(label(server, one));
            }
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

// How many of a leg run whatever values are given.
std::size_t unopened_of(std::span<const NamedServer> servers, Leg leg) {
    std::size_t n = 0;
    for (const NamedServer& server : servers) {
        for (const Decided& one : server.tools) {
            n += one.decision.opened_by.empty() && runs_unattended(one.decision) &&
                         is_leg(one.judged, leg)
                     ? 1
                     : 0;
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
    std::size_t fewest = 0;
    for (const Leg leg : {Leg::way_out, Leg::private_data}) {
        auto tools = unattended_of(servers, leg);
        const std::size_t n = by_itself ? unopened_of(servers, leg) : tools.size();
        if (!out.tools.empty() && n >= fewest) continue;
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
            if (!runs_unattended(one.decision) || !is_leg(one.judged, out.asked)) continue;
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
        "These servers together have private data, untrusted content and a way out: {} ask{}: {}",
        out.tools.size() == 1 ? "1 tool" : fmt::format("{} tools", out.tools.size()),
        out.tools.size() == 1 ? "s" : "",
        some_of(out.tools));
    return out;
}

}  // namespace mcprisk::policy
