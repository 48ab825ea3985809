// The verb and the noun phrases of a tool's name and of the beginning of its description, as words
// of the lexicon.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "model/lexicon/lexicon.h"
#include "model/tool.h"

namespace mcprisk::classifier {

struct NounPhrase {
    std::vector<std::string_view> words;  // lower case, into the owner's text; the head last
    lexicon::Object object;
    bool known = false;   // the lexicon knows the object
    bool plural = false;  // more than one of them
};

class NounPhrases {
  public:
    NounPhrases(const Tool& tool, lexicon::Subject about);
    NounPhrases(const NounPhrases&) = delete;
    NounPhrases& operator=(const NounPhrases&) = delete;

    // The object of the name first, then those of the first sentences.
    [[nodiscard]] const std::vector<NounPhrase>& objects() const { return objects_; }
    // A word of the name, or of the first sentences, whole and in lower case; "" if there is none.
    [[nodiscard]] std::string_view in_name(std::initializer_list<std::string_view> words) const;
    [[nodiscard]] std::string_view in_text(std::initializer_list<std::string_view> words) const;
    // In the name or the noun phrases that objects() holds.
    [[nodiscard]] std::string_view in_objects(std::initializer_list<std::string_view> words) const;
    [[nodiscard]] std::string_view anywhere(std::initializer_list<std::string_view> words) const;
    // Whether the first sentences hold these letters, within a word or not.
    [[nodiscard]] bool says(std::string_view letters) const {
        return text_.find(letters) != std::string::npos;
    }
    // A parameter by one of these names (last part of its path); nullptr if there is none.
    [[nodiscard]] const Parameter* parameter(std::initializer_list<std::string_view> names) const;
    [[nodiscard]] lexicon::Effect name_effect() const { return name_effect_; }

  private:
    void add(std::span<const std::string_view> words, lexicon::Subject about);

    const Tool& tool_;
    std::string name_;  // lower case, parts by blanks
    std::string text_;  // lower case, the first sentences
    std::vector<std::string_view> name_words_;
    std::vector<std::string_view> text_words_;
    std::vector<NounPhrase> objects_;
    lexicon::Effect name_effect_ = lexicon::Effect::none;
};

}  // namespace mcprisk::classifier
