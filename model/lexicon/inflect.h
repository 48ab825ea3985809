// English inflections, for the compiler of the tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::lexicon {

// "delete" -> deletes; "copy" -> copies. Of phrases the first word: "get rid of" -> gets rid of.
std::string third_person(std::string_view verb);
// Both spellings where both are used: cancelled, canceled. Regular verbs only.
std::vector<std::string> gerunds(std::string_view verb);
std::vector<std::string> pasts(std::string_view verb);
// "policy" -> policies, "address" -> addresses. Of phrases the last word.
std::string plural(std::string_view noun);

}  // namespace mcprisk::lexicon
