// The parts of the JSON library that every source would compile again; compiled once, in
// model/base/json_instances.cc. Part of the precompiled headers under MCPRISK_TOGETHER.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

extern template class nlohmann::basic_json<>;
extern template class nlohmann::detail::serializer<nlohmann::json>;
extern template class std::vector<nlohmann::json>;
