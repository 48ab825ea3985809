// File names made from names that strangers chose.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace mcprisk {

// Letters, digits, '.', '_', '-' and '@' stay, everything else becomes '-'. Never empty, never
// beginning with a dot or a dash, never a device name of Windows, at most 100 bytes.
//
// Two names differ if their originals do, whoever chose them and in whatever run: a name that had
// to be changed, or that looks as if it had been, gets a mark, "-" and 64 bits of the original's
// SHA-256 in hexadecimal.
std::string safe_file_name(std::string_view name);

// The same, always with the mark.
std::string marked_file_name(std::string_view name);

// Hands out names that are distinct also where case is ignored: of two that differ only so the
// later one gets the mark. Asking twice for one name gives two names.
class SafeNames {
  public:
    std::string take(std::string_view name);

  private:
    std::set<std::string> taken_;  // lower case
};

}  // namespace mcprisk
