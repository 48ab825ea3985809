// What becomes of a listing, for one server and for 43,000: it is judged, recorded, held to what
// was settled, and turned into a policy. `scan` and `crawl` decide when, and what is printed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "classifier/classifier.h"
#include "model/listing.h"
#include "policy/decide/settings.h"
#include "policy/document/recommend.h"
#include "store/catalogue.h"
#include "store/entries.h"

namespace mcprisk::engine {

struct IntakeWorld {
    const classifier::Classifier& classifier;  // outlives the intake
    store::Catalogue* catalogue = nullptr;     // the same; null: nothing is recorded
    store::Entries* entries = nullptr;         // the same; null: names are not remembered
    policy::Settings settings;
    std::string today;                  // "2026-11-21": overrides count to their last day
    std::function<std::int64_t()> now;  // seconds since 1970
    policy::Options policy;             // its settings and its day are filled in
    // Puts a policy into the folder of its server, a name without separators; may throw. Empty: no
    // policies are made.
    std::function<void(const std::string& folder, const policy::Recommendation&)> put_policy;
};

class Intake {
  public:
    // `ids` of all servers that may come: the same ids give the same folders, in any order.
    Intake(IntakeWorld world, std::vector<std::string> ids);

    // By today's rules and before anything is settled: what is recorded. Empty if nothing was
    // listed.
    [[nodiscard]] std::vector<Verdict> judge(const Listing& listing) const;

    // In a transaction of its own. Throws store::DatabaseError.
    void record(const Listing& listing,
                std::span<const Verdict> verdicts,
                const std::vector<Alias>& aliases = {});

    // How a configuration calls a server that was recorded; nothing if `name` is empty.
    void call(const std::string& server, const std::string& name);

    // The overrides of the settings.
    void settle(std::vector<Verdict>& verdicts) const;

    // The policy asks the settings itself, so that it does not matter whether verdicts are settled.
    void write_policy(const Listing& listing, const std::vector<Verdict>& verdicts);

    [[nodiscard]] const classifier::Classifier& classifier() const { return world_.classifier; }
    [[nodiscard]] const policy::Settings& settings() const { return world_.settings; }
    [[nodiscard]] const std::string& today() const { return world_.today; }

  private:
    IntakeWorld world_;
    std::map<std::string, std::string> folders_;  // by server
};

}  // namespace mcprisk::engine
