// Findings as a person would say them, the same on a terminal and on a page.
#pragma once

#include <string>
#include <string_view>

#include "model/verdict.h"

namespace mcprisk::engine {

// "Gives orders to the model." for "tool-poisoning"; empty for an id that verdicts do not carry.
std::string_view finding_phrase(std::string_view id);

// The phrases of the findings that a person has to know first: what raises attention, and a changed
// definition. Each once, gravest first; empty if there are none.
std::string findings_in_words(const Verdict& verdict);

// Those, then what a call does. One line.
std::string why_in_words(const Verdict& verdict);

}  // namespace mcprisk::engine
