// A small picture of a server's grade, as shown in READMEs.
#pragma once

#include <string>
#include <string_view>

#include "engine/grade.h"

namespace mcprisk::engine {

// An SVG without scripts, links or fonts from elsewhere. `text` is made printable and escaped.
std::string badge_svg(std::string_view label, std::string_view text, std::string_view color);

// "mcprisk | B": no word of the server.
std::string grade_badge(const Grade& grade);

// "mcprisk | B, 12 tools" in the colour of the grade.
std::string server_badge(const store::ServerRow& server);

}  // namespace mcprisk::engine
