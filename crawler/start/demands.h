// What a program that would not start asks for, read from what it printed. Pure.
//
// Knows the messages of commander, yargs, oclif, clap, argparse, cobra, zod and envalid, plain
// usage lines, and sentences that people write themselves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::crawler {

struct DemandedOption {
    std::string flag;  // "--api-key"
    std::string hint;  // what stands for its value ("KEY"); empty: nothing is said of one
};

struct Demands {
    std::vector<std::string> variables;    // of the environment, in order of appearance
    std::vector<DemandedOption> options;   // that must be given
    std::vector<std::string> positionals;  // required arguments in order: "vault-directory"
    // Words that name what is to be done, those first that sound like starting a server; a word may
    // have two parts ("server start").
    std::vector<std::string> subcommands;
    bool shows_help = false;   // it printed a usage line or a list of commands
    bool serves_http = false;  // it says that it listens somewhere
    bool wants_newer_node = false;
    bool refuses_arguments = false;     // it knows no such option or argument
    std::vector<std::string> backends;  // "127.0.0.1:6379": connections that were refused
    std::string complaint;  // the line that says what is wrong with a value; may be empty

    [[nodiscard]] bool anything() const {
        return !variables.empty() || !options.empty() || !positionals.empty() ||
               !subcommands.empty();
    }
};

// `text` is what it wrote to stderr and, where that is no message, to stdout. Any bytes.
Demands read_demands(std::string_view text);

}  // namespace mcprisk::crawler
