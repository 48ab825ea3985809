// Text as a person sees it: without signs that have no shape, with letters of other forms in their
// plain one. What a model is told is read like that; findings read the text as it stands.
#pragma once

#include <string>
#include <string_view>

#include "model/tool.h"

namespace mcprisk::classifier {

// Whether `text` has anything that visible_text would change; one pass, no allocation.
bool hides_signs(std::string_view text);

// Without zero-width, soft-hyphen, direction and tag characters; fullwidth letters as ASCII.
std::string visible_text(std::string_view text);

// Whether any text that is read of the tool hides signs.
bool hides_signs(const Tool& tool);

// The tool with name, title, description and parameters as a person sees them; the definition
// stays.
Tool visible_tool(const Tool& tool);

}  // namespace mcprisk::classifier
