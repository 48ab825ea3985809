// A name for the code and the tables that read definitions: it changes with any of them.
#pragma once

#include <string_view>

namespace mcprisk::classifier {

// 64 hexadecimal digits, made while the program is built (cmake/reading_version.cmake).
std::string_view reading_version();

}  // namespace mcprisk::classifier
