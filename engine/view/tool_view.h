// All that is known of one tool, as values. `show`, its JSON and the pages of a website say what
// stands here, so that none of them says it otherwise.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "engine/view/attack_text.h"
#include "policy/document/recommend.h"
#include "store/catalogue.h"

namespace mcprisk::engine {

struct ToolView {
    store::ServerRow server;
    store::ToolRow tool;
    std::vector<store::ToolRow> siblings;  // all tools of the server, this one included, by name
    std::vector<store::ToolRow> similar;   // on other servers
    std::vector<AttackText> attacks;       // those the verdict links to
    store::Stats stats;
    policy::Recommendation rule;  // the document for this tool alone
    policy::PlainWords words;
};

// `siblings`: all tools of the server, as they are or as they were; `tool` is one of them.
ToolView gather_tool_view(const store::Catalogue& catalogue,
                          const store::ServerRow& server,
                          std::vector<store::ToolRow> siblings,
                          store::ToolRow tool,
                          const policy::Options& options);

// "mcprisk-tool/1"
nlohmann::json tool_view_json(const ToolView& view);

// "Critical: Financial starts at Critical, and nothing above moves it."
std::string level_in_words(const Verdict& verdict);

// "Financial, 96 % sure; High if the author's claims are not believed; else Write"
std::string certainty_in_words(const Verdict& verdict);

}  // namespace mcprisk::engine
