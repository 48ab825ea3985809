#include "store/merge_server.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "model/base/hash.h"
#include "model/base/text.h"
#include "store/aliases.h"
#include "store/attempt_writer.h"
#include "store/digest.h"
#include "store/history.h"
#include "store/rows.h"
#include "store/verdict_writer.h"
#include "store/without_secrets.h"

namespace mcprisk::store {
namespace {

using RowId = std::int64_t;

struct Attempt {
    Timestamp at = 0;
    RowId listing = 0;  // in the other catalogue; 0: it failed
    Listing said;       // without tools
};

// What the hash of a listing does not cover: who saw it first describes it.
struct ListingText {
    Timestamp first_seen = 0;
    std::string title, description, version, transport, declared;
    auto operator<=>(const ListingText&) const = default;
};

constexpr std::string_view kListingText =
    "SELECT first_seen, title, description, version, transport, declared_capabilities "
    "FROM listings WHERE id = ?";

// A tool by its hash and its verdict by its hash: two judgements that say the same are equal.
using JudgementDigest = std::vector<std::pair<std::string, std::string>>;

template <typename Read>
auto reading(const Read& read) {
    try {
        return read();
    } catch (const DatabaseError& error) {
        throw SourceError(error.what());
    }
}

ListingText listing_text(Database& database, RowId listing) {
    Run run(database.statement(kListingText));
    run.bind(listing);
    if (!run.step())
        throw DatabaseError(fmt::format("reading listing {}: it is not there", listing));
    return {run.integer(0),
            std::string(run.text(1)),
            std::string(run.text(2)),
            std::string(run.text(3)),
            std::string(run.text(4)),
            std::string(run.text(5))};
}

JudgementDigest digest_of(Database& database, RowId judgement) {
    JudgementDigest digest;
    Run run(
        database.statement("SELECT t.hash, v.hash FROM judgement_verdicts AS k "
                           "JOIN tool_versions AS t ON t.id = k.tool_id "
                           "JOIN verdicts AS v ON v.id = k.verdict_id "
                           "WHERE k.judgement_id = ? ORDER BY t.hash"));
    run.bind(judgement);
    while (run.step()) {
        const Bytes tool = run.bytes(0);
        const Bytes verdict = run.bytes(1);
        digest.emplace_back(std::string(tool.begin(), tool.end()),
                            std::string(verdict.begin(), verdict.end()));
    }
    return digest;
}

class ServerMerge {
  public:
    ServerMerge(Database& into, Database& from, const std::string& name)
        : into_(into), from_(from), name_(name) {}

    TakenServer run() {
        const std::vector<Attempt> attempts = reading([&] { return read_attempts(); });
        std::map<RowId, RowId> listings;  // ours by theirs
        for (const Attempt& attempt : attempts) take(attempt, listings);
        if (attempts.empty()) return taken_;
        for (const auto& [theirs, ours] : listings) take_judgements(theirs, ours);
        take_aliases();
        return taken_;
    }

  private:
    std::vector<Attempt> read_attempts() {
        std::vector<Attempt> attempts;
        Run row(from_.statement(
            "SELECT o.at, o.outcome, o.failure, o.origin, o.flags, o.credential_class, "
            "o.challenge, o.last_words, o.cache_scope, o.ttl_ms, o.elapsed_ms, o.bytes_received, "
            "o.pages, o.started_with, o.listing_id, l.protocol_version, l.server_info_name, "
            "l.server_info_version, l.server_capabilities, l.declared_capabilities, l.transport "
            "FROM observations AS o JOIN servers AS s ON s.id = o.server_id "
            "LEFT JOIN listings AS l ON l.id = o.listing_id "
            "WHERE s.name = ? ORDER BY o.at, o.id"));
        row.bind(name_);
        while (row.step()) {
            Attempt attempt;
            Listing& said = attempt.said;
            attempt.at = row.integer(0);
            said.document.server = name_;
            said.outcome = read_outcome(row.text(1), name_);
            said.failure = row.text(2);
            said.origin = row.text(3);
            said.flags = read_flags(row.text(4), name_);
            said.credential_class = row.text(5);
            said.challenge = row.text(6);
            said.last_words = row.text(7);
            said.cache_scope = row.text(8);
            said.ttl_ms = row.optional_integer(9);
            said.elapsed_ms = row.integer(10);
            said.bytes_received = row.integer(11);
            said.pages = row.integer(12);
            said.started_with = row.text(13);
            if (const auto listing = row.optional_integer(14)) {
                attempt.listing = *listing;
                said.protocol_version = row.text(15);
                said.server_info_name = row.text(16);
                said.server_info_version = row.text(17);
                said.server_capabilities = row.text(18);
                said.declared_capabilities = row.text(19);
                said.transport = row.text(20);
            }
            attempts.push_back(std::move(attempt));
        }
        return attempts;
    }

