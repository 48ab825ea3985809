#include "site/page_parts.h"

#include <fmt/format.h>
#include <algorithm>

#include "engine/view/words.h"
#include "model/base/encoding.h"
#include "model/base/markup.h"
#include "model/base/text.h"
#include "site/address.h"

namespace mcprisk::site {

std::string_view level_class(RiskLevel level) {
    static constexpr std::array<std::string_view, 4> kClasses{"low", "medium", "high", "critical"};
    return kClasses[static_cast<std::size_t>(level)];
}

std::string_view level_sign(RiskLevel level) {
    static constexpr std::array<std::string_view, 4> kSigns{"○", "◔", "◑", "●"};
    return kSigns[static_cast<std::size_t>(level)];
}

std::string category_class(Category category) { return lower_ascii(to_string(category)); }

void set_level(const Section& section, RiskLevel level) {
    section.set("CLASS", level_class(level));
    section.set("SIGN", level_sign(level));
    section.set("LEVEL", to_string(level));
}

std::string grade_class(char letter) {
    return letter == '?' ? "u" : std::string(1, lower_ascii(letter));
}

std::string markup(std::string_view text) { return escape_markup(visible(text)); }

void set_frame(const Page& page, const Frame& frame, const SiteOptions& options) {
    const std::string root = to_root(frame.path);
    const Section head = page.head();
    const Section foot = page.foot();
    page.set("ROOT", root);
    head.set("ROOT", root);
    foot.set("ROOT", root);
    head.set("TITLE", frame.title);
    head.set("SUMMARY", frame.summary);
    if (options.base_url.empty() || !frame.index) {
        const Section none = head.add("NOINDEX");
        if (!options.base_url.empty()) none.show("FOLLOW");
    } else {
        head.add("CANONICAL").set("URL", options.base_url + frame.path);
    }
    if (!options.base_url.empty()) {
        head.add("CARD").set("URL", options.base_url + "a/card-" + frame.card + ".png");
    }
    if (options.private_export) head.show("PRIVATE");
    if (!frame.twin.empty()) head.add("TWIN").set("HREF", link(frame.path, frame.twin));
    if (!frame.script.empty()) head.add("SCRIPT").set("HREF", link(frame.path, frame.script));
    if (!frame.ld.empty()) head.add("LD").set_ready_json("JSON", frame.ld);
    if (!frame.day.empty()) {
        const Section listed = foot.add("LISTED");
        listed.set("DAY", frame.day);
        listed.set("RULES", frame.rules);
    }
}

std::string link(std::string_view from, std::string_view to) {
    // Common folders are not left and entered again.
    std::size_t common = 0;
    for (std::size_t i = 0; i < from.size() && i < to.size() && from[i] == to[i]; ++i) {
        if (from[i] == '/') common = i + 1;
    }
    return to_root(from.substr(common)) + std::string(to.substr(common));
}

std::string server_path(const Site& site, std::uint32_t server) {
    return "s/" + site.server_slugs[server] + ".html";
}

std::string compare_path(const Site& site, std::uint32_t a, std::uint32_t b) {
    return fmt::format("compare.html?a={}&b={}",
                       percent_encode(site.server_slugs[a], "/"),
                       percent_encode(site.server_slugs[b], "/"));
}

bool is_notable(const engine::CatalogueView& view, const engine::ToolOutline& tool) {
    const engine::ServerLine& server = view.servers[tool.server];
    const bool changed = server.key.listings > 1 && tool.changed_at + kStale > view.newest;
    return tool.risk >= RiskLevel::high || tool.finding || tool.confidence < 0.7F || changed;
}

bool has_page(const Site& site, const engine::ToolOutline& tool) {
    switch (site.options->tool_pages) {
        case ToolPages::all:
            return true;
        case ToolPages::notable:
            return is_notable(*site.view, tool);
        case ToolPages::none:
            break;
    }
    return false;
}

namespace {

const std::string& slug_of(const Site& site, std::uint32_t tool) {
    const engine::ToolOutline& one = site.view->tools[tool];
    return site.tool_slugs[one.server][tool - site.view->servers[one.server].first_tool];
}

}  // namespace

std::string tool_anchor(const Site& site, std::uint32_t tool) {
    return server_path(site, site.view->tools[tool].server) + "#" + slug_of(site, tool);
}

std::string tool_path(const Site& site, std::uint32_t tool) {
    const engine::ToolOutline& one = site.view->tools[tool];
    if (!has_page(site, one)) return tool_anchor(site, tool);
    return "t/" + site.server_slugs[one.server] + "/" + slug_of(site, tool) + ".html";
}

std::string first_sentence(std::string_view text, std::size_t bytes) {
    std::string line;
    for (const char c : trim(text)) {
        if (c == '\n' && line.size() > 40) break;
        const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (blank && !line.empty() && line.back() == ' ') continue;
        if (blank && line.size() > 12 && (line.back() == '.' || line.back() == '!')) break;
        line += blank ? ' ' : c;
        if (line.size() > bytes + 8) break;
    }
    const std::string_view cut = truncate_utf8(line, bytes);
    return std::string(cut) + (cut.size() < line.size() ? "…" : "");
}

void add_quotation(const Section& section,
                   std::string_view text,
                   const std::vector<Evidence>& evidence,
                   std::string_view field,
                   std::size_t bytes,
                   const Site& site,
                   std::string_view from) {
    const std::string_view shown = truncate_utf8(text, bytes);
    struct Mark {
        std::size_t begin, end;
        std::string_view rule;
    };
    std::vector<Mark> marks;
    const std::string lower = lower_ascii(shown);
    for (const Evidence& one : evidence) {
        if (one.field != field || one.text.empty()) continue;
        const std::size_t at = lower.find(lower_ascii(one.text));
        if (at == std::string::npos) continue;
        marks.push_back({at, at + one.text.size(), one.rule});
    }
    std::stable_sort(
        marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.begin < b.begin; });
    std::size_t done = 0;
    const auto plain = [&](std::size_t end) {
        if (end <= done) return;
        section.add("PIECE").add("PLAIN").set("TEXT", shown.substr(done, end - done));
        done = end;
    };
    for (const Mark& mark : marks) {
        if (mark.begin < done) continue;
        plain(mark.begin);
        const Section marked = section.add("PIECE").add("MARKED");
        marked.set("TEXT", shown.substr(mark.begin, mark.end - mark.begin));
        const bool known =
            std::binary_search(site.rule_ids.begin(), site.rule_ids.end(), std::string(mark.rule));
        marked.set("HREF",
                   known ? link(from, "rules/" + word_slug(mark.rule) + ".html") : "#-does");
        done = mark.end;
    }
    plain(shown.size());
    if (shown.size() < text.size()) {
        section.add("PIECE").add("PLAIN").set(
            "TEXT", fmt::format("… {} more bytes", text.size() - shown.size()));
    }
}

