#include "classifier/findings/combination.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kMostCarriers = 2;  // of one leg
constexpr std::size_t kLongestWord = 64;  // bytes of a tool's name in the text

struct Leg {
    std::string_view what;
    std::vector<std::string_view> tags;
    std::vector<std::size_t> tools;  // indices, by name
};

bool has_tag(const ToolTags& tool, const std::vector<std::string_view>& wanted) {
    return std::any_of(
        tool.capabilities.begin(), tool.capabilities.end(), [&](const Capability& one) {
            return std::find(wanted.begin(), wanted.end(), one.tag) != wanted.end();
        });
}

// Deleting a message brings none of it before the model.
bool brings_content(const Verdict& verdict) {
    return verdict.category == Category::read || verdict.category == Category::execute;
}

void collect_carriers(std::span<const ToolTags> tags,
                      const std::vector<Verdict>& verdicts,
                      bool reading,
                      Leg& leg) {
    for (std::size_t i = 0; i < tags.size(); ++i) {
        if (reading && !brings_content(verdicts[i])) continue;
        if (has_tag(tags[i], leg.tags)) leg.tools.push_back(i);
    }
    std::sort(leg.tools.begin(), leg.tools.end(), [&](std::size_t a, std::size_t b) {
        return tags[a].tool < tags[b].tool;
    });
}

}  // namespace

void find_combination(std::span<const ToolTags> tags, std::vector<Verdict>& verdicts) {
    std::array<Leg, 3> legs{{{"private data", {"data.private_read"}, {}},
                             {"content from strangers", {"data.untrusted_read"}, {}},
                             {"a way out", {"msg.send", "msg.publish", "net.send"}, {}}}};
    collect_carriers(tags, verdicts, true, legs[0]);
    collect_carriers(tags, verdicts, true, legs[1]);
    if (legs[0].tools.empty() || legs[1].tools.empty()) return;
    collect_carriers(tags, verdicts, false, legs[2]);
    // An address that is fetched carries data out as well, if less of it.
    RiskLevel severity = RiskLevel::medium;
    if (legs[2].tools.empty()) {
        severity = RiskLevel::low;
        legs[2].tags = {"net.fetch"};
        collect_carriers(tags, verdicts, false, legs[2]);
        if (legs[2].tools.empty()) return;
    }
    std::set<std::string_view> involved;
    std::set<std::size_t> carriers;
    std::string text;
    for (const Leg& leg : legs) {
        for (const std::size_t i : leg.tools) involved.insert(tags[i].tool);
        for (std::size_t i = 0; i < std::min(kMostCarriers, leg.tools.size()); ++i) {
            carriers.insert(leg.tools[i]);
        }
        const std::string_view named = tags[leg.tools.front()].tool;
        text += fmt::format("{}{} ({})",
                            text.empty() ? "" : ", ",
                            leg.what,
                            printable(truncate_utf8(named, kLongestWord)));
    }
    if (involved.size() < 2) return;
    for (const std::size_t i : carriers) {
        verdicts[i].findings.push_back(
            {"toxic-combination", severity, "server", text + " on one server"});
    }
}

}  // namespace mcprisk::classifier
