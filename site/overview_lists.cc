#include "site/desk.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/view/words.h"
#include "site/blocks.h"

namespace mcprisk::site {
namespace {

using engine::count_of;
using engine::ServerLine;
using nlohmann::json;

constexpr std::size_t kServersOnPage = 200;

std::string server_facts(const ServerLine& line) {
    if (line.tools == 0) {
        std::string word(to_string(line.outcome));
        std::replace(word.begin(), word.end(), '_', ' ');
        return word == "listed" ? "no tools" : word;
    }
    return fmt::format(
        "{}: {} Critical, {} High", count_of(line.tools, "tool"), line.levels[3], line.levels[2]);
}

}  // namespace

void write_server_lists(Desk& desk) {
    std::map<char, std::vector<std::uint32_t>> by_grade;
    for (std::uint32_t i = 0; i < desk.view.servers.size(); ++i) {
        by_grade[desk.view.servers[i].grade.letter].push_back(i);
    }
    Blocks index(desk.site,
                 frame("servers/index.html", "Servers by grade", "Every server, by its grade."),
                 "Servers");
    index.lead(
        "A grade says what the worst of its tools could do: A nothing above Low, B "
        "Medium, C High, D Critical, F a warning in a definition.");
    for (const auto& [letter, servers] : by_grade) {
        const std::string word = letter == '?' ? "unknown" : grade_class(letter);
        const std::size_t pages = (servers.size() + kServersOnPage - 1) / kServersOnPage;
        index.heading("grade-" + word,
                      letter == '?' ? std::string("Not listed") : fmt::format("Grade {}", letter));
        for (std::size_t p = 0; p < pages; ++p) {
            const std::string path = fmt::format("servers/{}-{}.html", word, p + 1);
            const std::size_t from = p * kServersOnPage;
            const std::size_t to = std::min(servers.size(), from + kServersOnPage);
            index.item(path,
                       fmt::format("{} … {}",
                                   desk.view.servers[servers[from]].id,
                                   desk.view.servers[servers[to - 1]].id),
                       count_of(to - from, "server"));
            Blocks page(desk.site,
                        frame(path,
                              fmt::format("Servers of grade {}, page {}", letter, p + 1),
                              "Servers with their tools, by name."),
                        letter == '?' ? std::string("Servers that could not be listed")
                                      : fmt::format("Servers of grade {}", letter));
            page.crumb("servers/index.html", "Servers");
            json list = json::array();
            for (std::size_t k = from; k < to; ++k) {
                page.server(servers[k], server_facts(desk.view.servers[servers[k]]));
                list.push_back(desk.view.servers[servers[k]].id);
            }
            desk.put(page);
            desk.twin(path, {{"schema", "mcprisk-site-servers/1"}, {"servers", std::move(list)}});
        }
    }
    desk.put(index);
}

void write_levels(Desk& desk) {
    static constexpr std::array<std::string_view, 4> kMeaning{
        "Nothing that matters outside of the call, or what is put back at once.",
        "Changes or shows something that belongs to somebody, within bounds.",
        "Leaves the house, cannot be taken back easily, hands out a right, or runs something.",
        "Moves money, runs anything, or destroys what is not made again."};
    for (const RiskLevel level : kRiskLevels) {
        std::vector<std::uint32_t> tools;
        for (std::uint32_t i = 0; i < desk.view.tools.size(); ++i) {
            if (desk.view.tools[i].risk == level) tools.push_back(i);
        }
        const std::string word(to_string(level));
        const std::string path = fmt::format("levels/{}.html", level_class(level));
        Frame f = frame(
            path, "Tools of level " + word, std::string(kMeaning[static_cast<std::size_t>(level)]));
        if (desk.site.options->twins) f.twin = path.substr(0, path.size() - 5) + ".json";
        Blocks page(desk.site, f, "Level " + word);
        page.level(level);
        page.lead(kMeaning[static_cast<std::size_t>(level)]);
        page.para(
            "Read starts at Low, Write at Medium, Execute and Destructive at High, "
            "Financial at Critical. Evidence moves a tool up or down from there, by at "
            "most two steps, each with its rule.");
        for (const RiskLevel other : kRiskLevels) {
            if (other == level) continue;
            page.item(fmt::format("levels/{}.html", level_class(other)),
                      fmt::format("Level {}", to_string(other)),
                      count_of(desk.by_level[static_cast<std::size_t>(other)], "tool"));
        }
        desk.tool_list(page,
                       tools,
                       fmt::format("search.html?level={}", word),
                       fmt::format("mcprisk query --min-risk {}", word));
        desk.put(page);
        desk.twin(path,
                  {{"schema", "mcprisk-site-tools/1"},
                   {"tools", tools.size()},
                   {"examples", desk.tools_json(desk.examples(tools))}});
    }
}

void write_categories(Desk& desk) {
    static constexpr std::array<std::string_view, 5> kMeaning{
        "Looks and changes nothing.",
        "Makes or changes something that can be changed again.",
        "Starts something whose effects lie outside of the definition: commands, jobs, "
        "devices, "
        "other tools.",
        "Takes away something that was there.",
        "Moves money or what stands for it, or commits to paying."};
    static constexpr std::array<std::string_view, 5> kPolicy{
        "allows reads, with a limit where much or private data comes out.",
        "limits writes, and asks about those that leave the house.",
        "limits or asks, and hides what runs anything.",
        "asks or denies, unless a choice of its arguments is harmless.",
        "denies, since policy.json cannot ask a person."};
    for (const Category category : kCategories) {
        const auto i = static_cast<std::size_t>(category);
        std::vector<std::uint32_t> tools;
        std::array<std::size_t, 4> levels{};
        for (std::uint32_t t = 0; t < desk.view.tools.size(); ++t) {
            if (desk.view.tools[t].category != category) continue;
            tools.push_back(t);
            ++levels[static_cast<std::size_t>(desk.view.tools[t].risk)];
        }
        const std::string word(to_string(category));
        const std::string path = "categories/" + category_class(category) + ".html";
        Frame f = frame(path, word + " tools", std::string(kMeaning[i]));
        if (desk.site.options->twins) f.twin = path.substr(0, path.size() - 5) + ".json";
        Blocks page(desk.site, f, word);
        page.lead(kMeaning[i]);
        page.para(fmt::format("The recommended policy {}", kPolicy[i]));
        page.para(
            fmt::format("It starts at level {}. Of {}: {} Critical, {} High, {} Medium, "
                        "{} Low.",
                        to_string(base_risk(category)),
                        count_of(tools.size(), "tool"),
                        levels[3],
                        levels[2],
                        levels[1],
                        levels[0]));
        add_strip(page.block().add("STRIP"), levels);
        for (const Category other : kCategories) {
            if (other == category) continue;
            page.item("categories/" + category_class(other) + ".html",
                      to_string(other),
                      count_of(desk.by_category[static_cast<std::size_t>(other)], "tool"));
        }
        desk.tool_list(page,
                       tools,
                       fmt::format("search.html?category={}", word),
                       fmt::format("mcprisk query --category {}", word));
        desk.put(page);
        desk.twin(path,
                  {{"schema", "mcprisk-site-tools/1"},
                   {"tools", tools.size()},
                   {"examples", desk.tools_json(desk.examples(tools))}});
    }
}

}  // namespace mcprisk::site
