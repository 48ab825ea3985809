// The command line described as plain values, taken from its definition, and what is made of that:
// the manual page and the completion scripts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace mcprisk::cli {

struct OptionText {
    std::vector<std::string> names;  // "-o", "--output"; for an argument its name, "SERVER"
    std::string value;               // "FILE"; empty for a flag and for an argument
    std::string description;
    std::vector<std::string> choices;  // the words it takes, where these are few or known
    bool argument = false;
    bool required = false;
};

// The words of a description that ends in a list: "The format: table, json or csv". Empty for any
// other.
std::vector<std::string> choices_in(std::string_view description);

struct CommandText {
    std::string name;  // "policy validate"; that of the program for the root
    std::string description;
    std::string footer;  // examples and exit codes
    std::vector<OptionText> options;
    std::vector<CommandText> commands;
};

CommandText describe(const CLI::App& app);

// In the man macros of roff, section 1.
std::string manual_page(const CommandText& root, const std::string& version);

std::string bash_completion(const CommandText& root);
std::string zsh_completion(const CommandText& root);
std::string fish_completion(const CommandText& root);

}  // namespace mcprisk::cli
