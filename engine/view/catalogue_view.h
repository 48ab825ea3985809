// The catalogue in outline: what overviews, lists and the search of a website need, in a form that
// holds 300,000 tools in a few dozen megabytes.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/grade.h"
#include "model/alias.h"
#include "store/bulk_reader.h"
#include "store/catalogue.h"

namespace mcprisk::engine {

struct ServerLine {
    std::string id;
    std::string title;
    Grade grade;
    std::array<std::uint32_t, 4> levels{};
    std::array<std::uint32_t, 5> categories{};
    std::uint32_t tools = 0;
    std::uint32_t first_tool = 0;  // in CatalogueView::tools; theirs stand together, by name
    std::uint16_t abilities = 0;   // a bit for each of abilities() (server_view.h)
    Outcome outcome = Outcome::listed;
    store::ServerKey key;
    std::vector<Alias> aliases;
};

struct ToolOutline {
    std::uint32_t server = 0;  // in CatalogueView::servers
    std::uint32_t deed = 0;    // same number: same effect on the same thing; 0 for none
    std::string name;
    Category category = Category::read;
    RiskLevel risk = RiskLevel::low;
    float confidence = 0;
    bool finding = false;  // one that may be published, of whatever kind
    bool acts = false;     // an effect was read in its definition, not merely claimed
    store::Timestamp changed_at = 0;
};

// Servers that do the same, by the names of their tools or by the product they are for.
struct Group {
    std::string id;  // "github"
    std::string word;
    bool same = false;                   // the same thing listed twice, or a fork
    std::vector<std::uint32_t> servers;  // by id
};

struct CatalogueView {
    std::vector<ServerLine> servers;  // by id
    std::vector<ToolOutline> tools;   // by server, then name; judged ones only
    std::map<std::string, std::vector<std::uint32_t>> by_capability;  // tools
    std::map<std::string, std::vector<std::uint32_t>> by_finding;
    std::map<std::string, std::vector<std::uint32_t>> by_attack;
    std::map<std::string, std::vector<std::uint32_t>, std::less<>> by_rule;  // of any evidence
    std::map<std::string, std::size_t> by_outcome;                           // servers
    std::vector<Group> groups;                          // by id
    std::vector<std::vector<std::uint32_t>> groups_of;  // beside `servers`: into `groups`
    std::vector<std::vector<std::uint32_t>> deeds;      // by deed: tools, at most some thousand
    std::map<std::string, std::size_t> left_out;        // why, and how many servers
    store::Timestamp newest = 0;  // the last observation: what "this week" is counted from
};

struct CatalogueChoice {
    bool everything = false;  // also servers that no public index names
    std::function<bool(std::string_view, const std::vector<Alias>&)> opted_out;  // may be empty
    std::vector<std::string> group_words;  // product words that a person has approved
};

CatalogueView read_catalogue_view(const store::Catalogue& catalogue,
                                  const store::BulkReader& bulk,
                                  const CatalogueChoice& choice);

// The number of a server's tool in view.tools; view.tools.size() if it has none of that name.
std::uint32_t tool_number(const CatalogueView& view, std::uint32_t server, std::string_view name);

// Title and description of every tool of `view`, with its number.
void each_text(const CatalogueView& view,
               const store::BulkReader& bulk,
               const std::function<void(std::uint32_t, std::string_view, std::string_view)>& visit);

// Fills `deed`, `deeds`, `groups` and `groups_of`: all at once over inverted lists, since one
// question a tool would take hours. `effects`: beside `tools`, "remove", "pay" or empty.
// `group_words`: product words that a person has approved; none of others is used.
void relate(CatalogueView& view,
            const std::vector<std::string>& effects,
            const std::vector<std::string>& group_words);

// At most `limit` tools of other servers that do the same, the next ones in the list behind `tool`.
std::vector<std::uint32_t> same_deed(const CatalogueView& view,
                                     std::uint32_t tool,
                                     std::size_t limit);

// Share of `a`'s tool names that `b` has too, 0…1.
double overlap(const CatalogueView& view, std::uint32_t a, std::uint32_t b);

}  // namespace mcprisk::engine
