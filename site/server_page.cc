#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/view/badge.h"
#include "engine/view/words.h"
#include "model/base/hash.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "model/finding_kinds.h"
#include "site/address.h"
#include "site/pages.h"

namespace mcprisk::site {
namespace {

using engine::count_of;
using engine::format_day;
using nlohmann::json;

constexpr std::size_t kMostUnfolding = 150;
constexpr std::size_t kMostMatrixRows = 40;
constexpr std::size_t kLongestQuotation = 700;
constexpr store::Timestamp kQuarter = 90 * 86'400;

class ServerPage {
  public:
    ServerPage(const Site& site, std::uint32_t server, const engine::ServerView& view)
        : site_(site),
          server_(server),
          view_(view),
          line_(site.view->servers[server]),
          path_(server_path(site, server)) {}

    std::string write() {
        frame();
        head();
        if (view_.rows.empty()) {
            unlisted();
        } else {
            known();
            cost();
        }
        changes();
        elsewhere();
        names();
        return page_.render("server.html");
    }

  private:
    // The number of a row in the outline: rows are riskiest first, the outline is by name.
    std::uint32_t number_of(const store::ToolRow& row) const {
        const auto& tools = site_.view->tools;
        const auto begin = tools.begin() + line_.first_tool;
        const auto found = std::lower_bound(
            begin, begin + line_.tools, row.tool.name, [](const auto& t, const std::string& name) {
                return t.name < name;
            });
        return static_cast<std::uint32_t>(found - tools.begin());
    }

    std::string levels_in_words() const {
        const auto n = [&](RiskLevel level) {
            return line_.levels[static_cast<std::size_t>(level)];
        };
        return fmt::format("{} of {} {} Critical, {} High, {} Medium, {} Low.",
                           n(RiskLevel::critical),
                           count_of(line_.tools, "tool"),
                           n(RiskLevel::critical) == 1 ? "is" : "are",
                           n(RiskLevel::high),
                           n(RiskLevel::medium),
                           n(RiskLevel::low));
    }

    void frame() {
        Frame frame;
        frame.path = path_;
        const std::size_t critical = line_.levels[3];
        frame.title = view_.rows.empty() ? fmt::format("{}: not listed", view_.server.id)
                                         : fmt::format("{}: grade {}, {}, {} Critical",
                                                       view_.server.id,
                                                       view_.grade.letter,
                                                       count_of(line_.tools, "tool"),
                                                       critical);
        frame.summary = engine::abilities_in_words(view_);
        if (site_.options->twins) frame.twin = "s/" + site_.server_slugs[server_] + ".json";
        if (view_.key.last_changed != 0) {
            frame.day = format_day(view_.key.last_changed);
            frame.rules = view_.key.rules_version;
        }
        frame.index = !is_old();
        frame.ld = ready_json(canonical_json({{"@context", "https://schema.org"},
                                              {"@type", "SoftwareApplication"},
                                              {"name", printable(view_.server.id)},
                                              {"applicationCategory", "MCP server"}}));
        set_frame(page_, frame, *site_.options);
    }

    bool is_old() const {
        return view_.key.last_listed != 0 && view_.key.last_listed + kQuarter < site_.view->newest;
    }

    void head() {
        page_.set("ID", view_.server.id);
        if (!view_.server.title.empty() && view_.server.title != view_.server.id) {
            page_.add("TITLE_OF").set("TEXT", first_sentence(view_.server.title, 120));
        }
        std::string facts;
        if (view_.key.last_changed != 0) {
            facts = "as listed first on " + format_day(view_.key.last_changed);
        }
        if (!view_.server.version.empty()) facts += " · version " + view_.server.version;
        if (!view_.server.transport.empty()) facts += " · over " + view_.server.transport;
        page_.set("FACTS", facts);
        page_.set("GRADE", std::string(1, view_.grade.letter));
        page_.set("GRADE_CLASS", grade_class(view_.grade.letter));
        if (is_old()) page_.show("OLD");
        add_dispute(page_, dispute_about(*site_.options, view_.server.id, ""));
        if (!view_.server.description.empty()) {
            page_.add("DESCRIPTION").set("TEXT", truncate_utf8(view_.server.description, 1000));
        }
    }

