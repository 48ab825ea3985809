#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "engine/view/attack_text.h"
#include "engine/view/phrases.h"
#include "engine/view/tool_view.h"
#include "engine/view/words.h"
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

constexpr std::size_t kMostParameters = 60;
constexpr std::size_t kMostNear = 12;
constexpr std::size_t kMostElsewhere = 6;
constexpr std::size_t kLongestDescription = 4000;

class ToolPage {
  public:
    ToolPage(const Site& site,
             std::uint32_t server,
             const engine::ServerView& view,
             std::size_t row,
             std::uint32_t tool)
        : site_(site),
          server_(server),
          view_(view),
          row_(view.rows[row]),
          part_(view.tools[row]),
          index_(row),
          tool_(tool),
          path_(tool_path(site, tool)) {}

    [[nodiscard]] const std::string& path() const { return path_; }

    std::string write() {
        frame();
        does();
        ladder();
        evidence();
        rule();
        findings();
        parameters();
        attacks();
        siblings();
        elsewhere();
        history();
        facts();
        return page_.render("tool.html");
    }

  private:
    const Verdict& verdict() const { return row_.verdict; }

    void frame() {
        Frame frame;
        frame.path = path_;
        frame.title = fmt::format("{}: {} {} tool of {}",
                                  row_.tool.name,
                                  to_string(verdict().risk),
                                  to_string(verdict().category),
                                  view_.server.id);
        frame.summary = fmt::format("Level {}, {}. {}",
                                    to_string(verdict().risk),
                                    engine::certainty_in_words(verdict()),
                                    part_.in_short);
        if (site_.options->twins) frame.twin = path_.substr(0, path_.size() - 5) + ".json";
        frame.index = is_notable(*site_.view, site_.view->tools[tool_]);
        frame.day = format_day(view_.key.last_changed);
        frame.rules = view_.key.rules_version;
        set_frame(page_, frame, *site_.options);
    }

    void does() {
        page_.set("SERVER", view_.server.id);
        page_.set("SERVER_HREF", link(path_, server_path(site_, server_)));
        page_.set("NAME", row_.tool.name);
        set_level(page_, verdict().risk);
        page_.set("CERTAINTY", engine::certainty_in_words(verdict()));
        add_dispute(page_, dispute_about(*site_.options, view_.server.id, row_.tool.name));
        page_.set("SENTENCE", sentence_of(verdict()));
        if (verdict().worst_call) {
            const Section worst = page_.add("WORST");
            std::string call;
            for (const WorstCall::Argument& one : verdict().worst_call->args) {
                call += fmt::format("{}{} = {}", call.empty() ? "" : ", ", one.path, one.value);
            }
            worst.set("CALL", call);
            worst.set("DOES", verdict().worst_call->does);
            if (verdict().usually) set_level(worst.add("USUALLY"), *verdict().usually);
        }
        if (row_.tool.description.empty()) {
            page_.show("NO_DESCRIPTION");
        } else {
            add_quotation(page_.add("QUOTATION"),
                          row_.tool.description,
                          verdict().evidence,
                          "description",
                          kLongestDescription,
                          site_,
                          path_);
        }
        page_.set("REASON", verdict().reason);
    }

    void ladder() {
        for (const RiskLevel level : kRiskLevels) {
            const Section step = page_.add("STEP");
            set_level(step, level);
            if (level == verdict().risk) step.show("HERE");
            if (level == verdict().base_risk) step.show("STARTS");
            if (level == verdict().risk_without_claims && level != verdict().risk) {
                step.show("UNCLAIMED");
            }
        }
        page_.set("LEVEL_WORDS", engine::level_in_words(verdict()));
    }

    void evidence() {
        if (verdict().evidence.empty()) {
            page_.show("NO_EVIDENCE");
            return;
        }
        const Section part = page_.add("EVIDENCE");
        for (const Evidence& one : verdict().evidence) {
            const Section item = part.add("ITEM");
            item.set("TEXT", one.text);
            item.set("FIELD", field_in_words(one.field));
            item.set("SAYS", one.says);
            if (one.basis == Basis::claim) item.show("CLAIM");
            const bool known =
                std::binary_search(site_.rule_ids.begin(), site_.rule_ids.end(), one.rule);
            const Section rule = item.add(known ? "RULE" : "HEURISTIC");
            rule.set("ID", one.rule);
            if (known) rule.set("HREF", link(path_, "rules/" + word_slug(one.rule) + ".html"));
        }
    }

