#include "crawler/config/known_configs.h"

#include <algorithm>
#include <array>
#include <optional>

#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

// Systems a row holds for.
constexpr unsigned kLinux = 1;
constexpr unsigned kMac = 2;
constexpr unsigned kWindows = 4;
constexpr unsigned kUnix = kLinux | kMac;
constexpr unsigned kAll = kUnix | kWindows;

// Paths begin with one of
//   ~            the home directory
//   <config>     where programs keep settings: $XDG_CONFIG_HOME or ~/.config on Linux,
//                ~/Library/Application Support on macOS, %APPDATA% on Windows
//   <xdg>        $XDG_CONFIG_HOME or ~/.config, on every system
//   <NAME|path>  the variable NAME if set, else the path
//   .            the project
// One step of a path may be "*", a name in a directory, or "*.ext".
struct Row {
    Client client;
    unsigned systems;
    std::string_view path;
};

constexpr std::array kRows{
    Row{Client::claude_desktop, kAll, "<config>/Claude/claude_desktop_config.json"},
    Row{Client::claude_code, kAll, "<CLAUDE_CONFIG_DIR|~>/.claude.json"},
    Row{Client::claude_code, kLinux, "/etc/claude-code/managed-mcp.json"},
    Row{Client::claude_code, kMac, "/Library/Application Support/ClaudeCode/managed-mcp.json"},
    Row{Client::vscode, kAll, "<config>/Code/User/mcp.json"},
    Row{Client::vscode, kAll, "<config>/Code/User/profiles/*/mcp.json"},
    Row{Client::vscode, kAll, "<config>/Code/User/settings.json"},
    Row{Client::vscode, kAll, "<config>/Code - Insiders/User/mcp.json"},
    Row{Client::vscode, kAll, "<config>/Code - Insiders/User/profiles/*/mcp.json"},
    Row{Client::vscode, kAll, "<config>/Code - Insiders/User/settings.json"},
    Row{Client::vscode, kUnix, "~/.vscode-server/data/User/mcp.json"},
    Row{Client::cursor, kAll, "~/.cursor/mcp.json"},
    Row{Client::windsurf, kAll, "~/.codeium/windsurf/mcp_config.json"},
    Row{Client::windsurf, kAll, "~/.codeium/mcp_config.json"},
    Row{Client::cline,
        kAll,
        "<config>/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json"},
    Row{Client::cline,
        kAll,
        "<config>/Cursor/User/globalStorage/saoudrizwan.claude-dev/settings/"
        "cline_mcp_settings.json"},
    Row{Client::cline, kAll, "~/.cline/data/settings/cline_mcp_settings.json"},
    Row{Client::cline, kAll, "~/.cline/mcp.json"},
    Row{Client::roo,
        kAll,
        "<config>/Code/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json"},
    Row{Client::roo,
        kAll,
        "<config>/Cursor/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json"},
    Row{Client::zed, kUnix, "<xdg>/zed/settings.json"},
    Row{Client::zed, kMac, "<config>/Zed/settings.json"},
    Row{Client::zed, kWindows, "<config>/Zed/settings.json"},
    Row{Client::continue_dev, kAll, "~/.continue/config.yaml"},
    Row{Client::continue_dev, kAll, "~/.continue/mcpServers/*.yaml"},
    Row{Client::continue_dev, kAll, "~/.continue/mcpServers/*.yml"},
    Row{Client::continue_dev, kAll, "~/.continue/mcpServers/*.json"},
    Row{Client::gemini, kAll, "~/.gemini/settings.json"},
    Row{Client::gemini, kAll, "~/.gemini/extensions/*/gemini-extension.json"},
    Row{Client::codex, kAll, "<CODEX_HOME|~/.codex>/config.toml"},
    Row{Client::goose, kUnix, "~/.config/goose/config.yaml"},
    Row{Client::goose, kWindows, "<config>/Block/goose/config/config.yaml"},
    Row{Client::lm_studio, kAll, "~/.lmstudio/mcp.json"},
    Row{Client::lm_studio, kAll, "~/.cache/lm-studio/mcp.json"},
    Row{Client::junie, kAll, "~/.junie/mcp/mcp.json"},
    Row{Client::opencode, kAll, "<OPENCODE_CONFIG|>"},
    Row{Client::opencode, kAll, "<OPENCODE_CONFIG_DIR|~/.config/opencode>/opencode.json"},
    Row{Client::opencode, kAll, "<OPENCODE_CONFIG_DIR|~/.config/opencode>/opencode.jsonc"},
    Row{Client::amazon_q, kAll, "~/.aws/amazonq/mcp.json"},
    Row{Client::amazon_q, kAll, "~/.aws/amazonq/cli-agents/*.json"},
    Row{Client::kiro, kAll, "~/.kiro/settings/mcp.json"},
    Row{Client::warp, kAll, "~/.warp/.mcp.json"},
    Row{Client::copilot_cli, kAll, "~/.copilot/mcp-config.json"},
    Row{Client::antigravity, kAll, "~/.gemini/config/mcp_config.json"},
    Row{Client::amp, kAll, "<xdg>/amp/settings.json"},
    Row{Client::factory, kAll, "~/.factory/mcp.json"},
    Row{Client::kimi, kAll, "~/.kimi-code/mcp.json"},
    Row{Client::grok, kAll, "~/.grok/config.toml"},
    Row{Client::vibe, kAll, "~/.vibe/config.toml"},
    Row{Client::kilo, kAll, "<xdg>/kilo/kilo.json"},
    Row{Client::kilo, kAll, "<xdg>/kilo/kilo.jsonc"},
    Row{Client::claude_code, kAll, "./.mcp.json"},
    Row{Client::vscode, kAll, "./.vscode/mcp.json"},
    Row{Client::vscode, kAll, "./.vscode/settings.json"},
    Row{Client::cursor, kAll, "./.cursor/mcp.json"},
    Row{Client::roo, kAll, "./.roo/mcp.json"},
    Row{Client::zed, kAll, "./.zed/settings.json"},
    Row{Client::continue_dev, kAll, "./.continue/mcpServers/*.yaml"},
    Row{Client::continue_dev, kAll, "./.continue/mcpServers/*.yml"},
    Row{Client::continue_dev, kAll, "./.continue/mcpServers/*.json"},
    Row{Client::gemini, kAll, "./.gemini/settings.json"},
    Row{Client::codex, kAll, "./.codex/config.toml"},
    Row{Client::junie, kAll, "./.junie/mcp/mcp.json"},
    Row{Client::opencode, kAll, "./opencode.json"},
    Row{Client::opencode, kAll, "./opencode.jsonc"},
    Row{Client::opencode, kAll, "./.opencode/opencode.json"},
    Row{Client::opencode, kAll, "./.opencode/opencode.jsonc"},
    Row{Client::amazon_q, kAll, "./.amazonq/mcp.json"},
    Row{Client::amazon_q, kAll, "./.amazonq/cli-agents/*.json"},
    Row{Client::kiro, kAll, "./.kiro/settings/mcp.json"},
    Row{Client::warp, kAll, "./.warp/.mcp.json"},
    Row{Client::copilot_cli, kAll, "./.github/mcp.json"},
    Row{Client::kilo, kAll, "./kilo.json"},
    Row{Client::kilo, kAll, "./kilo.jsonc"},
    Row{Client::librechat, kAll, "./librechat.yaml"},
    Row{Client::mcporter, kAll, "./config/mcporter.json"},
};

