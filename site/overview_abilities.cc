#include "site/desk.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/view/attack_text.h"
#include "engine/view/phrases.h"
#include "engine/view/words.h"
#include "model/base/encoding.h"
#include "model/finding_kinds.h"
#include "site/address.h"
#include "site/blocks.h"

namespace mcprisk::site {
namespace {

using engine::count_of;
using nlohmann::json;

std::string wrong_in_words(const Accuracy& accuracy, const std::string& id) {
    const auto found = accuracy.findings.find(id);
    if (found == accuracy.findings.end()) {
        return "None of the labelled definitions has it, so nothing was measured.";
    }
    return fmt::format(
        "It stands on {} poisoned definitions of the labelled set, and on ordinary ones in "
        "imperative wording, where it is wrong, on {}.",
        engine::share_in_words(found->second.first, accuracy.poisoned),
        engine::share_in_words(found->second.second, accuracy.ordinary));
}

}  // namespace

void write_capabilities(Desk& desk) {
    for (const auto& [tag, tools] : desk.view.by_capability) {
        const std::string path = "capabilities/" + word_slug(tag) + ".html";
        Frame f = frame(path, "Tools with " + tag, "Who has this ability, by definition.");
        if (desk.site.options->twins) f.twin = path.substr(0, path.size() - 5) + ".json";
        Blocks page(desk.site, f, tag);
        page.lead(
            fmt::format("{} could do this by their definitions.", count_of(tools.size(), "tool")));
        std::map<std::uint32_t, std::size_t> servers;
        for (const std::uint32_t tool : tools) ++servers[desk.view.tools[tool].server];
        std::vector<std::pair<std::size_t, std::uint32_t>> most;
        for (const auto& [server, n] : servers) most.emplace_back(n, server);
        std::sort(most.begin(), most.end(), [](const auto& a, const auto& b) {
            return a.first != b.first ? a.first > b.first : a.second < b.second;
        });
        page.heading("rules", "What counts");
        for (const RuleText& rule : desk.overview.rules) {
            if (rule.says.find(tag) == std::string::npos) continue;
            page.item("rules/" + word_slug(rule.id) + ".html", rule.id, rule.why);
        }
        page.heading("attacks", "What it is used for in attacks");
        for (const engine::AttackText& attack : engine::all_attacks()) {
            const bool needs =
                std::any_of(attack.needs.begin(), attack.needs.end(), [&](const std::string& one) {
                    return one.find(tag) != std::string::npos;
                });
            if (needs) {
                page.item("attacks/" + word_slug(attack.id) + ".html", attack.title, "");
            }
        }
        page.heading("servers", fmt::format("{} with such tools", count_of(most.size(), "server")));
        for (std::size_t i = 0; i < most.size() && i < 20; ++i) {
            page.server(most[i].second, count_of(most[i].first, "such tool"));
        }
        desk.tool_list(page,
                       tools,
                       fmt::format("search.html?ability={}", percent_encode(tag)),
                       fmt::format("mcprisk query --capability {}", tag));
        desk.put(page);
        desk.twin(path,
                  {{"schema", "mcprisk-site-tools/1"},
                   {"capability", tag},
                   {"tools", tools.size()},
                   {"examples", desk.tools_json(desk.examples(tools))}});
    }
}

void write_findings(Desk& desk) {
    for (const FindingKind& kind : finding_kinds()) {
        const std::string id(kind.id);
        const std::string path = "findings/" + word_slug(id) + ".html";
        const auto found = desk.view.by_finding.find(id);
        static const std::vector<std::uint32_t> kNone;
        const auto& tools = found == desk.view.by_finding.end() ? kNone : found->second;
        Blocks page(
            desk.site, frame(path, std::string(kind.title), std::string(kind.what)), kind.title);
        page.lead(kind.what);
        page.para(fmt::format("Its id is {}, in verdicts and as a SARIF rule. Severity {} to {}.",
                              id,
                              to_string(kind.least),
                              to_string(kind.most)));
        page.heading("do", "What to do");
        page.para(kind.remedy);
        page.heading("author", "It is my tool: how does it go away?");
        page.para(
            "Take what the finding quotes out of the definition, or say it of your own "
            "tool alone. The next listing is judged anew; nobody has to be asked.");
        page.para_link("Is it a false alarm?", "dispute.html", "Say so");
        page.heading("wrong", "How often is it wrong?");
        page.para(wrong_in_words(desk.overview.accuracy, id));
        page.para_link("How that was measured:", "method.html", "method");
        if (!tools.empty()) {
            desk.tool_list(page,
                           tools,
                           fmt::format("search.html?finding={}", percent_encode(id)),
                           fmt::format("mcprisk query --finding {}", id));
        } else {
            page.heading("examples", "No tool here has it");
        }
        desk.put(page);
    }
}

void write_attacks(Desk& desk) {
    Blocks index(desk.site,
                 frame("attacks/index.html",
                       "Documented attacks",
                       "Attacks on agents by way of their tools, with sources."),
                 "Documented attacks");
    index.lead("What happened or was shown to work, which abilities it needs, and what stops it.");
    for (const engine::AttackText& attack : engine::all_attacks()) {
        const std::string path = "attacks/" + word_slug(attack.id) + ".html";
        index.item(path, attack.title, fmt::format("{}, {}", attack.year, attack.kind));
        Blocks page(desk.site, frame(path, attack.title, attack.summary), attack.title);
        page.crumb("attacks/index.html", "Attacks");
        page.lead(attack.summary);
        page.para(attack.impact);
        page.heading("steps", "How it works");
        page.steps(attack.how_it_works);
        page.heading("needs", "What it needs");
        for (const std::string& need : attack.needs) page.text_item(need);
        page.heading("defence", "What stops it");
        page.steps(attack.defence);
        const auto found = desk.view.by_attack.find(attack.id);
        if (found != desk.view.by_attack.end() && !found->second.empty()) {
            page.heading(
                "tools",
                fmt::format("{} whose abilities fit", count_of(found->second.size(), "tool")));
            page.para("That an ability fits does not say that anything happened there.");
            for (const std::uint32_t tool : desk.examples(found->second)) page.tool(tool);
        }
        page.heading("sources", "Sources");
        for (const std::string& url : attack.references) page.out(url);
        desk.put(page);
    }
    desk.put(index);
}

}  // namespace mcprisk::site
