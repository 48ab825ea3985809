// Many errors of one file, each with its place.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace mcprisk {

enum class Severity { warning, error };

struct Diagnostic {
    Severity severity = Severity::error;
    std::string file;      // empty for standard input
    std::size_t line = 0;  // from 1; 0 where no line is known
    std::string path;      // JSON path such as "tools[3].name", may be empty
    std::string message;
};

// Collects, never prints. Not thread-safe.
class Diagnostics {
  public:
    void warn(Diagnostic d) {
        d.severity = Severity::warning;
        items_.push_back(std::move(d));
    }
    void error(Diagnostic d) {
        d.severity = Severity::error;
        ++errors_;
        items_.push_back(std::move(d));
    }
    [[nodiscard]] const std::vector<Diagnostic>& items() const { return items_; }
    [[nodiscard]] bool has_errors() const { return errors_ > 0; }
    [[nodiscard]] bool empty() const { return items_.empty(); }

  private:
    std::vector<Diagnostic> items_;
    std::size_t errors_ = 0;
};

}  // namespace mcprisk
