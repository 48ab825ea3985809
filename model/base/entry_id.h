// The two parts of a server's id: its group, as "npm:NAME", and the mark of an entry that is started
// in another way than plainly, as in "npm:NAME#3f2a" (docs/cli.md, Identity).
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace mcprisk {

inline constexpr std::size_t kEntryMark = 4;  // hexadecimal digits

// The id without its mark, if it has one.
inline std::string_view group_of(std::string_view id) {
    if (id.size() < kEntryMark + 2 || id[id.size() - kEntryMark - 1] != '#') return id;
    const std::string_view mark = id.substr(id.size() - kEntryMark);
    const bool hex = std::all_of(mark.begin(), mark.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
    return hex ? id.substr(0, id.size() - kEntryMark - 1) : id;
}

}  // namespace mcprisk
