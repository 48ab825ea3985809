// What an attacker could use a tool for, read out of its definition, its verdict and the lexicon:
// finer than capabilities, and only where the definition shows it. Attacks are linked by signs.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/attacks/attacks.h"
#include "model/lexicon/lexicon.h"
#include "model/tool.h"
#include "model/verdict.h"

namespace mcprisk::classifier {

// What the server of a tool is about; the same for all its tools.
lexicon::Subject subject_of(const ServerDocument& document);

// Which of the three legs of the lethal combination a tool can be (combination.h). Judged here
// once, for the classifier and, as capabilities, for the policy.
struct Legs {
    std::string private_data;  // the word that shows it; empty if the tool is no such leg
    std::string strangers;
    std::string way_out;
};

struct Signs {
    std::vector<Capability> tags;  // sorted by tag, "destroy.any", "sql.free" …
    Legs legs;
};

// Every tag that conditions of data/attacks may name, beside capabilities and findings; sorted.
std::span<const std::string_view> sign_tags();

// Pure. `capabilities`: those of the rules, which say what rules of words know already.
Signs signs_of(const Tool& tool,
               const Verdict& verdict,
               lexicon::Subject about,
               std::span<const Capability> capabilities);

// Leaves of the tags that make a leg (data.private_read, data.untrusted_read, msg.send,
// msg.publish, net.send) those that the legs confirm, and adds those that are missing. Sorted.
void confirm_legs(const Legs& legs, std::vector<Capability>& capabilities);

}  // namespace mcprisk::classifier