std::optional<std::string> variable(const Machine& machine, std::string_view name) {
    auto value = machine.environment ? machine.environment(name) : std::nullopt;
    if (value && value->empty()) value.reset();
    return value;
}

std::string under_home(const Machine& machine, std::string_view path) {
    return path.starts_with('~') ? machine.home + std::string(path.substr(1)) : std::string(path);
}

// Empty if the row has no place on this machine.
std::string resolve(const Machine& machine, std::string_view path) {
    if (path.starts_with("./")) {
        return machine.project.empty() ? "" : machine.project + std::string(path.substr(1));
    }
    if (!path.starts_with('<')) {
        return machine.home.empty() && path.starts_with('~') ? "" : under_home(machine, path);
    }
    const auto close = path.find('>');
    const std::string_view place = path.substr(1, close - 1);
    const std::string rest(path.substr(close + 1));
    std::string base;
    if (place == "config" && machine.os == Os::macos) {
        base = under_home(machine, "~/Library/Application Support");
    } else if (place == "config" && machine.os == Os::windows) {
        base = variable(machine, "APPDATA").value_or(under_home(machine, "~/AppData/Roaming"));
    } else if (place == "config" || place == "xdg") {
        base = variable(machine, "XDG_CONFIG_HOME").value_or(under_home(machine, "~/.config"));
    } else {
        const auto bar = place.find('|');
        base = variable(machine, place.substr(0, bar))
                   .value_or(under_home(machine, place.substr(bar + 1)));
    }
    return base.empty() ? "" : base + rest;
}

std::vector<std::string> match_wildcard(const Machine& machine, const std::string& path) {
    const auto star = path.find('*');
    if (star == std::string::npos) return {path};
    if (!machine.list) return {};
    const std::string directory = path.substr(0, star - 1);
    const auto slash = path.find('/', star);
    const std::string ending =
        path.substr(star + 1, slash == std::string::npos ? slash : slash - star - 1);
    const std::string rest = slash == std::string::npos ? "" : path.substr(slash);
    std::vector<std::string> names = machine.list(directory);
    std::sort(names.begin(), names.end());
    std::vector<std::string> paths;
    for (const std::string& name : names) {
        if (name.ends_with(ending) && name != "." && name != "..") {
            paths.push_back(directory + "/" + name + rest);
        }
    }
    return paths;
}

// The part of a row that stays the same on every machine.
std::string_view fixed_end(std::string_view path) {
    if (path.starts_with('<')) path.remove_prefix(path.find('>') + 1);
    if (path.starts_with('~') || path.starts_with("./")) path.remove_prefix(1);
    const auto star = path.find('*');
    if (star == std::string_view::npos) return path;
    const auto slash = path.find('/', star);
    return slash == std::string_view::npos ? std::string_view() : path.substr(slash);
}

