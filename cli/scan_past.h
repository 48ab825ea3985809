// What was known of a server before this scan: from a lock file, else from the catalogue.
#pragma once

#include <optional>
#include <vector>

#include "cli/commands/fail_on.h"
#include "cli/lock_file.h"
#include "cli/session.h"
#include "model/listing.h"
#include "store/entries.h"

namespace mcprisk::cli {

class ScanPast {
  public:
    // `lock` takes the place of the catalogue. All may be missing; none is owned.
    ScanPast(Session& session,
             const LockFile* lock,
             const store::Catalogue* catalogue,
             const store::Entries* entries)
        : session_(session), lock_(lock), catalogue_(catalogue), entries_(entries) {}

    // Ask before the listing is recorded. Both sides are judged by today's rules. `changed` gets
    // the finding "definition-changed" for each verdict whose tool had another definition, in the
    // order of `verdicts`.
    KnownBefore before(const Listing& listing,
                       const std::vector<Verdict>& verdicts,
                       std::vector<std::optional<Finding>>& changed) const;

  private:
    Session& session_;
    const LockFile* lock_;
    const store::Catalogue* catalogue_;
    const store::Entries* entries_;
};

}  // namespace mcprisk::cli
