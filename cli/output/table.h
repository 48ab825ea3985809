// Tables without borders that fit the width they are given.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::cli {

struct Column {
    std::string title;
    bool right = false;         // numbers
    std::size_t narrowest = 0;  // may be cut to this many columns; 0: never cut
};

struct Cell {
    std::string text;  // untrusted text is fine: it is made printable here
    // Applied after padding and cutting, for colour; may be empty.
    std::function<std::string(std::string_view)> paint;
};

// Lines end in "\n", no trailing blanks. When the table is too wide, columns that may be cut lose
// width, the last one first.
std::string render_table(const std::vector<Column>& columns,
                         const std::vector<std::vector<Cell>>& rows,
                         std::size_t width);

}  // namespace mcprisk::cli
