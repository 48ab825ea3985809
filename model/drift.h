// What changed between two listings of a server, and what that does to the risk. Pure functions of
// definitions and verdicts (docs/drift.md).
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/base/word_diff.h"
#include "model/tool.h"
#include "model/verdict.h"

namespace mcprisk {

// Ids of findings that no honest definition has: orders to the model, ways of hiding them, and
// requests for what a tool does not need.
std::span<const std::string_view> alarming_findings();

// One place of a definition. Strings are texts; any other JSON value is its canonical form.
struct FieldChange {
    std::string
        path;  // "description", "inputSchema.properties.path.type", "annotations.readOnlyHint"
    std::optional<std::string> before;  // empty: it was not there
    std::optional<std::string> after;   // empty: it is no longer there
    std::vector<WordEdit> words;        // of texts that were there and still are
    // It was another one in each of the last listings (RestlessPlaces): still a change, but one
    // that comes again whenever the server is asked.
    bool restless = false;
};

enum class ToolChange { added, removed, changed };
std::string_view to_string(ToolChange change);

struct ToolDrift {
    ToolChange change = ToolChange::changed;
    std::string tool;
    std::optional<Verdict> before;
    std::optional<Verdict> after;
    std::vector<FieldChange> fields;           // by path
    std::vector<std::string> findings_gained;  // ids, sorted
    std::vector<std::string> findings_lost;
    std::vector<std::string> capabilities_gained;
    std::vector<std::string> capabilities_lost;
    // Why this is a rug pull: a tool that was there gained orders to the model or became more
    // dangerous. Empty if it is none.
    std::string rug_pull;

    // A level or category above the one it had.
    [[nodiscard]] bool raised() const;
};

struct ServerDrift {
    std::string server;
    std::vector<ToolDrift> tools;       // rug pulls first, then the most dangerous, then by name
    std::vector<FieldChange> about;     // title, description, instructions, version of the server
    std::vector<std::string> unstable;  // tools that differ only in what is new in each listing

    [[nodiscard]] bool any() const { return !tools.empty() || !about.empty(); }
    [[nodiscard]] bool rug_pull() const;
};

// One listing with its verdicts. A tool without a verdict is compared by its definition alone.
struct DriftSide {
    const ServerDocument* document = nullptr;  // not owned, outlives the call
    std::span<const Verdict> verdicts;
};

// Places of tools: tool, path.
using Places = std::set<std::pair<std::string, std::string>>;

// The order of tools, of keys and of lists of plain values does not matter. A change that is only
// of unstable text (model/unstable.h) and changes neither category, level nor findings makes the
// tool `unstable` instead of changed. Other words are always a change, also at `restless` places:
// a server must not buy itself silence by answering differently for a while.
ServerDrift diff_servers(const DriftSide& before,
                         const DriftSide& after,
                         const Places& restless = {});

// Every place where two listings differ by more than unstable text.
Places differing_places(const ServerDocument& a, const ServerDocument& b);

// The differences of two definitions in canonical JSON.
std::vector<FieldChange> diff_definitions(std::string_view before, std::string_view after);

// The finding "definition-changed" for a tool that changed; nothing for one that was added or
// removed. Critical for a rug pull, High for one that was raised, else Low.
std::optional<Finding> definition_changed(const ToolDrift& drift);

}  // namespace mcprisk
