// Variables in client configurations, each client by its own rules. Pure: environment and files are
// injected.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::crawler {

using Environment = std::function<std::optional<std::string>(std::string_view)>;
using FileReader = std::function<std::optional<std::string>(const std::string& path)>;

// What a variable may look like; several may hold. Text of any other form stays as it is.
enum class Syntax : std::uint16_t {
    none = 0,
    braces = 1,      // ${VAR}, ${VAR:-default}
    env_prefix = 2,  // ${env:VAR}, ${env:VAR:-default}
    editor = 4,      // ${workspaceFolder}, ${userHome}, ${input:id} … (VS Code and its kin)
    dollar = 8,      // $VAR
    percent = 16,    // %VAR%
    opencode = 32,   // {env:VAR}, {file:path}
    templates = 64,  // ${{ secrets.X }}, ${{ inputs.X }}
    bundle = 128,    // ${__dirname}, ${user_config.KEY}, ${HOME} of MCP bundles and plugins
};
constexpr Syntax operator|(Syntax a, Syntax b) {
    return static_cast<Syntax>(static_cast<std::uint16_t>(a) | static_cast<std::uint16_t>(b));
}
constexpr bool has(Syntax all, Syntax one) {
    return (static_cast<std::uint16_t>(all) & static_cast<std::uint16_t>(one)) != 0;
}

// Where values come from. Functions may be empty: then nothing is set and nothing can be read.
struct VariableScope {
    Environment environment;
    FileReader read_file;
    std::string home;
    std::string workspace;  // project directory; empty if none is known
    std::string bundle;     // directory of an MCP bundle; empty if none is known
    bool windows = false;   // path separator
};

struct Expansion {
    std::string text;                     // may be secret; unresolved variables stay as written
    std::vector<std::string> unresolved;  // names as a person would look for them, never values
    bool filled_in = false;               // a value from the environment or a file is in `text`
    // What of this machine is in `text`: names of variables, "file PATH", "userHome",
    // "workspaceFolder". Never values.
    std::vector<std::string> takes;
};

// One pass: what a value contains is not expanded again. A variable that is set but empty counts as
// set, except before `:-`, as in a shell.
Expansion expand(std::string_view text, Syntax syntax, const VariableScope& scope);

}  // namespace mcprisk::crawler
