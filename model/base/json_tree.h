// A JSON value that is only read: what long lists of strangers' definitions are taken apart from.
// Objects are sorted by key and hold each key once, so that walking one in order is walking its
// canonical form.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>

#include "model/base/json.h"
#include "model/base/result.h"

namespace mcprisk {

struct JsonMember;

// Sixteen bytes; text, items and members belong to the JsonTree that made the node.
class JsonNode {
  public:
    enum class Kind : std::uint8_t {
        null,
        boolean,
        integer,
        natural,  // above the range of `integer`
        real,
        string,
        array,
        object
    };

    JsonNode() = default;
    static JsonNode boolean(bool value);
    static JsonNode integer(std::int64_t value);
    static JsonNode natural(std::uint64_t value);
    static JsonNode real(double value);
    static JsonNode string(std::string_view text);
    static JsonNode array(std::span<const JsonNode> items);
    static JsonNode object(std::span<const JsonMember> members);  // sorted, each key once

    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] bool is_null() const { return kind_ == Kind::null; }
    [[nodiscard]] bool is_boolean() const { return kind_ == Kind::boolean; }
    [[nodiscard]] bool is_string() const { return kind_ == Kind::string; }
    [[nodiscard]] bool is_array() const { return kind_ == Kind::array; }
    [[nodiscard]] bool is_object() const { return kind_ == Kind::object; }

    // Each only for a node of that kind, but text(), items() and members() are empty otherwise.
    [[nodiscard]] bool as_boolean() const { return value_.integer != 0; }
    [[nodiscard]] std::int64_t as_integer() const { return value_.integer; }
    [[nodiscard]] std::uint64_t as_natural() const { return value_.natural; }
    [[nodiscard]] double as_real() const { return value_.real; }
    [[nodiscard]] std::string_view text() const;
    [[nodiscard]] std::span<const JsonNode> items() const;
    [[nodiscard]] std::span<const JsonMember> members() const;

    // The member, or nullptr if this is no object or has none.
    [[nodiscard]] const JsonNode* find(std::string_view key) const;
    // Its text; empty if there is none or it is no string.
    [[nodiscard]] std::string_view string_member(std::string_view key) const;

  private:
    Kind kind_ = Kind::null;
    std::uint32_t size_ = 0;
    union {
        std::int64_t integer = 0;
        std::uint64_t natural;
        double real;
        const char* text;
        const JsonNode* items;
        const JsonMember* members;
    } value_;
};

struct JsonMember {
    std::string_view key;
    JsonNode value;
};

// Owns the memory of one value at a time and keeps it for the next one. Not for several threads.
class JsonTree {
  public:
    JsonTree();
    JsonTree(JsonTree&&) noexcept;
    JsonTree& operator=(JsonTree&&) noexcept;
    ~JsonTree();

    // Valid until the next call. nullptr for any text that is not plain: malformed, in need of the
    // repairs of parse_json, nested deeper than `depth` or very large. parse_json decides then. For
    // what is returned, parse_json gives an equal value.
    const JsonNode* parse(std::string_view text, std::size_t depth);

    // The same for any text: what is not plain goes through parse_json. Valid until the next call.
    Result<const JsonNode*> read(std::string_view text, const JsonLimits& limits = {});

    // Holds views into `value`. Valid until the next call.
    const JsonNode& convert(const nlohmann::json& value);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Appends canonical_json (json.h) of the value.
void append_canonical(const JsonNode& node, std::string& out);

}  // namespace mcprisk
