// The words of an entry of a client's configuration, before anything is made of them. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "model/base/json.h"

namespace mcprisk::crawler {

// Clients call the same things by several names; the first that is there counts.
inline constexpr std::array<std::string_view, 5> kUrlKeys{
    "url", "serverUrl", "httpUrl", "uri", "baseUrl"};
inline constexpr std::array<std::string_view, 3> kEnvKeys{"env", "envs", "environment"};
inline constexpr std::array<std::string_view, 2> kHeaderKeys{"headers", "http_headers"};
inline constexpr std::array<std::string_view, 3> kDirectoryKeys{
    "cwd", "working_directory", "workingDirectory"};

// The first of `keys` that is there and not null.
template <typename Keys>
const nlohmann::json* first_member(const nlohmann::json& object, const Keys& keys) {
    for (const std::string_view key : keys) {
        const nlohmann::json* member = find_member(object, key);
        if (member != nullptr && !member->is_null()) return member;
    }
    return nullptr;
}

// What an entry says of its transport; `other` is one that is told by its address.
enum class EntryKind : std::uint8_t { unknown, stdio, http, sse, other };
EntryKind entry_kind(const nlohmann::json& entry);

// Text, number or truth value as text.
std::optional<std::string> scalar_text(const nlohmann::json& value);

bool has_nul(std::string_view text);

// "npx -y package" in one string, as some clients accept. A path with blanks stays whole, and
// quotes are left to whoever wrote them: guessing how a shell would read them could start something
// else.
bool is_command_line(std::string_view command);

}  // namespace mcprisk::crawler
