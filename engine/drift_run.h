// Two lists of servers compared: what `diff` reports, with what the changes do to the policy.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "classifier/classifier.h"
#include "model/drift.h"
#include "policy/decide/settings.h"
#include "store/catalogue.h"

namespace mcprisk::engine {

// The recommended rule of a tool, in one word, on either side.
struct RuleChange {
    std::string before;
    std::string after;
};

struct ServerReport {
    enum class Kind { changed, added, removed };
    Kind kind = Kind::changed;
    ServerDrift drift;  // of an added or removed server: all its tools
    std::optional<std::int64_t> before_at;
    std::optional<std::int64_t> after_at;
    std::map<std::string, RuleChange> rules;  // by tool, where the rule is another
    std::vector<Verdict> verdicts;            // of the later side
};

struct DriftReport {
    std::vector<ServerReport> servers;  // those with differences; see sort()
    std::size_t unchanged = 0;
    // Servers of the earlier side that nothing is known of now, each with the reason.
    std::vector<std::string> unknown;
    // Tools whose definitions differ in every listing, as "tool on server".
    std::vector<std::string> unstable;

    [[nodiscard]] bool any() const { return !servers.empty(); }
    // Rug pulls first, then by the most dangerous change, then by id.
    void sort();
};

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
    // `today`, "2026-11-21": settings count to their last day. The classifier outlives the run.
    DriftRun(const classifier::Classifier& classifier, policy::Settings settings, std::string today)
        : classifier_(classifier), settings_(std::move(settings)), today_(std::move(today)) {}

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

    const classifier::Classifier& classifier_;
    policy::Settings settings_;
    std::string today_;
    DriftReport report_;
};

// "the instructions of github changed"; empty if nothing of the server itself did.
std::string about_in_words(const ServerDrift& drift);

// Newest listings of all servers of a catalogue, or those in force at a time.
DriftVersions read_drift_catalogue(const store::Catalogue& catalogue,
                                   std::optional<store::Timestamp> at);

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

}  // namespace mcprisk::engine
