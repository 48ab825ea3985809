// The two scales every verdict is given on. docs/rubric.md defines each value.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mcprisk {

// In order of severity: the most severe documented ability of a tool names it.
enum class Category : std::uint8_t { read, write, execute, destructive, financial };
enum class RiskLevel : std::uint8_t { low, medium, high, critical };

inline constexpr std::array kCategories{
    Category::read, Category::write, Category::execute, Category::destructive, Category::financial};
inline constexpr std::array kRiskLevels{
    RiskLevel::low, RiskLevel::medium, RiskLevel::high, RiskLevel::critical};

// "Read", "Low" and so on: the spelling of every document.
std::string_view to_string(Category category);
std::string_view to_string(RiskLevel level);

// Case does not matter. Empty for an unknown word.
std::optional<Category> parse_category(std::string_view word);
std::optional<RiskLevel> parse_risk_level(std::string_view word);

// Read Low, Write Medium, Execute High, Destructive High, Financial Critical.
RiskLevel base_risk(Category category);

}  // namespace mcprisk