    void take(const Attempt& attempt, std::map<RowId, RowId>& listings) {
        AttemptWriter writer(into_, attempt.said, attempt.at);
        taken_.row = writer.find_or_add_server();
        taken_.name = writer.server_name();
        std::optional<RowId> listing;
        if (attempt.listing != 0) {
            const auto known = listings.find(attempt.listing);
            listing = known != listings.end() ? known->second : take_listing(attempt);
            listings.emplace(attempt.listing, *listing);
        }
        const bool added = writer.add_new_observation(listing);
        taken_.merged.observations += added ? 1 : 0;
        count(writer.recorded());
        taken_.changed |= added;
    }

    void count(const Recorded& recorded) {
        taken_.merged.servers += recorded.new_server ? 1 : 0;
        taken_.merged.listings += recorded.new_listing ? 1 : 0;
        taken_.merged.tool_versions += recorded.new_tool_versions;
        taken_.changed |= recorded.new_server || recorded.new_listing;
    }

    RowId take_listing(const Attempt& attempt) {
        if (const auto ours = find_listing(attempt.listing)) {
            describe_listing(*ours, attempt.listing);
            return *ours;
        }
        Listing whole = attempt.said;
        whole.document = reading([&] { return read_listing_document(from_, attempt.listing); });
        whole.document.server = name_;
        reading([&] { verify_hashes(attempt.listing, whole.document); });
        AttemptWriter writer(into_, whole, attempt.at);
        writer.find_or_add_server();
        const RowId ours = writer.find_or_add_listing();
        count(writer.recorded());
        if (!taken_.first_new_tool) taken_.first_new_tool = writer.first_new_tool();
        return ours;
    }

    std::optional<RowId> find_listing(RowId theirs) {
        Digest hash{};
        reading([&] {
            Run run(from_.statement("SELECT hash FROM listings WHERE id = ?"));
            run.bind(theirs);
            if (!run.step() || run.bytes(0).size() != hash.size()) {
                throw DatabaseError(fmt::format("reading listing {}: it has no hash", theirs));
            }
            const Bytes bytes = run.bytes(0);
            std::copy(bytes.begin(), bytes.end(), hash.begin());
        });
        Run run(into_.statement("SELECT id FROM listings WHERE server_id = ? AND hash = ?"));
        run.bind(taken_.row).bind(hash);
        if (!run.step()) return std::nullopt;
        return run.integer(0);
    }

    // A definition is shared by all servers that gave it, so it is what its hash says or nothing.
    void verify_hashes(RowId listing, const ServerDocument& document) {
        Run run(
            from_.statement("SELECT t.hash FROM listing_tools AS k "
                            "JOIN tool_versions AS t ON t.id = k.tool_id "
                            "WHERE k.listing_id = ? ORDER BY t.name, t.id"));
        run.bind(listing);
        for (const Tool& tool : document.tools) {
            if (!run.step() || to_content_hash(run.bytes(0)) != tool.definition_hash) {
                throw DatabaseError(fmt::format(
                    "reading tool {} of {}: it is not what its hash says", tool.name, name_));
            }
        }
    }

    void describe_listing(RowId ours, RowId theirs) {
        ListingText text = reading([&] { return listing_text(from_, theirs); });
        for (std::string* word : {&text.title, &text.description, &text.version, &text.transport}) {
            *word = repair_utf8(*word);
        }
        if (!(text < listing_text(into_, ours))) return;
        Run run(
            into_.statement("UPDATE listings SET first_seen = ?2, title = ?3, "
                            "description = ?4, version = ?5, transport = ?6, "
                            "declared_capabilities = ?7 WHERE id = ?1"));
        run.bind(ours).bind(text.first_seen).bind(text.title).bind(text.description);
        run.bind(text.version).bind(text.transport).bind(text.declared).exec();
        taken_.changed = true;
    }

