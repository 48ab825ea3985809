// Commands with which a person tries a rule before an agent does.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "policy/decide/decide.h"

namespace mcprisk::policy {

// `text` as one word of a POSIX shell, fit for a terminal: escapes of unprintable characters are
// shown and not undone by the shell.
std::string shell_word(std::string_view text);

// Arguments that give each required argument a value of its type.
nlohmann::json sample_arguments(const Tool& tool);

// "mcprisk policy test …, which must say allowed." For an umbrella tool one call of each kind.
std::string trials(const JudgedTool& judged, const Decision& decision);

}  // namespace mcprisk::policy