    void rule() {
        page_.set("EFFECT_WORD", effect_word(part_));
        page_.set("EFFECT", part_.in_short);
        page_.set("WHY_POLICY", part_.words.why_a_policy);
        page_.set("POLICY_HREF", link(path_, server_path(site_, server_) + "#-policy"));
        json document = {{"version", "1"}, {"default", "deny"}};
        if (part_.effect == policy::Effect::hidden) {
            document["hide"] = json::array({row_.tool.name});
        } else {
            document["tools"] = {{row_.tool.name, part_.rule}};
        }
        page_.set("RULE", pretty_json(document));
        page_.set("PASSES", part_.passes);
        page_.set("STOPPED", part_.stopped);
        page_.set("REST", part_.words.rest);
        page_.set("HOW_TO_LIMIT", part_.words.how_to_limit);
        page_.set("HOW_TO_BLOCK", part_.words.how_to_block);
        // The step that is this tool's own; the others stand on a page for all.
        page_.set("TRY", part_.words.steps.at(3));
    }

    void findings() {
        if (verdict().findings.empty()) return;
        const Section part = page_.add("FINDINGS");
        for (const Finding& finding : verdict().findings) {
            const FindingKind* kind = finding_kind(finding.id);
            const Section one = part.add("FINDING");
            set_level(one, finding.severity);
            one.set("TITLE_TEXT", kind != nullptr ? kind->title : finding.id);
            one.set("HREF", link(path_, "findings/" + word_slug(finding.id) + ".html"));
            one.set("FIELD", field_in_words(finding.field));
            if (finding.id != "secret-in-definition" && !finding.text.empty()) {
                one.add("QUOTE").set("TEXT", truncate_utf8(finding.text, 600));
            }
            if (kind != nullptr) {
                one.set("WHAT", kind->what);
                one.set("REMEDY", kind->remedy);
            }
        }
    }

    void parameters() {
        const auto& all = row_.tool.parameters;
        if (all.empty()) {
            page_.show("NO_PARAMETERS");
            return;
        }
        const Section table = page_.add("PARAMETERS");
        for (std::size_t i = 0; i < all.size() && i < kMostParameters; ++i) {
            const Parameter& p = all[i];
            const Section row = table.add("ROW");
            row.set("NAME", p.path);
            row.set("TYPE", p.type);
            row.set("REQUIRED", p.required ? "yes" : "no");
            row.set("BOUNDS",
                    p.bounded
                        ? (p.pattern.empty() ? std::string("bounded") : "pattern " + p.pattern)
                        : std::string("unbounded"));
            std::string text;
            for (const std::string& choice : p.choices) {
                text += (text.empty() ? "" : ", ") + choice;
            }
            if (text.empty()) text = p.description;
            const std::string_view shown = truncate_utf8(text, 300);
            row.set("TEXT", std::string(shown) + (shown.size() < text.size() ? " …" : ""));
        }
        if (all.size() > kMostParameters) {
            table.add("MORE").set("N", all.size() - kMostParameters);
        }
    }

    void attacks() {
        if (verdict().attacks.empty()) return;
        constexpr std::size_t kMost = 4;
        std::optional<Section> list;
        std::size_t shown = 0;
        for (const AttackLink& attack : verdict().attacks) {
            const engine::AttackText* text = engine::known_attack(attack.id);
            if (text == nullptr || ++shown > kMost) continue;
            if (!list) list = page_.add("ATTACKS");
            const Section one = list->add("ATTACK");
            one.set("HREF", link(path_, "attacks/" + word_slug(attack.id) + ".html"));
            one.set("TITLE_TEXT", text->title);
            one.set("SUMMARY_TEXT", text->summary);
            if (!attack.because.empty()) one.add("BECAUSE").set("TEXT", attack.because);
        }
    }

    void siblings() {
        std::array<std::size_t, 4> levels{};
        for (const store::ToolRow& row : view_.rows) {
            ++levels[static_cast<std::size_t>(row.verdict.risk)];
        }
        add_strip(page_, levels);
        const double all = static_cast<double>(view_.rows.size());
        page_.set_number("PLACE", 100.0 * (static_cast<double>(index_) + 0.5) / all - 0.4);
        page_.set(
            "SIBLINGS",
            fmt::format("Number {} of {}, riskiest first: {} Critical, {} High, {} Medium, {} "
                        "Low.",
                        index_ + 1,
                        count_of(view_.rows.size(), "tool"),
                        levels[3],
                        levels[2],
                        levels[1],
                        levels[0]));
        // The nearest in level: rows are in that order.
        const std::size_t from = index_ > kMostNear / 2 ? index_ - kMostNear / 2 : 0;
        for (std::size_t i = from, n = 0; i < view_.rows.size() && n < kMostNear; ++i) {
            if (i == index_) continue;
            ++n;
            const store::ToolRow& other = view_.rows[i];
            const Section near = page_.add("NEAR");
            set_level(near, other.verdict.risk);
            near.set("NAME", other.tool.name);
            near.set(
                "HREF",
                link(path_,
                     tool_path(site_, engine::tool_number(*site_.view, server_, other.tool.name))));
        }
    }

