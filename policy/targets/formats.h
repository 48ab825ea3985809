// Decisions in the languages of the programs that enforce them. docs/policy-formats.md says what
// each target can express, where its file goes and how to check it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/decide/decide.h"

namespace mcprisk::policy {

enum class Format {
    policy_json,
    intercept,
    claude_code,
    codex,
    gemini,
    cursor,
    openai,
    cedar,
    agentgateway
};

std::string_view to_string(Format format);  // as in --for
std::optional<Format> parse_format(std::string_view word);
std::string known_formats();  // for messages

// Does one file hold the rules of several servers?
bool holds_many_servers(Format format);
std::string_view file_name(Format format);  // for -o DIR

struct NamedServer {
    std::string name;  // what the client calls it
    std::string id;
    std::string url;             // empty for a server over stdio
    std::vector<Decided> tools;  // from decide_all(): by name, each name once
};

// What a target without limits and questions does with a tool that should have them.
enum class Inexpressible { deny, allow };

struct FormatOptions {
    Inexpressible inexpressible = Inexpressible::deny;  // Cedar and CEL only
    std::string approver;
};

struct Rendered {
    std::string text;  // the file, newline at the end
    // What the target could not express, with counts; then where the file goes and how to check it.
    std::vector<std::string> notes;
};

// One ladder where a target lacks a verb: limit -> ask -> deny, condition -> ask -> deny. No rule
// relies on what a server's annotations say. Throws std::logic_error for policy_json, which
// recommend() writes, and for several servers where one file holds one.
Rendered render(Format format, std::span<const NamedServer> servers, const FormatOptions& options);

// What a target without conditions and limits does with a tool: limit becomes ask.
Verb without_limit(Verb verb);

}  // namespace mcprisk::policy
