#include "model/base/json_tree.h"

#include <simdjson.h>
#include <algorithm>
#include <cstring>
#include <memory_resource>
#include <nlohmann/json.hpp>
#include <vector>

#include "model/base/json_text.h"

namespace mcprisk {
namespace {

// Above this, speed is worth less than the nine bytes of memory that a byte of text takes here.
constexpr std::size_t kLargest = std::size_t{4} << 20;
constexpr std::size_t kArena = std::size_t{64} << 10;
constexpr std::size_t kMostItems = 0xfffffe;  // simdjson counts no further

// \udc00 without its first half comes out of simdjson as three bytes that are no UTF-8.
bool has_surrogate(std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at < end) {
        at = static_cast<const char*>(std::memchr(at, 0xed, static_cast<std::size_t>(end - at)));
        if (at == nullptr) return false;
        if (at + 1 < end && static_cast<unsigned char>(at[1]) >= 0xa0) return true;
        ++at;
    }
    return false;
}

// Sorted by key; of equal keys the last stays. Returns how many are left.
std::size_t sort_members(std::span<JsonMember> members) {
    const auto by_key = [](const JsonMember& a, const JsonMember& b) { return a.key < b.key; };
    constexpr std::size_t kFew = 24;
    if (members.size() > kFew) {
        std::stable_sort(members.begin(), members.end(), by_key);
    } else {
        for (std::size_t i = 1; i < members.size(); ++i) {
            const JsonMember one = members[i];
            std::size_t at = i;
            for (; at > 0 && one.key < members[at - 1].key; --at) members[at] = members[at - 1];
            members[at] = one;
        }
    }
    std::size_t left = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i + 1 < members.size() && members[i].key == members[i + 1].key) continue;
        members[left++] = members[i];
    }
    return left;
}

class Builder {
  public:
    Builder(std::pmr::memory_resource& arena, std::size_t depth) : arena_(arena), depth_(depth) {}

    bool build(const simdjson::dom::element& element, std::size_t level, JsonNode& out) {
        using simdjson::dom::element_type;
        switch (element.type()) {
            case element_type::OBJECT:
                return build_object(element.get_object().value_unsafe(), level + 1, out);
            case element_type::ARRAY:
                return build_array(element.get_array().value_unsafe(), level + 1, out);
            case element_type::STRING: {
                const std::string_view text = element.get_string().value_unsafe();
                out = JsonNode::string(text);
                return !has_surrogate(text);
            }
            case element_type::INT64:
                out = JsonNode::integer(element.get_int64().value_unsafe());
                return true;
            case element_type::UINT64:
                out = JsonNode::natural(element.get_uint64().value_unsafe());
                return true;
            case element_type::DOUBLE:
                out = JsonNode::real(element.get_double().value_unsafe());
                return true;
            case element_type::BOOL:
                out = JsonNode::boolean(element.get_bool().value_unsafe());
                return true;
            case element_type::NULL_VALUE:
                out = JsonNode();
                return true;
        }
        return false;
    }

    // Cannot fail: the value was within the limits when it was made.
    JsonNode convert(const nlohmann::json& value) {
        using Type = nlohmann::json::value_t;
        switch (value.type()) {
            case Type::object: {
                const std::span<JsonMember> members = room<JsonMember>(value.size());
                std::size_t n = 0;
                for (const auto& [key, member] : value.items()) {
                    members[n++] = {key, convert(member)};
                }
                return JsonNode::object(members);
            }
            case Type::array: {
                const std::span<JsonNode> items = room<JsonNode>(value.size());
                std::size_t n = 0;
                for (const nlohmann::json& item : value) items[n++] = convert(item);
                return JsonNode::array(items);
            }
            case Type::string:
                return JsonNode::string(value.get_ref<const std::string&>());
            case Type::boolean:
                return JsonNode::boolean(value.get<bool>());
            case Type::number_integer:
                return JsonNode::integer(value.get<std::int64_t>());
            case Type::number_unsigned:
                return JsonNode::natural(value.get<std::uint64_t>());
            case Type::number_float:
                return JsonNode::real(value.get<double>());
            default:
                return {};
        }
    }

  private:
    template <typename T>
    std::span<T> room(std::size_t n) {
        if (n == 0) return {};
        T* first = static_cast<T*>(arena_.allocate(n * sizeof(T), alignof(T)));
        std::uninitialized_default_construct_n(first, n);
        return {first, n};
    }

    bool build_object(const simdjson::dom::object& object, std::size_t level, JsonNode& out) {
        const std::size_t size = object.size();
        if (level > depth_ || size > kMostItems) return false;
        const std::span<JsonMember> members = room<JsonMember>(size);
        std::size_t n = 0;
        for (const auto field : object) {
            members[n].key = field.key;
            if (has_surrogate(field.key) || !build(field.value, level, members[n].value)) {
                return false;
            }
            ++n;
        }
        out = JsonNode::object(members.first(sort_members(members)));
        return true;
    }

    bool build_array(const simdjson::dom::array& array, std::size_t level, JsonNode& out) {
        const std::size_t size = array.size();
        if (level > depth_ || size > kMostItems) return false;
        const std::span<JsonNode> items = room<JsonNode>(size);
        std::size_t n = 0;
        for (const simdjson::dom::element item : array) {
            if (!build(item, level, items[n++])) return false;
        }
        out = JsonNode::array(items);
        return true;
    }

    std::pmr::memory_resource& arena_;
    std::size_t depth_;
};

}  // namespace

JsonNode JsonNode::boolean(bool value) {
    JsonNode node = integer(value ? 1 : 0);
    node.kind_ = Kind::boolean;
    return node;
}