std::string field_in_words(std::string_view field) {
    constexpr std::string_view kProperties = "inputSchema.properties.";
    if (field.starts_with(kProperties)) {
        return fmt::format("the parameter {}", field.substr(kProperties.size()));
    }
    if (field.starts_with("inputSchema.")) {
        return fmt::format("the parameter {}",
                           field.substr(std::string_view("inputSchema.").size()));
    }
    if (field == "name" || field == "description" || field == "title") {
        return fmt::format("its {}", field);
    }
    if (field == "siblings") return "the names of its siblings";
    if (field == "server") return "what the server says of itself";
    return std::string(field);
}

void add_strip(const Section& section, const std::array<std::size_t, 4>& levels) {
    std::size_t all = 0;
    for (const std::size_t n : levels) all += n;
    if (all == 0) return;
    double x = 0;
    for (std::size_t level = 4; level-- > 0;) {
        if (levels[level] == 0) continue;
        const double width = 100.0 * static_cast<double>(levels[level]) / static_cast<double>(all);
        const Section bar = section.add("BAR");
        bar.set("CLASS", level_class(static_cast<RiskLevel>(level)));
        bar.set_number("X", x);
        bar.set_number("W", width);
        x += width;
    }
}

void add_diff(const Section& section, const FieldChange& change) {
    constexpr std::size_t kContext = 60;
    constexpr std::size_t kLongest = 400;
    if (change.words.empty()) return;
    section.show("HAS_DIFF");
    for (const WordEdit& edit : change.words) {
        std::string text = edit.text;
        if (edit.kind == WordEdit::Kind::same && text.size() > 2 * kContext) {
            const std::string_view all(text);
            std::size_t from = all.size() - kContext;
            while (from < all.size() && (static_cast<unsigned char>(all[from]) & 0xc0) == 0x80) {
                ++from;
            }
            text =
                std::string(truncate_utf8(all, kContext)) + " … " + std::string(all.substr(from));
        } else if (text.size() > kLongest) {
            text = std::string(truncate_utf8(text, kLongest)) + " …";
        }
        // Sections of one name stand together, so each edit is a DIFF of its own.
        const Section part = section.add("DIFF");
        part.add(edit.kind == WordEdit::Kind::same      ? "SAME"
                 : edit.kind == WordEdit::Kind::removed ? "GONE"
                                                        : "NEW")
            .set("TEXT", text);
    }
}

std::string change_in_words(const ToolDrift& drift) {
    if (drift.change == ToolChange::added) {
        return drift.after ? fmt::format("new, {}", to_string(drift.after->risk)) : "new";
    }
    if (drift.change == ToolChange::removed) return "no longer listed";
    std::string text = "changed";
    if (drift.before && drift.after) {
        if (drift.after->risk > drift.before->risk) {
            text += fmt::format(", level rose from {} to {}",
                                to_string(drift.before->risk),
                                to_string(drift.after->risk));
        } else if (drift.after->risk < drift.before->risk) {
            text += fmt::format(", level fell from {} to {}",
                                to_string(drift.before->risk),
                                to_string(drift.after->risk));
        }
    }
    std::string fields;
    for (const FieldChange& field : drift.fields) {
        if (fields.size() > 120) {
            fields += " …";
            break;
        }
        fields += (fields.empty() ? "" : ", ") + field.path;
    }
    return fields.empty() ? text : text + ": " + fields;
}

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

const SiteOptions::Dispute* dispute_about(const SiteOptions& options,
                                          std::string_view server,
                                          std::string_view tool) {
    for (const SiteOptions::Dispute& one : options.disputes) {
        if (one.server == server && one.tool == tool) return &one;
    }
    return nullptr;
}

void add_dispute(const Section& section, const SiteOptions::Dispute* dispute) {
    if (dispute == nullptr) return;
    const Section shown = section.add("DISPUTED");
    shown.set("DAY", dispute->since);
    shown.set("STATE", dispute->state);
    shown.set("TEXT", dispute->text);
    if (!dispute->answer.empty()) shown.add("ANSWER").set("TEXT", dispute->answer);
}

}  // namespace mcprisk::site
