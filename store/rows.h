// From rows to the nouns of catalogue.h, and from verdicts to what is stored of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/catalogue.h"
#include "store/sqlite.h"

namespace mcprisk::store {

// Canonical JSON of a verdict without what the rows around it know: server, tool, definition hash
// and rules version.
std::string verdict_document(const Verdict& verdict);

// SELECT list and FROM of everything a ToolRow needs; `c` is current_tools, `s` servers.
inline constexpr std::string_view kSelectTool =
    "SELECT s.name, t.definition, c.first_seen, v.document, j.rules_version "
    "FROM current_tools AS c "
    "JOIN servers AS s ON s.id = c.server_id "
    "JOIN tool_versions AS t ON t.id = c.tool_id "
    "LEFT JOIN verdicts AS v ON v.id = c.verdict_id "
    "LEFT JOIN judgements AS j ON j.id = s.current_judgement ";

// The current row of a statement that begins with kSelectTool. A tool that no rules have judged has
// a verdict with an empty rules_version. Throws DatabaseError if what is stored cannot be read
// back.
ToolRow read_tool_row(const Run& run);

// Parts of rows. Throw DatabaseError like read_tool_row; `server` is for the message.
Tool read_stored_tool(std::string_view definition, std::string_view server);
Verdict read_stored_verdict(std::string_view document, std::string_view server);
Outcome read_outcome(std::string_view word, std::string_view server);
std::vector<std::string> read_flags(std::string_view text, std::string_view server);

// What SQLite can hold of a size, for LIMIT and OFFSET.
std::int64_t clamped(std::size_t value);

// All servers, or the one with that name, in order of name.
std::vector<ServerRow> read_servers(Database& database, const std::string* name);

}  // namespace mcprisk::store
