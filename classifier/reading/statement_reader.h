// The reader behind statements.h. One file for each voice: active_statements.cc,
// passive_statements.cc, noun_statements.cc (nouns of the act, and scripts without blanks);
// surroundings.cc tells what stands around any verb.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "classifier/reading/clause_words.h"
#include "classifier/reading/effect_verbs.h"
#include "classifier/reading/picture.h"

namespace mcprisk::classifier {

class StatementReader {
  public:
    StatementReader(const RuleBook& book,
                    std::string_view text,
                    std::span<const Token> tokens,
                    TextPlace place)
        : words_(book, text, tokens), place_(place) {}

    std::vector<Statement> read();

  private:
    void read_sentence(std::size_t begin, std::size_t end);
    void read_verb(std::size_t i, const EffectVerb& verb);

    // Each returns whether it took the word.
    bool read_third(std::size_t i, const EffectVerb& verb);
    bool read_foreign(std::size_t i, const EffectVerb& verb);
    bool read_base(std::size_t i, const EffectVerb& verb);
    bool read_start(std::size_t i, const EffectVerb& verb, Statement one);
    void read_gerund(std::size_t i, const EffectVerb& verb);
    // "Viewing it", "a call of this": what the caller does is the subject.
    [[nodiscard]] bool is_doing(std::size_t subject, std::size_t verb) const;

    // The form of "to be" that makes a passive of the verb at `i`, and where its subject begins.
    struct Auxiliary {
        std::size_t be = 0;
        std::size_t subject_end = 0;
        bool joined = false;  // "is read and then deleted", "is shown and its draft discarded"
        bool found = false;
    };
    [[nodiscard]] Auxiliary auxiliary_of(std::size_t i, const EffectVerb& verb) const;
    bool read_passive(std::size_t i, const EffectVerb& verb);
    bool read_modal(const Auxiliary& aux, Statement& one) const;
    void read_subject(std::size_t from, std::size_t be, Statement& one) const;
    [[nodiscard]] bool denies_passive(std::size_t from, std::size_t be, std::size_t i) const;
    [[nodiscard]] bool done_by_others(std::size_t i) const;
    [[nodiscard]] bool follows_limit(std::size_t i) const;
    [[nodiscard]] bool has_cue(std::size_t from, std::size_t verb) const;
    [[nodiscard]] bool follows_number(std::size_t i) const;

    void read_noun(std::size_t i);
    void read_loose(std::size_t i, const EffectVerb& verb);
    void read_cjk(std::size_t i, const EffectVerb& verb);
    void read_cjk_run(std::size_t i);
    void judge_cjk(std::size_t begin, std::size_t end, Statement& one) const;

    [[nodiscard]] Surroundings surroundings_of(std::size_t i,
                                               std::size_t verb_words,
                                               std::uint8_t form) const;
    [[nodiscard]] Statement make(std::size_t i, const EffectVerb& verb, Voice voice) const;
    void set_span(Statement& one, std::size_t from, std::size_t to) const;
    void push(Statement one, std::size_t i, std::size_t verb_words = 1);

    ClauseWords words_;
    TextPlace place_;
    std::vector<Statement> out_;
    std::uint16_t sentence_ = 0;
    bool item_ = false;            // the sentence is an item of a list
    bool in_arguments_ = false;    // of a docstring
    bool accepted_ = false;        // a statement of this sentence counts
    std::uint8_t lead_form_ = 0;   // of the verb that begins the sentence
    std::uint8_t first_form_ = 0;  // of the verb that begins the text
};

}  // namespace mcprisk::classifier
