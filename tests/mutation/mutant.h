// Which early return is left out in this run (tests/mutation/run). Included by the compiler's command
// line, before all else.
#pragma once

#include <cstdlib>

namespace mcprisk_mutation {

// The number in $MCPRISK_MUTANT; without it nothing is left out.
inline bool left_out(int number) {
    static const int chosen = [] {
        const char* text = std::getenv("MCPRISK_MUTANT");
        return text == nullptr ? -1 : std::atoi(text);
    }();
    return chosen == number;
}

}  // namespace mcprisk_mutation
