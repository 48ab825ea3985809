// The catalogue on disk: servers, their listings, tool versions and verdicts, in one SQLite file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/alias.h"
#include "model/base/result.h"
#include "model/listing.h"
#include "model/verdict.h"

namespace mcprisk::store {

// Seconds since 1970-01-01T00:00:00Z. Always given by the caller: the store reads no clock.
using Timestamp = std::int64_t;

enum class OpenMode {
    read_only,      // fails if the file is not there; never writes, never migrates
    read_existing,  // fails if the file is not there; else as read_write
    read_write      // creates file and folders (0700), migrates
};

// What one call of record() did.
struct Recorded {
    bool new_server = false;
    bool new_listing = false;  // false: unchanged, only an observation was added
    std::size_t new_tool_versions = 0;
    std::size_t new_verdicts = 0;
};

// What one call of merge() did.
struct Merged {
    std::size_t servers = 0;  // these: that were new
    std::size_t observations = 0;
    std::size_t listings = 0;
    std::size_t tool_versions = 0;
};

// What came of one of the catalogues that merge() read.
struct MergeReport {
    Merged merged;
    std::size_t servers_lost = 0;  // could not be read, or are not what their hashes say
    bool broke_off = false;        // no more of it could be read, nobody knows how much that is
    std::string damage;            // what went wrong first; empty if nothing did
};

// Servers done, and servers there are, counted once for each catalogue that has them.
using MergeProgress = std::function<void(std::size_t, std::size_t)>;

struct ServerRow {
    std::string id;
    std::string title;
    std::string description;
    std::string source;
    std::string transport;
    std::string origin;
    std::string protocol_version;
    std::string server_info_name;
    std::string server_info_version;
    std::string version;
    std::string instructions;
    std::vector<std::string> flags;
    Outcome last_outcome = Outcome::listed;
    std::string last_failure;
    std::string started_with;              // as in Listing, of the last observation
    Timestamp last_seen = 0;               // last observation
    std::optional<Timestamp> last_listed;  // last one that listed
    std::size_t tools = 0;                 // in the newest listing
    std::map<Category, std::size_t> by_category;
    std::map<RiskLevel, std::size_t> by_risk;
    std::map<RiskLevel, std::size_t> by_attention;  // as attention_of() says it
    std::map<RiskLevel, std::size_t> unbounded;  // by attention: tools that take input without limits
    std::size_t any_command = 0;  // Critical tools that run any command (exec.shell)
    std::size_t alarming = 0;     // tools with an alarming finding that raises attention
};

// Names one content that a server gave (docs/store.md, "listings"); never 0.
using ListingId = std::int64_t;

// One attempt to list a server. What follows `listing` describes what it said, and is empty if the
// attempt failed.
struct ObservationRow {
    Timestamp at = 0;
    Outcome outcome = Outcome::listed;
    std::string failure;
    std::string origin;
    std::vector<std::string> flags;
    std::string credential_class;
    std::string started_with;  // as in Listing
    std::int64_t elapsed_ms = 0;
    std::int64_t bytes_received = 0;
    ListingId listing = 0;          // 0: it failed
    bool first_of_listing = false;  // nothing earlier said the same
    std::string listing_hash;
    std::string transport;
    std::string protocol_version;
    std::string server_info_name;
    std::string server_info_version;
    std::string version;
    std::string instructions;
    std::string server_capabilities;    // canonical JSON
    std::string declared_capabilities;  // canonical JSON
    std::size_t tools = 0;
};

// What a server said at one time, with the verdicts that were given last to just that.
struct Snapshot {
    Timestamp at = 0;  // when it was observed
    ListingId listing = 0;
    std::string listing_hash;
    std::string protocol_version;
    std::string transport;
    std::string credential_class;
    std::string rules_version;  // of the verdicts; empty if nobody judged it yet
    ServerDocument document;
    std::vector<Verdict> verdicts;  // in the order of document.tools
};

// A tool of a server's newest listing, with its newest verdict.
struct ToolRow {
    std::string server;
    Tool tool;                 // read back from the stored definition
    Verdict verdict;           // without a rules_version if nobody judged the tool yet
    Timestamp first_seen = 0;  // of this version, on this server
    Timestamp listed_at = 0;   // when the server was last listed; 0 if that is not known
    std::string snippet;       // of a search by text: where it was found, shortened
};

// Riskiest, least certain and newest first; names from the start of the alphabet.
enum class SortBy { risk, name, server, confidence, changed };

struct Query {
    std::string text;  // words that must occur in name, title or description; empty for all
    std::optional<Category> category;
    std::optional<RiskLevel> min_risk;
    std::optional<double> max_confidence;
    std::string server_glob;  // GLOB pattern on the server id; empty for all
    std::string capability;
    std::string attack;
    std::string finding;
    std::optional<Timestamp> changed_since;  // in force only since then, new or back again
    SortBy sort = SortBy::risk;              // ties by server, then tool: the order is total
    std::size_t limit = 50;
    std::size_t offset = 0;
};

struct QueryAnswer {
    std::vector<ToolRow> rows;
    std::size_t total = 0;  // without limit and offset, at most kMostCounted
    bool more = false;      // there are more than that
};

// Counting on would take longer than finding what is shown.
inline constexpr std::size_t kMostCounted = 10'000;

struct Stats {
    std::size_t servers = 0;
    std::size_t servers_listed = 0;
    std::size_t tools = 0;
    std::size_t observations = 0;
    std::map<Category, std::size_t> by_category;
    std::map<RiskLevel, std::size_t> by_risk;
    std::map<std::string, std::size_t> by_transport;  // servers
    std::map<std::string, std::size_t> by_outcome;    // servers, by last outcome
    std::map<std::string, std::size_t> by_finding;    // tools
    std::map<Category, std::size_t> servers_with;     // servers that have such a tool
};

struct LastAttempt {
    Timestamp at = 0;
    Outcome outcome = Outcome::listed;
    std::optional<std::int64_t> ttl_ms;  // how long the server says its answer holds
};

struct CountAt {
    std::string server;
    Category category = Category::read;
    RiskLevel risk = RiskLevel::low;
    std::size_t tools = 0;
};

// One connection; not thread-safe, several processes may each have one. Functions that return
// Result report what the caller can act on; a broken or full disk throws DatabaseError.
class Catalogue {
  public:
    static Result<Catalogue> open(const std::filesystem::path& file, OpenMode mode);
    Catalogue(Catalogue&&) noexcept;
    Catalogue& operator=(Catalogue&&) noexcept;
    ~Catalogue();

