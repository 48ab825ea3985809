// The page of one tool (engine/view/tool_view.h) for a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "cli/output/style.h"
#include "engine/view/tool_view.h"

namespace mcprisk::cli {

// Text for a terminal of `columns`; all that strangers wrote is made printable.
std::string render_tool_page(const engine::ToolView& page, const Style& style, std::size_t columns);

}  // namespace mcprisk::cli
