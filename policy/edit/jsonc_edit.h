// Changes to lists of texts inside a JSON file with comments, leaving every other byte alone.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace mcprisk::policy {

// The list at `path` (keys from the root) afterwards holds those of its elements for which `keep`
// is true, then `added` without what stands there already. Objects and the list are made where they
// are missing. Elements that are no texts stay. Fails if `text` is no JSON or something else stands
// on the path.
Result<std::string> edit_list(std::string_view text,
                              const std::vector<std::string>& path,
                              const std::function<bool(const std::string&)>& keep,
                              const std::vector<std::string>& added);

// The value at `path` afterwards is `value`. A step into a list is its index as text; objects are
// made where they are missing, elements of lists are not. Fails as edit_list does.
Result<std::string> edit_value(std::string_view text,
                               const std::vector<std::string>& path,
                               const nlohmann::json& value);

}  // namespace mcprisk::policy
