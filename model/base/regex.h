// The one door to RE2 for all rooms.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace mcprisk {

struct RegexMatch {
    std::size_t begin = 0;
    std::size_t end = 0;
};

// A compiled pattern in RE2 syntax. Movable, immutable, safe to share between threads. Note that
// `\b` counts `_` as part of a word: split names into words first.
class Regex {
  public:
    // `case_sensitive` false folds ASCII and Unicode case.
    static Result<Regex> compile(std::string_view pattern, bool case_sensitive = false);
    // Compiled when it is first used, for patterns that are known to be valid and of which most
    // runs need few. One that is not valid after all matches nothing.
    static Regex later(std::string pattern, bool case_sensitive = false);
    Regex(Regex&&) noexcept;
    Regex& operator=(Regex&&) noexcept;
    ~Regex();

    [[nodiscard]] bool matches(std::string_view text) const;  // anywhere in `text`
    [[nodiscard]] std::optional<RegexMatch> find(std::string_view text) const;  // leftmost
    [[nodiscard]] const std::string& pattern() const;

  private:
    struct Impl;
    explicit Regex(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// Many patterns in one pass: which of them occur in a text. Same rules as Regex.
class RegexSet {
  public:
    static Result<RegexSet> compile(std::span<const std::string> patterns,
                                    bool case_sensitive = false);
    RegexSet(RegexSet&&) noexcept;
    RegexSet& operator=(RegexSet&&) noexcept;
    ~RegexSet();

    // Sorted indices into the patterns. Falls back to one by one when the automaton runs out of
    // memory, so that a lack of memory never reads as "no match".
    [[nodiscard]] std::vector<int> matches(std::string_view text) const;

  private:
    struct Impl;
    explicit RegexSet(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace mcprisk
