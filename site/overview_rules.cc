#include "site/desk.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/view/phrases.h"
#include "engine/view/words.h"
#include "model/base/json.h"
#include "site/address.h"
#include "site/blocks.h"

namespace mcprisk::site {
namespace {

using engine::count_of;
using nlohmann::json;

std::string right_in_words(const Accuracy& accuracy, const std::string& id) {
    const auto found = accuracy.rules.find(id);
    if (found == accuracy.rules.end()) {
        return "It named the category of no labelled tool, so nothing was measured.";
    }
    const std::size_t all = found->second.first + found->second.second;
    return fmt::format(
        "Of the labelled tools where its evidence named a category, that was the right one for "
        "{}. Other evidence may have decided otherwise.",
        engine::share_in_words(found->second.first, all));
}

// Its examples, each with the answer that is demanded of it.
void add_examples(Blocks& page, const json& rule) {
    for (const auto& [key, heading] :
         {std::pair{"match", "It must match"}, {"no_match", "It must not match"}}) {
        const json* list = find_member(rule, key);
        if (list == nullptr || !list->is_array() || list->empty()) continue;
        page.heading(key, heading);
        for (const json& one : *list) {
            page.text_item(one.is_string() ? one.get<std::string>() : one.dump());
        }
    }
}

void add_reach(Desk& desk, Blocks& page, const std::string& id) {
    constexpr std::size_t kShown = 20;
    const auto found = desk.view.by_rule.find(id);
    page.heading("reach", "Where it speaks here");
    if (found == desk.view.by_rule.end()) {
        page.para("On no tool of this catalogue.");
        return;
    }
    page.para(fmt::format("On {} of {}.",
                          count_of(found->second.size(), "tool"),
                          count_of(desk.view.tools.size(), "tool")));
    std::size_t shown = 0;
    for (const std::uint32_t tool : desk.examples(found->second)) {
        if (++shown > kShown) break;
        page.tool(tool);
    }
}

}  // namespace

void write_rules(Desk& desk) {
    Blocks index(desk.site,
                 frame("rules/index.html",
                       "Every rule",
                       "Each rule with its reason and with examples that it must match or not."),
                 "Every rule");
    index.lead(
        fmt::format("{}. The examples of each are run whenever the rules are built; a "
                    "rule whose example fails is refused.",
                    count_of(desk.overview.rules.size(), "rule")));
    for (const RuleText& rule : desk.overview.rules) {
        const std::string path = "rules/" + word_slug(rule.id) + ".html";
        index.item(path, rule.id, rule.why);
        Blocks page(desk.site, frame(path, "Rule " + rule.id, rule.why), rule.id);
        page.crumb("rules/index.html", "Rules");
        page.lead(rule.why);
        page.para(fmt::format("It reads: {}. It says: {}.", rule.kind, rule.says));
        const auto value = parse_json(rule.json);
        if (value) add_examples(page, *value);
        page.heading("right", "How often is it right?");
        page.para(right_in_words(desk.overview.accuracy, rule.id));
        add_reach(desk, page, rule.id);
        if (value) {
            page.heading("file", "The rule itself");
            page.pre(pretty_json(*value));
        }
        desk.put(page);
    }
    desk.put(index);
}

}  // namespace mcprisk::site
