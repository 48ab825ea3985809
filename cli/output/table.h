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
    std::size_t narrowest = 0;  // is cut to this many columns where room is short; 0: not cut then
    std::size_t wanted = 0;     // room it should have; 0: `narrowest`, or all that it needs
    bool optional = false;      // left out before another column gets less than it wants
    bool names = false;         // cut so that different texts stay different (short_names.h)
};

struct Cell {
    std::string text;  // untrusted text is fine: it is made printable here
    // Applied after padding and cutting, for colour; may be empty.
    std::function<std::string(std::string_view)> paint;
};

// Lines end in "\n", no trailing blanks, and none is wider than `width` as long as a column can have
// one sign. When the table is too wide, optional columns go, the last one first; then columns lose
// what is above their wanted width (names before all others) and then above their narrowest, the
// last one first; then the widest loses, whichever it is.
std::string render_table(const std::vector<Column>& columns,
                         const std::vector<std::vector<Cell>>& rows,
                         std::size_t width);

}  // namespace mcprisk::cli
