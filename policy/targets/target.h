// A program that enforces decisions, and how they are written for it. docs/policy-formats.md says
// what each target can express, where its file goes and how to check it.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "policy/decide/decide.h"

namespace mcprisk::policy {

struct NamedServer {
    std::string name;  // what the client calls it
    std::string id;
    std::string url;             // empty for a server over stdio
    std::vector<Decided> tools;  // from decide_all(): by name, each name once
};

// What a target without limits and questions does with a tool that should have them.
enum class Inexpressible { deny, allow };

struct FormatOptions {
    Inexpressible inexpressible = Inexpressible::deny;  // targets that can neither ask nor limit
    std::string approver;
    Rate ceiling;  // over all tools of a server; max 0 is none
};

// Tools that are enforced otherwise than decided, and why.
struct Loss {
    std::size_t tools = 0;
    std::string one;   // "asks because Codex has no limits", after "1 tool"
    std::string many;  // "ask because Codex has no limits"
};
std::string to_string(const Loss& loss);  // "12 tools ask because Codex has no limits"

struct Rendered {
    std::string text;            // the file, newline at the end
    std::vector<Loss> losses;    // what the target could not express
    std::vector<std::string> notes;  // where the file goes and how to check it
};

// Losses, then notes, one sentence each.
std::vector<std::string> told(const Rendered& rendered);

struct Merged {
    std::string text;
    std::vector<std::string> notes;  // what of the file is stricter and was kept, what shadows ours
};

// Which decisions a target can express. What it cannot becomes stricter: limit and conditions
// become ask, ask becomes deny.
struct Can {
    bool ask = false;
    bool deny = true;
    bool hide = false;
    bool limit = false;
    bool conditions = false;
};

struct Target {
    std::string_view word;   // as in --for
    std::string_view title;  // for people: "Claude Code"
    std::string_view file;   // for -o DIR
    bool many = false;       // one file holds the rules of several servers
    Can can;
    // nullptr for policy.json, which document_of() writes. `servers` is one server where a file
    // holds one. No rule relies on what a server's annotations say.
    Rendered (*render)(std::span<const NamedServer> servers, const FormatOptions& options) = nullptr;
    // Puts the rules into a file that somebody keeps: entries that are not ours, their order and
    // all comments stay. `text` is empty if there is no file yet. Fails if the file cannot be
    // understood; then nothing of it may be changed. A rule in the file that is stricter than ours
    // for the same tool is kept. nullptr where no file is shared.
    Result<Merged> (*merge)(std::string_view text, std::span<const NamedServer> servers) = nullptr;
    // What the client's configuration `config` says about the same servers that matters beside the
    // rules, one sentence each. nullptr where nothing does.
    std::vector<std::string> (*beside)(std::string_view config,
                                       std::span<const NamedServer> servers) = nullptr;
    // Rules of a file in this format that do not do what they look like, one sentence each.
    Result<std::vector<std::string>> (*lint)(std::string_view text) = nullptr;
};

// The registry, in the order in which people read it.
std::span<const Target* const> targets();
const Target* find_target(std::string_view word);  // any case; nullptr if there is none
std::string known_targets();                       // for messages

// render() and merge() of a target with their rules kept: std::logic_error for policy.json and for
// several servers where one file holds one; unsupported where nothing is merged.
Rendered render(const Target& target,
                std::span<const NamedServer> servers,
                const FormatOptions& options);
Result<Merged> merge_into(const Target& target,
                          std::string_view text,
                          std::span<const NamedServer> servers);

// What a target without limits does with a tool: limit becomes ask.
Verb without_limit(Verb verb);

}  // namespace mcprisk::policy
