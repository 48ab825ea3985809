// Places in a JSON document, written as diagnostics show them: tools.a.limits[0].max, and
// tools["a b"] where the name is no plain word.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mcprisk::policy {

// `text` as a JSON string with its quotes, fit for a terminal.
std::string quote(std::string_view text);

// The place of a member of the object at `parent`; `parent` is empty at the root. A very long key
// is cut and told apart by a hash, so that paths stay short.
std::string member_path(std::string_view parent, std::string_view key);

// The place of an element of the list at `parent`.
std::string element_path(std::string_view parent, std::size_t index);

}  // namespace mcprisk::policy
