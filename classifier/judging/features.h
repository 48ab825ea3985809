// What the linear model sees of one tool: words by their place, rules that spoke, neighbours.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/judging/judge.h"
#include "classifier/reading/facts.h"
#include "model/lexicon/lexicon.h"

namespace mcprisk::classifier {

// One property of a tool. `kind` says where it was found, `word` what it is; both are views into
// the rules, the tool or static text. `quote` is what the definition says there, for evidence.
struct Feature {
    std::string_view kind;
    std::string_view word;
    std::string_view second;  // of a pair, else empty
    std::string_view quote;
    double value = 1;
};

// A feature about the level: what rules say of it once the category is known.
Feature level_feature(RiskLevel rules);
// The same on a server about `subject`.
Feature level_feature(RiskLevel rules, lexicon::Subject subject);

// The same number for the same feature on every machine; letters count in lower case.
std::uint64_t feature_hash(const Feature& feature);

// What is known of the server as a whole, made once for all its tools.
struct Neighbours {
    std::array<int, 5> by_category{};  // tools whose name alone says so
    std::string text;                  // title and description
    std::vector<Token> words;          // of the text
    lexicon::Subject subject = lexicon::Subject::none;  // what the server is about
};

// Without `by_category`, which is counted while names are read.
Neighbours read_neighbours(const RuleBook& book, const ServerDocument& document);

// `rules` is what rules alone made of it. Claims give no feature.
void read_features(const RuleBook& book,
                   const Facts& facts,
                   const Neighbours& neighbours,
                   const Judgement& rules,
                   std::vector<Feature>& out);

}  // namespace mcprisk::classifier
