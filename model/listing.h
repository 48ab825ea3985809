// What came of asking one server for its tools, success or not: always data, never an exception.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/tool.h"

namespace mcprisk {

enum class Outcome : std::uint8_t {
    listed,
    auth_required,  // 401, or 403 on connecting
    unreachable,    // no connection, DNS, TLS
    timed_out,
    wrong_protocol,       // something answers, but it does not speak MCP
    server_error,         // a JSON-RPC or HTTP error to what was asked
    exited,               // the process ended before it had listed
    needs_network,        // the sandbox gave no network and the server wants one
    needs_configuration,  // an unresolved variable, a missing argument or key
    no_runtime,           // npx, uvx, docker … is not installed, or the program is not there
    not_started,          // no consent
    disabled,             // the configuration switches it off
    refused,              // by our own rules: private address, forbidden scheme
    unreadable,           // a file that cannot be read or understood
};

std::string_view to_string(Outcome outcome);
std::optional<Outcome> parse_outcome(std::string_view word);

// How the listing was had: "stdio", "streamable-http", "sse", "file".
struct Listing {
    ServerDocument document;  // `server` is always set; tools only when listed
    Outcome outcome = Outcome::listed;
    // One line for a person: what was tried, on what, why it failed, what to do. Empty when listed.
    std::string failure;
    std::string transport;
    std::string origin;  // URL without user info and query, command line without secrets, or file
    std::string protocol_version;  // negotiated; empty if none was
    std::string server_info_name;
    std::string server_info_version;
    std::string server_capabilities = "{}";    // canonical JSON
    std::string declared_capabilities = "{}";  // ours, canonical JSON
    std::string credential_class = "none";     // none, placeholder, configured
    std::vector<std::string> flags;  // sorted: tools_undeclared, truncated, stdout_noise …
    std::string challenge;           // WWW-Authenticate of a 401 or 403, bounded
    // What a 401 led to, canonical JSON: how one gets in, the resource's and the authorization
    // server's own descriptions (docs/auth.md). Empty if nothing was looked up.
    std::string authorization;
    // How it was started, if not plainly: "with made-up values for API_KEY, subcommand mcp".
    std::string started_with;
    std::string last_words;  // end of stderr, secrets redacted, bounded
    std::optional<std::int64_t> ttl_ms;
    std::string cache_scope;
    std::int64_t elapsed_ms = 0;
    std::int64_t bytes_received = 0;
    std::int64_t pages = 0;
};

// Hash over what the server said of its tools: names and definition hashes in order of name,
// instructions, serverInfo, protocol version and capabilities. Times and counters stay out, so that
// two listings of an unchanged server are equal.
std::string listing_hash(const Listing& listing);

}  // namespace mcprisk