    void unlisted() {
        const Section part = page_.add("UNLISTED");
        std::string why = to_string(view_.server.last_outcome) == "listed"
                              ? "it lists none."
                              : std::string(to_string(view_.server.last_outcome)) + ".";
        std::replace(why.begin(), why.end(), '_', ' ');
        part.set("WHY", why);
        part.set("DAY", format_day(view_.key.last_seen));
    }

    void known() {
        const Section part = page_.add("KNOWN");
        part.set("ABILITIES", engine::abilities_in_words(view_));
        part.set("COUNTS", levels_in_words());
        std::array<std::size_t, 4> levels{};
        std::copy(line_.levels.begin(), line_.levels.end(), levels.begin());
        add_strip(part, levels);
        part.set("CONNECT",
                 fmt::format("The recommended policy lets {} of {} run without a person, within "
                             "the limits below; {} are asked about, denied or hidden. The strict "
                             "preset lets {} run.",
                             view_.unattended,
                             count_of(view_.rows.size(), "tool"),
                             view_.rows.size() - view_.unattended,
                             view_.unattended_strict));
        matrix(part);
        findings(part);
        tools(part);
        policy(part);
    }

    void matrix(const Section& part) {
        const auto& all = engine::abilities();
        std::array<bool, 3> legs{};
        for (const store::ToolRow& row : view_.rows) {
            for (std::size_t i = 0; i < legs.size(); ++i) {
                legs[i] = legs[i] || engine::has_ability(row.verdict, all[i]);
            }
        }
        const bool theft = legs[0] && legs[1] && legs[2];
        if (theft) part.show("THEFT");
        std::vector<std::size_t> shown;
        for (std::size_t i = 0; i < view_.rows.size(); ++i) {
            if (view_.rows[i].verdict.risk >= RiskLevel::high) shown.push_back(i);
        }
        if (shown.empty()) {
            part.show("NO_MATRIX");
            return;
        }
        const Section table = part.add("MATRIX");
        for (std::size_t i = 0; i < all.size(); ++i) {
            const Section cell = table.add("HEAD_CELL");
            cell.set("TEXT", all[i].head);
            if (theft && i < legs.size()) cell.show("FRAMED");
        }
        for (std::size_t k = 0; k < shown.size() && k < kMostMatrixRows; ++k) {
            const store::ToolRow& row = view_.rows[shown[k]];
            const Section line = table.add("MATRIX_ROW");
            line.set("NAME", row.tool.name);
            line.set("HREF", link(path_, tool_anchor(site_, number_of(row))));
            for (std::size_t i = 0; i < all.size(); ++i) {
                const Section cell = line.add("CELL");
                if (engine::has_ability(row.verdict, all[i])) cell.show("YES");
                if (theft && i < legs.size()) cell.show("FRAMED");
            }
        }
        if (shown.size() > kMostMatrixRows) {
            table.add("MATRIX_MORE").set("N", shown.size() - kMostMatrixRows);
        }
    }

    void findings(const Section& part) {
        constexpr std::size_t kMost = 30;
        std::size_t n = 0;
        for (const store::ToolRow& row : view_.rows) n += row.verdict.findings.size();
        if (n == 0) return;
        const Section list = part.add("FINDINGS");
        std::size_t shown = 0;
        for (const store::ToolRow& row : view_.rows) {
            for (const Finding& finding : row.verdict.findings) {
                if (++shown > kMost) return;
                add_finding(list, finding, row.tool.name);
            }
        }
    }

    void add_finding(const Section& list, const Finding& finding, std::string_view tool) {
        const FindingKind* kind = finding_kind(finding.id);
        const Section one = list.add("FINDING");
        set_level(one, finding.severity);
        one.set("TITLE_TEXT", kind != nullptr ? kind->title : finding.id);
        one.set("HREF", link(path_, "findings/" + word_slug(finding.id) + ".html"));
        one.set("TOOL", tool);
        one.set("FIELD", field_in_words(finding.field));
        // What was found there may be a credential: it is named and not shown.
        if (finding.id != "secret-in-definition" && !finding.text.empty()) {
            one.add("QUOTE").set("TEXT", truncate_utf8(finding.text, 300));
        }
    }

