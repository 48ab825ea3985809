// Shared by the parts of the validator: reporting with a place, and checks of shape.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "model/base/diagnostics.h"
#include "policy/document/line_index.h"

namespace mcprisk::policy {

// Writes into `diagnostics`; both referenced objects outlive it.
class Reporter {
  public:
    Reporter(const LineIndex& lines, Diagnostics& diagnostics)
        : lines_(lines), diagnostics_(diagnostics) {}

    void error(const std::string& path, std::string message);
    void warn(const std::string& path, std::string message);

    // An error for each key of `object` that is not in `known`, with a guess at what was meant.
    void unknown_keys(const nlohmann::json& object,
                      const std::string& path,
                      std::initializer_list<std::string_view> known);

    // `value` as an object or list, or an error and nullptr. `what` names it: "limits".
    const nlohmann::json* object(const nlohmann::json& value,
                                 const std::string& path,
                                 std::string_view what);
    const nlohmann::json* list(const nlohmann::json& value,
                               const std::string& path,
                               std::string_view what);

  private:
    // False once so many faults were reported that more would help nobody; says so once.
    bool has_room();

    const LineIndex& lines_;
    Diagnostics& diagnostics_;
};

// Adds what is in `found` to `diagnostics`.
void append(const Diagnostics& found, Diagnostics& diagnostics);

// The type of a value for messages: "a number".
std::string_view type_name(const nlohmann::json& value);

// ` Did you mean "minute"?` if one of `known` is near, else empty.
std::string did_you_mean(std::string_view word, std::initializer_list<std::string_view> known);

// A condition {"path", "op", "value"} of `require` or `deny_if`.
void check_condition(const nlohmann::json& value, const std::string& path, Reporter& report);

}  // namespace mcprisk::policy
