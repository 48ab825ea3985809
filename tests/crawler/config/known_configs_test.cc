#include "crawler/config/known_configs.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <map>
#include <ostream>
#include <set>

using namespace mcprisk::crawler;
namespace data = boost::unit_test::data;

namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

Machine machine(Os os, std::set<std::string> files, Variables variables = {}) {
    Machine m;
    m.os = os;
    m.home = "/home/me";
    m.project = "/src/app";
    m.environment = [variables](std::string_view name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    m.exists = [files](const std::string& path) { return files.count(path) > 0; };
    m.list = [files](const std::string& directory) {
        std::set<std::string> names;
        for (const std::string& path : files) {
            if (!path.starts_with(directory + "/")) continue;
            const std::string rest = path.substr(directory.size() + 1);
            names.insert(rest.substr(0, rest.find('/')));
        }
        return std::vector<std::string>(names.rbegin(), names.rend());
    };
    return m;
}

std::vector<std::string> paths(const std::vector<KnownConfig>& configs) {
    std::vector<std::string> out;
    for (const KnownConfig& config : configs) out.push_back(config.path);
    return out;
}

struct PathCase {
    const char* path;
    Client client;
};
std::ostream& operator<<(std::ostream& out, const PathCase& c) { return out << c.path; }

const std::vector<PathCase> kPaths{
    {"/home/x/.config/Claude/claude_desktop_config.json", Client::claude_desktop},
    {"copy/claude_desktop_config.json", Client::claude_desktop},
    {"/home/x/.claude.json", Client::claude_code},
    {".mcp.json", Client::claude_code},
    {"a/.warp/.mcp.json", Client::warp},
    {".vscode/mcp.json", Client::vscode},
    {"C:\\Users\\x\\.cursor\\mcp.json", Client::cursor},
    {".cursor/mcp.json", Client::cursor},
    {"x/.codeium/windsurf/mcp_config.json", Client::windsurf},
    {"x/.gemini/settings.json", Client::gemini},
    {"x/.gemini/config/mcp_config.json", Client::antigravity},
    {"x/gemini-extension.json", Client::gemini},
    {"x/.codex/config.toml", Client::codex},
    {"x/.vibe/config.toml", Client::vibe},
    {"x/config.toml", Client::unknown},
    {"opencode.jsonc", Client::opencode},
    {"librechat.yaml", Client::librechat},
    {"mcp.json", Client::unknown},
    {"settings.json", Client::unknown},
    {"", Client::unknown},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(known_configs)

BOOST_AUTO_TEST_CASE(files_of_linux_are_found_where_they_are) {
    const auto found =
        find_known_configs(machine(Os::linux_os,
                                   {"/home/me/.config/Claude/claude_desktop_config.json",
                                    "/home/me/.codex/config.toml",
                                    "/home/me/Library/Application Support/Claude/"
                                    "claude_desktop_config.json",
                                    "/src/app/.mcp.json",
                                    "/etc/passwd"}));
    BOOST_TEST_REQUIRE(found.size() == 3U);
    BOOST_TEST((found[0] == KnownConfig{Client::claude_desktop,
                                        "/home/me/.config/Claude/claude_desktop_config.json",
                                        false}));
    BOOST_TEST((found[1] == KnownConfig{Client::codex, "/home/me/.codex/config.toml", false}));
    BOOST_TEST((found[2] == KnownConfig{Client::claude_code, "/src/app/.mcp.json", true}));
}

BOOST_AUTO_TEST_CASE(each_system_has_its_own_places) {
    const std::set<std::string> files{"/home/me/Library/Application Support/Code/User/mcp.json",
                                      "/roaming/Zed/settings.json"};
    BOOST_TEST(find_known_configs(machine(Os::linux_os, files)).empty());
    BOOST_TEST(
        paths(find_known_configs(machine(Os::macos, files))) ==
            (std::vector<std::string>{"/home/me/Library/Application Support/Code/User/mcp.json"}),
        boost::test_tools::per_element());
    BOOST_TEST(paths(find_known_configs(machine(Os::windows, files, {{"APPDATA", "/roaming"}}))) ==
                   (std::vector<std::string>{"/roaming/Zed/settings.json"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(variables_move_the_places) {
    const std::set<std::string> files{"/cfg/zed/settings.json",
                                      "/codex/config.toml",
                                      "/home/me/.codex/config.toml",
                                      "/claude/.claude.json",
                                      "/oc/one.json"};
    const auto found = find_known_configs(machine(Os::linux_os,
                                                  files,
                                                  {{"XDG_CONFIG_HOME", "/cfg"},
                                                   {"CODEX_HOME", "/codex"},
                                                   {"CLAUDE_CONFIG_DIR", "/claude"},
                                                   {"OPENCODE_CONFIG", "/oc/one.json"}}));
    BOOST_TEST(paths(found) == (std::vector<std::string>{"/claude/.claude.json",
                                                         "/cfg/zed/settings.json",
                                                         "/codex/config.toml",
                                                         "/oc/one.json"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(wildcards_are_filled_in_by_name_order) {
    const std::set<std::string> files{"/home/me/.continue/mcpServers/b.yaml",
                                      "/home/me/.continue/mcpServers/a.yaml",
                                      "/home/me/.continue/mcpServers/notes.txt",
                                      "/home/me/.config/Code/User/profiles/-1a/mcp.json"};
    Machine m = machine(Os::linux_os, files);
    BOOST_TEST(paths(find_known_configs(m)) ==
                   (std::vector<std::string>{"/home/me/.config/Code/User/profiles/-1a/mcp.json",
                                             "/home/me/.continue/mcpServers/a.yaml",
                                             "/home/me/.continue/mcpServers/b.yaml"}),
               boost::test_tools::per_element());
    m.list = nullptr;
    BOOST_TEST(find_known_configs(m).empty());
}

BOOST_AUTO_TEST_CASE(without_home_or_project_nothing_relative_is_tried) {
    Machine m = machine(Os::linux_os, {});
    m.home.clear();
    m.project.clear();
    std::vector<std::string> tried;
    m.exists = [&](const std::string& path) {
        tried.push_back(path);
        return false;
    };
    BOOST_TEST(find_known_configs(m).empty());
    for (const std::string& path : tried) BOOST_TEST(path.starts_with("/"), path);
}

BOOST_DATA_TEST_CASE(clients_are_told_by_path, data::make(kPaths), c) {
    BOOST_TEST(to_string(client_of_path(c.path)) == to_string(c.client));
}

BOOST_AUTO_TEST_CASE(every_client_has_a_name_of_its_own) {
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Client::bundle); ++i) {
        names.insert(to_string(static_cast<Client>(i)));
    }
    BOOST_TEST(names.size() == static_cast<std::size_t>(Client::bundle) + 1);
}

BOOST_AUTO_TEST_SUITE_END()