    void tools(const Section& part) {
        part.set("TOOL_COUNT", count_of(view_.rows.size(), "tool"));
        std::size_t unfolding = 0;
        std::string before;
        for (std::size_t i = 0; i < view_.rows.size(); ++i) {
            const store::ToolRow& row = view_.rows[i];
            const std::uint32_t number = number_of(row);
            const engine::ToolOutline& outline = site_.view->tools[number];
            const std::string slug = tool_anchor(site_, number);
            const Section one = part.add("TOOL");
            // Two definitions with one name share a page; only the first can carry the address.
            std::string id = slug.substr(slug.find('#') + 1);
            if (id == before)
                id = fmt::format("-again-{}", i);
            else
                before = id;
            one.set("SLUG", id);
            const bool page = has_page(site_, outline);
            const bool unfolds = !page || unfolding < kMostUnfolding ||
                                 row.verdict.risk > RiskLevel::low || !row.verdict.findings.empty();
            unfolding += unfolds ? 1 : 0;
            const Section body = one.add(unfolds ? "UNFOLDS" : "FLAT");
            set_level(body, row.verdict.risk);
            body.set("CATEGORY", to_string(row.verdict.category));
            body.set("NAME", row.tool.name);
            body.set("FIRST", first_sentence(row.tool.description, 160));
            if (page) {
                body.add("PAGE").set("HREF", link(path_, tool_path(site_, number)));
            } else {
                body.show("NO_PAGE");
            }
            if (unfolds) unfolded(body, row, view_.tools[i]);
        }
    }

    void unfolded(const Section& body, const store::ToolRow& row, const engine::ToolPart& part) {
        body.set("SENTENCE", sentence_of(row.verdict));
        if (!row.tool.description.empty()) {
            add_quotation(body.add("QUOTATION"),
                          row.tool.description,
                          row.verdict.evidence,
                          "description",
                          kLongestQuotation,
                          site_,
                          path_);
        }
        body.set("REASON", row.verdict.reason);
        body.set("EFFECT_WORD", effect_word(part));
        body.set("EFFECT", part.words.effect);
        if (row.verdict.capabilities.empty()) return;
        const Section tags = body.add("TAGS");
        for (const std::string& tag : row.verdict.capabilities) {
            const Section one = tags.add("TAG");
            one.set("TEXT", tag);
            one.set("HREF", link(path_, "capabilities/" + word_slug(tag) + ".html"));
        }
    }

    void policy(const Section& part) {
        constexpr std::size_t kShort = 1500;
        part.set("POLICY", view_.policy.policy_json);
        part.set("POLICY_HREF", link(path_, "s/" + site_.server_slugs[server_] + ".policy.json"));
        if (view_.policy.policy_json.size() < kShort) part.show("SHORT");
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
                "mcprisk policy '{}' --for {} -o policies\n", printable(view_.server.id), format);
        }
        part.set("FORMATS", formats);
    }

    void changes() {
        constexpr std::size_t kMoments = 3;
        constexpr std::size_t kItems = 30;
        std::size_t shown = 0;
        for (const engine::Moment& moment : view_.moments) {
            if (!moment.drift.any() || shown == kMoments) continue;
            if (shown == 0) changes_ = page_.add("CHANGES");
            ++shown;
            const Section change = changes_->add("CHANGE");
            change.set("DAY", format_day(moment.at));
            std::size_t items = 0;
            for (const ToolDrift& drift : moment.drift.tools) {
                if (++items > kItems) break;
                const Section item = change.add("ITEM");
                item.set("TOOL", drift.tool);
                item.set("WHAT", change_in_words(drift));
                for (const FieldChange& field : drift.fields) {
                    if (field.words.empty()) continue;
                    add_diff(item, field);
                    break;
                }
            }
            for (const FieldChange& field : moment.drift.about) {
                const Section item = change.add("ITEM");
                item.set("TOOL", "the server");
                item.set("WHAT", field.path + " changed");
            }
        }
    }

    void elsewhere() {
        const auto& groups = site_.view->groups_of[server_];
        if (groups.empty()) return;
        constexpr std::size_t kOthers = 6;
        const Section part = page_.add("ELSEWHERE");
        for (const std::uint32_t g : groups) {
            const engine::Group& group = site_.view->groups[g];
            const Section one = part.add("GROUP");
            one.set("HREF", link(path_, "groups/" + site_.group_slugs[g] + ".html"));
            one.set("TEXT",
                    group.same ? "The same thing listed twice, or a fork"
                               : fmt::format("Servers for {}, side by side", group.word));
            std::size_t shown = 0;
            for (const std::uint32_t other : group.servers) {
                if (other == server_ || ++shown > kOthers) continue;
                const engine::ServerLine& line = site_.view->servers[other];
                const Section item = one.add("OTHER");
                item.set("HREF", link(path_, server_path(site_, other)));
                item.set("ID", line.id);
                item.set("GRADE", std::string(1, line.grade.letter));
                item.set("TOOLS", count_of(line.tools, "tool"));
                const double share = engine::overlap(*site_.view, server_, other);
                if (share >= 0.05) {
                    item.add("SHARE").set("PERCENT", static_cast<std::size_t>(share * 100 + 0.5));
                }
            }
        }
    }

