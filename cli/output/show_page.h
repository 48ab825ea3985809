// The page of one tool: all that the catalogue knows of it, gathered as values and then rendered.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/output/attack_text.h"
#include "cli/output/style.h"
#include "policy/document/recommend.h"
#include "store/catalogue.h"

namespace mcprisk::cli {

struct ToolPage {
    store::ServerRow server;
    store::ToolRow tool;
    std::vector<store::ToolRow> siblings;  // all tools of the server, this one included, by name
    std::vector<store::ToolRow> similar;   // on other servers
    std::vector<AttackText> attacks;       // those the verdict links to
    store::Stats stats;
    policy::Recommendation rule;  // the document for this tool alone
    policy::PlainWords words;
};

// `siblings`: all tools of the server, as they are or as they were.
ToolPage gather_tool_page(const store::Catalogue& catalogue,
                          const store::ServerRow& server,
                          std::vector<store::ToolRow> siblings,
                          std::string_view tool,
                          const policy::Options& options);

// Text for a terminal of `columns`; all that strangers wrote is made printable.
std::string render_tool_page(const ToolPage& page, const Style& style, std::size_t columns);

nlohmann::json tool_page_json(const ToolPage& page);

}  // namespace mcprisk::cli
