// What targets share.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/targets/target.h"

namespace mcprisk::policy {

// What a target without limits and conditions could not express, counted while it is written.
struct Softened {
    std::size_t limits = 0;      // tools whose limit became a question
    std::size_t conditions = 0;  // tools whose conditions became a question
    void count(const Decision& decision);
    [[nodiscard]] std::vector<Loss> losses(std::string_view target) const;
};

// The same for targets that can neither limit nor ask.
struct Unsaid {
    std::size_t limits = 0;
    std::size_t questions = 0;
    std::size_t conditions = 0;  // denied whatever the option says: conditions are never dropped
    [[nodiscard]] std::vector<Loss> losses(std::string_view target, Inexpressible choice) const;
};

// " when { … }" of Cedar: what is required and none of what is denied, each condition as `holds` says
// it. Empty without conditions; nothing if one of them cannot be said.
std::optional<std::string> cedar_when(
    const Decision& decision,
    const std::function<std::optional<std::string>(const Condition&)>& holds);

// "1 tool", "2 tools"
std::string tools_word(std::size_t count);

// A loss of which the verb changes with the number: {3, "ask", "because …"}.
Loss lost(std::size_t tools, std::string_view verb, std::string_view why);

// "3 tools stay stricter than recommended, as the file has them"; nothing for 0.
void note_kept(std::size_t kept, std::vector<std::string>& notes);

}  // namespace mcprisk::policy
