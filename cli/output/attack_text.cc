#include "cli/output/attack_text.h"

#include <nlohmann/json.hpp>

#include "data/data.h"
#include "model/base/json.h"

namespace mcprisk::cli {
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

}  // namespace

std::optional<AttackText> attack_text(std::string_view id) {
    for (const EmbeddedFile& file : embedded::attacks()) {
        if (file.name != std::string(id) + ".json") continue;
        const auto value = parse_json(file.text);
        if (!value) return std::nullopt;
        return AttackText{std::string(id),
                          string_member(*value, "title"),
                          string_member(*value, "summary"),
                          strings(*value, "how_it_works"),
                          string_member(*value, "impact"),
                          strings(*value, "defence"),
                          strings(*value, "references")};
    }
    return std::nullopt;
}

}  // namespace mcprisk::cli
