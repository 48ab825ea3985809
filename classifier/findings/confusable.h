// Letters that look alike. A skeleton after UTS #39 section 4 ("Confusable Detection"), for the
// scripts that imitate Latin names: Cyrillic, Greek, Armenian, fullwidth and mathematical letters.
#pragma once

#include <string>
#include <string_view>

namespace mcprisk::classifier {

// Two names with equal skeletons look alike to a person. Lower case; separators and what cannot be
// seen are dropped; 0 and o, 1 and l and i are one.
std::string skeleton(std::string_view name);

// The name with Latin letters in the place of those that look like them, for people to read.
std::string as_latin(std::string_view name);

// Whether the name has letters of another script that pass for Latin ones beside Latin ones.
bool mixes_lookalikes(std::string_view name);

}  // namespace mcprisk::classifier
