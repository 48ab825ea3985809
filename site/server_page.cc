#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/view/phrases.h"
#include "engine/view/words.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "model/finding_kinds.h"
#include "site/address.h"
#include "site/pages.h"
#include "site/server_rows.h"

namespace mcprisk::site {
namespace {

using engine::count_of;
using engine::format_day;
using nlohmann::json;

constexpr std::size_t kMostMatrixRows = 40;

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
        frame.card = grade_class(view_.grade.letter);
        frame.index = !is_old();
        frame.ld = ready_json(canonical_json({{"@context", "https://schema.org"},
                                              {"@type", "SoftwareApplication"},
                                              {"name", printable(view_.server.id)},
                                              {"applicationCategory", "MCP server"}}));
        set_frame(page_, frame, *site_.options);
    }

    bool is_old() const {
        return view_.key.last_listed != 0 && view_.key.last_listed + kStale < site_.view->newest;
    }

    void head() {
        page_.set("ID", view_.server.id);
        page_.set("SCAN", "mcprisk scan " + engine::shell_word(view_.server.id));
        page_.set("SHOW", "mcprisk show " + engine::shell_word(view_.server.id));
        if (!view_.server.title.empty() && view_.server.title != view_.server.id) {
            page_.add("TITLE_OF").set("TEXT", first_sentence(view_.server.title, 120));
        }
        std::string facts;
        if (view_.key.last_changed != 0) {
            facts = "listed as it is here since " + format_day(view_.key.last_changed);
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
        add_tool_rows(part, site_, server_, view_);
        add_policy(part, site_, server_, view_);
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
            line.set(
                "HREF",
                link(path_,
                     tool_anchor(site_, engine::tool_number(*site_.view, server_, row.tool.name))));
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
                if (site_.options->twins) {
                    item.add("PAIR").set("HREF", link(path_, compare_path(site_, server_, other)));
                }
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
        part.set_number("SHARE", static_cast<double>((bytes + 3) / 4) / 2000);
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

}  // namespace

SiteFile server_page(const Site& site, std::uint32_t server, const engine::ServerView& view) {
    return {server_path(site, server), ServerPage(site, server, view).write()};
}

}  // namespace mcprisk::site
