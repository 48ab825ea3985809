// The rows of a server's page, one a tool, and its policy.
#pragma once

#include <cstdint>

#include "engine/view/server_view.h"
#include "site/page_parts.h"

namespace mcprisk::site {

// TOOL sections, riskiest first: each with the address that a fragment finds.
void add_tool_rows(const Section& part,
                   const Site& site,
                   std::uint32_t server,
                   const engine::ServerView& view);

// The merged document, and commands for other formats.
void add_policy(const Section& part,
                const Site& site,
                std::uint32_t server,
                const engine::ServerView& view);

}  // namespace mcprisk::site
