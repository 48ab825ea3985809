// Is a document a policy.json of version "1"? The semantics are written in docs/policy-format.md.
#pragma once

#include <string_view>

#include "model/diagnostics.h"

namespace mcprisk::policy {

// Reports every fault with its JSON path. Returns true if there was none.
bool validate_policy(std::string_view text, Diagnostics& diagnostics);

}  // namespace mcprisk::policy
