// Server documents of a JSON Lines file, for programs that learn from them or measure.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "model/base/json.h"
#include "model/read_document.h"

namespace mcprisk::bench {

// Calls `take(value, document)` for each line that is one; other lines are passed over.
template <typename Take>
void for_each_document(const std::string& file, const Take& take) {
    std::ifstream in(file);
    std::string line;
    while (std::getline(in, line)) {
        const auto value = parse_json(line);
        if (!value) continue;
        const auto document = read_server_document(*value);
        if (document) take(*value, *document);
    }
}

}  // namespace mcprisk::bench
