#include "store/merge.h"

#include <utility>

#include "store/aliases.h"
#include "store/digest.h"
#include "store/history.h"
#include "store/recorder.h"
#include "store/rows.h"

namespace mcprisk::store {
namespace {

// Everything of one attempt that a listing brings, in the order of time: what was first seen stays
// so.
constexpr std::string_view kObservations =
    "SELECT s.name, o.at, o.outcome, o.failure, o.origin, o.flags, o.credential_class, "
    "o.challenge, o.last_words, o.cache_scope, o.ttl_ms, o.elapsed_ms, o.bytes_received, o.pages, "
    "o.listing_id, l.hash, l.protocol_version, l.server_info_name, l.server_info_version, "
    "l.server_capabilities, l.declared_capabilities, coalesce(l.transport, s.transport), s.source "
    "FROM observations AS o JOIN servers AS s ON s.id = o.server_id "
    "LEFT JOIN listings AS l ON l.id = o.listing_id ORDER BY s.name, o.at, o.id";

class Merge {
  public:
    Merge(Database& into, Database& from) : into_(into), from_(from) {}

    Merged run() {
        const Transaction snapshot(from_, Transaction::Kind::snapshot);
        Run row(from_.statement(kObservations));
        while (row.step()) take(row);
        return merged_;
    }

  private:
    [[nodiscard]] bool known(const Run& row) {
        Run find(
            into_.statement("SELECT 1 FROM observations AS o "
                            "JOIN servers AS s ON s.id = o.server_id "
                            "LEFT JOIN listings AS l ON l.id = o.listing_id "
                            "WHERE s.name = ? AND o.at = ? AND o.outcome = ? AND l.hash IS ?"));
        const std::string server(row.text(0));
        const std::string outcome(row.text(2));
        find.bind(server).bind(row.integer(1)).bind(outcome);
        if (row.optional_integer(14)) {
            find.bind(row.bytes(15));
        } else {
            find.bind(std::nullopt);
        }
        return find.step();
    }

    void take(const Run& row) {
        if (known(row)) return;
        const std::string server(row.text(0));
        Listing listing;
        std::vector<Verdict> verdicts;
        if (const auto id = row.optional_integer(14)) {
            listing.document = read_listing_document(from_, *id);
            verdicts = read_listing_verdicts(from_, *id, listing.document);
            listing.protocol_version = row.text(16);
            listing.server_info_name = row.text(17);
            listing.server_info_version = row.text(18);
            listing.server_capabilities = row.text(19);
            listing.declared_capabilities = row.text(20);
        }
        listing.document.server = server;
        listing.document.source = row.text(22);
        listing.outcome = read_outcome(row.text(2), server);
        listing.failure = row.text(3);
        listing.origin = row.text(4);
        listing.flags = read_flags(row.text(5), server);
        listing.credential_class = row.text(6);
        listing.challenge = row.text(7);
        listing.last_words = row.text(8);
        listing.cache_scope = row.text(9);
        listing.ttl_ms = row.optional_integer(10);
        listing.elapsed_ms = row.integer(11);
        listing.bytes_received = row.integer(12);
        listing.pages = row.integer(13);
        listing.transport = row.text(21);
        const std::vector<Alias> aliases = read_aliases(from_, server);
        const Recorded recorded = record_listing(into_, listing, verdicts, row.integer(1), aliases);
        merged_.servers += recorded.new_server ? 1 : 0;
        merged_.listings += recorded.new_listing ? 1 : 0;
        merged_.tool_versions += recorded.new_tool_versions;
        ++merged_.observations;
    }

    Database& into_;
    Database& from_;
    Merged merged_;
};

}  // namespace

Merged merge_catalogue(Database& into, Database& from) { return Merge(into, from).run(); }

}  // namespace mcprisk::store
