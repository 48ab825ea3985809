// Colours for people, and only for them.
#pragma once

#include <string>
#include <string_view>

#include "cli/environment.h"
#include "model/category.h"

namespace mcprisk::cli {

enum class ColorMode { automatic, always, never };

class Style {
  public:
    // automatic: on a terminal, unless NO_COLOR is set (to anything but nothing) or TERM is dumb.
    Style(ColorMode mode, const Environment& environment);

    // `text` must be printable already.
    [[nodiscard]] std::string risk(RiskLevel level, std::string_view text) const;
    [[nodiscard]] std::string bold(std::string_view text) const;
    [[nodiscard]] std::string dim(std::string_view text) const;
    [[nodiscard]] bool colored() const { return colored_; }

  private:
    [[nodiscard]] std::string wrap(std::string_view code, std::string_view text) const;
    bool colored_;
};

}  // namespace mcprisk::cli
