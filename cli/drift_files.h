// What `diff` and `scan --lock` read from files.
#pragma once

#include <string>

#include "cli/session.h"
#include "engine/drift_run.h"
#include "engine/lock_file.h"

namespace mcprisk::cli {

// A database, a lock file, or any file of recorded definitions, told apart by content. Throws
// CommandFailure{failed} for others, client configurations among them.
engine::DriftVersions read_drift_file(const std::string& name, Session& session);

// Reads and parses, or CommandFailure{failed}.
engine::LockFile lock_or_fail(const std::string& name, Session& session);

}  // namespace mcprisk::cli
