// Definitions made to cost whoever reads them: small to send, large, slow or endless to understand.
// Each grows with the size it is asked for, so that what it costs for a byte can be compared.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace mcprisk::test {

struct Bomb {
    std::string name;
    // One definition of about `bytes` bytes.
    std::function<std::string(std::size_t bytes)> definition;
};

// Schemas that repeat: type lists, references to references, choices, names.
const std::vector<Bomb>& schema_bombs();

// Texts that a careless pattern, split or look-up goes over again and again.
const std::vector<Bomb>& text_bombs();

// {"tools": [definition, …]}: as many as fit into `bytes`.
std::string list_of(const std::string& definition, std::size_t bytes);

}  // namespace mcprisk::test
