// The pages, each from values to bytes. Pure: same values, same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/view/server_view.h"
#include "site/page_parts.h"

namespace mcprisk::site {

// Everything of one server: its page, twin, badge and policy, and the pages of its tools.
// `server`: its number in site.view->servers.
std::vector<SiteFile> server_files(const Site& site,
                                   std::uint32_t server,
                                   const engine::ServerView& view);

// The page of a server alone. In server_files() as well.
SiteFile server_page(const Site& site, std::uint32_t server, const engine::ServerView& view);

// The page of one tool; `row` counts in view.rows. In server_files() as well.
SiteFile tool_page(const Site& site,
                   std::uint32_t server,
                   const engine::ServerView& view,
                   std::size_t row,
                   std::uint32_t tool);

// What a server's files depend on beside its own listing and judgement: peers, groups, disputes.
std::string peers_digest(const Site& site, std::uint32_t server);

// How many files and about how many bytes, before any is written.
struct Estimate {
    std::size_t files = 0;
    std::uint64_t bytes = 0;
};
Estimate estimate(const Site& site);

}  // namespace mcprisk::site
