// Files built into the program (cmake/embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace mcprisk {

// Both views live as long as the program.
struct EmbeddedFile {
    std::string_view name;
    std::string_view text;
};

}  // namespace mcprisk
