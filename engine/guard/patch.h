// A change to a file that can be taken back after others have changed the file too. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace mcprisk::engine {

// Whole lines with their line feeds; `before` and `after` of the change, and the line above it.
struct Hunk {
    std::string above;  // empty at the beginning of the file
    std::string removed;
    std::string added;

    bool operator==(const Hunk&) const = default;
};

std::vector<Hunk> hunks_between(std::string_view before, std::string_view after);

struct Reverted {
    std::string text;
    std::size_t kept = 0;  // hunks that somebody has changed since: they stay as they are
};

// `text` with what the hunks added taken out and what they removed put back, where it still stands
// exactly once (or exactly once behind the line above it).
Reverted revert(std::string_view text, const std::vector<Hunk>& hunks);

// One file that guard wrote.
struct Written {
    std::string file;
    std::string backup;  // the file as it was; empty if there was none
    std::vector<Hunk> hunks;
};

// The journal of one run, "mcprisk-guard/1".
std::string journal_text(const std::vector<Written>& written);
Result<std::vector<Written>> read_journal(std::string_view text);

}  // namespace mcprisk::engine
