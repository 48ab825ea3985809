#include "policy/document/check.h"

#include <fmt/format.h>
#include <algorithm>

#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/document/json_path.h"

namespace mcprisk::policy {

using nlohmann::json;

bool Reporter::has_room() {
    constexpr std::size_t kMost = 500;
    if (diagnostics_.items().size() < kMost) return true;
    if (diagnostics_.items().size() == kMost) {
        diagnostics_.error({.message = "there are more faults than these; the rest is left out"});
    }
    return false;
}

void Reporter::error(const std::string& path, std::string message) {
    if (!has_room()) return;
    diagnostics_.error({.line = lines_.line_of(path), .path = path, .message = std::move(message)});
}

void Reporter::warn(const std::string& path, std::string message) {
    if (!has_room()) return;
    diagnostics_.warn({.line = lines_.line_of(path), .path = path, .message = std::move(message)});
}

void Reporter::unknown_keys(const json& object,
                            const std::string& path,
                            std::initializer_list<std::string_view> known) {
    for (const auto& [key, member] : object.items()) {
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        error(member_path(path, key),
              fmt::format("{} is no field of this version.{} Fields here: {}",
                          quote(key),
                          did_you_mean(key, known),
                          fmt::join(known, ", ")));
    }
}

const json* Reporter::object(const json& value, const std::string& path, std::string_view what) {
    if (value.is_object()) return &value;
    error(path, fmt::format("{} has to be an object, this is {}", what, type_name(value)));
    return nullptr;
}

const json* Reporter::list(const json& value, const std::string& path, std::string_view what) {
    if (value.is_array()) return &value;
    error(path, fmt::format("{} has to be a list, this is {}", what, type_name(value)));
    return nullptr;
}

void append(const Diagnostics& found, Diagnostics& diagnostics) {
    for (const Diagnostic& one : found.items()) {
        if (one.severity == Severity::error) {
            diagnostics.error(one);
        } else {
            diagnostics.warn(one);
        }
    }
}

std::string_view type_name(const json& value) {
    switch (value.type()) {
        case json::value_t::null:
            return "null";
        case json::value_t::object:
            return "an object";
        case json::value_t::array:
            return "a list";
        case json::value_t::string:
            return "a string";
        case json::value_t::boolean:
            return "true or false";
        default:
            return "a number";
    }
}

std::string did_you_mean(std::string_view word, std::initializer_list<std::string_view> known) {
    constexpr std::size_t kNear = 2;
    constexpr std::size_t kLongest = 40;
    if (word.size() > kLongest) return {};
    std::string_view best;
    std::size_t distance = kNear + 1;
    for (const std::string_view candidate : known) {
        const std::size_t d = edit_distance(lower_ascii(word), candidate);
        if (d < distance) {
            distance = d;
            best = candidate;
        }
    }
    return best.empty() ? std::string() : fmt::format(" Did you mean \"{}\"?", best);
}

}  // namespace mcprisk::policy