    void elsewhere() {
        const auto others = engine::same_deed(*site_.view, tool_, kMostElsewhere);
        if (others.empty()) return;
        const Section part = page_.add("SAME");
        std::size_t milder = 0;
        std::size_t worse = 0;
        for (const std::uint32_t other : others) {
            const engine::ToolOutline& one = site_.view->tools[other];
            milder += one.risk < verdict().risk ? 1 : 0;
            worse += one.risk > verdict().risk ? 1 : 0;
            const Section item = part.add("OTHER");
            set_level(item, one.risk);
            item.set("NAME", one.name);
            item.set("SERVER_ID", site_.view->servers[one.server].id);
            item.set("HREF", link(path_, tool_path(site_, other)));
        }
        part.set("UNUSUAL",
                 milder == 0 && worse == 0
                     ? fmt::format("Tools with the same effect on the same thing, by name: all {} "
                                   "have this level.",
                                   others.size())
                     : fmt::format("Tools with the same effect on the same thing, by name: of {}, "
                                   "{} have this level, {} a lower and {} a higher one.",
                                   others.size(),
                                   others.size() - milder - worse,
                                   milder,
                                   worse));
    }

    void history() {
        page_.set(
            "FIRST_SEEN",
            fmt::format("This definition was first seen on {}.", format_day(row_.first_seen)));
        for (const engine::Moment& moment : view_.moments) {
            for (const ToolDrift& drift : moment.drift.tools) {
                if (drift.tool != row_.tool.name) continue;
                const Section change = page_.add("CHANGE");
                change.set("DAY", format_day(moment.at));
                change.set("WHAT", change_in_words(drift));
                for (const FieldChange& field : drift.fields) {
                    if (field.words.empty()) continue;
                    add_diff(change, field);
                    break;
                }
            }
        }
    }

    void facts() {
        page_.set("CATEGORY", to_string(verdict().category));
        page_.set("CATEGORY_HREF",
                  link(path_, "categories/" + category_class(verdict().category) + ".html"));
        const auto& all = row_.tool.parameters;
        const auto required = static_cast<std::size_t>(
            std::count_if(all.begin(), all.end(), [](const Parameter& p) { return p.required; }));
        page_.set("PARAMETER_COUNTS", fmt::format("{}, {} required", all.size(), required));
        page_.set("TOKENS",
                  fmt::format("about {} tokens of every conversation that has it connected",
                              (row_.tool.definition.size() + 3) / 4));
        page_.set("HASH", row_.tool.definition_hash);
        page_.set("COMMAND",
                  fmt::format("mcprisk show {} {}",
                              engine::shell_word(view_.server.id),
                              engine::shell_word(row_.tool.name)));
        if (verdict().capabilities.empty()) {
            page_.show("NO_TAGS");
        } else {
            const Section tags = page_.add("TAGS");
            for (const std::string& tag : verdict().capabilities) {
                const Section one = tags.add("TAG");
                one.set("TEXT", tag);
                one.set("HREF", link(path_, "capabilities/" + word_slug(tag) + ".html"));
            }
        }
        if (site_.options->twins) {
            page_.add("TWIN").set("HREF", link(path_, path_.substr(0, path_.size() - 5) + ".json"));
        }
    }

    const Site& site_;
    std::uint32_t server_;
    const engine::ServerView& view_;
    const store::ToolRow& row_;
    const engine::ToolPart& part_;
    std::size_t index_;
    std::uint32_t tool_;
    std::string path_;
    Page page_;
};

}  // namespace

SiteFile tool_page(const Site& site,
                   std::uint32_t server,
                   const engine::ServerView& view,
                   std::size_t row,
                   std::uint32_t tool) {
    ToolPage page(site, server, view, row, tool);
    return {page.path(), page.write()};
}

}  // namespace mcprisk::site
