#include "store/recorder.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "model/base/text.h"
#include "store/aliases.h"
#include "store/attempt_writer.h"
#include "store/current_tools.h"
#include "store/entries.h"
#include "store/verdict_writer.h"
#include "store/without_secrets.h"

namespace mcprisk::store {
namespace {

using RowId = std::int64_t;

class Recorder {
  public:
    Recorder(Database& database, const Listing& listing, Timestamp now)
        : database_(database), listing_(listing), now_(now), writer_(database, listing, now) {}

    Recorded run(std::span<const Verdict> verdicts, std::span<const Alias> aliases) {
        take_over_older();
        server_ = writer_.find_or_add_server();
        add_aliases(database_, server_, aliases, now_);
        std::optional<RowId> listing;
        bool verdicts_changed = false;
        std::size_t new_verdicts = 0;
        if (listing_.outcome == Outcome::listed) {
            listing = writer_.find_or_add_listing();
            if (const auto first = writer_.first_new_tool()) index_tools(database_, *first);
            VerdictWriter writer(database_, writer_.server_name(), now_);
            writer.write(*listing, writer_.tools(), verdicts);
            new_verdicts = writer.added();
            verdicts_changed = writer.changed();
        }
        writer_.add_observation(listing);
        describe_server();
        refresh_current_tools(database_, server_, now_, verdicts_changed);
        Recorded recorded = writer_.recorded();
        recorded.new_verdicts = new_verdicts;
        return recorded;
    }

  private:
    // What an older catalogue knows of this entry under the id of its group.
    void take_over_older() {
        const std::string name = id_without_secrets(listing_.document.server);
        const std::string known = stored_id(database_, name, listing_.origin);
        if (known == name) return;
        for (const std::string_view sql :
             {"UPDATE current_tools SET server = ?2 WHERE server = ?1",
              "UPDATE servers SET name = ?2 WHERE name = ?1"}) {
            Run run(database_.statement(sql));
            run.bind(known).bind(name).exec();
        }
    }

    // The newest that is known of the server. A failed attempt knows less: what it does not say
    // stays, and what was listed is not overwritten by what an index announces.
    void describe_server() {
        point_to_newest(
            "UPDATE servers SET last_observation = (SELECT id FROM observations "
            "WHERE server_id = ?1 ORDER BY at DESC, id DESC LIMIT 1) WHERE id = ?1");
        if (listing_.outcome == Outcome::listed) {
            point_to_newest(
                "UPDATE servers SET last_listed = (SELECT id FROM observations "
                "WHERE server_id = ?1 AND listing_id IS NOT NULL "
                "ORDER BY at DESC, id DESC LIMIT 1) WHERE id = ?1");
        }
        {
            Run run(database_.statement(
                "UPDATE servers SET first_seen = min(first_seen, ?2), entry_known = 1 "
                "WHERE id = ?1"));
            run.bind(server_).bind(now_).exec();
        }
        const std::string title = repair_utf8(listing_.document.title);
        const std::string description = repair_utf8(listing_.document.description);
        const std::string source = without_secrets(listing_.document.source);
        const std::string version = repair_utf8(listing_.document.version);
        const std::string transport = repair_utf8(listing_.transport);
        const std::string origin = without_secrets(listing_.origin);
        const bool listed = listing_.outcome == Outcome::listed;
        // Only what was seen last describes the server; ?8 asks for an attempt that no newer one
        // follows.
        Run run(database_.statement(
            listed
                ? "UPDATE servers SET title = ?2, description = ?3, version = ?4, transport = ?5, "
                  "source = iif(?6 = '', source, ?6), origin = iif(?7 = '', origin, ?7) "
                  "WHERE id = ?1 AND (SELECT at FROM observations WHERE id = last_listed) = ?8"
                : "UPDATE servers SET "
                  "title = iif(?2 = '' OR last_listed IS NOT NULL, title, ?2), "
                  "description = iif(?3 = '' OR last_listed IS NOT NULL, description, ?3), "
                  "version = iif(?4 = '' OR last_listed IS NOT NULL, version, ?4), "
                  "transport = iif(?5 = '' OR last_listed IS NOT NULL, transport, ?5), "
                  "source = iif(?6 = '', source, ?6), origin = iif(?7 = '', origin, ?7) "
                  "WHERE id = ?1 AND "
                  "(SELECT at FROM observations WHERE id = last_observation) = ?8"));
        run.bind(server_).bind(title).bind(description).bind(version).bind(transport);
        run.bind(source).bind(origin).bind(now_).exec();
    }

    void point_to_newest(std::string_view sql) {
        Run run(database_.statement(sql));
        run.bind(server_).exec();
    }

    Database& database_;
    const Listing& listing_;
    Timestamp now_;
    AttemptWriter writer_;
    RowId server_ = 0;
};

}  // namespace

Recorded record_listing(Database& database,
                        const Listing& listing,
                        std::span<const Verdict> verdicts,
                        Timestamp now,
                        std::span<const Alias> aliases) {
    Transaction transaction(database, Transaction::Kind::write);
    const Recorded recorded = Recorder(database, listing, now).run(verdicts, aliases);
    transaction.commit();
    return recorded;
}

std::size_t record_verdicts(Database& database,
                            std::int64_t listing,
                            std::span<const Verdict> verdicts,
                            Timestamp now) {
    Transaction transaction(database, Transaction::Kind::write);
    std::int64_t server = 0;
    std::string name;
    {
        Run run(
            database.statement("SELECT s.id, s.name FROM listings AS l "
                               "JOIN servers AS s ON s.id = l.server_id WHERE l.id = ?"));
        run.bind(listing);
        if (!run.step()) throw std::invalid_argument("judging a listing that is not there");
        server = run.integer(0);
        name = run.text(1);
    }
    // The caller asks for these rules now: they are shown even if others were applied in the same
    // second, or by a clock that is ahead.
    {
        Run run(
            database.statement("SELECT coalesce(max(judged_at) + 1, ?2) FROM judgements "
                               "WHERE listing_id = ?1"));
        run.bind(listing).bind(now);
        if (run.step()) now = std::max(now, run.integer(0));
    }
    VerdictWriter writer(database, name, now);
    writer.write(listing, tools_of_listing(database, listing), verdicts);
    refresh_current_tools(database, server, now, writer.changed());
    transaction.commit();
    return writer.added();
}

}  // namespace mcprisk::store
