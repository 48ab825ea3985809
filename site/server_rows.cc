#include "site/server_rows.h"

#include <fmt/format.h>

#include "engine/view/phrases.h"
#include "engine/view/words.h"
#include "model/base/text.h"
#include "site/address.h"

namespace mcprisk::site {
namespace {

constexpr std::size_t kMostUnfolding = 150;
constexpr std::size_t kLongestQuotation = 700;

void unfolded(const Section& body,
              const store::ToolRow& row,
              const engine::ToolPart& part,
              const Site& site,
              const std::string& path) {
    body.set("SENTENCE", sentence_of(row.verdict));
    if (!row.tool.description.empty()) {
        add_quotation(body.add("QUOTATION"),
                      row.tool.description,
                      row.verdict.evidence,
                      "description",
                      kLongestQuotation,
                      site,
                      path);
    }
    body.set("REASON", row.verdict.reason);
    body.set("EFFECT_WORD", effect_word(part));
    body.set("EFFECT", part.in_short);
    if (row.verdict.capabilities.empty()) return;
    const Section tags = body.add("TAGS");
    for (const std::string& tag : row.verdict.capabilities) {
        const Section one = tags.add("TAG");
        one.set("TEXT", tag);
        one.set("HREF", link(path, "capabilities/" + word_slug(tag) + ".html"));
    }
}

}  // namespace

void add_tool_rows(const Section& part,
                   const Site& site,
                   std::uint32_t server,
                   const engine::ServerView& view) {
    const std::string path = server_path(site, server);
    part.set("TOOL_COUNT", engine::count_of(view.rows.size(), "tool"));
    std::size_t unfolding = 0;
    std::string before;
    for (std::size_t i = 0; i < view.rows.size(); ++i) {
        const store::ToolRow& row = view.rows[i];
        const std::uint32_t number = engine::tool_number(*site.view, server, row.tool.name);
        const engine::ToolOutline& outline = site.view->tools[number];
        const std::string slug = tool_anchor(site, number);
        const Section one = part.add("TOOL");
        // Two definitions with one name share a page; only the first can carry the address.
        std::string id = slug.substr(slug.find('#') + 1);
        if (id == before)
            id = fmt::format("-again-{}", i);
        else
            before = id;
        one.set("SLUG", id);
        const bool page = has_page(site, outline);
        const bool unfolds = !page || unfolding < kMostUnfolding ||
                             row.verdict.risk > RiskLevel::low || !row.verdict.findings.empty();
        unfolding += unfolds ? 1 : 0;
        const Section body = one.add(unfolds ? "UNFOLDS" : "FLAT");
        set_level(body, row.verdict.risk);
        body.set("CATEGORY", to_string(row.verdict.category));
        body.set("NAME", row.tool.name);
        body.set("FIRST", first_sentence(row.tool.description, 160));
        if (page) {
            body.add("PAGE").set("HREF", link(path, tool_path(site, number)));
        } else {
            body.show("NO_PAGE");
        }
        if (unfolds) unfolded(body, row, view.tools[i], site, path);
    }
}

void add_policy(const Section& part,
                const Site& site,
                std::uint32_t server,
                const engine::ServerView& view) {
    constexpr std::size_t kShort = 1500;
    part.set("POLICY", view.policy_json);
    part.set("POLICY_HREF",
             link(server_path(site, server), "s/" + site.server_slugs[server] + ".policy.json"));
    if (view.policy_json.size() < kShort) part.show("SHORT");
    std::string formats;
    for (const char* format : {"intercept",
                               "claude-code",
                               "codex",
                               "gemini",
                               "cursor",
                               "openai",
                               "cedar",
                               "agentgateway"}) {
        formats += fmt::format(
            "mcprisk policy {} --for {} -o policies\n", engine::shell_word(view.server.id), format);
    }
    part.set("FORMATS", formats);
}

}  // namespace mcprisk::site
