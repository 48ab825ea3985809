// Two lists of servers compared: what `diff` and `scan --lock` share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/lock_file.h"
#include "cli/output/drift_report.h"
#include "cli/session.h"
#include "policy/decide/settings.h"

namespace mcprisk::cli {

// One server at one time. Verdicts are made here, by today's rules on both sides, so that what is
// reported comes from the server and not from other rules.
struct DriftVersion {
    ServerDocument document;
    std::optional<std::int64_t> at;  // when it was observed, if that is known
};

// What may be compared: servers by id.
using DriftVersions = std::map<std::string, DriftVersion>;

class DriftRun {
  public:
    explicit DriftRun(Session& session);

    void compare(const DriftVersion& before,
                 const DriftVersion& after,
                 const Places& restless = {});
    void only_before(const DriftVersion& before);
    void only_after(const DriftVersion& after);
    // Nothing is known now of a server of the earlier side.
    void unknown(const std::string& line) { report_.unknown.push_back(line); }
    void unchanged() { ++report_.unchanged; }

    // Sorted. The run is empty afterwards.
    DriftReport finish();

  private:
    void add(ServerReport server,
             const ServerDocument* before,
             std::span<const Verdict> verdicts_before,
             const ServerDocument* after,
             std::span<const Verdict> verdicts_after);

    // What policies said and say, by tool. The same settings on both sides.
    [[nodiscard]] std::map<std::string, std::string> rules_of(
        const ServerDocument* document, std::span<const Verdict> verdicts) const;

    Session& session_;
    policy::Settings settings_;
    DriftReport report_;
};

// "the instructions of github changed"; empty if nothing of the server itself did.
std::string about_in_words(const ServerDrift& drift);

// A database, a lock file, or any file of recorded definitions, told apart by content. Throws
// CommandFailure{failed} for others, client configurations among them.
DriftVersions read_drift_file(const std::string& name, Session& session);

// Newest listings of all servers of a catalogue, or those in force at a time.
DriftVersions read_drift_catalogue(const store::Catalogue& catalogue,
                                   std::optional<store::Timestamp> at);

// Reads and parses, or CommandFailure{failed}.
LockFile lock_or_fail(const std::string& name, Session& session);

// The contents a server gave, newest first, each with the last time it was observed; at most
// `limit`.
struct PastListing {
    store::ListingId listing = 0;
    store::Timestamp at = 0;
};
std::vector<PastListing> past_listings(const store::Catalogue& catalogue,
                                       const std::string& server,
                                       std::size_t limit);

// Places that were another text each time in each of the last listings of a server: at least
// three, at most five, none of them equal to the one before it. Unstable text does not count.
Places restless_places(const store::Catalogue& catalogue, const std::string& server);

}  // namespace mcprisk::cli
