// policy.json version "1": document_of() writes it, validate_policy() checks it.
#include "policy/targets/target.h"

namespace mcprisk::policy {

extern const Target policy_json_target;
const Target policy_json_target{
    .word = "policy.json",
    .title = "policy.json",
    .file = "policy.json",
    .can = {.hide = true, .limit = true, .conditions = true},
};

}  // namespace mcprisk::policy
