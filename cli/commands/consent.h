// Leave to start a program, or to send what is this machine's, that a configuration or an index
// names.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "cli/environment.h"
#include "crawler/target.h"

namespace mcprisk::cli {

// On a terminal each server is asked for once, with everything that is started or sent but values
// that may be secret; "all" covers the rest of the run, "never" is remembered and not asked again,
// "yes" is remembered for exactly this. Away from a terminal only --yes gives consent.
//
// A yes is remembered as a salted hash of all that is started: command, working directory, address,
// variables and headers with their values, and, where the command names files of the current
// directory, that directory. Any other value is another question. A never is remembered without the
// values, so that changing one asks nobody again.
class Consent {
  public:
    // `memory`: the file that remembers, created when needed; empty: nothing is remembered. One
    // that somebody else could have written is not believed, and said on `environment.err`. `yes`:
    // --yes was given.
    Consent(Environment& environment, std::filesystem::path memory, bool yes);

    // A program given on the command line is consent in itself, and so is an address that gets
    // nothing of this machine: no header, no credentials, no value of a variable or file.
    bool allows(const crawler::Target& target);

    // Headers that an index gives are no credentials of ours: they need no consent.
    enum class Source { configuration, index };
    bool allows(const crawler::Target& target, Source source);

    // --yes was given, or "all" answered.
    [[nodiscard]] bool allows_all() const { return all_; }

  private:
    [[nodiscard]] std::string exact_hash(const crawler::Target& target) const;
    void recall();
    void remember(const std::string& hash, bool allowed);

    Environment& environment_;
    std::filesystem::path memory_;
    bool all_;
    std::string salt_;
    std::set<std::string> allowed_;
    std::set<std::string> refused_;
};

}  // namespace mcprisk::cli
