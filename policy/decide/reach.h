// How far a free argument reaches, as far as the definition shows it.
#pragma once

#include <string_view>

#include "model/tool.h"

namespace mcprisk::policy {

// A path inside a repository or bucket that other arguments name, and not on this machine.
bool path_is_remote(const Tool& tool);

// Does the server hold what the caller fills in to bounds? "folder": its description names allowed
// folders. "sql": it names what refuses a statement that writes: a transaction, a connection, a
// grammar. "Read-only" by itself is a word, and no bound.
bool is_bounded(const Tool& tool, std::string_view by);

}  // namespace mcprisk::policy
