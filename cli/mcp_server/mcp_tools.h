// The four questions that agents may ask of the catalogue. All of them only read.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "classifier/classifier.h"
#include "cli/mcp_server/mcp_server.h"
#include "policy/decide/settings.h"
#include "store/catalogue.h"

namespace mcprisk::cli {

struct McpContext {
    // A fresh connection for each call, so that a scan in between is seen.
    std::function<Result<store::Catalogue>()> open;
    const classifier::Classifier* classifier = nullptr;  // not owned, outlives the tools
    std::function<std::int64_t()> now;
    // What the person running settled, for recommend_policy; empty: nothing.
    std::function<policy::Settings()> settings;
    std::function<std::string()> today;  // "2026-11-21"
};

// check_tool, check_server, search_catalogue, recommend_policy. Answers never carry descriptions or
// quoted text of the definitions they speak of: whoever reads them is a model.
std::vector<McpTool> mcp_tools(McpContext context);

}  // namespace mcprisk::cli
