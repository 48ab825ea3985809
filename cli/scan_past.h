// What was known of a server before this scan: from a lock file, else from the catalogue.
#pragma once

#include <optional>
#include <vector>

#include "cli/commands/fail_on.h"
#include "cli/session.h"
#include "engine/lock_file.h"
#include "model/listing.h"

namespace mcprisk::cli {

class ScanPast {
  public:
    // `lock` takes the place of the catalogue. Both may be missing; neither is owned.
    ScanPast(Session& session, const engine::LockFile* lock, const store::Catalogue* catalogue)
        : session_(session), lock_(lock), catalogue_(catalogue) {}

    // Ask before the listing is recorded. Both sides are judged by today's rules. `changed` gets
    // the finding "definition-changed" for each verdict whose tool had another definition, in the
    // order of `verdicts`.
    KnownBefore before(const Listing& listing,
                       const std::vector<Verdict>& verdicts,
                       std::vector<std::optional<Finding>>& changed) const;

  private:
    Session& session_;
    const engine::LockFile* lock_;
    const store::Catalogue* catalogue_;
};

}  // namespace mcprisk::cli
