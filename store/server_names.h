// Finding the one server that a person means.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/base/result.h"

namespace mcprisk::store {

// `ids` are sorted. The exact id, else the only one equal but for case, else the only one that
// contains `part`, case aside. Errors name up to five fitting or near ids.
Result<std::string> choose_server(std::span<const std::string> ids, std::string_view part);

// The one of `ids`, which all fit `part`; of several an error that names them.
Result<std::string> only_server(std::span<const std::string> ids, std::string_view part);

}  // namespace mcprisk::store
