#include "site/desk.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/view/words.h"
#include "model/finding_kinds.h"
#include "site/address.h"

namespace mcprisk::site {
namespace {

using engine::count_of;
using engine::format_day;
using engine::ServerLine;
using nlohmann::json;

void home_changes(Desk& desk, const Page& page) {
    constexpr std::size_t kMost = 8;
    std::size_t shown = 0;
    std::optional<Section> list;
    for (const ChangeLine& change : desk.overview.changes) {
        if (!change.rose || shown == kMost) continue;
        ++shown;
        if (!list) list = page.add("CHANGED");
        const Section one = list->add("ITEM");
        one.set("DAY", format_day(change.at));
        one.set("HREF", server_path(desk.site, change.server) + "#-changes");
        one.set("NAME", change.tool);
        one.set("SERVER_ID", desk.view.servers[change.server].id);
        one.set("WHAT", change.what);
    }
}

std::string outcomes(Desk& desk) {
    std::string text;
    for (const auto& [outcome, n] : desk.view.by_outcome) {
        if (outcome == "listed") continue;
        std::string word = outcome;
        std::replace(word.begin(), word.end(), '_', ' ');
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", word, n);
    }
    if (text.empty()) text = "Every server here could be listed";
    text += ". A server that could not be listed has a page that says why.";
    if (desk.site.options->private_export || desk.view.left_out.empty()) return text;
    text += " Not in this export: ";
    bool first = true;
    for (const auto& [why, n] : desk.view.left_out) {
        text += fmt::format("{}{} because {}", first ? "" : "; ", count_of(n, "server"), why);
        first = false;
    }
    return text + ".";
}

void add_counts(Desk& desk, const Page& page) {
    add_strip(page, desk.by_level);
    for (std::size_t i = 4; i-- > 0;) {
        const auto level = static_cast<RiskLevel>(i);
        const Section one = page.add("LEVEL_COUNT");
        set_level(one, level);
        one.set("HREF", fmt::format("levels/{}.html", level_class(level)));
        one.set("N", desk.by_level[i]);
    }
    for (std::size_t i = 5; i-- > 0;) {
        const auto category = static_cast<Category>(i);
        const Section one = page.add("CATEGORY_COUNT");
        one.set("CATEGORY", to_string(category));
        one.set("HREF", "categories/" + category_class(category) + ".html");
        one.set("N", desk.by_category[i]);
    }
}

// By the number of their Critical tools.
void add_strongest(Desk& desk, const Page& page) {
    std::vector<std::uint32_t> strong(desk.view.servers.size());
    for (std::uint32_t i = 0; i < strong.size(); ++i) strong[i] = i;
    const std::size_t most = std::min<std::size_t>(8, strong.size());
    std::partial_sort(strong.begin(),
                      strong.begin() + static_cast<std::ptrdiff_t>(most),
                      strong.end(),
                      [&](std::uint32_t a, std::uint32_t b) {
                          const auto& x = desk.view.servers[a].levels;
                          const auto& y = desk.view.servers[b].levels;
                          if (x[3] != y[3]) return x[3] > y[3];
                          return a < b;
                      });
    for (std::size_t i = 0; i < most; ++i) {
        const ServerLine& line = desk.view.servers[strong[i]];
        if (line.levels[3] == 0) break;
        const Section one = page.add("SERVER_ITEM");
        one.set("GRADE", std::string(1, line.grade.letter));
        one.set("GRADE_CLASS", grade_class(line.grade.letter));
        one.set("HREF", server_path(desk.site, strong[i]));
        one.set("ID", line.id);
        one.set("TEXT",
                fmt::format("{} of {} Critical", line.levels[3], count_of(line.tools, "tool")));
    }
}

// How many servers could do what, and the tools with each ability. `listed`: servers with tools.
void add_abilities(Desk& desk, const Page& page, std::size_t listed) {
    for (std::size_t bit = 0; listed > 0 && bit < engine::abilities().size(); ++bit) {
        const auto able = static_cast<std::size_t>(std::count_if(
            desk.view.servers.begin(), desk.view.servers.end(), [&](const ServerLine& line) {
                return (line.abilities >> bit & 1U) != 0;
            }));
        const Section one = page.add("SHARE");
        one.set("TEXT", engine::abilities()[bit].word);
        one.set("N", able);
        one.set("PERCENT", (able * 100 + listed / 2) / listed);
    }
    for (const auto& [tag, tools] : desk.view.by_capability) {
        const Section one = page.add("ABILITY");
        one.set("HREF", "capabilities/" + word_slug(tag) + ".html");
        one.set("TEXT", tag);
        one.set("N", tools.size());
    }
}

void add_findings(Desk& desk, const Page& page) {
    if (desk.view.by_finding.empty()) return;
    const Section list = page.add("FINDINGS");
    for (const auto& [id, tools] : desk.view.by_finding) {
        const FindingKind* kind = finding_kind(id);
        const Section one = list.add("FINDING");
        one.set("HREF", "findings/" + word_slug(id) + ".html");
        one.set("TEXT", kind != nullptr ? kind->title : id);
        one.set("N", tools.size());
    }
}

}  // namespace

void write_home(Desk& desk) {
    Page page;
    Frame f = frame("index.html",
                    "mcprisk: what MCP servers' tools could do",
                    "Every tool of MCP servers with its level, category, evidence and a policy.");
    if (desk.site.options->twins) f.twin = "index.json";
    set_frame(page, f, *desk.site.options);
    std::size_t listed = 0;
    for (const ServerLine& line : desk.view.servers) listed += line.tools > 0 ? 1 : 0;
    page.set("LEAD",
             fmt::format("{} of {}: what each could do by its own definition, why we say so, "
                         "and the policy that holds it.",
                         count_of(desk.view.tools.size(), "tool"),
                         count_of(listed, "server")));
    add_counts(desk, page);
    home_changes(desk, page);
    add_strongest(desk, page);
    add_abilities(desk, page, listed);
    add_findings(desk, page);
    page.set("OUTCOMES", outcomes(desk));
    page.set("RIGHT", desk.overview.accuracy.sentence);
    desk.add({"index.html", page.render("home.html")});
    json levels = json::object();
    json categories = json::object();
    for (const RiskLevel level : kRiskLevels) {
        levels[std::string(to_string(level))] = desk.by_level[static_cast<std::size_t>(level)];
    }
    for (const Category category : kCategories) {
        categories[std::string(to_string(category))] =
            desk.by_category[static_cast<std::size_t>(category)];
    }
    desk.twin("index.html",
              {{"schema", "mcprisk-site/1"},
               {"servers", desk.view.servers.size()},
               {"servers_listed", listed},
               {"tools", desk.view.tools.size()},
               {"by_risk", levels},
               {"by_category", categories},
               {"by_outcome", desk.view.by_outcome},
               {"rules_version", desk.site.options->rules_version},
               {"newest_observation", desk.view.newest}});
}

}  // namespace mcprisk::site
