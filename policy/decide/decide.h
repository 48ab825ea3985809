// The one place where a verdict becomes a decision. docs/policy-format.md lists the decisions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "policy/decide/arguments.h"
#include "policy/decide/table.h"
#include "policy/decide/values.h"
#include "policy/document/recommend.h"

namespace mcprisk::policy {

// A list argument with more elements than this is refused where a format can count them.
struct Bound {
    std::string path;  // "args.ids"
    int max = 0;
};

struct Decision {
    std::string id;  // the row, "write-medium"; or "override", "wildcard-name", "excess-argument"
    Verb whole = Verb::deny;  // for the tool as a whole, by the table and what makes it stricter
    // For formats without conditions: `whole`, and never below ask if conditions are lost there.
    Verb verb = Verb::deny;
    Verb rest = Verb::deny;  // for calls that meet the conditions; `verb` if there are none
    Rate rate;               // set if `rest` is limit
    Conditions conditions;   // as in policy.json
    std::vector<Bound> bounds;
    bool hostile = false;                // its text does harm by being read: hide rather than deny
    Effect effect = Effect::allowed;     // in policy.json
    Category category = Category::read;  // the one that decided: with claims believed or not
    RiskLevel level = RiskLevel::low;    // likewise
    nlohmann::json rule;                 // the value under tools.<name>; null when hidden
    std::string because;                 // a clause: "what it changes can be put back; …"
    std::string on_deny;  // what a denied caller reads, empty if nothing is denied by text
    std::vector<std::string> stricter;   // what made it stricter than its row: "unsure" …
    std::vector<std::string> opened_by;  // values that opened it
    std::vector<std::string> needs;      // values that would open it
    std::vector<Switch> switches;        // of an umbrella tool that is let through in part

    [[nodiscard]] bool has_conditions() const { return !conditions.empty(); }
};

// Pure; the decision for one tool does not depend on its siblings.
Decision decide(const JudgedTool& tool, const Options& options);

// Asks for every call of a tool that would run unattended, for a reason outside of it.
void make_ask(Decision& decision,
              std::string_view tool,
              std::string because,
              const Options& options);

// A tool of a server under the name that its server gives it.
struct Decided {
    JudgedTool judged;
    Decision decision;
    std::size_t namesakes = 0;  // more tools of this server with the same name, decided milder
};

// All tools by name; of several tools with one name the strictest stands for all. The order of
// `tools` does not matter.
std::vector<Decided> decide_all(std::span<const JudgedTool> tools, const Options& options);

// The merged document of one server, from decide_all() or what became of it.
Recommendation document_of(std::string_view server,
                           std::span<const Decided> tools,
                           const Options& options);

// A name that gateways read as "all tools" or that cannot stand in `hide`: such a tool is denied by
// a rule of its own.
bool is_wildcard_name(std::string_view name);

// The category if nothing is believed that the author says to make the tool look milder: the most
// severe that the rest of the evidence names, where a claim decided; else the verdict's own.
Category category_without_claims(const Verdict& verdict);

// The evidence that named the category: `its name says "create"`, fit for a terminal.
std::string deciding_evidence(const Verdict& verdict);

// "at most 30 calls a minute per grant" of the rule's limits; empty if it has none.
std::string limits_in_words(const nlohmann::json& rule);
std::string in_words(const Rate& rate);  // "at most 30 calls a minute"

// One sentence: category, level, evidence and reasons.
std::string why(const Decided& decided);

}  // namespace mcprisk::policy
