// Verdicts of one listing into the tables, within the caller's transaction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "model/verdict.h"
#include "store/catalogue.h"
#include "store/sqlite.h"

namespace mcprisk::store {

// Row ids of tool versions by name and definition hash.
using ListingTools = std::map<std::pair<std::string, std::string>, std::int64_t>;

ListingTools tools_of_listing(Database& database, std::int64_t listing);

class VerdictWriter {
  public:
    // `server` is for messages. `database` must outlive the writer.
    VerdictWriter(Database& database, std::string_view server, Timestamp now)
        : database_(database), server_(server), now_(now) {}

    // One judgement for each rules version among `verdicts`. Throws std::invalid_argument for a
    // verdict on a tool that the listing does not have.
    void write(std::int64_t listing, const ListingTools& tools, std::span<const Verdict> verdicts);

    [[nodiscard]] std::size_t added() const { return added_; }  // tools judged for the first time
    [[nodiscard]] bool changed() const { return changed_; }

  private:
    std::int64_t judge(std::int64_t listing, const std::string& rules_version);
    void add(std::int64_t judgement, std::int64_t tool, const Verdict& verdict);
    std::int64_t find_or_add(const Verdict& verdict);
    void tag(std::string_view sql, const std::string& word, std::int64_t verdict);

    Database& database_;
    std::string server_;
    Timestamp now_;
    std::size_t added_ = 0;
    bool changed_ = false;
};

}  // namespace mcprisk::store
