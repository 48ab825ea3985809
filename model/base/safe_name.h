// File names made from names that strangers chose.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace mcprisk {

// Letters, digits, '.', '_', '-' and '@' stay, everything else becomes '-'. Never empty, never
// beginning with a dot or a dash, never a device name of Windows, at most 100 bytes; a name that
// had to be changed gets a short hash of the original, so that two names differ if their originals
// do.
std::string safe_file_name(std::string_view name);

// Hands out distinct names also on file systems that ignore case.
class SafeNames {
  public:
    std::string take(std::string_view name);

  private:
    std::set<std::string> taken_;  // lower case
};

}  // namespace mcprisk
