// The combination that lets an outsider's text steal private data without any fault in software:
// private data, content that strangers write, and a way out, all on one server. Described by
// Willison, "The lethal trifecta for AI agents" (2025).
#pragma once

#include <span>
#include <vector>

#include "classifier/attacks/attacks.h"
#include "model/verdict.h"

namespace mcprisk::classifier {

// Adds "toxic-combination" to the tools that are its legs, at most the first two by name of each;
// the text names one tool for each leg. Nothing is added when a single tool is all three, since
// then no second call is needed and the tool's own level says it. `tags[i]` belongs to
// `verdicts[i]`. The order of tools changes nothing.
void find_combination(std::span<const ToolTags> tags, std::vector<Verdict>& verdicts);

}  // namespace mcprisk::classifier
