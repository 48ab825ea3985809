// The documented attack patterns, as data/attacks tells them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::engine {

struct AttackText {
    std::string id;
    std::string title;
    std::string kind;  // "pattern", "incident", "metadata" …
    int year = 0;
    std::string summary;
    std::vector<std::string> how_it_works;
    std::string impact;
    std::vector<std::string> defence;
    std::vector<std::string> references;
    std::vector<std::string> needs;  // capability tags that it can start from
};

// All of them, by id, read once. Both live as long as the program.
const std::vector<AttackText>& all_attacks();
// nullptr for an id that is not built in.
const AttackText* known_attack(std::string_view id);

// Empty for an id that is not built in.
std::optional<AttackText> attack_text(std::string_view id);

}  // namespace mcprisk::engine
