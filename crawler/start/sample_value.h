// Values that documentation gives as samples: what they stand for. Pure; any bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crawler/start/start_way.h"

namespace mcprisk::crawler {

// Whether what is called so is kept secret.
bool is_secret_name(std::string_view name);

// The shape of a sample value, or nothing if it is meant as it stands. `name` is what it is the
// value of, may be empty.
std::optional<Shape> sample_shape(std::string_view value, std::string_view name);

// "<vault-directory>" and "YOUR_API_KEY" name what they stand for.
std::string sample_name(std::string_view value);

// "(sandbox|production)" and "<a|b>": the first of them; empty for what offers no choice.
std::string first_sample(std::string_view value);

// "YOUR_ACCOUNT_SID/YOUR_API_KEY:YOUR_API_SECRET": names in capitals with signs between them, each
// replaced by a value of its own. Nothing for a single name.
std::optional<std::string> composed_sample(std::string_view sample, std::string_view package);

}  // namespace mcprisk::crawler
