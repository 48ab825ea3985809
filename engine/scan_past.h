// What was known of a server before this scan: from a lock file, else from the catalogue.
#pragma once

#include <optional>
#include <vector>

#include "classifier/classifier.h"
#include "engine/fail_on.h"
#include "engine/lock_file.h"
#include "model/listing.h"
#include "store/catalogue.h"
#include "store/entries.h"

namespace mcprisk::engine {

class ScanPast {
  public:
    // `lock` takes the place of the catalogue. All may be missing; nothing is owned.
    ScanPast(const classifier::Classifier& classifier,
             const LockFile* lock,
             const store::Catalogue* catalogue,
             const store::Entries* entries)
        : classifier_(classifier), lock_(lock), catalogue_(catalogue), entries_(entries) {}

    // Ask before the listing is recorded. Both sides are judged by today's rules. `changed` gets
    // the finding "definition-changed" for each verdict whose tool had another definition, in the
    // order of `verdicts`.
    KnownBefore before(const Listing& listing,
                       const std::vector<Verdict>& verdicts,
                       std::vector<std::optional<Finding>>& changed) const;

  private:
    const classifier::Classifier& classifier_;
    const LockFile* lock_;
    const store::Catalogue* catalogue_;
    const store::Entries* entries_;
};

}  // namespace mcprisk::engine
