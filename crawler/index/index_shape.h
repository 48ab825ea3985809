// Telling the indexes of servers apart by their shape, without reading them.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

namespace mcprisk::crawler {

struct IndexShape {
    std::string_view name;
    std::size_t servers = 0;
};

// Empty if `value` looks like none of them.
std::optional<IndexShape> recognise_index(const nlohmann::json& value);

}  // namespace mcprisk::crawler
