// Verdicts as JSON Lines, written without building a JSON value first: classifying a long stream
// spends its time here otherwise.
#pragma once

#include <string>

#include "model/verdict.h"

namespace mcprisk {

// Appends harmless_json(canonical_json(to_json(verdict))) and a newline, byte for byte.
void append_verdict_line(const Verdict& verdict, std::string& out);

}  // namespace mcprisk
