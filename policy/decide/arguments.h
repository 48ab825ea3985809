// What a rule may say about a tool's arguments: which parameters a condition can reach, and which
// one chooses the deed of an umbrella tool.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/tool.h"
#include "model/verdict.h"
#include "policy/decide/words.h"

namespace mcprisk::policy {

// "args.a.b" if a condition can name `parameter`: steps are joined by dots, so a name with a dot in
// it and anything inside a list are out of reach. `parameter` is one of `tool.parameters`.
std::optional<std::string> argument_path(const Tool& tool, const Parameter& parameter);

// Is a string all that its schema lets through, as far as it says?
bool takes_text(const Parameter& parameter);

// The parameter that `field` of an evidence or finding names ("inputSchema.action",
// "inputSchema.properties.note.description"), or nullptr.
const Parameter* parameter_of_field(const Tool& tool, std::string_view field);

// One argument whose enumerated value decides what an umbrella tool does.
struct Switch {
    std::string path;                 // "args.action"
    std::string shown;                // its name for people, never a stranger's prose
    std::vector<std::string> all;     // every choice, sorted
    std::vector<std::string> denied;  // the severe and the unknown ones, sorted
    std::vector<std::string> usable;  // the rest, sorted
    bool may_be_absent = false;       // leaving it out picks a usable choice
    Deed worst_usable = Deed::reads;
};

// The switches of a tool that leave something usable: choices that read, and in a tool worse than
// Write those that write to what is the caller's own. Empty when what makes the tool severe lies
// outside of them: its name, a statement no choice accounts for, or a command it is given.
std::vector<Switch> find_switches(const Tool& tool, const Verdict& verdict);

}  // namespace mcprisk::policy
