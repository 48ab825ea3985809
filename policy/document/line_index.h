// In which line of a JSON text a value stands.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::policy {

// Made from a text that parse_json has accepted. Paths are spelled as in json_path.h.
class LineIndex {
  public:
    explicit LineIndex(std::string_view text);

    // The line of a member's key, an element's first character; the nearest known place around it
    // if the document has no such path. From 1.
    [[nodiscard]] std::size_t line_of(const std::string& path) const;

    // Paths of keys that an object names more than once; a reader keeps only the last of them.
    [[nodiscard]] const std::vector<std::string>& doubled_keys() const { return doubled_; }

  private:
    class Scanner;
    std::map<std::string, std::size_t> lines_;
    std::vector<std::string> doubled_;
};

}  // namespace mcprisk::policy
