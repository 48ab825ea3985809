#include "site/desk.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/view/words.h"
#include "site/blocks.h"

namespace mcprisk::site {
namespace {

using engine::count_of;
using engine::format_day;
using engine::Group;
using engine::ServerLine;
using nlohmann::json;

void put_group(Desk& desk, std::uint32_t g, const std::string& path) {
    const Group& group = desk.view.groups[g];
    const std::string title = group.same ? "The same thing: " + group.word
                                         : "Servers for " + group.word + ", side by side";
    Frame f = frame(path, title, "Grade, tools, levels and abilities side by side.");
    if (desk.site.options->twins) f.twin = path.substr(0, path.size() - 5) + ".json";
    Blocks page(desk.site, f, title);
    page.crumb("groups/index.html", "Compare");
    page.lead(group.same
                  ? "Nearly all tool names are the same: the same thing listed twice, or a fork."
                  : "They share a word of name or title. That is a hint and no proof that they "
                    "are for the same thing.");
    std::vector<std::string> head{"Server", "Grade", "Tools", "Critical", "High", "Medium", "Low"};
    for (const engine::Ability& ability : engine::abilities()) head.emplace_back(ability.head);
    head.emplace_back("Listed");
    const Section table = page.table(title, head);
    json rows = json::array();
    for (const std::uint32_t server : group.servers) {
        const ServerLine& line = desk.view.servers[server];
        const Section row = table.add("TR");
        const Section there = row.add("LINK");
        there.set("HREF", link(path, server_path(desk.site, server)));
        there.set("TEXT", line.id);
        row.add("TD").set("TEXT", std::string(1, line.grade.letter));
        row.add("TD").set("TEXT", line.tools);
        for (std::size_t level = 4; level-- > 0;) row.add("TD").set("TEXT", line.levels[level]);
        for (std::size_t bit = 0; bit < engine::abilities().size(); ++bit) {
            row.add("TD").set("TEXT", (line.abilities >> bit & 1U) != 0 ? "yes" : "");
        }
        row.add("TD").set(
            "TEXT",
            line.key.last_changed != 0 ? format_day(line.key.last_changed) : std::string("never"));
        rows.push_back({{"server", line.id},
                        {"grade", std::string(1, line.grade.letter)},
                        {"tools", line.tools}});
    }
    if (desk.site.options->twins && group.servers.size() > 1) {
        page.para_link("Two of them tool by tool:",
                       compare_path(desk.site, group.servers[0], group.servers[1]),
                       "compare any two");
    }
    page.heading("overlap", "Which tool names they share");
    for (const std::uint32_t a : group.servers) {
        std::string text;
        for (const std::uint32_t b : group.servers) {
            const double share = a == b ? 0 : engine::overlap(desk.view, a, b);
            if (share < 0.05) continue;
            text += fmt::format("{}{:.0f} % with {}",
                                text.empty() ? "" : ", ",
                                share * 100,
                                desk.view.servers[b].id);
        }
        if (!text.empty()) page.server(a, text);
    }
    page.heading("only", "Tools that only one has");
    std::map<std::string_view, std::pair<std::size_t, std::uint32_t>> names;
    for (const std::uint32_t server : group.servers) {
        const ServerLine& line = desk.view.servers[server];
        for (std::uint32_t t = line.first_tool; t < line.first_tool + line.tools; ++t) {
            auto& entry = names[desk.view.tools[t].name];
            ++entry.first;
            entry.second = t;
        }
    }
    std::vector<std::uint32_t> only;
    for (const auto& [name, entry] : names) {
        if (entry.first == 1) only.push_back(entry.second);
    }
    for (const std::uint32_t tool : desk.examples(only)) page.tool(tool);
    desk.put(page);
    desk.twin(path,
              {{"schema", "mcprisk-site-group/1"},
               {"group", group.id},
               {"same", group.same},
               {"servers", std::move(rows)}});
}

}  // namespace

void write_groups(Desk& desk) {
    Blocks index(desk.site,
                 frame("groups/index.html",
                       "Servers that do the same",
                       "Groups of servers for one product, side by side."),
                 "Servers that do the same");
    index.lead("Which of them? Grade, tools, levels and abilities side by side.");
    json list = json::array();
    for (const bool same : {false, true}) {
        index.heading(same ? "same" : "products", same ? "Listed twice, or forks" : "By product");
        for (std::uint32_t g = 0; g < desk.view.groups.size(); ++g) {
            const Group& group = desk.view.groups[g];
            if (group.same != same) continue;
            const std::string path = "groups/" + desk.site.group_slugs[g] + ".html";
            index.item(path, group.word, count_of(group.servers.size(), "server"));
            put_group(desk, g, path);
            list.push_back({{"group", group.id}, {"same", group.same}});
        }
    }
    desk.put(index);
    desk.twin("groups/index.html",
              {{"schema", "mcprisk-site-groups/1"}, {"groups", std::move(list)}});
}

}  // namespace mcprisk::site
