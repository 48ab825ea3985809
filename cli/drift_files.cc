#include "cli/drift_files.h"

#include <fmt/format.h>
#include <string_view>

#include "crawler/config/input_file.h"

namespace mcprisk::cli {
namespace {

constexpr std::size_t kLargestDriftFile = std::size_t{1} << 30;

}  // namespace

engine::LockFile lock_or_fail(const std::string& name, Session& session) {
    auto lock = engine::parse_lock(read_whole(session.environment(), name));
    if (!lock) {
        throw CommandFailure(
            ExitCode::failed,
            fmt::format("reading the lock file {}: {}", name, lock.error().message));
    }
    return std::move(*lock);
}

engine::DriftVersions read_drift_file(const std::string& name, Session& session) {
    constexpr std::string_view kDatabase{"SQLite format 3\0", 16};
    const std::string text = read_whole(session.environment(), name, kLargestDriftFile);
    if (text.starts_with(kDatabase)) {
        auto catalogue = store::Catalogue::open(session.environment().directory / name,
                                                store::OpenMode::read_only);
        if (!catalogue) throw CommandFailure(ExitCode::failed, catalogue.error().message);
        return engine::read_drift_catalogue(*catalogue, std::nullopt);
    }
    engine::DriftVersions versions;
    if (engine::looks_like_lock(text)) {
        for (auto& [id, server] : lock_or_fail(name, session)) {
            versions[id] = {std::move(server.document), std::nullopt};
        }
        return versions;
    }
    auto input = crawler::read_input(name, text, {});
    if (!input) throw CommandFailure(ExitCode::failed, input.error().message);
    if (input->kind != crawler::InputKind::recorded) {
        throw CommandFailure(
            ExitCode::failed,
            fmt::format("comparing {}: it names servers and not their tools; scan it first and "
                        "compare the servers by their ids",
                        name));
    }
    for (const Diagnostic& d : input->diagnostics.items()) {
        session.warn(fmt::format("{}:{}: {}", name, d.line, d.message));
    }
    for (Listing& listing : input->listings) {
        std::string id = listing.document.server;
        versions[std::move(id)] = {std::move(listing.document), std::nullopt};
    }
    return versions;
}

}  // namespace mcprisk::cli
