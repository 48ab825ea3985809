// The documented attack patterns, as data/attacks tells them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::cli {

struct AttackText {
    std::string id;
    std::string title;
    std::string summary;
    std::vector<std::string> how_it_works;
    std::string impact;
    std::vector<std::string> defence;
    std::vector<std::string> references;
};

// Empty for an id that is not built in.
std::optional<AttackText> attack_text(std::string_view id);

}  // namespace mcprisk::cli