    struct Judgement {
        RowId id = 0;
        std::string rules;
        Timestamp at = 0;
    };

    void take_judgements(RowId theirs, RowId ours) {
        const auto judgements = reading([&] {
            std::vector<Judgement> found;
            Run run(
                from_.statement("SELECT id, rules_version, judged_at FROM judgements "
                                "WHERE listing_id = ? ORDER BY rules_version"));
            run.bind(theirs);
            while (run.step()) {
                found.push_back({run.integer(0), std::string(run.text(1)), run.integer(2)});
            }
            return found;
        });
        for (const Judgement& judgement : judgements) take_judgement(judgement, theirs, ours);
    }

    void take_judgement(const Judgement& theirs, RowId their_listing, RowId our_listing) {
        std::optional<Judgement> ours;
        {
            Run run(
                into_.statement("SELECT id, judged_at FROM judgements "
                                "WHERE listing_id = ? AND rules_version = ?"));
            run.bind(our_listing).bind(theirs.rules);
            if (run.step()) ours = Judgement{run.integer(0), theirs.rules, run.integer(1)};
        }
        if (ours) {
            if (ours->at > theirs.at) return;
            const auto said = reading([&] { return digest_of(from_, theirs.id); });
            const JudgementDigest known = digest_of(into_, ours->id);
            if (ours->at == theirs.at && !(said > known)) return;
            if (said != known) {
                Run run(into_.statement("DELETE FROM judgement_verdicts WHERE judgement_id = ?"));
                run.bind(ours->id).exec();
            }
        }
        const std::vector<Verdict> verdicts =
            reading([&] { return read_judgement(theirs, their_listing); });
        VerdictWriter writer(into_, name_, theirs.at);
        writer.write(our_listing, tools_of_listing(into_, our_listing), verdicts);
        taken_.changed = true;
    }

    std::vector<Verdict> read_judgement(const Judgement& judgement, RowId listing) {
        std::vector<Verdict> verdicts;
        Run run(from_.statement(
            "SELECT t.name, t.hash, v.document, v.hash "
            "FROM judgement_verdicts AS k "
            "JOIN listing_tools AS m ON m.listing_id = ?2 AND m.tool_id = k.tool_id "
            "JOIN tool_versions AS t ON t.id = k.tool_id "
            "JOIN verdicts AS v ON v.id = k.verdict_id "
            "WHERE k.judgement_id = ?1 ORDER BY t.name, t.id"));
        run.bind(judgement.id).bind(listing);
        while (run.step()) {
            Verdict verdict = read_stored_verdict(run.text(2), name_);
            verdict.server = name_;
            verdict.tool = run.text(0);
            verdict.definition_hash = to_content_hash(run.bytes(1));
            verdict.rules_version = judgement.rules;
            if (content_hash(run.text(2)) != to_content_hash(run.bytes(3))) {
                throw DatabaseError(
                    fmt::format("reading the verdict on {} of {}: it is not what "
                                "its hash says",
                                verdict.tool,
                                name_));
            }
            verdicts.push_back(std::move(verdict));
        }
        return verdicts;
    }

    void take_aliases() {
        struct Name {
            std::string kind, value, evidence;
            Timestamp first_seen = 0;
        };
        const auto names = reading([&] {
            std::vector<Name> found;
            Run run(from_.statement(
                "SELECT a.kind, a.value, a.evidence, a.first_seen FROM aliases AS a "
                "JOIN servers AS s ON s.id = a.server_id WHERE s.name = ?"));
            run.bind(name_);
            while (run.step()) {
                found.push_back({std::string(run.text(0)),
                                 std::string(run.text(1)),
                                 std::string(run.text(2)),
                                 run.integer(3)});
            }
            return found;
        });
        for (const Name& name : names) {
            taken_.changed |= merge_alias(
                into_, taken_.row, {name.kind, name.value, name.evidence}, name.first_seen);
        }
    }

    Database& into_;
    Database& from_;
    std::string name_;
    TakenServer taken_;
};

}  // namespace

TakenServer take_server(Database& into, Database& from, const std::string& name) {
    try {
        return ServerMerge(into, from, name).run();
    } catch (const std::invalid_argument& error) {
        throw SourceError(error.what());
    }
}

}  // namespace mcprisk::store
