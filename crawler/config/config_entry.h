// One server of a client configuration: the many spellings of command, URL, environment and
// headers.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "crawler/config/client_config.h"
#include "crawler/target.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

// Whether an object looks like a server: it has a command, a URL or a known type word.
bool is_config_entry(const nlohmann::json& value);

// Whether it is something that a client has built in, with nothing to start or call.
bool is_built_in(const nlohmann::json& entry);

// The target without `source` and `line`. Fails on what no client would accept: neither command nor
// URL, a value of a wrong type, control characters in a header or NUL in an argument.
Result<Target> read_config_entry(std::string_view name,
                                 const nlohmann::json& entry,
                                 Client client,
                                 const ConfigContext& context);

}  // namespace mcprisk::crawler
