// What pages have in common: the frame, levels in words and signs, links, marked quotations.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/view/catalogue_view.h"
#include "engine/view/server_view.h"
#include "site/template.h"

namespace mcprisk::site {

// What was listed longer than this before the newest listing is said to be old.
inline constexpr store::Timestamp kStale = 90 * 86'400;

enum class ToolPages { all, notable, none };

struct SiteOptions {
    ToolPages tool_pages = ToolPages::all;
    bool twins = true;  // JSON beside every page
    bool badges = true;
    bool packed = false;  // a .gz beside each file that gains from it
    bool private_export = false;
    std::string base_url;  // "https://example.org/", empty: no page may be indexed
    std::string contact;   // where to object; a URL or an address
    std::string rules_version;
    // {"server": …, "tool": …, "since": …, "state": …, "text": …, "answer": …}, by server and tool
    struct Dispute {
        std::string server;
        std::string tool;  // empty: about the server
        std::string since;
        std::string state;  // "open", "upheld", "rejected"
        std::string text;
        std::string answer;
    };
    std::vector<Dispute> disputes;
    std::vector<std::string> opted_out;  // ids whose pages say only that
};

// The whole site's values that pages of servers and tools may depend on. What stands here and
// changes with the catalogue as a whole must not get onto those pages but for peers.
struct Site {
    const engine::CatalogueView* view = nullptr;
    const SiteOptions* options = nullptr;
    std::vector<std::string> server_slugs;             // beside view->servers
    std::vector<std::vector<std::string>> tool_slugs;  // of each server, in order of its tools
    std::vector<std::string> group_slugs;              // beside view->groups
    std::vector<std::string> rule_ids;                 // sorted; those have pages
};

// A file of the site: path with "/" below its folder, and the bytes.
struct SiteFile {
    std::string path;
    std::string bytes;
};

std::string_view level_class(RiskLevel level);
std::string_view level_sign(RiskLevel level);   // ○ ◔ ◑ ●
std::string category_class(Category category);  // lower case: the name of its page
// CLASS, SIGN and LEVEL.
void set_level(const Section& section, RiskLevel level);
// "a" … "f", "u" for unknown
std::string grade_class(char letter);

// Whoever wrote it, for the XML that is not made by templates: feed, sitemap, pictures.
std::string markup(std::string_view text);

struct Frame {
    std::string path;  // of the page, "s/npm/x.html"
    std::string title;
    std::string summary;
    std::string twin;    // path of its JSON, empty for none
    std::string script;  // path of one more script
    std::string ld;      // JSON-LD, canonical; empty for none
    std::string card = "site";  // a/card-NAME.png is shown where the page is shared
    bool index = true;   // may be indexed, where anything may
    std::string day;     // of the listing shown; empty for overviews
    std::string rules;
};
// Sets the frame's values, and ROOT for the page itself.
void set_frame(const Page& page, const Frame& frame, const SiteOptions& options);

// The relative link from one path of the site to another, which may end in a fragment.
std::string link(std::string_view from, std::string_view to);

std::string server_path(const Site& site, std::uint32_t server);  // "s/npm/x.html"
// The page that puts two servers side by side.
std::string compare_path(const Site& site, std::uint32_t a, std::uint32_t b);
// The tool's page, or its place on its server's page where it has none.
std::string tool_path(const Site& site, std::uint32_t tool);
// Its place there in any case.
std::string tool_anchor(const Site& site, std::uint32_t tool);
bool is_notable(const engine::CatalogueView& view, const engine::ToolOutline& tool);
bool has_page(const Site& site, const engine::ToolOutline& tool);

// The first sentence of a description, at most `bytes` long, on one line.
std::string first_sentence(std::string_view text, std::size_t bytes);

// Adds PIECE sections: `text` with what the evidence quotes of `field` MARKED, each with HREF to
// its rule. At most `bytes` of it.
void add_quotation(const Section& section,
                   std::string_view text,
                   const std::vector<Evidence>& evidence,
                   std::string_view field,
                   std::size_t bytes,
                   const Site& site,
                   std::string_view from);

// "inputSchema.properties.path.description" as a reader says it.
std::string field_in_words(std::string_view field);

// BAR sections with CLASS, X and W: shares of the four levels, riskiest first.
void add_strip(const Section& section, const std::array<std::size_t, 4>& levels);

// DIFF with SAME, GONE and NEW, of at most some hundred bytes.
void add_diff(const Section& section, const FieldChange& change);
// "description changed", "now Critical, was Medium"
std::string change_in_words(const ToolDrift& drift);

// What a call does, in one sentence.
std::string sentence_of(const Verdict& verdict);
// "Allow", "Ask a person each time" …
std::string_view effect_word(const engine::ToolPart& part);

const SiteOptions::Dispute* dispute_about(const SiteOptions& options,
                                          std::string_view server,
                                          std::string_view tool);
void add_dispute(const Section& section, const SiteOptions::Dispute* dispute);

}  // namespace mcprisk::site
