#include "engine/view/attack_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "data/data.h"
#include "model/base/json.h"

namespace mcprisk::engine {
namespace {

std::vector<std::string> strings(const nlohmann::json& value, std::string_view key) {
    std::vector<std::string> out;
    const nlohmann::json* list = find_member(value, key);
    if (list == nullptr || !list->is_array()) return out;
    for (const nlohmann::json& item : *list) {
        if (item.is_string()) out.push_back(item.get<std::string>());
    }
    return out;
}

AttackText read_attack(const nlohmann::json& value) {
    AttackText text;
    text.id = string_member(value, "id");
    text.title = string_member(value, "title");
    text.kind = string_member(value, "kind");
    const nlohmann::json* year = find_member(value, "year");
    if (year != nullptr && year->is_number_integer()) text.year = year->get<int>();
    text.summary = string_member(value, "summary");
    text.how_it_works = strings(value, "how_it_works");
    text.impact = string_member(value, "impact");
    text.defence = strings(value, "defence");
    text.references = strings(value, "references");
    text.needs = strings(value, "link_when");
    return text;
}

}  // namespace

const std::vector<AttackText>& all_attacks() {
    static const std::vector<AttackText> kAll = [] {
        std::vector<AttackText> all;
        for (const EmbeddedFile& file : embedded::attacks()) {
            if (const auto value = parse_json(file.text)) all.push_back(read_attack(*value));
        }
        std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
        return all;
    }();
    return kAll;
}

const AttackText* known_attack(std::string_view id) {
    const auto& all = all_attacks();
    const auto found =
        std::lower_bound(all.begin(), all.end(), id, [](const AttackText& a, std::string_view b) {
            return a.id < b;
        });
    return found != all.end() && found->id == id ? &*found : nullptr;
}

std::optional<AttackText> attack_text(std::string_view id) {
    const AttackText* found = known_attack(id);
    if (found == nullptr) return std::nullopt;
    return *found;
}

}  // namespace mcprisk::engine
