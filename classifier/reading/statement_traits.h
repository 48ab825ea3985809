// A statement as a few coarse traits, and the weights that tell effects of a call from mentions.
//
// Every trait is one of a few values; a weight stands for a value, or for two values of two traits
// together. The score is the logarithm of the odds that the statement is an effect of the tool.
// Weights are fitted offline on half A by bench/train_statements.cc, which writes
// statement_weights.h; no trait knows a word of its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "classifier/reading/picture.h"

namespace mcprisk::classifier {

enum class StatementObject : std::uint8_t {
    none,
    pronoun,   // "it", "them"
    same,      // the object of the main clause
    original,  // "the originals", "the source"
    idea,      // "the need for", "the risk of"
    kept,      // things that stay until somebody removes them
    derived,   // things that are made again, or only of the moment
    unknown,
};

// What the rest of the definition says, for all statements of a tool.
struct StatementSetting {
    enum class Main : std::uint8_t { none, rehearse, compute, move, other };
    bool known = false;  // whether anything was said
    Category so_far = Category::read;
    double lead = 0;     // score of that category
    Main main = Main::none;
    bool has_main = false;  // the description has a main verb
};

// How the object decides the category of a statement.
enum class StatementPair : std::uint8_t { verb, pair, strong_pair, umbrella };

struct StatementInput {
    bool of_input = false;   // the text belongs to an input
    bool of_switch = false;  // a boolean one
};

inline constexpr std::size_t kStatementTraits = 54;
using StatementTraits = std::array<std::uint8_t, kStatementTraits>;

StatementTraits traits_of(const Statement& statement,
                          Category category,
                          StatementPair pair,
                          StatementObject object,
                          StatementInput input,
                          const StatementSetting& setting);

// How many weights there are, with the constant first.
std::size_t statement_weights();
// "lead=joined", "category=Write before=self"
std::string statement_weight_name(std::size_t weight);

// Indices of the weights that count for these traits; the constant is always among them.
void weights_of(const StatementTraits& traits, std::vector<std::uint16_t>& out);

// Log odds with the built-in weights.
float statement_score(const StatementTraits& traits);
// From which score on a statement counts.
float least_statement_score(Category category);

}  // namespace mcprisk::classifier
