// Leave to start a program that a configuration or an index names.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "cli/environment.h"
#include "crawler/target.h"

namespace mcprisk::cli {

// On a terminal each server is asked for once, with the exact command; "all" covers the rest of the
// run, "never" is remembered and not asked again, "yes" is remembered for this exact command. Away
// from a terminal only --yes gives consent. What is remembered is a hash of command line and
// environment names, never their values.
class Consent {
  public:
    // `memory`: the file that remembers, created when needed. `yes`: --yes was given.
    Consent(Environment& environment, std::filesystem::path memory, bool yes);

    // A program given on the command line is consent in itself, and so is an URL without
    // credentials.
    bool allows(const crawler::Target& target);

    // Headers that an index gives are no credentials of ours: they need no consent.
    enum class Source { configuration, index };
    bool allows(const crawler::Target& target, Source source);

    // --yes was given, or "all" answered.
    [[nodiscard]] bool allows_all() const { return all_; }

  private:
    void remember(const std::string& hash, bool allowed);

    Environment& environment_;
    std::filesystem::path memory_;
    bool all_;
    std::set<std::string> allowed_;
    std::set<std::string> refused_;
};

}  // namespace mcprisk::cli
