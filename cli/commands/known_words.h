// Words of options that stand for something known: refused with the nearest ones if they do not.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::cli {

std::vector<std::string> finding_words();  // ids that verdicts can carry
std::vector<std::string> attack_words();   // ids of documented attacks
std::vector<std::string> capability_words();

// The known word that is meant, case aside; `word` may be empty. Throws CommandFailure{usage} with
// "did you mean" for any other.
std::string known_word(std::string_view option,
                       std::string_view word,
                       std::span<const std::string> known);

}  // namespace mcprisk::cli
