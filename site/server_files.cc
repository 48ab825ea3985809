#include <fmt/format.h>

#include "engine/view/badge.h"
#include "model/base/hash.h"
#include "site/pages.h"

namespace mcprisk::site {

std::vector<SiteFile> server_files(const Site& site,
                                   std::uint32_t server,
                                   const engine::ServerView& view) {
    std::vector<SiteFile> files;
    const std::string stem = "s/" + site.server_slugs[server];
    files.push_back(server_page(site, server, view));
    if (site.options->twins) files.push_back({stem + ".json", engine::server_twin(view)});
    if (site.options->badges) {
        const engine::Grade& grade = view.grade;
        files.push_back({stem + ".svg", engine::grade_badge(grade)});
    }
    if (view.rows.empty()) return files;
    files.push_back({stem + ".policy.json", view.policy_json});
    std::string before;
    for (std::size_t row = 0; row < view.rows.size(); ++row) {
        const std::uint32_t tool =
            engine::tool_number(*site.view, server, view.rows[row].tool.name);
        if (!has_page(site, site.view->tools[tool])) continue;
        SiteFile page = tool_page(site, server, view, row, tool);
        if (page.path == before) continue;  // a second definition with the same name
        before = page.path;
        if (site.options->twins) {
            std::string twin = page.path;
            twin.replace(twin.size() - 5, 5, ".json");
            files.push_back({std::move(twin), engine::tool_twin(view, row)});
        }
        files.push_back(std::move(page));
    }
    return files;
}

std::string peers_digest(const Site& site, std::uint32_t server) {
    std::string text;
    const engine::CatalogueView& view = *site.view;
    const engine::ServerLine& line = view.servers[server];
    for (std::uint32_t t = line.first_tool; t < line.first_tool + line.tools; ++t) {
        for (const std::uint32_t other : engine::same_deed(view, t, 6)) {
            text += fmt::format(
                "{}:{} ", tool_path(site, other), static_cast<int>(view.tools[other].risk));
        }
        text += has_page(site, view.tools[t]) ? (is_notable(view, view.tools[t]) ? "n" : "p") : "-";
    }
    for (const std::uint32_t g : view.groups_of[server]) {
        text += view.groups[g].id;
        for (const std::uint32_t other : view.groups[g].servers) {
            const engine::ServerLine& one = view.servers[other];
            text += fmt::format(" {}{}{}{:.2f}",
                                one.id,
                                one.grade.letter,
                                one.tools,
                                engine::overlap(view, server, other));
        }
    }
    for (const SiteOptions::Dispute& one : site.options->disputes) {
        if (one.server == line.id) {
            text += one.tool + one.since + one.state + one.text + one.answer;
        }
    }
    text += line.key.last_listed + kStale < view.newest ? "old" : "";
    return sha256_hex(text).substr(0, 16);
}

Estimate estimate(const Site& site) {
    // Means measured over real servers (docs/site.md).
    constexpr std::uint64_t kServer = 5'700, kTool = 1'130, kToolPage = 8'000, kToolTwin = 3'000;
    Estimate sum;
    const std::size_t twins = site.options->twins ? 1 : 0;
    for (const engine::ServerLine& line : site.view->servers) {
        sum.files += 1 + twins + (site.options->badges ? 1 : 0) + (line.tools > 0 ? 1 : 0);
        sum.bytes += kServer + line.tools * (kTool + 500 * twins + 200);
    }
    for (const engine::ToolOutline& tool : site.view->tools) {
        if (!has_page(site, tool)) continue;
        sum.files += 1 + twins;
        sum.bytes += kToolPage + kToolTwin * twins;
    }
    // Nearly every page and its JSON has a packed one, a third of its size.
    if (site.options->packed) {
        sum.files += sum.files * 9 / 10;
        sum.bytes += sum.bytes / 3;
    }
    return sum;
}

}  // namespace mcprisk::site
