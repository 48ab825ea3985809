// Which documented attacks a tool makes possible, by its capability tags and those of its siblings.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/base/diagnostics.h"
#include "model/base/embedded.h"
#include "model/verdict.h"

namespace mcprisk::classifier {

// "a + (b | c)": every group needs one of its tags.
struct AttackCondition {
    std::vector<std::vector<std::string>> groups;
    std::string text;
};

struct Attack {
    std::string id;
    std::string kind;
    bool within_tool = false;  // scope "tool": the tool itself must have every tag
    std::vector<AttackCondition> conditions;
};

// The attack of a file, or nothing: after a fault, or if a listing alone can never show it.
std::optional<Attack> read_attack(const EmbeddedFile& file, Diagnostics& diagnostics);

// A tag (of a capability or a sign) with the word that produced it.
struct Capability {
    std::string tag;
    std::string because;
    auto operator<=>(const Capability&) const = default;
};

using TagId = std::uint16_t;

// What one tool brings to the union over its server.
struct ToolTags {
    std::string_view tool;
    std::vector<Capability> capabilities;  // sorted by tag
    std::vector<TagId> ids;                // of those that a condition asks for
};

// Which tools of a server bring a tag. Keeps the first two by name, which is all that a tool
// looking for another needs, so that a server with very many tools costs no more for each of them.
class ServerTags {
  public:
    explicit ServerTags(std::size_t tags) : suppliers_(tags) {}
    void add(const ToolTags& tool);

    // The first tool by name other than `tool` that has the tag; empty if there is none.
    [[nodiscard]] std::string_view another(TagId tag, std::string_view tool) const;

  private:
    std::vector<std::array<std::string_view, 2>> suppliers_;
};

// All attacks with their tags numbered, so that a tool is held against every condition without
// comparing text. Immutable once made.
class AttackLinks {
  public:
    AttackLinks() = default;
    explicit AttackLinks(std::vector<Attack> attacks);  // sorted by id

    [[nodiscard]] const std::vector<Attack>& attacks() const { return attacks_; }
    // Fills `ids` from the capabilities.
    void number(ToolTags& tool) const;
    // Of tools that are numbered; holds views into them.
    [[nodiscard]] ServerTags tags_of(std::span<const ToolTags> tools) const;

    // At most four, best fitting first: findings in the text, then satisfied combinations,
    // incidents and patterns.
    [[nodiscard]] std::vector<AttackLink> link(const ToolTags& tool,
                                               const ServerTags& server,
                                               const Verdict& verdict) const;

  private:
    struct Group {
        std::uint32_t begin = 0;  // into tags_
        std::uint32_t end = 0;
    };
    struct Condition {
        std::uint32_t attack = 0;
        std::uint32_t place = 0;  // among the conditions of the attack
        std::uint32_t begin = 0;  // into groups_
        std::uint32_t end = 0;
        int rank = 0;
    };
    class Linker;

    TagId id_of(const std::string& tag);

    std::vector<Attack> attacks_;
    std::unordered_map<std::string, TagId> ids_;
    std::vector<std::pair<TagId, Category>> categories_;   // the ids of "category:X"
    std::vector<std::pair<TagId, std::string>> findings_;  // the ids of "finding.X"
    std::vector<TagId> tags_;
    std::vector<Group> groups_;
    std::vector<Condition> conditions_;
};

}  // namespace mcprisk::classifier
