#include "store/merge.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "model/base/text.h"
#include "store/attempt_writer.h"
#include "store/merge_server.h"
#include "store/settle.h"
#include "store/without_secrets.h"

namespace mcprisk::store {
namespace {

// One of the catalogues that are read, at one of its servers in order of name.
class Source {
  public:
    Source(Database& database, MergeReport& report) : database_(database), report_(report) {
        try {
            snapshot_.emplace(database_, Transaction::Kind::snapshot);
            Run run(database_.statement("SELECT count(*) FROM servers"));
            if (run.step()) servers_ = static_cast<std::size_t>(run.integer(0));
            names_.emplace(database_.statement("SELECT name FROM servers ORDER BY name"));
        } catch (const DatabaseError& error) {
            give_up(error.what());
        }
        next();
    }
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    [[nodiscard]] const std::optional<std::string>& name() const { return name_; }
    [[nodiscard]] std::size_t servers() const { return servers_; }
    [[nodiscard]] Database& database() const { return database_; }
    [[nodiscard]] MergeReport& report() const { return report_; }

    void next() {
        name_.reset();
        if (!names_) return;
        try {
            if (names_->step()) name_ = names_->text(0);
        } catch (const DatabaseError& error) {
            give_up(error.what());
        }
    }

    void damaged(const char* why) const {
        if (report_.damage.empty()) report_.damage = why;
        ++report_.servers_lost;
    }

  private:
    // Nobody knows which servers would have come.
    void give_up(const char* why) {
        if (report_.damage.empty()) report_.damage = why;
        report_.broke_off = true;
        names_.reset();
    }

    Database& database_;
    MergeReport& report_;
    std::optional<Transaction> snapshot_;
    std::optional<Run> names_;
    std::optional<std::string> name_;
    std::size_t servers_ = 0;
};

// Undone at the end of its scope unless keep() was called.
class Savepoint {
  public:
    explicit Savepoint(Database& database) : database_(database) { say("SAVEPOINT server"); }
    Savepoint(const Savepoint&) = delete;
    Savepoint& operator=(const Savepoint&) = delete;
    ~Savepoint() {
        // A full disk may already have rolled back everything by itself.
        if (!open_ || !database_.in_transaction()) return;
        try {
            say("ROLLBACK TO server");
            say("RELEASE server");
        } catch (const DatabaseError&) {  // NOLINT(bugprone-empty-catch)
        }
    }
    void keep() {
        say("RELEASE server");
        open_ = false;
    }

  private:
    void say(std::string_view sql) {
        Run run(database_.statement(sql));
        run.exec();
    }

    Database& database_;
    bool open_ = true;
};

class Merge {
  public:
    Merge(Database& into, std::span<Database* const> from, const MergeProgress& progress)
        : into_(into), progress_(progress), reports_(from.size()) {
        for (std::size_t i = 0; i < from.size(); ++i) {
            sources_.push_back(std::make_unique<Source>(*from[i], reports_[i]));
            total_ += sources_.back()->servers();
        }
    }

    std::vector<MergeReport> run() {
        while (!take_some()) {
            if (progress_) progress_(done_, total_);
        }
        settle_ties();
        if (progress_) progress_(done_, total_);
        return std::move(reports_);
    }

  private:
    // The search index gets one segment for each transaction, and the disk one turn.
    static constexpr std::size_t kServersATime = 256;

    // True when all is done.
    bool take_some() {
        Transaction transaction(into_, Transaction::Kind::write);
        std::optional<std::int64_t> first_new_tool;
        std::optional<std::string> name;
        for (std::size_t i = 0; i < kServersATime && (name = first_name()); ++i) {
            take(*name, first_new_tool);
        }
        if (first_new_tool) index_tools(into_, *first_new_tool);
        transaction.commit();
        return !name;
    }

    [[nodiscard]] std::optional<std::string> first_name() const {
        std::optional<std::string> first;
        for (const auto& source : sources_) {
            if (source->name() && (!first || *source->name() < *first)) first = source->name();
        }
        return first;
    }

    // All sources at once, so that their order does not matter.
    void take(const std::string& name, std::optional<std::int64_t>& first_new_tool) {
        std::vector<ServerClaim> claims;
        std::int64_t row = 0;
        bool changed = false;
        for (const auto& source : sources_) {
            if (source->name() != name) continue;
            try {
                Savepoint savepoint(into_);
                std::optional<ServerClaim> claim = claim_of(source->database(), name);
                const TakenServer taken = take_server(into_, source->database(), name);
                savepoint.keep();
                if (taken.row != 0) {
                    // Read before this source's attempts are settled: it is what ours said so far.
                    if (claims.empty()) add(claims, read_claim(into_, taken.name));
                    add(claims, std::move(claim));
                    row = taken.row;
                }
                changed |= taken.changed;
                if (!first_new_tool) first_new_tool = taken.first_new_tool;
                add(source->report().merged, taken.merged);
            } catch (const SourceError& error) {
                source->damaged(error.what());
            }
            ++done_;
            source->next();
        }
        // A claim alone may be newer where every attempt is known: see the contract of settle.h.
        if (row != 0 && (changed || claims.size() > 1)) {
            const ServerClaim newest = newest_claim(claims);
            if (changed || !(newest == claims.front())) settle_server(into_, row, newest);
        }
    }

    static std::optional<ServerClaim> claim_of(Database& database, const std::string& name) {
        try {
            std::optional<ServerClaim> claim = read_claim(database, name);
            if (!claim) return claim;
            // Nobody knows who wrote that file.
            for (std::string* text :
                 {&claim->title, &claim->description, &claim->version, &claim->transport}) {
                *text = repair_utf8(*text);
            }
            claim->source = without_secrets(claim->source);
            claim->config_name = without_secrets(claim->config_name);
            return claim;
        } catch (const DatabaseError& error) {
            throw SourceError(error.what());
        }
    }

    static void add(std::vector<ServerClaim>& claims, std::optional<ServerClaim> claim) {
        if (claim) claims.push_back(std::move(*claim));
    }

    static void add(Merged& sum, const Merged& more) {
        sum.servers += more.servers;
        sum.observations += more.observations;
        sum.listings += more.listings;
        sum.tool_versions += more.tool_versions;
    }

    // Those that only ours holds too, else it would matter which catalogue is merged into which.
    void settle_ties() {
        Transaction transaction(into_, Transaction::Kind::write);
        for (const std::int64_t server : servers_with_ties(into_)) {
            std::string name;
            {
                Run run(into_.statement("SELECT name FROM servers WHERE id = ?"));
                run.bind(server);
                if (!run.step()) continue;
                name = run.text(0);
            }
            if (const auto claim = read_claim(into_, name)) settle_server(into_, server, *claim);
        }
        transaction.commit();
    }

    Database& into_;
    const MergeProgress& progress_;
    std::vector<MergeReport> reports_;
    std::vector<std::unique_ptr<Source>> sources_;
    std::size_t done_ = 0;
    std::size_t total_ = 0;
};

}  // namespace

std::vector<MergeReport> merge_catalogues(Database& into,
                                          std::span<Database* const> from,
                                          const MergeProgress& progress) {
    return Merge(into, from, progress).run();
}

}  // namespace mcprisk::store