struct Trait {
    Client client;
    std::string_view name;
    Syntax syntax;
};

constexpr Syntax kCursorLike = Syntax::env_prefix | Syntax::editor;
constexpr Syntax kAnyClear = Syntax::braces | Syntax::env_prefix | Syntax::editor |
                             Syntax::opencode | Syntax::templates | Syntax::bundle;

constexpr std::array kTraits{
    Trait{Client::unknown, "unknown client", kAnyClear},
    Trait{Client::claude_desktop, "Claude Desktop", Syntax::none},
    Trait{Client::claude_code, "Claude Code", Syntax::braces | Syntax::bundle},
    Trait{Client::vscode, "VS Code", kCursorLike},
    Trait{Client::cursor, "Cursor", kCursorLike},
    Trait{Client::windsurf, "Windsurf", Syntax::env_prefix},
    Trait{Client::cline, "Cline", Syntax::env_prefix},
    Trait{Client::roo, "Roo Code", kCursorLike},
    Trait{Client::zed, "Zed", Syntax::none},
    Trait{Client::continue_dev, "Continue", Syntax::templates},
    Trait{Client::gemini,
          "Gemini CLI",
          Syntax::braces | Syntax::dollar | Syntax::percent | Syntax::bundle},
    Trait{Client::codex, "Codex", Syntax::none},
    Trait{Client::goose, "Goose", Syntax::braces},
    Trait{Client::lm_studio, "LM Studio", kCursorLike},
    Trait{Client::junie, "Junie", Syntax::none},
    Trait{Client::opencode, "opencode", Syntax::opencode},
    Trait{Client::amazon_q, "Amazon Q", Syntax::env_prefix},
    Trait{Client::kiro, "Kiro", Syntax::braces},
    Trait{Client::warp, "Warp", Syntax::braces},
    Trait{Client::copilot_cli, "Copilot CLI", kAnyClear},
    Trait{Client::antigravity, "Antigravity", kAnyClear},
    Trait{Client::amp, "Amp", kAnyClear},
    Trait{Client::factory, "Factory", kAnyClear},
    Trait{Client::kimi, "Kimi", kAnyClear},
    Trait{Client::grok, "Grok", kAnyClear},
    Trait{Client::vibe, "Mistral Vibe", kAnyClear},
    Trait{Client::kilo, "Kilo", Syntax::opencode | Syntax::braces},
    Trait{Client::librechat, "LibreChat", kAnyClear},
    Trait{Client::mcporter, "mcporter", kAnyClear},
    Trait{Client::bundle, "MCP bundle", Syntax::bundle},
};

const Trait& trait(Client client) {
    const auto found = std::find_if(
        kTraits.begin(), kTraits.end(), [&](const Trait& t) { return t.client == client; });
    return found == kTraits.end() ? kTraits.front() : *found;
}

}  // namespace

std::string_view to_string(Client client) { return trait(client).name; }

Syntax variable_syntax(Client client) { return trait(client).syntax; }

Client client_of_path(std::string_view path) {
    std::string normal = "/" + std::string(path);
    std::replace(normal.begin(), normal.end(), '\\', '/');
    Client best = Client::unknown;
    std::size_t longest = 0;
    for (const Row& row : kRows) {
        std::string_view end = fixed_end(row.path);
        // One step alone says little, except for the few names that are a client's own.
        if (std::count(end.begin(), end.end(), '/') < 2 &&
            (end == "/mcp.json" || end == "/config.toml" || end.empty())) {
            continue;
        }
        if (end.size() > longest && normal.ends_with(end)) {
            best = row.client;
            longest = end.size();
        }
    }
    constexpr std::array<std::pair<std::string_view, Client>, 3> kNames{{
        {"claude_desktop_config.json", Client::claude_desktop},
        {"cline_mcp_settings.json", Client::cline},
        {"librechat.yaml", Client::librechat},
    }};
    for (const auto& [name, client] : kNames) {
        if (longest == 0 && normal.ends_with(name)) best = client;
    }
    return best;
}

std::string place_on(const Machine& machine, std::string_view path) {
    return resolve(machine, path);
}

std::vector<KnownConfig> find_known_configs(const Machine& machine) {
    const unsigned system = machine.os == Os::linux_os ? kLinux
                            : machine.os == Os::macos  ? kMac
                                                       : kWindows;
    std::vector<KnownConfig> found;
    for (const Row& row : kRows) {
        if ((row.systems & system) == 0) continue;
        const std::string pattern = resolve(machine, row.path);
        if (pattern.empty()) continue;
        for (const std::string& path : match_wildcard(machine, pattern)) {
            const bool seen = std::any_of(
                found.begin(), found.end(), [&](const KnownConfig& k) { return k.path == path; });
            if (!seen && machine.exists && machine.exists(path)) {
                found.push_back({row.client, path, row.path.starts_with("./")});
            }
        }
    }
    return found;
}

}  // namespace mcprisk::crawler
