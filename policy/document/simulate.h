// What a policy.json would have done to calls that were recorded: too strict, as a number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace mcprisk::policy {

struct LoggedCall {
    std::int64_t at = 0;  // seconds since 1970, that of the call before where the log says none
    std::string tool;
    std::string arguments;  // JSON
};

struct Log {
    std::vector<LoggedCall> calls;  // in order of time
    std::size_t other = 0;          // lines that are no tool call of this server
};

// JSON Lines of three shapes, also mixed: {"at": seconds, "tool": …, "args": {…}}; a tools/call
// request of MCP, with "timestamp" beside it; a message with tool_use blocks, as a client's
// transcript has them, where a name may be mcp__SERVER__TOOL. `server`: what the client calls the
// server, empty for any. Fails on a line that is no JSON.
Result<Log> read_log(std::string_view text, std::string_view server);

struct Fate {
    std::size_t allowed = 0;
    std::size_t asked = 0;    // denied by policy.json, which cannot ask
    std::size_t denied = 0;
    std::size_t limited = 0;  // denied because a limit was used up
};

struct Simulated {
    Fate all;
    std::map<std::string, Fate> by_tool;
    double hours = 0;         // from the first call to the last, at least one
    [[nodiscard]] double prompts_an_hour() const;
};

// `asking`: tools that are denied only because nobody can be asked. Fails if the document has an
// error that validate_policy reports.
Result<Simulated> simulate(std::string_view document,
                           const Log& log,
                           const std::set<std::string>& asking);

}  // namespace mcprisk::policy
