// Texts of an unpacked package. Reads the file system; what cannot be read is empty.
#pragma once

#include <cstddef>
#include <string>

namespace mcprisk::crawler {

// The first `most` bytes of a file.
std::string read_package_file(const std::string& path, std::size_t most);

// The program text of the package in the folder `home`, without what it depends on; bounded.
std::string program_text(const std::string& home);

}  // namespace mcprisk::crawler
