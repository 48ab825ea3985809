#include "cli/session.h"

#include <fmt/format.h>
#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <istream>
#include <iterator>
#include <ostream>
#include <vector>

#include "cli/new_file.h"
#include "data/data.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;

struct NamedText {
    std::string name;
    std::string text;
};

std::vector<NamedText> read_rule_folder(const Environment& environment, const std::string& folder) {
    std::error_code error;
    std::vector<NamedText> files;
    for (const auto& entry : fs::directory_iterator(environment.directory / folder, error)) {
        if (entry.path().extension() != ".json") continue;
        files.push_back({entry.path().filename(), read_whole(environment, entry.path())});
    }
    if (error) {
        throw CommandFailure(ExitCode::usage,
                             fmt::format("reading rules from {}: {}", folder, error.message()));
    }
    std::sort(files.begin(), files.end(), [](const NamedText& a, const NamedText& b) {
        return a.name < b.name;
    });
    return files;
}

}  // namespace

fs::path Session::catalogue_path() const {
    if (!options_.db.empty()) return environment_.directory / options_.db;
    const auto variable = [&](const char* name) {
        return environment_.variable(name).value_or("");
    };
    if (const std::string db = variable("MCPRISK_DB"); !db.empty()) {
        return environment_.directory / db;
    }
    if (const std::string data = variable("XDG_DATA_HOME"); !data.empty()) {
        return fs::path(data) / "mcprisk" / "catalogue.db";
    }
    if (const std::string home = variable("HOME"); !home.empty()) {
        return fs::path(home) / ".local" / "share" / "mcprisk" / "catalogue.db";
    }
    throw CommandFailure(
        ExitCode::failed,
        "no place for the catalogue: neither HOME nor XDG_DATA_HOME is set; name a "
        "file with --db");
}

store::Catalogue Session::open_catalogue(store::OpenMode mode) const {
    auto catalogue = store::Catalogue::open(catalogue_path(), mode);
    if (!catalogue) throw CommandFailure(ExitCode::failed, catalogue.error().message);
    return std::move(*catalogue);
}

const classifier::Classifier& Session::classifier(classifier::RuleExamples built_in) {
    if (classifier_ != nullptr) return *classifier_;
    Diagnostics diagnostics;
    std::vector<NamedText> own;
    std::vector<EmbeddedFile> rules(embedded::rules().begin(), embedded::rules().end());
    if (!options_.rules.empty()) {
        own = read_rule_folder(environment_, options_.rules);
        rules.clear();
        for (const NamedText& file : own) rules.push_back({file.name, file.text});
    }
    auto built = classifier::Classifier::build(
        rules,
        embedded::attacks(),
        diagnostics,
        embedded::weights(),
        options_.rules.empty() ? built_in : classifier::RuleExamples::run);
    for (const Diagnostic& d : diagnostics.items()) {
        warn(fmt::format("{}: {}{}{}", d.file, d.path, d.path.empty() ? "" : ": ", d.message));
    }
    if (!built) {
        throw CommandFailure(ExitCode::failed,
                             "the rules cannot be used: " + built.error().message);
    }
    classifier_ = std::make_unique<classifier::Classifier>(std::move(*built));
    return *classifier_;
}

void Session::note(std::string_view line) const {
    if (!options_.quiet) environment_.err << printable(line) << '\n';
}

void Session::warn(std::string_view line) const {
    environment_.err << "mcprisk: " << printable(line) << '\n';
}

void Session::warn_once(const std::string& line) {
    if (warned_.insert(line).second) warn(line);
}

std::string read_whole(const Environment& environment, const std::string& name, std::size_t limit) {
    const auto read = [&](std::istream& in) {
        std::string text;
        std::vector<char> block(std::size_t{1} << 16);
        while (in.read(block.data(), static_cast<std::streamsize>(block.size())) ||
               in.gcount() > 0) {
            text.append(block.data(), static_cast<std::size_t>(in.gcount()));
            if (text.size() > limit) {
                throw CommandFailure(ExitCode::failed,
                                     fmt::format("reading {}: more than {} MB", name, limit >> 20));
            }
        }
        // Half of a file is not what was asked for.
        if (in.bad()) {
            throw CommandFailure(ExitCode::failed,
                                 fmt::format("reading {}: it cannot be read to its end", name));
        }
        return text;
    };
    if (name == "-") return read(environment.in);
    const fs::path path = environment.directory / name;
    std::error_code error;
    if (fs::is_directory(path, error)) {
        throw CommandFailure(ExitCode::failed, fmt::format("reading {}: it is a folder", name));
    }
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        throw CommandFailure(
            ExitCode::failed,
            fmt::format("reading {}: {}", name, std::generic_category().message(errno)));
    }
    return read(in);
}

void write_whole(const fs::path& file, std::string_view text) {
    std::error_code ignored;
    if (file.has_parent_path()) fs::create_directories(file.parent_path(), ignored);
    NewFile made(file);
    made.out() << text;
    made.put();
}

std::string shown_path(const fs::path& file, const Environment& environment) {
    const fs::path normal = file.lexically_normal();
    const fs::path relative = normal.lexically_relative(environment.directory.lexically_normal());
    const bool below = !relative.empty() && *relative.begin() != "..";
    return below ? relative.string() : normal.string();
}

}  // namespace mcprisk::cli
