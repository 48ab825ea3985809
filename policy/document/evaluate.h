// What a policy.json decides for one call. docs/policy-format.md has the semantics.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace mcprisk::policy {

struct Ruling {
    bool allowed = false;
    std::string place;    // JSON path of what decided: "hide[2]", "tools.t.deny_if[0]", "default"
    std::string message;  // what the caller reads, or why the call passes
    // The limits that an allowed call counts against, in words: whether one is used up depends on
    // the calls before, which are not known here.
    std::vector<std::string> counted;
};

// `arguments` is the JSON object of a tools/call; an empty text stands for {}. Fails if it is no
// object, or if the document has an error that validate_policy reports.
Result<Ruling> evaluate(std::string_view document,
                        std::string_view tool,
                        std::string_view arguments);

}  // namespace mcprisk::policy
