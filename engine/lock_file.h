// mcprisk.lock: the definitions that somebody has looked at, to compare with later (docs/drift.md).
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "model/base/result.h"
#include "model/tool.h"
#include "model/verdict.h"

namespace mcprisk::engine {

struct PinnedServer {
    ServerDocument document;
    std::vector<Verdict> verdicts;  // written for readers of the file; not read back
};

// By server id.
using LockFile = std::map<std::string, PinnedServer>;

// Without times, keys sorted: the same definitions give the same bytes.
std::string lock_text(const LockFile& lock);

// Whether a JSON text claims to be a lock file of any version.
bool looks_like_lock(std::string_view text);

// Every tool must be readable: one that was left out would later look like a new one.
Result<LockFile> parse_lock(std::string_view text);

}  // namespace mcprisk::engine