    void cost() {
        std::size_t bytes = view_.server.instructions.size();
        const store::ToolRow* heaviest = nullptr;
        for (const store::ToolRow& row : view_.rows) {
            bytes += row.tool.definition.size();
            if (heaviest == nullptr ||
                row.tool.definition.size() > heaviest->tool.definition.size()) {
                heaviest = &row;
            }
        }
        const Section part = page_.add("COST");
        part.set("TOKENS", (bytes + 3) / 4);
        part.set("HEAVIEST", heaviest->tool.name);
        part.set("HEAVIEST_TOKENS", (heaviest->tool.definition.size() + 3) / 4);
    }

    void names() {
        for (const Alias& alias : view_.aliases) {
            const Section one = page_.add("ALIAS");
            one.set("KIND", alias.kind);
            one.set("VALUE", alias.value);
            if (!alias.value.starts_with("https://")) continue;
            const Section there = one.add("LINK");
            there.set("URL", alias.value);
            const std::string host = alias.value.substr(8);
            there.set("HOST", host.substr(0, host.find_first_of("/?#")));
        }
        if (site_.options->badges) {
            const Section badge = page_.add("BADGE");
            const std::string svg = "s/" + site_.server_slugs[server_] + ".svg";
            badge.set("HREF", link(path_, svg));
            badge.set(
                "MARKDOWN",
                fmt::format("[![mcprisk]({0}{1})]({0}{2})", site_.options->base_url, svg, path_));
        }
        if (site_.options->twins) {
            page_.add("TWIN").set("HREF",
                                  link(path_, "s/" + site_.server_slugs[server_] + ".json"));
        }
    }

    const Site& site_;
    std::uint32_t server_;
    const engine::ServerView& view_;
    const engine::ServerLine& line_;
    std::string path_;
    Page page_;
    std::optional<Section> changes_;
};

std::uint32_t outline_of(const Site& site, std::uint32_t server, const std::string& name) {
    const engine::ServerLine& line = site.view->servers[server];
    const auto begin = site.view->tools.begin() + line.first_tool;
    const auto found =
        std::lower_bound(begin, begin + line.tools, name, [](const auto& t, const std::string& n) {
            return t.name < n;
        });
    return static_cast<std::uint32_t>(found - site.view->tools.begin());
}

}  // namespace

std::string sentence_of(const Verdict& verdict) {
    if (verdict.sentence.empty()) return verdict.reason;
    std::string text = verdict.sentence;
    if (!text.ends_with('.')) text += '.';
    return text;
}

std::string_view effect_word(const engine::ToolPart& part) {
    switch (part.effect) {
        case policy::Effect::allowed:
            return "Allow";
        case policy::Effect::limited:
            return "Limit";
        case policy::Effect::conditional:
            return "Allow in part";
        case policy::Effect::denied:
            return part.verb == policy::Verb::ask ? "Ask a person each time" : "Deny";
        case policy::Effect::hidden:
            break;
    }
    return "Hide";
}

std::vector<SiteFile> server_files(const Site& site,
                                   std::uint32_t server,
                                   const engine::ServerView& view) {
    std::vector<SiteFile> files;
    const std::string stem = "s/" + site.server_slugs[server];
    files.push_back({stem + ".html", ServerPage(site, server, view).write()});
    if (site.options->twins) files.push_back({stem + ".json", engine::server_twin(view)});
    if (site.options->badges) {
        const engine::Grade& grade = view.grade;
        files.push_back({stem + ".svg", engine::grade_badge(grade)});
    }
    if (view.rows.empty()) return files;
    files.push_back({stem + ".policy.json", view.policy.policy_json});
    std::string before;
    for (std::size_t row = 0; row < view.rows.size(); ++row) {
        const std::uint32_t tool = outline_of(site, server, view.rows[row].tool.name);
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
    text += line.key.last_listed + kQuarter < view.newest ? "old" : "";
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
    return sum;
}

}  // namespace mcprisk::site
