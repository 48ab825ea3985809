// Today's rules over what is stored: a judgement is made anew, or held against the stored one.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "classifier/classifier.h"
#include "store/catalogue.h"

namespace mcprisk::engine {

struct Reclassified {
    std::size_t tools = 0;
    std::size_t listings = 0;
    // Of the newest listings, against what was stored.
    std::size_t raised = 0;
    std::size_t lowered = 0;
    std::size_t category = 0;
};

// Judges every newest listing that these rules have not judged, and with `history` the older ones
// too. `now` in seconds since 1970. Throws store::DatabaseError.
Reclassified reclassify(store::Catalogue& catalogue,
                        const classifier::Classifier& classifier,
                        bool history,
                        store::Timestamp now);

// The same rules say the same of the same definition: a verdict that they do not give was put there
// by somebody else, whatever its hash. One line each, at most a hundred, and one for tools without
// a verdict.
std::vector<std::string> judge_again(const store::Catalogue& catalogue,
                                     const classifier::Classifier& classifier);

}  // namespace mcprisk::engine
