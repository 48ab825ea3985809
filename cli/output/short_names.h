// Names that fit a narrow column and stay apart.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace mcprisk::cli {

// One text of at most `width` columns for each name. What does not fit loses what says least first:
// the kind of a package or the scheme of a URL, then a scope or a path, then its middle. Different
// names have different texts wherever `width` leaves room for it.
std::vector<std::string> short_names(std::span<const std::string> names, std::size_t width);

}  // namespace mcprisk::cli
