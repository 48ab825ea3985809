#include "policy/decide/verb.h"

#include <algorithm>

namespace mcprisk::policy {
namespace {

constexpr std::array<std::string_view, 5> kWords{"allow", "limit", "ask", "deny", "hide"};

}  // namespace

std::string_view to_string(Verb verb) { return kWords.at(static_cast<std::size_t>(verb)); }

std::optional<Verb> parse_verb(std::string_view word) {
    const auto found = std::find(kWords.begin(), kWords.end(), word);
    if (found == kWords.end()) return std::nullopt;
    return kVerbs.at(static_cast<std::size_t>(found - kWords.begin()));
}

Verb one_step_stricter(Verb verb) {
    return verb >= Verb::deny ? verb : kVerbs.at(static_cast<std::size_t>(verb) + 1);
}

}  // namespace mcprisk::policy
