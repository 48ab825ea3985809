// Is a document a policy.json of version "1"? The semantics are written in docs/policy-format.md.
#pragma once

#include <span>
#include <string_view>

#include "model/base/diagnostics.h"
#include "model/tool.h"

namespace mcprisk::policy {

// Reports every fault with its JSON path and line. Errors: a gateway cannot follow the document, or
// two readers may follow it differently. Warnings: it can be followed, yet a part of it has no
// effect or it denies nothing at all. Returns true if there was no error; warnings do not count.
bool validate_policy(std::string_view text, Diagnostics& diagnostics);

// The same, and whether the document fits the server whose tools these are: names that the server
// does not have, conditions on arguments that the schema does not have or that have another type.
bool validate_policy_for(std::string_view text,
                         std::span<const Tool> tools,
                         Diagnostics& diagnostics);

}  // namespace mcprisk::policy
