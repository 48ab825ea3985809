// Text of strangers inside the formats that people open in other programs.
#pragma once

#include <string>
#include <string_view>

namespace mcprisk::cli {

// RFC 4180. A cell that a spreadsheet would run as a formula gets a leading apostrophe.
std::string csv_cell(std::string_view raw);

// Everything that Markdown or HTML would act on is escaped; one line.
std::string markdown_cell(std::string_view raw);

}  // namespace mcprisk::cli
