// One server of another catalogue into ours.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "store/catalogue.h"
#include "store/sqlite.h"

namespace mcprisk::store {

// Something of the other catalogue that cannot be read, or is not what its hash says.
class SourceError final : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

struct TakenServer {
    std::int64_t row = 0;  // of the server in ours; 0: the other knows no attempt
    std::string name;      // in ours: without what looks like a secret
    Merged merged;
    bool changed = false;  // anything at all was new
    std::optional<std::int64_t> first_new_tool;
};

// Takes over attempts, listings, judgements and names that ours does not hold, within the caller's
// transaction. What follows from them is left to settle_server(). Of one listing judged by the same
// rules in both the later judgement stays. Throws SourceError, with part of it written.
TakenServer take_server(Database& into, Database& from, const std::string& name);

}  // namespace mcprisk::store
