#include "model/category.h"

#include "model/base/text.h"

namespace mcprisk {
namespace {

constexpr std::array<std::string_view, 5> kCategoryNames{
    "Read", "Write", "Execute", "Destructive", "Financial"};
constexpr std::array<std::string_view, 4> kRiskNames{"Low", "Medium", "High", "Critical"};

template <typename Enum, std::size_t N>
std::optional<Enum> parse(std::string_view word, const std::array<std::string_view, N>& names) {
    for (std::size_t i = 0; i < N; ++i) {
        if (equals_ignoring_case(word, names[i])) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_string(Category category) {
    return kCategoryNames[static_cast<std::size_t>(category)];
}

std::string_view to_string(RiskLevel level) { return kRiskNames[static_cast<std::size_t>(level)]; }

std::optional<Category> parse_category(std::string_view word) {
    return parse<Category>(word, kCategoryNames);
}

std::optional<RiskLevel> parse_risk_level(std::string_view word) {
    return parse<RiskLevel>(word, kRiskNames);
}

RiskLevel base_risk(Category category) {
    switch (category) {
        case Category::read:
            return RiskLevel::low;
        case Category::write:
            return RiskLevel::medium;
        case Category::execute:
        case Category::destructive:
            return RiskLevel::high;
        case Category::financial:
            break;
    }
    return RiskLevel::critical;
}

}  // namespace mcprisk
