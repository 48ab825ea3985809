// Which clients keep MCP servers in which files, and how each fills in variables.
// Source: the documentation of each client; docs/inputs.md has the table for people.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/config/variables.h"

namespace mcprisk::crawler {

enum class Client : std::uint8_t {
    unknown,
    claude_desktop,
    claude_code,
    vscode,
    cursor,
    windsurf,
    cline,
    roo,
    zed,
    continue_dev,
    gemini,
    codex,
    goose,
    lm_studio,
    junie,
    opencode,
    amazon_q,
    kiro,
    warp,
    copilot_cli,
    antigravity,
    amp,
    factory,
    kimi,
    grok,
    vibe,
    kilo,
    librechat,
    mcporter,
    bundle,  // an MCP bundle's manifest
};

std::string_view to_string(Client client);  // "Claude Desktop"

// Forms of variables that the client fills in. For an unknown client all forms that cannot be
// mistaken for plain text.
Syntax variable_syntax(Client client);

// By the end of the path ("/.cursor/mcp.json"); unknown for names that several clients use.
Client client_of_path(std::string_view path);

enum class Os : std::uint8_t { linux_os, macos, windows };

// The machine as far as finding files goes. `list` gives the names in a directory, none if there is
// no such directory; it may be empty, then rows with a wildcard are left out.
struct Machine {
    Os os = Os::linux_os;
    std::string home;
    std::string project;  // current directory; empty: only the user's own files
    Environment environment;
    std::function<bool(const std::string& path)> exists;
    std::function<std::vector<std::string>(const std::string& directory)> list;
};

struct KnownConfig {
    Client client = Client::unknown;
    std::string path;
    bool of_project = false;  // may come with a repository: written by strangers

    bool operator==(const KnownConfig&) const = default;
};

// Where a path in the notation of the table lies on this machine: "~/x", "<config>/x", "<xdg>/x",
// "<NAME|path>/x", "./x". Empty if it has no place here. Stars stay.
std::string place_on(const Machine& machine, std::string_view path);

// The files that exist, user's first, each once, in the order of the table.
std::vector<KnownConfig> find_known_configs(const Machine& machine);

}  // namespace mcprisk::crawler