    // One transaction: all of it or nothing. `verdicts` belong to the tools of the listing by name
    // and definition hash. A failed listing adds an observation and leaves the last good listing in
    // place. `aliases` are names that the server goes by.
    Recorded record(const Listing& listing,
                    std::span<const Verdict> verdicts,
                    Timestamp now,
                    std::span<const Alias> aliases = {});

    // Takes in what other catalogues observed and this one has not: attempts with their times, what
    // was said, every judgement, names. The result does not depend on the order of the catalogues
    // nor on which is merged into which, and doing it again changes nothing: of two judgements by
    // the same rules the later stays, what was listed last describes a server, a tie goes to the
    // greater text. Some servers at a time are one transaction: what was interrupted can be done
    // again. What is damaged in one of them is reported and the rest is taken. One report each.
    std::vector<MergeReport> merge(std::span<const Catalogue> others,
                                   const MergeProgress& progress = {});
    // One of them; throws DatabaseError for one that is damaged, after taking the rest.
    Merged merge(const Catalogue& other);

    // Gives a stored listing verdicts of other rules; one transaction. Returns how many tools these
    // rules had not judged before.
    std::size_t judge(ListingId listing, std::span<const Verdict> verdicts, Timestamp now);
    // Newest listings whose shown verdicts are of other rules; or every listing, old ones included,
    // that these rules never judged.
    [[nodiscard]] std::vector<ListingId> listings_to_judge(std::string_view rules_version,
                                                           bool every_listing) const;
    [[nodiscard]] ServerDocument document_of(ListingId listing) const;

    // Attempts, newest first.
    [[nodiscard]] std::vector<ObservationRow> history(std::string_view server_id,
                                                      std::size_t limit) const;
    // What was in force at that time, or is now; nothing if the server had not listed by then.
    [[nodiscard]] std::optional<Snapshot> snapshot(
        std::string_view server_id, std::optional<Timestamp> at = std::nullopt) const;
    // Servers that have said more than one thing, by id.
    [[nodiscard]] std::vector<std::string> servers_with_past() const;
    // listing_hash() of the newest listing; empty if the server never listed.
    [[nodiscard]] std::string newest_content(std::string_view server_id) const;

    // What is wrong with the file, a line each; empty if nothing is. Reads everything.
    [[nodiscard]] std::vector<std::string> check() const;
    // Makes anew what follows from other tables: search index and current tools.
    void rebuild();
    // A complete copy while others go on writing. `file` must not exist.
    [[nodiscard]] Result<void> backup(const std::filesystem::path& file) const;

    [[nodiscard]] std::vector<ServerRow> servers() const;  // by id
    // An exact id, else the only server whose id contains `part` (case does not matter). not_found
    // and ambiguous errors name the nearest or the fitting ids.
    [[nodiscard]] Result<ServerRow> find_server(std::string_view part) const;
    // Tools of the newest listing, by name.
    [[nodiscard]] std::vector<ToolRow> tools_of(std::string_view server_id) const;
    [[nodiscard]] QueryAnswer query(const Query& query) const;
    // Tools on other servers with the same name, else with the same objects and deed, else with
    // its rarest capability; best first, then by server.
    [[nodiscard]] std::vector<ToolRow> similar_tools(std::string_view server_id,
                                                     std::string_view tool,
                                                     std::size_t limit) const;
    [[nodiscard]] Stats stats() const;
    // Tools by server, category and level as they stood at a time, with the verdicts given last.
    [[nodiscard]] std::vector<CountAt> counts_at(Timestamp at) const;

    // Names of a server, by kind and value; and the server that goes by a name.
    [[nodiscard]] std::vector<Alias> aliases_of(std::string_view server_id) const;
    [[nodiscard]] std::optional<std::string> server_by_alias(std::string_view kind,
                                                             std::string_view value) const;
    // The last attempt at every server, by id.
    [[nodiscard]] std::map<std::string, LastAttempt, std::less<>> last_attempts() const;

    [[nodiscard]] int schema_version() const;

  private:
    struct Impl;
    explicit Catalogue(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace mcprisk::store
