// All that is known of one server, as values: what its page says, and the pages of its tools.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/grade.h"
#include "model/alias.h"
#include "model/drift.h"
#include "policy/decide/decide.h"
#include "policy/document/recommend.h"
#include "store/bulk_reader.h"
#include "store/catalogue.h"

namespace mcprisk::engine {

// What the recommended policy does with one tool.
struct ToolPart {
    policy::Effect effect = policy::Effect::denied;
    policy::Verb verb = policy::Verb::deny;
    std::string decision;  // its name in docs/policy-format.md
    std::string because;   // a clause: why the rule is as it is
    nlohmann::json rule;   // what stands under tools.<name>; null when hidden
    policy::PlainWords words;
    std::string in_short;  // words.effect without what a denied caller reads
    std::string passes;   // a call that the rule lets through, in words and arguments; or none
    std::string stopped;  // one that it stops
};

// Two listings of the server that followed each other.
struct Moment {
    store::Timestamp at = 0;  // when the later one was first seen
    ServerDrift drift;        // empty for the first
};

struct ServerView {
    store::ServerRow server;
    store::ServerKey key;
    Grade grade;
    std::vector<store::ToolRow> rows;   // riskiest first, then by name; judged ones only
    std::vector<ToolPart> tools;        // beside `rows`
    std::string policy_json;            // the merged document
    std::size_t unattended = 0;         // tools that it lets run without a person
    std::size_t unattended_strict = 0;  // the same by the strict preset
    std::vector<Alias> aliases;
    std::vector<Moment> moments;  // newest first, at most twenty
};

// Reads one server. `options` must not have a preset of its own: both recommended and strict are
// asked. With `publish` only what a stranger may be told is read: see publishable(). Settled
// verdicts (.mcprisk.toml) are not applied: a page says what the rules say.
ServerView read_server_view(const store::Catalogue& catalogue,
                            const store::BulkReader& bulk,
                            const store::ServerRow& server,
                            const store::ServerKey& key,
                            std::vector<Alias> aliases,
                            bool publish);

// The server's listings, newest first, each with what changed since the one before.
std::vector<Moment> read_moments(const store::Catalogue& catalogue,
                                 const store::BulkReader& bulk,
                                 const store::ServerKey& key);

// What a stranger may be told of a named server. Levels and abilities always; of findings in prose
// those that are at least High; of attacks those patterns that follow from an effect read in the
// definition, and not incidents, which happened to others.
bool publishable(const Finding& finding);
bool publishable(const AttackLink& link, const Verdict& verdict);
// The same where a whole verdict is not at hand. `acts`: an effect was read, not merely claimed.
bool publishable_finding(std::string_view id, RiskLevel severity);
bool publishable_attack(std::string_view id, bool acts);

// Why a server is not in a public export; empty if it is. `aliases`: its names in public indexes.
std::string why_private(const store::ServerKey& key, const std::vector<Alias>& aliases);
// Is it a name or address that only means something inside a house?
bool is_private_host(std::string_view url);

// One of the eight things that a reader asks of a server first.
struct Ability {
    std::string_view id;    // "money"
    std::string_view word;  // "move money"
    std::string_view head;  // "Money"
    std::vector<std::string_view> tags;
};
const std::vector<Ability>& abilities();
bool has_ability(const Verdict& verdict, const Ability& ability);

// "Its tools can move money, destroy things and read private data."
std::string abilities_in_words(const ServerView& view);

// The twins of the pages. What strangers wrote stands only under keys that begin "untrusted_".
std::string server_twin(const ServerView& view);
std::string tool_twin(const ServerView& view, std::size_t tool);

}  // namespace mcprisk::engine
