#include "engine/guard/harden.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "crawler/config/config_tree.h"
#include "engine/guard/settings_edit.h"
#include "model/base/entry_id.h"
#include "model/base/json.h"

namespace mcprisk::engine {
namespace {

using nlohmann::json;

std::vector<std::string> harden_texts(const json& row, const char* key) {
    std::vector<std::string> out;
    const json* list = find_member(row, key);
    if (list == nullptr || !list->is_array()) return out;
    for (const json& one : *list) out.push_back(one.get<std::string>());
    return out;
}

HardenRow read_harden_row(const json& value) {
    HardenRow row;
    row.package = string_member(value, "package");
    row.kind = string_member(value, "kind");
    row.arguments = harden_texts(value, "arguments");
    row.already = harden_texts(value, "already");
    row.says = string_member(value, "says");
    row.by_hand = string_member(value, "by_hand");
    row.checked = string_member(value, "checked");
    row.gone = harden_texts(value, "gone");
    if (const json* environment = find_member(value, "environment")) {
        for (const auto& [name, text] : environment->items()) {
            row.environment[name] = text.get<std::string>();
        }
    }
    if (const json* listed = find_member(value, "listed"); listed != nullptr) {
        row.listed_before = listed->value("before", std::size_t{0});
        row.listed_after = listed->value("after", std::size_t{0});
    }
    const bool writes = !row.arguments.empty() || !row.environment.empty();
    if (row.package.find(':') == std::string::npos || row.kind.empty() || row.says.empty() ||
        row.checked.empty() || writes == !row.by_hand.empty()) {
        throw std::invalid_argument("data/hardening: the row of " + row.package +
                                    " is not whole, or both written and done by hand");
    }
    return row;
}

// "--tools=all" is "--tools"; "API_KEY" is itself.
std::string_view word_of(std::string_view argument) { return argument.substr(0, argument.find('=')); }

bool in_force(const HardenRow& row, const crawler::StdioTarget& how) {
    const auto has = [&](std::string_view wanted) {
        return how.env.contains(std::string(wanted)) ||
               std::any_of(how.argv.begin(), how.argv.end(), [&](const std::string& argument) {
                   return word_of(argument) == wanted;
               });
    };
    return std::any_of(row.already.begin(), row.already.end(), has) ||
           std::any_of(row.arguments.begin(),
                       row.arguments.end(),
                       [&](const std::string& one) {
                           return one.starts_with('-') && has(word_of(one));
                       }) ||
           std::any_of(row.environment.begin(), row.environment.end(), [&](const auto& one) {
               return has(one.first);
           });
}

// The keys that lead to the entry: the first object of that name that starts a program.
bool find_entry(const json& value, std::string_view name, std::vector<std::string>& at) {
    if (!value.is_object()) return false;
    for (const auto& [key, member] : value.items()) {
        at.push_back(key);
        if (key == name && member.is_object() && member.contains("command")) return true;
        if (find_entry(member, name, at)) return true;
        at.pop_back();
    }
    return false;
}

}  // namespace

std::vector<HardenRow> read_harden_rows(std::string_view text) {
    const json document = json::parse(text);
    std::vector<HardenRow> rows;
    for (const json& value : document.at("rows")) rows.push_back(read_harden_row(value));
    return rows;
}

std::vector<const HardenRow*> hardenings_of(std::span<const HardenRow> rows,
                                            const crawler::Target& target) {
    std::vector<const HardenRow*> found;
    const auto* how = std::get_if<crawler::StdioTarget>(&target.how);
    if (how == nullptr) return found;
    const std::string group(group_of(target.id));
    for (const HardenRow& row : rows) {
        if (row.package == group && !in_force(row, *how)) found.push_back(&row);
    }
    return found;
}

Result<std::string> harden_entry(std::string_view text,
                                 std::string_view name,
                                 const HardenRow& row) {
    if (!row.by_hand.empty()) return fail(ErrorCode::unsupported, row.by_hand);
    const auto tree = crawler::read_config_tree(text);
    if (!tree) return fail(tree.error());
    std::vector<std::string> at;
    if (!find_entry(tree->value, name, at)) {
        return fail(ErrorCode::not_found,
                    fmt::format("the entry {} is not where it was looked for", name));
    }
    const json* entry = &tree->value;
    for (const std::string& key : at) entry = find_member(*entry, key);
    std::string out(text);
    if (!row.arguments.empty()) {
        // Some clients write the program and its arguments as one list.
        const json* command = find_member(*entry, "command");
        const bool one_list = command != nullptr && command->is_array();
        const json* list = one_list ? command : find_member(*entry, "args");
        json all = list != nullptr && list->is_array() ? *list : json::array();
        for (const std::string& argument : row.arguments) all.push_back(argument);
        std::vector<std::string> place = at;
        place.emplace_back(one_list ? "command" : "args");
        auto changed = set_value(out, place, all);
        if (!changed) return changed;
        out = std::move(*changed);
    }
    for (const auto& [variable, value] : row.environment) {
        std::vector<std::string> place = at;
        place.emplace_back(find_member(*entry, "environment") != nullptr ? "environment" : "env");
        place.push_back(variable);
        auto changed = set_value(out, place, value);
        if (!changed) return changed;
        out = std::move(*changed);
    }
    return out;
}

std::string switch_in_words(const HardenRow& row) {
    std::string out = fmt::format("{}", fmt::join(row.arguments, " "));
    for (const auto& [name, value] : row.environment) {
        out += fmt::format("{}{}={}", out.empty() ? "" : " ", name, value);
    }
    return out;
}

}  // namespace mcprisk::engine
