// Taking servers, or what they said long ago, out of the catalogue for good.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "model/base/result.h"
#include "store/catalogue.h"

namespace mcprisk::store {

struct Forgotten {
    std::size_t servers = 0;
    std::size_t observations = 0;
    std::size_t listings = 0;
    std::size_t tool_versions = 0;  // definitions that no other listing holds
};

// All of it in one transaction, then the file is made small again, so that nothing of it stays on
// the disk's free pages. The file must be there. Throw DatabaseError.
//
// Servers by id, with their history and names; an unknown id is not_found, and nothing is forgotten.
Result<Forgotten> forget_servers(const std::filesystem::path& file,
                                 std::span<const std::string> ids);
// Attempts before that time with what only they gave, but for the last attempt at each server and
// the last one that listed: what is in force stays.
Result<Forgotten> forget_before(const std::filesystem::path& file, Timestamp time);

}  // namespace mcprisk::store
