// Why a server that would not start did not: read from what it last wrote to stderr. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/listing.h"

namespace mcprisk::crawler {

struct StartFailure {
    Outcome outcome = Outcome::exited;  // or needs_configuration, needs_network, no_runtime
    // Environment variables that the text asks for, in order of appearance.
    std::vector<std::string> variables;
    // Command line options that it asks for ("--api-key").
    std::vector<std::string> options;
};

// `network` tells whether the server could reach one: without, a failed look-up or connection is a
// want of network; with it, it is an ordinary failure. `known` are the names of variables that were
// set: it does not miss these.
StartFailure read_start_failure(std::string_view last_words,
                                bool network,
                                const std::vector<std::string>& known = {});

// Whether a native module is missing that an install script would have built.
bool wants_scripts(std::string_view last_words);

// The package of npm whose binary is missing ("better-sqlite3", "@scope/name"), where the text says
// so by a path in node_modules; empty if it does not.
std::string native_module(std::string_view last_words);

// The last non-empty lines as one of at most `bytes` bytes, joined by " / ", without stack frames.
std::string last_line(std::string_view last_words, std::size_t bytes = 300);

}  // namespace mcprisk::crawler
