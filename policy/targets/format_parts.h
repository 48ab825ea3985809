// One function for each target of formats.h, and what they share.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "policy/targets/formats.h"

namespace mcprisk::policy {

Rendered render_intercept(const NamedServer& server, const FormatOptions& options);
Rendered render_claude_code(std::span<const NamedServer> servers);
Rendered render_codex(std::span<const NamedServer> servers);
Rendered render_gemini(std::span<const NamedServer> servers);
Rendered render_cursor(std::span<const NamedServer> servers);
Rendered render_openai(std::span<const NamedServer> servers);
Rendered render_cedar(const NamedServer& server, const FormatOptions& options);
Rendered render_agentgateway(const NamedServer& server, const FormatOptions& options);

// What a target could not express, counted while it is written.
struct Losses {
    std::size_t limits = 0;      // tools whose limit became a question
    std::size_t conditions = 0;  // tools whose conditions became a question
    void count(const Decision& decision);
    // "12 tools ask because Claude Code has no limits" and so on; empty where nothing was lost.
    [[nodiscard]] std::vector<std::string> notes(std::string_view target) const;
};

// The same for targets that can neither limit nor ask.
struct Unsaid {
    std::size_t limits = 0;
    std::size_t questions = 0;
    std::size_t conditions = 0;  // denied whatever the option says: conditions are never dropped
    [[nodiscard]] std::vector<std::string> notes(std::string_view target,
                                                 Inexpressible choice) const;
};

// A condition of `require` or `deny_if`, taken apart. Steps are the names behind "args.".
struct Step {
    std::vector<std::string> path;
    std::string op;
    const nlohmann::json* value = nullptr;  // of the condition it was taken from
};
Step step_of(const nlohmann::json& condition);

// "1 tool", "2 tools"
std::string tools_word(std::size_t count);

}  // namespace mcprisk::policy
