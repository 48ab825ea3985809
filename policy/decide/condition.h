// What a rule may ask of one argument of a call. Typed here; each target writes it in its language.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mcprisk::policy {

// The operators of policy.json version "1"; docs/policy-format.md has their meaning.
enum class Op { eq, neq, lt, lte, gt, gte, in, not_in, contains, regex, exists };
std::string_view to_string(Op op);  // as in a document: "not_in"

using ConditionValue =
    std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>>;

struct Condition {
    std::string path;  // "args.a.b"
    Op op = Op::exists;
    ConditionValue value;
    friend bool operator==(const Condition&, const Condition&) = default;
};

// The names behind "args.": {"a", "b"}.
std::vector<std::string> steps_of(const Condition& condition);
std::vector<std::string> steps_of(std::string_view path);

// Denies a call for which all of `conditions` hold; without any, every call.
struct Denial {
    std::vector<Condition> conditions;
    std::string on_deny;  // what the caller reads
};

// What stands in `require` and `deny_if` of a rule, and what it cannot stop, one sentence each.
struct Conditions {
    std::vector<Condition> require;
    std::vector<Denial> deny_if;
    std::vector<std::string> gaps;

    [[nodiscard]] bool empty() const { return require.empty() && deny_if.empty(); }
    void add(Conditions more);
};

}  // namespace mcprisk::policy
