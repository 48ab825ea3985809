// The parts of the JSON library that every source would compile again, compiled once. The
// precompiled headers declare them (cmake/precompiled.h).
#include <nlohmann/json.hpp>
#include <vector>

template class nlohmann::basic_json<>;
template class nlohmann::detail::serializer<nlohmann::json>;
template class std::vector<nlohmann::json>;
