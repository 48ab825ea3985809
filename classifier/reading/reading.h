// What a name or a first sentence says: its main verb, verbs beside it, and their direct object.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/judging/rule_book.h"
#include "model/tool.h"

namespace mcprisk::classifier {

struct VerbUse {
    WordId word = kUnknown;
    RuleIndex rule = kNoRule;
    std::size_t token = 0;
};

struct Reading {
    std::string_view text;
    std::vector<Token> tokens;
    std::optional<VerbUse> main;
    std::vector<VerbUse> beside;   // "create, update or delete": those after the first
    std::size_t object_begin = 0;  // the direct object, as token indices
    std::size_t object_end = 0;
    std::optional<std::size_t> head;  // its last word
    std::size_t from_begin = 0;       // what it is taken from, as token indices
    std::size_t from_end = 0;
    std::size_t sentence_end = 0;  // of the sentence with the main verb
    double quality = 1;            // how sure it is that this is the main verb
    std::size_t first = 0;         // tokens before belong to the server, not to the tool

    [[nodiscard]] std::string_view words(std::size_t from, std::size_t to) const {
        if (from >= to || to > tokens.size()) return {};
        return text.substr(tokens[from].begin, tokens[to - 1].end - tokens[from].begin);
    }
};

// How the names of one server are built; made from all of them, in any order.
struct NameStyle {
    std::set<std::string, std::less<>> server_words;  // lower case: of its id and title
    std::string shared_prefix;                        // first word that most names share, or empty
    bool verbs_last = false;                          // analytics_goals_create
};

std::vector<Token> words_of_name(const RuleBook& book, std::string_view name);

// `names`: the words of the document's tools, in their order.
NameStyle read_style(const RuleBook& book,
                     const ServerDocument& document,
                     std::span<const std::vector<Token>> names);

// `words` are those of `name`.
Reading read_name(const RuleBook& book,
                  const NameStyle& style,
                  std::string_view name,
                  std::vector<Token> words);
Reading read_name(const RuleBook& book, const NameStyle& style, std::string_view name);

// The main clause of a description. `tokens` covers at most the first few hundred words.
Reading read_description(const RuleBook& book, std::string_view text);

}  // namespace mcprisk::classifier
