// What runs inside a sandbox beside a server: our own program again, as its parent.
//
// A server that serves HTTP instead of stdin is asked there, on the loopback of its sandbox, and
// what it lists is told outside as if it had spoken MCP on stdout. What a server wants to connect
// to before it lists is there and empty (fake_backend.h).
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::crawler {

// The first word of the command line that makes our program a companion.
inline constexpr std::string_view kCompanionWord = "companion-of-a-server";
// Lines on stderr that are ours begin so; the rest of the first is the address that was listed.
inline constexpr std::string_view kCompanionAsked = "mcprisk: asked over HTTP at ";
// The ports on which it serves as a backend besides those that are asked for.
inline constexpr int kBackendPort = 8899;

// {PROGRAM, kCompanionWord, "--", the server's command line…}; `backends` are ports of loopback.
std::vector<std::string> companion_argv(const std::string& program,
                                        const std::set<int>& backends,
                                        const std::vector<std::string>& server);

// Runs until the server ends or stdin does; `arguments` are those behind kCompanionWord. Returns
// the exit code: the server's own, 128 + N after a signal, 125 if it could not be started. Uses
// stdin, stdout, stderr and the environment of this process.
int run_companion(std::span<const std::string> arguments);

}  // namespace mcprisk::crawler
