// What all commands share: the environment, the global options, and the rooms opened on demand.
#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "classifier/classifier.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/output/style.h"
#include "engine/view/words.h"
#include "store/catalogue.h"

namespace mcprisk::cli {

struct GlobalOptions {
    std::string db;        // --db
    std::string rules;     // --rules DIR: replaces the built-in rules
    ColorMode color = ColorMode::automatic;
    bool quiet = false;
    bool verbose = false;
    std::string settings;  // --settings FILE: instead of the one at home
};

class Session {
  public:
    Session(Environment& environment, const GlobalOptions& options)
        : environment_(environment), options_(options) {}

    [[nodiscard]] Environment& environment() const { return environment_; }
    [[nodiscard]] const GlobalOptions& options() const { return options_; }
    [[nodiscard]] Style style() const { return {options_.color, environment_}; }

    // --db, else $MCPRISK_DB, else $XDG_DATA_HOME/mcprisk/catalogue.db, else under
    // $HOME/.local/share.
    [[nodiscard]] std::filesystem::path catalogue_path() const;
    // Both throw CommandFailure with what to do.
    [[nodiscard]] store::Catalogue open_catalogue(store::OpenMode mode) const;
    // Rules of --rules are always examined by their examples, the built-in ones on demand.
    const classifier::Classifier& classifier(
        classifier::RuleExamples built_in = classifier::RuleExamples::trusted);

    // One line to stderr each; untrusted text in it is made printable. note() is silent under
    // --quiet.
    void note(std::string_view line) const;
    void warn(std::string_view line) const;
    // warn(), but each line once: for what is read again and again.
    void warn_once(const std::string& line);

  private:
    Environment& environment_;
    const GlobalOptions& options_;
    std::unique_ptr<classifier::Classifier> classifier_;
    std::set<std::string> warned_;
};

// The whole file or CommandFailure{failed}; "-" is standard input. Refuses more than `limit` bytes.
std::string read_whole(const Environment& environment,
                       const std::string& name,
                       std::size_t limit = std::size_t{256} << 20);

// Writes next to the target and renames, so that a reader sees the old file or the new one.
void write_whole(const std::filesystem::path& file, std::string_view text);

// `file` as a person would name it: relative to the current directory when it lies below.
std::string shown_path(const std::filesystem::path& file, const Environment& environment);

using engine::count_of;
using engine::format_time;

}  // namespace mcprisk::cli
