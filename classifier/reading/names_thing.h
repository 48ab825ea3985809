// Texts that name a thing instead of telling what is done.
#pragma once

#include "classifier/reading/reading.h"

namespace mcprisk::classifier {

// Whether the first sentence is no clause: a question word, or a noun with what tells it apart
// behind it ("approaches to", "cases, by state"), where a verb would have its object.
bool names_thing(const RuleBook& book, const Reading& reading);

}  // namespace mcprisk::classifier
