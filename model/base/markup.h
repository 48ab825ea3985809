// Text for HTML and XML.
#pragma once

#include <string>
#include <string_view>

namespace mcprisk {

// `text` for HTML or XML: between tags, or in an attribute in double quotes. Nothing else is
// changed: signs that no reader sees are for printable() to show.
std::string escape_markup(std::string_view text);

}  // namespace mcprisk
