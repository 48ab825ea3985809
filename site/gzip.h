// Files packed beforehand, for web servers that hand out `x.html.gz` for `x.html`.
#pragma once

#include <string>
#include <string_view>

#include "site/page_parts.h"

namespace mcprisk::site {

// RFC 1952, without name or time: the same bytes for the same text.
std::string gzip(std::string_view text);

// Is the file text that gains from it? Pictures that are packed already, and what fits a packet
// anyway, do not.
bool is_worth_packing(const SiteFile& file);

}  // namespace mcprisk::site
