#include "engine/guard/settings_edit.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "crawler/config/config_tree.h"
#include "model/base/json.h"
#include "policy/edit/jsonc_edit.h"
#include "policy/edit/toml_edit.h"
#include "policy/targets/quoting.h"

namespace mcprisk::engine {
namespace {

using nlohmann::json;

Result<std::string> toml_value(const json& value) {
    if (value.is_string()) return policy::toml_literal(value.get<std::string>());
    if (value.is_boolean()) return std::string(value.get<bool>() ? "true" : "false");
    if (value.is_number_integer()) return value.dump();
    if (!value.is_array())
        return fail(ErrorCode::unsupported, "a value that TOML lines cannot hold");
    std::string out = "[";
    for (const json& element : value) {
        auto one = toml_value(element);
        if (!one) return one;
        out += (out.size() > 1 ? ", " : "") + *one;
    }
    return out + "]";
}

// A step into a list sets the whole list: a statement is the least that is replaced.
Result<std::string> set_toml(std::string_view text,
                             std::vector<std::string> at,
                             json value,
                             const json& tree) {
    const json* above = &tree;
    for (std::size_t depth = 0; depth < at.size() && above != nullptr; ++depth) {
        if (!above->is_array()) {
            above = find_member(*above, at[depth]);
            continue;
        }
        json list = *above;
        std::size_t index = 0;
        const auto read =
            std::from_chars(at[depth].data(), at[depth].data() + at[depth].size(), index);
        if (depth + 1 != at.size() || read.ec != std::errc() || index >= list.size()) {
            return fail(ErrorCode::unsupported, "what stands deep in a list is changed by hand");
        }
        list[index] = std::move(value);
        value = std::move(list);
        at.pop_back();
        break;
    }
    auto literal = toml_value(value);
    if (!literal) return literal;
    policy::TomlText file{std::string(text)};
    file.set({at.begin(), at.end() - 1},
             at.back(),
             fmt::format("{} = {}\n", policy::toml_key(at.back()), *literal));
    std::string out = file.text();
    if (const auto sound = crawler::read_config_tree(out); !sound) {
        return fail(sound.error().context("editing the value gave no valid file"));
    }
    return out;
}

Result<crawler::ConfigTree> tree_to_edit(std::string_view text) {
    auto tree = crawler::read_config_tree(text.empty() ? "{}" : text);
    if (!tree) return fail(tree.error());
    if (tree->format == crawler::ConfigFormat::yaml) {
        return fail(ErrorCode::unsupported,
                    "YAML files are read and not written: change it by hand");
    }
    return tree;
}

}  // namespace

Result<std::string> set_value(std::string_view text,
                              const std::vector<std::string>& at,
                              const json& value) {
    const auto tree = tree_to_edit(text);
    if (!tree) return fail(tree.error());
    return tree->format == crawler::ConfigFormat::toml ? set_toml(text, at, value, tree->value)
                                                       : policy::edit_value(text, at, value);
}

Result<std::string> take_from_list(std::string_view text,
                                   const std::vector<std::string>& at,
                                   const std::vector<std::string>& elements) {
    const auto tree = tree_to_edit(text);
    if (!tree) return fail(tree.error());
    if (tree->format == crawler::ConfigFormat::toml) {
        return fail(ErrorCode::unsupported, "lists in TOML are changed by hand");
    }
    return policy::edit_list(text,
                             at,
                             [&](const std::string& one) {
                                 return std::find(elements.begin(), elements.end(), one) ==
                                        elements.end();
                             },
                             {});
}

}  // namespace mcprisk::engine
