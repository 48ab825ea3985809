// What is to be listed: one server and how to reach it.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace mcprisk::crawler {

// A program that speaks MCP on stdin and stdout. Never run by a shell.
struct StdioTarget {
    std::vector<std::string> argv;
    std::map<std::string, std::string>
        env;                        // added to the short list every server gets; may be secret
    std::string working_directory;  // empty: an empty one of its own
    // Names in `env` whose values we made up (crawler/start): these are no secrets.
    std::set<std::string> made_up;
    std::set<std::size_t> made_up_arguments;  // the same by place in `argv`
    std::vector<std::string> own_directories;  // ours, which those values name; shown to it
    bool accompanied = false;  // by our own program inside its sandbox (crawler/start/companion.h)
    std::set<int> backends;    // ports on which that one serves
    std::string node;          // the program to start in place of `node`; empty: that one
};

struct HttpTarget {
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;  // values are secret
    std::string transport_hint;  // "http", "sse" or empty: a hint only, all are tried
};

struct Target {
    std::string id;  // package name, URL, or the name a configuration gives (docs/cli.md)
    std::string title;
    std::string description;
    std::string version;
    std::string source;       // the file or index that named it
    std::string config_name;  // the name in that file, empty if none did
    std::size_t line = 0;     // where in that file, 0 if not known
    std::variant<StdioTarget, HttpTarget> how;
    bool disabled = false;
    bool given_on_command_line = false;   // that is consent to start it
    bool from_index = false;   // a stranger's: no path that it names is shown to its program
    bool of_project = false;   // the configuration was found in a folder, not named by a person
    // What of this machine went into the command, the address or the headers: names of variables,
    // "file PATH", "userHome" … Never values.
    std::vector<std::string> takes;
    std::vector<std::string> unresolved;  // names of variables that have no value
    // Variables or headers that an index calls required and that have no value: it is asked without
    // them, and made-up ones may be tried.
    std::vector<std::string> wanted;
    std::string credential_class = "none";
    // Command line or URL (one item) as its source wrote it, if values of the environment or of
    // files were filled in: those may be secret, so that this is what is shown. Else empty.
    std::vector<std::string> as_written;
};

// For people and the catalogue: command line or URL without user info, query and anything that
// looks like a secret. Never the environment.
std::string describe_origin(const Target& target);

}  // namespace mcprisk::crawler
