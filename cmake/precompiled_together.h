// precompiled.h for builds that compile sources together (MCPRISK_TOGETHER): the parts of the JSON
// library that every source would compile again are compiled once.
#pragma once

#include "precompiled.h"

// Compiled in model/base/json_instances.cc.
extern template class nlohmann::basic_json<>;
extern template class nlohmann::detail::serializer<nlohmann::json>;
extern template class std::vector<nlohmann::json>;
