// The door of the classifier: rules in, verdicts out. Pure: no files, no clock, no globals.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/judging/rule.h"
#include "model/base/diagnostics.h"
#include "model/base/embedded.h"
#include "model/base/result.h"
#include "model/tool.h"
#include "model/verdict.h"

namespace mcprisk::classifier {

// What a person sees of one rule (`rules list`, `rules show`).
struct RuleInfo {
    std::string id;
    std::string kind;  // what part of a definition it reads
    std::string why;   // one or two sentences about the world
    std::string says;
    std::string json;  // the file, canonical
};

// Immutable once built; `classify` may be called from many threads at once.
class Classifier {
  public:
    // `rules`: the files of data/rules; `attacks`: those of data/attacks. Every fault of a file is
    // put into `diagnostics`; nothing is returned if there was an error. A rule is refused when a
    // field is missing or unknown, when a word list is empty, or when one of its own examples
    // fails. `weights`: the files of data/model by name (category.tsv, directive-words.tsv
    // with directives.tsv), or
    // nothing for rules alone.
    static Result<Classifier> build(std::span<const EmbeddedFile> rules,
                                    std::span<const EmbeddedFile> attacks,
                                    Diagnostics& diagnostics,
                                    std::span<const EmbeddedFile> weights = {},
                                    RuleExamples examples = RuleExamples::run);
    Classifier(Classifier&&) noexcept;
    Classifier& operator=(Classifier&&) noexcept;
    ~Classifier();

    // One verdict a tool, in the order of the document. All tools of the server must be in the
    // document, since siblings are evidence. The order of tools changes no verdict.
    [[nodiscard]] std::vector<Verdict> classify(const ServerDocument& document) const;

    // Short hash over rules, attack links and the version of the heuristics in code.
    [[nodiscard]] const std::string& rules_version() const;

    [[nodiscard]] std::span<const RuleInfo> rules() const;  // sorted by id

  private:
    struct Impl;
    explicit Classifier(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace mcprisk::classifier
