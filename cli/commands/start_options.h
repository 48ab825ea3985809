// How servers are started and spoken to: the options that `scan` and `crawl` share.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "crawler/crawl.h"
#include "crawler/mcp/lister.h"
#include "crawler/net/http_client.h"

namespace mcprisk::cli {

struct StartOptions {
    double timeout = 90;  // seconds for one server
    crawler::Sandbox sandbox = crawler::Sandbox::automatic;
    crawler::Era era = crawler::Era::automatic;
    bool allow_net = false;
    bool allow_private = false;
    bool allow_scripts = false;
    bool placeholder_credentials = false;
};

// `about_private` says what --allow-private means here. `options` must outlive the parsing.
void add_start_options(CLI::App& command, StartOptions& options, const std::string& about_private);

// The options of a stdio lister but for its limits and its cache.
crawler::StdioOptions stdio_options(const StartOptions& options);

// Of one server, within `timeout` seconds: for somebody who waits, for a crawl, and for the
// programs of a crawl, which start slowly while nobody waits for another host.
crawler::Limits scan_limits(double timeout);
crawler::Limits crawl_limits(double timeout);
crawler::Limits crawl_program_limits(double timeout);

// Over HTTP or pipes, as the target says. `loop` and `client` outlive what is made, and the factory
// itself outlives its listers.
crawler::ListerFactory lister_factory(crawler::Loop& loop,
                                      crawler::HttpClient& client,
                                      crawler::StdioOptions stdio,
                                      crawler::HttpOptions http);

}  // namespace mcprisk::cli
