// Text that a server makes anew for each listing: times, random ids, temporary folders.
#pragma once

#include <string>
#include <string_view>

#include "model/base/regex.h"

namespace mcprisk {

// Immutable, safe to share between threads.
class UnstableText {
  public:
    UnstableText();

    // `text` with each such piece replaced by a sign for its kind. Pieces are: dates and times;
    // seconds to nanoseconds since 1970; UUIDs; hexadecimal and mixed ids of 8 to 64 signs with
    // digits among them; paths below a folder for temporary files; ports of this machine; a number
    // after "pid" or "port". Amounts, versions and addresses are not.
    [[nodiscard]] std::string masked(std::string_view text) const;

    // The two differ, but in nothing else than such pieces.
    [[nodiscard]] bool differ_only_so(std::string_view a, std::string_view b) const;

  private:
    Regex path_;
    Regex piece_;
};

}  // namespace mcprisk
