// What a policy does with the calls of a tool, before any format is chosen.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mcprisk::policy {

// In order of strictness. `ask`: a person decides on each call. `hide`: denied, and taken out of
// the list of tools where a format can do that.
enum class Verb : std::uint8_t { allow, limit, ask, deny, hide };

inline constexpr std::array kVerbs{Verb::allow, Verb::limit, Verb::ask, Verb::deny, Verb::hide};

std::string_view to_string(Verb verb);
std::optional<Verb> parse_verb(std::string_view word);  // as spelled by to_string

// Does a call run without anybody looking?
constexpr bool unattended(Verb verb) { return verb < Verb::ask; }

// allow -> limit -> ask -> deny; deny and hide stay.
Verb one_step_stricter(Verb verb);

}  // namespace mcprisk::policy
