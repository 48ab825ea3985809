// What single packages offer against their own worst calls: a read-only switch, fewer tools, folders
// (data/hardening/packages.json, a row a package). Pure functions of texts.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/target.h"
#include "model/base/result.h"

namespace mcprisk::engine {

struct HardenRow {
    std::string package;  // group id: "npm:NAME"
    std::string kind;     // "read-only", "toolset", "folders", "origins", "token"
    std::vector<std::string> arguments;              // behind those of the entry
    std::map<std::string, std::string> environment;  // beside those of the entry
    // An entry that has one of these words or variables is hardened in this way already.
    std::vector<std::string> already;
    std::string says;     // what is different then
    std::string by_hand;  // what only a person can choose, one sentence; then nothing is written
    std::string checked;  // the version of the package whose own text says so
    // Tools that a listing had before and not after; empty where it was not listed both ways.
    std::vector<std::string> gone;
    std::size_t listed_before = 0;
    std::size_t listed_after = 0;
};

// Throws std::invalid_argument with the row's package for a table that is not sound.
std::vector<HardenRow> read_harden_rows(std::string_view json);

// The rows that fit the entry and are not in force in it.
std::vector<const HardenRow*> hardenings_of(std::span<const HardenRow> rows,
                                            const crawler::Target& target);

// The file with the row's arguments and variables written into the entry called `name`; every other
// byte stays. ErrorCode::unsupported for what is changed by hand, not_found without such an entry.
Result<std::string> harden_entry(std::string_view text,
                                 std::string_view name,
                                 const HardenRow& row);

// "--read-only", "ALLOW_ONLY_NON_DESTRUCTIVE_TOOLS=true"
std::string switch_in_words(const HardenRow& row);

}  // namespace mcprisk::engine
