// What a client calls a tool: most replace what their models cannot say. A rule under another name
// decides nothing, or decides a stranger's tool; where two tools fall on one name, the stricter
// decision must stand for both.
#pragma once

#include <string>
#include <string_view>

namespace mcprisk::policy {

// "mcp__github__get_issue" of Claude Code. Every UTF-16 code unit that is no ASCII letter, digit,
// underscore or dash becomes one underscore; servers of claude.ai also lose runs of underscores
// and those at their ends.
std::string claude_tool_name(std::string_view server, std::string_view tool);

// What a rule of Gemini CLI must say to name a tool. Source: generateValidName and ruleMatches of
// @google/gemini-cli-core 0.61: a tool is called "mcp_SERVER_TOOL" with every UTF-16 code unit but
// ASCII letters, digits and _-.: replaced by an underscore; "mcp_" is not put before a server
// that begins so; of more than 63 the first and last 30 stand around "...".
struct GeminiName {
    std::string tool;    // toolName: "get_issue" beside mcpName, else the whole name
    bool whole = false;  // no rule with mcpName can name it: it stands by its whole name alone
};
GeminiName gemini_tool_name(std::string_view server, std::string_view tool);

// "github_get_issue" of OpenCode 1.18: both names with an underscore for each UTF-16 code unit that
// is no ASCII letter, digit, underscore or dash.
std::string opencode_tool_name(std::string_view server, std::string_view tool);

}  // namespace mcprisk::policy
