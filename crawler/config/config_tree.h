// A configuration file of any format as one kind of value, with the lines of its entries.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model/base/json.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

enum class ConfigFormat { json, toml, yaml };

// Where objects stand in a file. Steps of a path are keys, or indices as text.
class LineIndex {
  public:
    void add(std::span<const std::string> path, std::size_t line);
    [[nodiscard]] std::size_t find(std::span<const std::string> path) const;  // 0 if unknown

  private:
    std::unordered_map<std::string, std::size_t> lines_;
};

// Objects nested deeper than this have no line of their own.
inline constexpr std::size_t kIndexedDepth = 5;

struct ConfigTree {
    ConfigFormat format = ConfigFormat::json;
    // TOML dates become text. YAML scalars without quotes become true, false or null where YAML 1.2
    // says so, else text: numbers keep their spelling.
    nlohmann::json value;
    LineIndex lines;
};

// By what the text looks like, whatever the file is called.
ConfigFormat format_of(std::string_view text);

// JSON may have comments and trailing commas. Size, depth and, in YAML, the number of values that
// aliases unfold to are limited. Messages name lines and never quote the text.
Result<ConfigTree> read_config_tree(std::string_view text, const JsonLimits& limits = {});

// One for each format; `text` has no byte-order mark.
Result<ConfigTree> read_json_tree(std::string_view text, const JsonLimits& limits);
Result<ConfigTree> read_toml_tree(std::string_view text, const JsonLimits& limits);
Result<ConfigTree> read_yaml_tree(std::string_view text, const JsonLimits& limits);

}  // namespace mcprisk::crawler
