// Which documented attacks a tool makes possible, by its capability tags and those of its siblings.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/diagnostics.h"
#include "model/embedded.h"
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

// A tag with the word that produced it.
struct Capability {
    std::string tag;
    std::string because;
    auto operator<=>(const Capability&) const = default;
};

// What one tool brings to the union over its server.
struct ToolTags {
    std::string_view tool;
    std::vector<Capability> capabilities;  // sorted by tag
};

// Which tools of a server bring a tag. Keeps the first two by name, which is all that a tool
// looking for another needs, so that a server with very many tools costs no more for each of them.
class ServerTags {
  public:
    explicit ServerTags(std::span<const ToolTags> tools);

    // The first tool by name other than `tool` that has the tag; empty if there is none.
    [[nodiscard]] std::string_view another(std::string_view tag, std::string_view tool) const;

  private:
    std::map<std::string_view, std::array<std::string_view, 2>> suppliers_;
};

// At most four, best fitting first: findings in the text, then satisfied combinations, incidents
// and patterns.
std::vector<AttackLink> link_attacks(std::span<const Attack> attacks,
                                     const ToolTags& tool,
                                     const ServerTags& server,
                                     const Verdict& verdict);

}  // namespace mcprisk::classifier
