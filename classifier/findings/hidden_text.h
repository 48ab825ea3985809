// Characters that a person does not see and a model reads, and control sequences of terminals.
#pragma once

#include <cstddef>
#include <string_view>

namespace mcprisk::classifier {

struct HiddenText {
    std::size_t messages = 0;    // tag characters and chains of variation selectors: can spell text
    std::size_t overrides = 0;   // turn the order of what is shown
    std::size_t directions = 0;  // other bidirectional controls
    std::size_t zero_width = 0;
    std::size_t escapes = 0;                     // ESC and C1 control sequence introducers
    std::size_t first = std::string_view::npos;  // byte of the first one

    [[nodiscard]] bool any() const { return first != std::string_view::npos; }
};

// Flags of regions, joined emoji, presentation selectors and the joiners of Indic, Arabic and
// Persian script are ordinary and not counted.
HiddenText find_hidden_text(std::string_view text);

}  // namespace mcprisk::classifier
