// Flowing text into lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mcprisk::cli {

// Words of `text` in lines of at most `columns`, each beginning with `indent` blanks; a newline in
// the text starts a new line. Ends in "\n" unless the text is empty. Long words are not broken.
std::string paragraph(std::string_view text, std::size_t columns, std::size_t indent = 0);

// The same with `bullet` ("- ", "1. ") before the first line and the rest hanging below it.
std::string bullet(std::string_view mark,
                   std::string_view text,
                   std::size_t columns,
                   std::size_t indent);

// Lines of at most `columns` where words allow it: what a line has more hangs two blanks deeper than
// it begins. Blanks within a line are kept as long as it fits.
std::string hanging_lines(std::string_view text, std::size_t columns);

}  // namespace mcprisk::cli
