// How servers are started and spoken to: the options that `scan` and `crawl` share.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "crawler/mcp/lister.h"

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

}  // namespace mcprisk::cli