JsonNode JsonNode::integer(std::int64_t value) {
    JsonNode node;
    node.kind_ = Kind::integer;
    node.value_.integer = value;
    return node;
}

JsonNode JsonNode::natural(std::uint64_t value) {
    JsonNode node;
    node.kind_ = Kind::natural;
    node.value_.natural = value;
    return node;
}

JsonNode JsonNode::real(double value) {
    JsonNode node;
    node.kind_ = Kind::real;
    node.value_.real = value;
    return node;
}

JsonNode JsonNode::string(std::string_view text) {
    JsonNode node;
    node.kind_ = Kind::string;
    node.size_ = static_cast<std::uint32_t>(text.size());
    node.value_.text = text.data();
    return node;
}

JsonNode JsonNode::array(std::span<const JsonNode> items) {
    JsonNode node;
    node.kind_ = Kind::array;
    node.size_ = static_cast<std::uint32_t>(items.size());
    node.value_.items = items.data();
    return node;
}

JsonNode JsonNode::object(std::span<const JsonMember> members) {
    JsonNode node;
    node.kind_ = Kind::object;
    node.size_ = static_cast<std::uint32_t>(members.size());
    node.value_.members = members.data();
    return node;
}

std::string_view JsonNode::text() const {
    return is_string() ? std::string_view(value_.text, size_) : std::string_view();
}

std::span<const JsonNode> JsonNode::items() const {
    return is_array() ? std::span(value_.items, size_) : std::span<const JsonNode>();
}

std::span<const JsonMember> JsonNode::members() const {
    return is_object() ? std::span(value_.members, size_) : std::span<const JsonMember>();
}

const JsonNode* JsonNode::find(std::string_view key) const {
    const auto all = members();
    constexpr std::size_t kFew = 16;  // a walk is cheaper than halving
    if (all.size() <= kFew) {
        for (const JsonMember& member : all) {
            if (member.key == key) return &member.value;
        }
        return nullptr;
    }
    const auto found = std::lower_bound(
        all.begin(), all.end(), key, [](const JsonMember& member, std::string_view wanted) {
            return member.key < wanted;
        });
    return found != all.end() && found->key == key ? &found->value : nullptr;
}

std::string_view JsonNode::string_member(std::string_view key) const {
    const JsonNode* member = find(key);
    return member == nullptr ? std::string_view() : member->text();
}

struct JsonTree::Impl {
    simdjson::dom::parser parser;
    std::vector<char> padded;  // the text with the room behind it that simdjson may read
    std::unique_ptr<std::byte[]> first = std::make_unique_for_overwrite<std::byte[]>(kArena);
    std::pmr::monotonic_buffer_resource arena{first.get(), kArena};
    JsonNode root;
    nlohmann::json mended;  // holds the strings of a value that parse_json had to read
};

JsonTree::JsonTree() : impl_(std::make_unique<Impl>()) {}
JsonTree::JsonTree(JsonTree&&) noexcept = default;
JsonTree& JsonTree::operator=(JsonTree&&) noexcept = default;
JsonTree::~JsonTree() = default;

const JsonNode* JsonTree::parse(std::string_view text, std::size_t depth) {
    if (text.size() > kLargest) return nullptr;
    impl_->arena.release();
    const std::size_t needed = text.size() + simdjson::SIMDJSON_PADDING;
    if (impl_->padded.size() < needed) impl_->padded.resize(needed * 2);
    std::copy(text.begin(), text.end(), impl_->padded.begin());
    simdjson::dom::element element;
    if (impl_->parser.parse(impl_->padded.data(), text.size(), false).get(element) !=
        simdjson::SUCCESS) {
        return nullptr;
    }
    if (!Builder(impl_->arena, depth).build(element, 0, impl_->root)) return nullptr;
    return &impl_->root;
}

Result<const JsonNode*> JsonTree::read(std::string_view text, const JsonLimits& limits) {
    if (text.size() <= limits.bytes) {
        if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
        if (const JsonNode* node = parse(text, limits.depth)) return node;
    }
    auto value = parse_json(text, limits);
    if (!value) return fail(value.error());
    impl_->mended = std::move(*value);
    return &convert(impl_->mended);
}

const JsonNode& JsonTree::convert(const nlohmann::json& value) {
    impl_->arena.release();
    impl_->root = Builder(impl_->arena, 0).convert(value);
    return impl_->root;
}

void append_canonical(const JsonNode& node, std::string& out) {
    switch (node.kind()) {
        case JsonNode::Kind::null:
            out += "null";
            break;
        case JsonNode::Kind::boolean:
            out += node.as_boolean() ? "true" : "false";
            break;
        case JsonNode::Kind::integer:
            append_json_number(out, node.as_integer());
            break;
        case JsonNode::Kind::natural:
            append_json_number(out, node.as_natural());
            break;
        case JsonNode::Kind::real:
            append_json_number(out, node.as_real());
            break;
        case JsonNode::Kind::string:
            append_json_string(out, node.text());
            break;
        case JsonNode::Kind::array: {
            char before = '[';
            for (const JsonNode& item : node.items()) {
                out += before;
                append_canonical(item, out);
                before = ',';
            }
            out += node.items().empty() ? "[]" : "]";
            break;
        }
        case JsonNode::Kind::object: {
            char before = '{';
            for (const JsonMember& member : node.members()) {
                out += before;
                append_json_string(out, member.key);
                out += ':';
                append_canonical(member.value, out);
                before = ',';
            }
            out += node.members().empty() ? "{}" : "}";
            break;
        }
    }
}

}  // namespace mcprisk
