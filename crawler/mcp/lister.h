// Asks one server for its tools. Two kinds: over the pipes of a child process, and over HTTP.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "crawler/mcp/limits.h"
#include "crawler/mcp/protocol.h"
#include "crawler/net/loop.h"
#include "crawler/target.h"
#include "model/listing.h"

namespace mcprisk::crawler {

// Lives in a Loop. Destroying it before it is done abandons the server: connections are closed,
// child processes killed and reaped.
class Lister {
  public:
    // Called exactly once, from the loop, never from within start().
    using Done = std::function<void(Listing)>;

    virtual ~Lister() = default;
    virtual void start() = 0;
};

// How far a server has come that is still being listed, for progress.
struct Step {
    enum class Phase { fetching, starting, listing };
    Phase phase = Phase::starting;
    std::uintmax_t bytes = 0;  // unpacked so far, while fetching; 0: not known
};

enum class Sandbox {
    automatic,   // bubblewrap where it works, else none
    bubblewrap,  // refuse to start without it
    none
};

struct StdioOptions {
    Era era = Era::automatic;
    Limits limits;
    Sandbox sandbox = Sandbox::automatic;
    std::string probed_bwrap;  // known to work (sandbox_probe.h); empty: found out for each server
    bool allow_network = false;
    bool allow_scripts = false;            // of packages that are fetched
    bool placeholder_credentials = false;  // try again with made-up values for missing variables
    std::string cache_directory;           // where fetched packages are unpacked
    std::string companion;                 // our own program, to run beside servers; empty: none
    // Told from the loop of each server's steps, by id; may be empty.
    std::function<void(const std::string& id, const Step&)> progress;
};

class Authorizer;
class FollowUp;

struct HttpOptions {
    Era era = Era::automatic;
    Limits limits;
    bool allow_private = true;  // loopback, private and link-local addresses
    // What a public server names (redirects, its authorization server) may be private.
    bool private_redirects = false;
    std::string user_agent;
    // Keep a stream open for what the server says unasked (streamable HTTP of the older revisions):
    // its requests, and that its tools changed. One more connection a server.
    bool listen = false;
    // Where the address is that of a site and no server, look for one at its usual places, within
    // its origin (crawler/start/other_places.h).
    bool other_places = false;
    // Look up what a 401 asks for (docs/auth.md) and keep it with the listing.
    bool look_up_authorization = true;
    // Both may be null, and must outlive the lister.
    Authorizer* authorizer = nullptr;  // gets tokens; a configured Authorization header goes first
    FollowUp* follow_up = nullptr;
    RevisionTable revisions = crawler::revisions();  // what we speak; outlives the lister
};

class HttpClient;

// All arguments taken by reference must outlive the lister.
std::unique_ptr<Lister> make_stdio_lister(Loop& loop,
                                          Target target,
                                          const StdioOptions& options,
                                          Lister::Done done);
std::unique_ptr<Lister> make_http_lister(
    Loop& loop, HttpClient& client, Target target, const HttpOptions& options, Lister::Done done);

}  // namespace mcprisk::crawler
