#include "store/forget.h"

#include <fmt/format.h>
#include <chrono>
#include <initializer_list>
#include <optional>

#include "store/open_database.h"
#include "store/sqlite.h"

namespace mcprisk::store {
namespace {

constexpr std::chrono::seconds kForgetBusy{10};

std::size_t count_of_rows(Database& database, std::string_view sql) {
    Run run(database.statement(sql));
    return run.step() ? static_cast<std::size_t>(run.integer(0)) : 0;
}

Forgotten counts(Database& database) {
    return {count_of_rows(database, "SELECT count(*) FROM servers"),
            count_of_rows(database, "SELECT count(*) FROM observations"),
            count_of_rows(database, "SELECT count(*) FROM listings"),
            count_of_rows(database, "SELECT count(*) FROM tool_versions")};
}

class Forget {
  public:
    explicit Forget(Database& database) : database_(database), before_(counts(database)) {}

    // False if there is no such server.
    bool server(const std::string& id) {
        std::int64_t key = 0;
        {
            Run run(database_.statement("SELECT id FROM servers WHERE name = ?"));
            run.bind(id);
            if (!run.step()) return false;
            key = run.integer(0);
        }
        each({"DELETE FROM current_tools WHERE server_id = ?1",
              "UPDATE servers SET last_observation = NULL, last_listed = NULL, "
              "current_listing = NULL, current_judgement = NULL WHERE id = ?1",
              "DELETE FROM observations WHERE server_id = ?1",
              "DELETE FROM aliases WHERE server_id = ?1"},
             key);
        unused_listings();
        each({"DELETE FROM servers WHERE id = ?1"}, key);
        return true;
    }

    void before(Timestamp time) {
        each({"DELETE FROM observations WHERE at < ?1 AND id NOT IN "
              "(SELECT last_observation FROM servers WHERE last_observation IS NOT NULL "
              "UNION SELECT last_listed FROM servers WHERE last_listed IS NOT NULL)"},
             time);
        unused_listings();
    }

    Forgotten finish() {
        run("DELETE FROM tool_versions WHERE id NOT IN (SELECT tool_id FROM listing_tools)");
        for (const std::string_view table :
             {"verdict_capabilities", "verdict_attacks", "verdict_findings"}) {
            run(fmt::format("DELETE FROM {} WHERE verdict_id NOT IN "
                            "(SELECT verdict_id FROM judgement_verdicts)",
                            table));
        }
        run("DELETE FROM verdicts WHERE id NOT IN (SELECT verdict_id FROM judgement_verdicts)");
        const Forgotten after = counts(database_);
        if (after.tool_versions != before_.tool_versions) {
            database_.execute("rebuilding the search index",
                              "INSERT INTO tool_search (tool_search) VALUES ('rebuild')");
        }
        return {before_.servers - after.servers,
                before_.observations - after.observations,
                before_.listings - after.listings,
                before_.tool_versions - after.tool_versions};
    }

  private:
    // What was said and is said by no attempt any more.
    void unused_listings() {
        constexpr std::string_view kUnused =
            "(SELECT id FROM listings WHERE id NOT IN "
            "(SELECT listing_id FROM observations WHERE listing_id IS NOT NULL))";
        run(fmt::format("DELETE FROM judgement_verdicts WHERE judgement_id IN "
                        "(SELECT id FROM judgements WHERE listing_id IN {})",
                        kUnused));
        run(fmt::format("DELETE FROM judgements WHERE listing_id IN {}", kUnused));
        run(fmt::format("DELETE FROM listing_tools WHERE listing_id IN {}", kUnused));
        run(fmt::format("DELETE FROM listings WHERE id IN {}", kUnused));
    }

    void each(std::initializer_list<std::string_view> statements, std::int64_t value) {
        for (const std::string_view sql : statements) {
            Run one(database_.statement(sql));
            one.bind(value).exec();
        }
    }

    void run(const std::string& sql) { database_.execute("forgetting", sql); }

    Database& database_;
    Forgotten before_;
};

template <typename Work>
Result<Forgotten> forget(const std::filesystem::path& file, Work work) {
    auto database = open_database(file, OpenMode::read_existing, kForgetBusy);
    if (!database) return fail(database.error());
    Transaction transaction(*database, Transaction::Kind::write);
    Forget one(*database);
    if (auto done = work(one); !done) return fail(done.error());
    const Forgotten forgotten = one.finish();
    transaction.commit();
    database->execute("making the catalogue small again", "VACUUM");
    database->execute("making the catalogue small again", "PRAGMA wal_checkpoint(TRUNCATE)");
    return forgotten;
}

}  // namespace

Result<Forgotten> forget_servers(const std::filesystem::path& file,
                                 std::span<const std::string> ids) {
    return forget(file, [&](Forget& one) -> Result<void> {
        for (const std::string& id : ids) {
            if (one.server(id)) continue;
            return fail(ErrorCode::not_found, fmt::format("no server {} in the catalogue", id));
        }
        return {};
    });
}

Result<Forgotten> forget_before(const std::filesystem::path& file, Timestamp time) {
    return forget(file, [&](Forget& one) -> Result<void> {
        one.before(time);
        return {};
    });
}

}  // namespace mcprisk::store
