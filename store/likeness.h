// How alike two tools are by what their names say: the deed and what it is done to. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/lexicon/lexicon.h"

namespace mcprisk::store {

// "analytics_goals_create": create, to "analytics" and "goal".
struct NamedDeed {
    lexicon::Effect effect = lexicon::Effect::none;
    std::vector<std::string> objects;  // singular where the lexicon knows it; sorted, each once
    std::vector<std::string> words;    // of the name, sorted, each once
};

NamedDeed named_deed(std::string_view name);

// 0 for nothing in common, at most 1. Same objects count most, then the same deed; where only the
// deed is the same, a third of all words has to be.
double likeness(const NamedDeed& a, const NamedDeed& b);

// The words to look for in an index of names: those of the name and their singulars and plurals.
std::vector<std::string> words_to_find(const NamedDeed& deed);

}  // namespace mcprisk::store
