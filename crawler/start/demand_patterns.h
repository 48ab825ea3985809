// The patterns by which the text of a program that does not start is read (demands.h).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/regex.h"

namespace mcprisk::crawler {

// Capture groups in the one form the wrapper over RE2 needs: text between two patterns.
class DemandPattern {
  public:
    explicit DemandPattern(const char* source, bool case_sensitive = false)
        : regex_(Regex::later(source, case_sensitive)) {}
    [[nodiscard]] bool in(std::string_view text) const { return regex_.matches(text); }
    // Where a match begins.
    [[nodiscard]] std::optional<std::size_t> find(std::string_view text) const {
        const auto found = regex_.find(text);
        if (!found) return std::nullopt;
        return found->begin;
    }
    // What follows the match, or nothing.
    [[nodiscard]] std::optional<std::string_view> after(std::string_view text) const {
        const auto found = regex_.find(text);
        if (!found) return std::nullopt;
        return text.substr(found->end);
    }
    [[nodiscard]] std::vector<std::string> all(std::string_view text) const {
        constexpr std::size_t kMostMatches = 12;
        std::vector<std::string> words;
        while (words.size() < kMostMatches) {
            const auto found = regex_.find(text);
            if (!found || found->end == found->begin) break;
            words.emplace_back(text.substr(found->begin, found->end - found->begin));
            text.remove_prefix(found->end);
        }
        return words;
    }

  private:
    Regex regex_;
};

struct DemandPatterns {
    DemandPattern usage{R"(^\W{0,4}usage\b\s*:?)"};
    DemandPattern commands{R"(^\W{0,3}(available |sub)?(sub)?commands?\s*:?\s*$)"};
    DemandPattern option{R"(--[A-Za-z][A-Za-z0-9-]*)", true};
    DemandPattern variable{R"(\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\b)", true};
    DemandPattern named_variable{R"((environment variables?|env vars?|process\.env\.?)[ :'"`\[]*)"};
    DemandPattern wants{
        R"(missing|required?\b|requires\b|must |not (set|provided|specified|configured|found|)"
        R"(defined)|please |is empty|no [a-z ]{0,30}(given|provided|set|found|configured)|)"
        R"(needs?\b|unset|invalid|set the|undefined|provide|expected)"};
    DemandPattern required_option{R"(required option ')"};
    DemandPattern missing_positional{R"(missing required argument ')"};
    DemandPattern missing_names{
        R"(missing required arguments?:|required flag\(s\)|missing required flags?:?|)"
        R"(following arguments are required:|missing \d+ required args?:?|)"
        R"(required environment variables?:?)"};
    DemandPattern clap{R"(following required arguments were not provided)"};
    DemandPattern not_enough{R"(not enough non-option arguments|missing \d+ required arg)"};
    DemandPattern one_of{
        R"(unknown command|expected (one of|command)|expected '|available commands:|)"
        R"(required command|no command|specify a (sub)?command|invalid (sub)?command)"};
    DemandPattern listens{
        R"((listen(ing|s)?|running|started|available|serving|server)\b.{0,60}(https?://|)"
        R"(\bport\b|:::?\d|0\.0\.0\.0|localhost:|127\.0\.0\.1:))"};
    DemandPattern address_used{R"(EADDRINUSE|listen E)"};
    DemandPattern refused{R"(ECONNREFUSED (127\.0\.0\.1|::1|localhost):\d+)"};
    DemandPattern node{
        R"(requires? node(\.js)?( version)?|unsupported node|node(\.js)? version .{0,40})"
        R"((required|or (higher|newer|later))|unsupported engine|webidl\.|)"
        R"(does not provide an export named|is not a function or its return)"};
    DemandPattern alternatives{R"(\bone of\b|\beither\b|--[a-z-]+,? or --)"};
    DemandPattern as_argument{R"( as (a |an |the )?(first |second |only )?(command[- ]line |cli )?)"
                              R"((argument|parameter)|on the command line)"};
    DemandPattern article{
        R"((provide|specify|pass|give|supply|missing|requires?) (an? |the |your )?)"};
    DemandPattern refuses{R"(unknown (option|argument|flag)|unrecognized (option|argument)|)"
                          R"(unexpected argument|too many arguments|unknown or unexpected option)"};
    DemandPattern complaint{
        R"(invalid|must be|expected|enoent|eisdir|enotdir|unexpected token|no such)"
        R"(|not found|does not exist|is not a|failed to (read|parse|load)|decoder)"};
};

// Made at the first call, compiled as they are used; thread-safe.
const DemandPatterns& demand_patterns();

}  // namespace mcprisk::crawler
