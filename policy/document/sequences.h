// What a policy as written still lets happen, found by trying: calls with probing arguments are put
// to the document, one after another, as an agent would send them.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "policy/decide/legs.h"

namespace mcprisk::policy {

// A policy.json and the tools of the server in front of which it stands.
struct Written {
    std::string name;             // of the server, for people
    std::string_view document;    // not owned
    std::vector<JudgedTool> tools;
};

// Calls that run unattended one after another: text of outsiders, private data, a way out.
struct Sequence {
    std::array<std::string, 3> calls;  // "server: tool {"arg":"value"}"
};

struct Searched {
    std::optional<Sequence> found;  // the first by name
    std::size_t calls = 0;          // probing calls that were tried
    std::size_t sequences = 0;      // sequences of three that were tried
};

// Tries every sequence of three permitted calls, one for each leg, over all servers together; a
// tool whose rule lets some call through that no probe hits counts as permitted where it reads.
// Fails if a document has an error that validate_policy reports.
Result<Searched> find_sequence(std::span<const Written> policies);

// An allowed call reaches what another tool is denied for.
struct Detour {
    std::string denied;   // "server: read_file"
    std::string allowed;  // "server: start_search {"path":"~/.ssh"}"
    std::string_view what;  // "files that hold keys"
};
Result<std::vector<Detour>> find_detours(std::span<const Written> policies);

}  // namespace mcprisk::policy
