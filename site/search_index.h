// The search of a website without a server: terms cut into pieces that a browser loads as it needs
// them (docs/site.md has the format).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "site/page_parts.h"

namespace mcprisk::site {

// Number of the tool in CatalogueView::tools, its title and its description.
using TakeText = std::function<void(std::uint32_t, std::string_view, std::string_view)>;
using VisitText = std::function<void(const TakeText&)>;

// search/manifest.js, search/i/N.js and search/d/N.js.
std::vector<SiteFile> search_files(const Site& site, const VisitText& texts);

// The words that `text` is found by: without accents, in lower case; of scripts without blanks each
// two neighbouring signs and the last one. As search.js takes a question apart.
std::vector<std::string> search_words(std::string_view text);

// Growing numbers as differences in base 64, five bits a sign and one that says "more follows".
std::string packed(const std::vector<std::uint32_t>& numbers);

}  // namespace mcprisk::site
