// Which documented attacks a tool makes possible, by its capability tags and those of its siblings.
#pragma once

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

// At most four, best fitting first: findings in the text, then satisfied combinations, incidents
// and patterns. `server` holds all tools of the server in order of name.
std::vector<AttackLink> link_attacks(std::span<const Attack> attacks,
                                     const ToolTags& tool,
                                     std::span<const ToolTags> server,
                                     const Verdict& verdict);

}  // namespace mcprisk::classifier
