#include "cli/policy_settings.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <filesystem>
#include <optional>

#include "cli/exit_code.h"
#include "crawler/config/config_tree.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

constexpr const char* kFile = ".mcprisk.toml";

namespace fs = std::filesystem;

policy::Settings read_file(const fs::path& file, const std::string& shown, Session& session) {
    constexpr std::size_t kMost = std::size_t{1} << 20;
    std::error_code error;
    // Reading a pipe that somebody left there would never end.
    if (fs::exists(file, error) && !fs::is_regular_file(file, error)) {
        throw CommandFailure(ExitCode::failed, fmt::format("reading {}: it is no file", shown));
    }
    const auto tree =
        crawler::read_toml_tree(read_whole(session.environment(), file.string(), kMost), {});
    if (!tree) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("reading {}: {}", shown, tree.error().message));
    }
    Diagnostics faults;
    auto settings = policy::read_settings(tree->value, faults);
    if (!settings) {
        for (const Diagnostic& one : faults.items()) {
            session.warn(fmt::format("{}: {}: {}", shown, one.path, one.message));
        }
        throw CommandFailure(ExitCode::failed,
                             fmt::format("{} has faults; nothing was written", shown));
    }
    for (policy::Override& one : settings->overrides) one.file = shown;
    for (const policy::Override* one : policy::expired(*settings, today(session))) {
        session.warn_once(
            fmt::format("{}: an override of {} on {} ran out on {} and no longer counts",
                        shown,
                        one->tool,
                        one->server,
                        one->expires));
    }
    for (const policy::Suppression& one : settings->suppressions) {
        if (one.expires >= today(session)) continue;
        session.warn_once(fmt::format("{}: what accepts {} of {} on {} ran out on {}",
                                      shown,
                                      one.finding,
                                      one.tool,
                                      one.server,
                                      one.expires));
    }
    return std::move(*settings);
}

bool is_there(const fs::path& file) {
    std::error_code error;
    return fs::exists(fs::symlink_status(file, error));
}

bool is_same(const fs::path& a, const fs::path& b) {
    std::error_code error;
    return fs::equivalent(a, b, error) && !error;
}

// Somebody else could have written it.
bool others_can_write(const fs::path& file) {
    struct stat status {};
    if (stat(file.c_str(), &status) != 0) return true;
    const bool ours = status.st_uid == geteuid() || status.st_uid == 0;
    return !ours || (status.st_mode & S_IWOTH) != 0;
}

// That of the folder, else the nearest one above up to the top of the repository.
std::optional<fs::path> found_near(const fs::path& directory) {
    std::error_code error;
    fs::path folder = fs::absolute(directory, error).lexically_normal();
    if (is_there(folder / kFile)) return folder / kFile;
    std::vector<fs::path> above;
    for (; !is_there(folder / ".git"); folder = folder.parent_path()) {
        if (folder == folder.parent_path()) return std::nullopt;
        above.push_back(folder.parent_path());
    }
    for (const fs::path& one : above) {
        if (is_there(one / kFile)) return one / kFile;
    }
    return std::nullopt;
}

}  // namespace

LoadedSettings load_all_settings(Session& session) {
    const Environment& environment = session.environment();
    LoadedSettings loaded;
    std::optional<fs::path> own;
    std::optional<fs::path> foreign;
    if (!session.options().settings.empty()) {
        own = environment.directory / session.options().settings;
    } else if (const auto home = environment.variable("HOME"); home && !home->empty()) {
        const fs::path file = fs::path(*home) / kFile;
        if (is_there(file)) (others_can_write(file) ? foreign : own) = file;
    }
    if (own) loaded.settings = read_file(*own, shown_path(*own, environment), session);
    if (!foreign) foreign = found_near(environment.directory);
    if (!foreign || (own && is_same(*own, *foreign))) return loaded;
    const std::string shown = shown_path(*foreign, environment);
    std::vector<std::string> ignored;
    loaded.settings =
        policy::tightened(std::move(loaded.settings), read_file(*foreign, shown, session), ignored);
    loaded.found = fmt::format("{} was found here and may only tighten", shown);
    if (!ignored.empty()) {
        loaded.found += fmt::format(
            "; not counted: {}; to let it count: --settings {}", fmt::join(ignored, ", "), shown);
    }
    session.warn_once(loaded.found);
    return loaded;
}

policy::Settings load_settings(Session& session) { return load_all_settings(session).settings; }

std::string today(const Session& session) {
    constexpr std::size_t kDate = 10;
    return format_time(session.environment().now()).substr(0, kDate);
}

void mark_accepted(std::vector<SarifResult>& results,
                   const policy::Settings& settings,
                   const std::string& today) {
    for (SarifResult& one : results) {
        const bool level = one.rule == "critical-tool" || one.rule == "high-tool";
        const auto* accepted = policy::suppression_for(
            settings, one.server, one.tool, level ? "level" : one.rule, today);
        if (accepted != nullptr) {
            one.suppressed = fmt::format("{} (until {})", accepted->reason, accepted->expires);
        }
    }
}

std::function<void(std::vector<SarifResult>&)> acceptance(Session& session) {
    return [settings = load_settings(session), day = today(session)](
               std::vector<SarifResult>& results) { mark_accepted(results, settings, day); };
}

}  // namespace mcprisk::cli
