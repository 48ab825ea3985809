#include "site/desk.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/view/words.h"
#include "model/base/text.h"
#include "site/address.h"
#include "site/blocks.h"

namespace mcprisk::site {
namespace {

using engine::format_day;
using nlohmann::json;

}  // namespace

void write_changes(Desk& desk) {
    constexpr std::size_t kMost = 300;
    Frame f = frame("changes.html", "What changed", "Changed definitions, newest first.");
    if (desk.site.options->twins) f.twin = "changes.json";
    Blocks page(desk.site, f, "What changed");
    page.lead(
        "Definitions that are not what they were. A change is no accusation: the level "
        "may have risen for the best of reasons.");
    page.para_link("To be told:", "changes.atom", "Atom feed");
    json list = json::array();
    std::string day;
    for (std::size_t i = 0; i < desk.overview.changes.size() && i < kMost; ++i) {
        const ChangeLine& change = desk.overview.changes[i];
        if (format_day(change.at) != day) {
            day = format_day(change.at);
            page.heading("day-" + std::to_string(change.at / 86'400), day);
        }
        const Section item = page.item();
        const Section there = item.add("LINK");
        there.set("HREF",
                  link("changes.html", server_path(desk.site, change.server) + "#-changes"));
        there.set("TEXT", change.tool);
        item.add("AFTER").set(
            "TEXT", fmt::format("of {}: {}", desk.view.servers[change.server].id, change.what));
        if (!change.field.path.empty()) add_diff(item, change.field);
        list.push_back({{"at", engine::rfc3339(change.at)},
                        {"server", desk.view.servers[change.server].id},
                        {"untrusted_tool", change.tool},
                        {"untrusted_what", change.what},
                        {"level_rose", change.rose}});
    }
    if (desk.overview.changes.empty()) {
        page.para(
            "Nothing yet: no server of this catalogue was listed twice with different "
            "definitions.");
    }
    desk.put(page);
    desk.twin("changes.html", {{"schema", "mcprisk-site-changes/1"}, {"changes", std::move(list)}});
}

void write_feed(Desk& desk) {
    constexpr std::size_t kMost = 100;
    const std::string& base = desk.site.options->base_url;
    std::string out = fmt::format(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
        "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>mcprisk: what changed</title>\n"
        "<id>{}</id>\n<updated>{}</updated>\n<author><name>mcprisk</name></author>\n{}",
        base.empty() ? "urn:mcprisk:changes" : markup(base + "changes.atom"),
        engine::rfc3339(desk.overview.changes.empty() ? desk.view.newest
                                                      : desk.overview.changes.front().at),
        base.empty() ? ""
                     : fmt::format("<link rel=\"self\" href=\"{0}changes.atom\"/>\n"
                                   "<link rel=\"alternate\" href=\"{0}changes.html\"/>\n",
                                   markup(base)));
    for (std::size_t i = 0; i < desk.overview.changes.size() && i < kMost; ++i) {
        const ChangeLine& change = desk.overview.changes[i];
        const std::string& server = desk.view.servers[change.server].id;
        out += fmt::format(
            "<entry>\n<title>{}</title>\n<id>urn:mcprisk:change:{}</id>\n"
            "<updated>{}</updated>\n<link rel=\"alternate\" href=\"{}\"/>\n"
            "<summary>{}</summary>\n</entry>\n",
            markup(fmt::format("{} of {}", change.tool, server)),
            markup(word_slug(fmt::format("{} {} {}", server, change.tool, change.at))),
            engine::rfc3339(change.at),
            markup(base + server_path(desk.site, change.server)),
            markup(change.what));
    }
    desk.add({"changes.atom", out + "</feed>\n"});
}

}  // namespace mcprisk::site
