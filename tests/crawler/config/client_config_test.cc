#include "crawler/config/client_config.h"

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <map>
#include <ostream>

#include "model/base/entry_id.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
namespace data = boost::unit_test::data;

namespace {

ConfigContext context(std::string file = "some.json") {
    ConfigContext c;
    c.file = std::move(file);
    c.variables.environment = [](std::string_view name) -> std::optional<std::string> {
        static const std::map<std::string, std::string, std::less<>> kValues{
            {"KEY", "secretvalue"},
            {"HOST", "h.example"},
            {"URL", "https://h.example/secretvalue/mcp"}};
        const auto found = kValues.find(name);
        return found == kValues.end() ? std::nullopt : std::optional(found->second);
    };
    c.variables.read_file = [](const std::string& path) -> std::optional<std::string> {
        if (path != "/proj/.env") return std::nullopt;
        return "# c\nexport ONE='secretvalue'\nTWO=2\nbroken\n";
    };
    c.variables.home = "/home/me";
    c.variables.workspace = "/proj";
    return c;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

// One line for all that matters of a target.
std::string shown(const Target& t) {
    std::string out = t.config_name + "@" + std::to_string(t.line) + " " + std::string(group_of(t.id));
    if (!t.version.empty()) out += " v" + t.version;
    if (const auto* stdio = std::get_if<StdioTarget>(&t.how)) {
        out += " [" + joined(stdio->argv) + "]";
        for (const auto& [name, value] : stdio->env) out += " " + name + "=" + value;
        if (!stdio->working_directory.empty()) out += " in " + stdio->working_directory;
    } else {
        const auto& http = std::get<HttpTarget>(t.how);
        out +=
            " <" + http.url + ">" + (http.transport_hint.empty() ? "" : " " + http.transport_hint);
        for (const auto& [name, value] : http.headers) out += " " + name + ": " + value;
    }
    if (t.disabled) out += " off";
    if (!t.unresolved.empty()) out += " needs " + joined(t.unresolved);
    if (t.credential_class != "none") out += " " + t.credential_class;
    return out;
}

std::string read_all(std::string_view text, const ConfigContext& c, Diagnostics* d = nullptr) {
    const auto targets = read_client_config(text, c, d);
    if (!targets) return "error: " + targets.error().message;
    std::string out;
    for (const Target& target : *targets) {
        BOOST_TEST(target.source == c.file);
        out += shown(target) + "\n";
    }
    return out;
}

struct Case {
    const char* file;
    const char* text;
    const char* targets;
};
std::ostream& operator<<(std::ostream& out, const Case& c) {
    return out << c.file << ' ' << c.text;
}

const std::vector<Case> kClients{
    {"claude_desktop_config.json",
     R"({"mcpServers": {
          "b": {"command": "npx", "args": ["-y", "@x/b@1.2", "${KEY}"], "env": {"A": "1"}},
          "a": {"command": "uvx", "args": ["a-server"]}}})",
     "b@2 npm:@x/b v1.2 [npx -y @x/b@1.2 ${KEY}] A=1 configured\na@3 pypi:a-server [uvx "
     "a-server]\n"},
    {".mcp.json",
     R"({"mcpServers": {"w": {"type": "http", "url": "https://${HOST}/mcp?x=${KEY}",
          "headers": {"Authorization": "Bearer ${KEY}", "X-B": "${NONE:-d}"}},
        "n": {"type": "sse", "url": "https://h.example/sse", "headersHelper": "/x"}}})",
     "w@1 https://h.example/mcp <https://h.example/mcp?x=secretvalue> http Authorization: Bearer "
     "secretvalue X-B: d configured\n"
     "n@3 https://h.example/sse <https://h.example/sse> sse needs headersHelper\n"},
    {"/home/me/.claude.json",
     R"({"numStartups": 3, "mcpServers": {"u": {"command": "u"}}, "projects": {
          "/p": {"history": [], "mcpServers": {"l": {"command": "npx", "args": ["l", "${NONE}"]}},
                 "disabledMcpServers": ["l"]},
          "/q": {"mcpServers": {"l": {"type": "ws", "url": "wss://h.example/ws"}}}}})",
     "u@1 u [u]\nl@2 npm:l [npx l ${NONE}] off needs NONE\nl@4 wss://h.example/ws "
     "<wss://h.example/ws>\n"},
    {".vscode/mcp.json",
     R"({"inputs": [{"id": "k", "type": "promptString"},], // asked
         "servers": {
           "fs": {"type": "stdio", "command": "npx", "args": ["fs", "${workspaceFolder}"],
                  "env": {"K": "${input:k}"}, "envFile": "${workspaceFolder}/.env"},
           "gone": {"command": "x", "envFile": "/none"},},})",
     "fs@3 npm:fs [npx fs /proj] K=${input:k} ONE=secretvalue TWO=2 needs input:k configured\n"
     "gone@5 gone [x] needs envFile\n"},
    {"settings.json",
     R"({"editor.x": 1, "mcp": {"inputs": [], "servers": {"s": {"command": "s"}}}})",
     "s@1 s [s]\n"},
    {"settings.json", R"({"mcp.servers": {"s": {"command": "s"}}})", "s@1 s [s]\n"},
    {".cursor/mcp.json",
     R"({"mcpServers": {"c": {"url": "https://h.example/mcp?key=${env:KEY}#f"}, "d": {"command": "d",
         "cwd": "${userHome}/x"}}})",
     "c@1 https://h.example/mcp <https://h.example/mcp?key=secretvalue#f>\nd@1 d [d] in "
     "/home/me/x\n"},
    {".codeium/windsurf/mcp_config.json",
     R"({"mcpServers": {"w": {"serverUrl": "https://h.example/a", "disabled": true}}})",
     "w@1 https://h.example/a <https://h.example/a> off\n"},
    {"cline_mcp_settings.json",
     R"({"mcpServers": {"c": {"url": "https://h.example/a"},
                        "d": {"type": "streamableHttp", "url": "https://h.example/b"}}})",
     "c@1 https://h.example/a <https://h.example/a> sse\n"
     "d@2 https://h.example/b <https://h.example/b> http\n"},
    {"settings.json",
     R"({"theme": {"mode": "system"}, "context_servers": {
          "new": {"source": "custom", "command": "uvx", "args": ["p", "${KEY}"],},
          "old": {"command": {"path": "/bin/o", "args": ["a"], "env": {"E": "1"}}, "settings": {}},},})",
     "new@2 pypi:p [uvx p ${KEY}]\nold@3 old [/bin/o a] E=1 configured\n"},
    {"config.yaml",
     "name: c\nmcpServers:\n  - name: My Server\n    command: uvx\n    args: [p, 8080]\n"
     "    env:\n      K: ${{ secrets.K }}\n  - name: r\n    type: streamable-http\n"
     "    url: https://h.example/r\n",
     "My Server@3 pypi:p [uvx p 8080] K=${{ secrets.K }} needs secrets.K configured\n"
     "r@8 https://h.example/r <https://h.example/r> http\n"},
    {"gemini-extension.json",
     R"({"name": "x", "mcpServers": {"g": {"httpUrl": "https://h.example/g",
          "headers": {"Authorization": "Bearer $KEY"}}, "s": {"url": "https://h.example/s"},
          "m": {"command": "m", "args": ["$NONE"]}}})",
     "g@1 https://h.example/g <https://h.example/g> http Authorization: Bearer secretvalue "
     "configured\ns@2 https://h.example/s <https://h.example/s> sse\nm@3 m [m $NONE] needs NONE\n"},
    {"config.toml",
     "model = 'x'\n[mcp_servers.e]\ncommand = 'npx'\nargs = ['-y', 'e']\nenv = {L = 'info'}\n"
     "env_vars = ['KEY', 'NONE']\ncwd = '/tmp'\n[mcp_servers.r]\nurl = 'https://h.example/r'\n"
     "bearer_token_env_var = 'KEY'\nhttp_headers = {X-T = 'core'}\nenabled = false\n"
     "env_http_headers = {X-K = 'NONE'}\n",
     "e@2 npm:e [npx -y e] KEY=secretvalue L=info in /tmp needs NONE configured\n"
     "r@8 https://h.example/r <https://h.example/r> X-T: core Authorization: Bearer secretvalue "
     "off "
     "needs NONE configured\n"},
    {"config.toml",
     "[[mcp_servers]]\nname = 'one'\ntransport = 'stdio'\ncommand = 'uvx p'\n[[mcp_servers]]\n"
     "name = 'two'\ntransport = 'http'\nurl = 'https://h.example/t'\n",
     "one@1 pypi:p [uvx p]\ntwo@5 https://h.example/t <https://h.example/t> http\n"},
    {"config.yaml",
     "extensions:\n  dev:\n    type: builtin\n    enabled: true\n  e:\n    type: stdio\n    cmd: "
     "npx\n"
     "    args: ['-y', e]\n    envs: {A: b}\n    env_keys: [NONE]\n  old:\n    type: sse\n"
     "    enabled: false\n    uri: https://h.example/s\n  bund: {bundled: true, type: stdio, cmd: "
     "x}\n",
     "e@5 npm:e [npx -y e] A=b needs NONE configured\n"
     "old@11 https://h.example/s <https://h.example/s> sse off\n"},
    {"opencode.jsonc",
     R"({"$schema": "x", "mcp": { // classic
          "l": {"type": "local", "command": ["npx", "-y", "l"], "environment": {"K": "{env:KEY}"}},
          "r": {"type": "remote", "url": "https://h.example/r", "enabled": false,
                "headers": {"A": "{file:none}"}}}})",
     "l@2 npm:l [npx -y l] K=secretvalue configured\n"
     "r@3 https://h.example/r <https://h.example/r> A: {file:none} off needs file:none "
     "configured\n"},
    {"opencode.json",
     R"({"mcp": {"servers": {"n": {"type": "local", "command": ["n"]}}, "timeout": 5}})",
     "n@1 n [n]\n"},
    {"opencode.json",
     R"({"mcp": {"servers": {"type": "local", "command": ["n"]}}})",
     "servers@1 servers [n]\n"},
    {".kiro/settings/mcp.json",
     R"({"mcpServers": {"k": {"url": "https://h.example/${KEY}/mcp"}, "v": {"url": "${URL}"}}})",
     "k@1 https://h.example/${KEY}/mcp <https://h.example/secretvalue/mcp>\n"
     "v@1 v <https://h.example/secretvalue/mcp>\n"},
    {".warp/.mcp.json",
     R"({"w": {"command": "w", "working_directory": "/x"}, "u": {"url": "https://h.example/u"}})",
     "u@1 https://h.example/u <https://h.example/u>\nw@1 w [w] in /x\n"},
    {"x/amp/settings.json", R"({"amp.mcpServers": {"a": {"command": "a"}}})", "a@1 a [a]\n"},
    {"settings.json", R"({"amp": {"mcpServers": {"a": {"command": "a"}}}})", "a@1 a [a]\n"},
    {"manifest.json",
     R"({"manifest_version": "0.3", "name": "B", "version": "2.0", "server": {"type": "node",
         "mcp_config": {"command": "node", "args": ["${__dirname}/i.js", "${user_config.k}"],
         "platform_overrides": {"win32": {"command": "node.exe"}}}}, "tools": []})",
     "B@2 B v2.0 [node ${__dirname}/i.js ${user_config.k}] needs __dirname user_config.k\n"},
    {"any.json", R"({"mcpServers": {}})", ""},
    {"any.json",
     R"({"mcpServers": {"a": {"command": "npx", "args": ["p@1"]}, "b": {"command": "npx", "args":
         ["p@2"]}}})",
     "a@1 npm:p v1 [npx p@1]\nb@1 npm:p v2 [npx p@2]\n"},
    {"any.json",
     "\xef\xbb\xbf{\r\n\"mcpServers\": {\r\n\"a\": {\"command\": \"C:\\\\Program Files\\\\x "
     "y.exe\"}}}",
     "a@3 a [C:\\Program Files\\x y.exe]\n"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(client_config)

BOOST_DATA_TEST_CASE(each_client_is_read, data::make(kClients), c) {
    Diagnostics diagnostics;
    BOOST_TEST(read_all(c.text, context(c.file), &diagnostics) == c.targets);
    BOOST_TEST(diagnostics.empty());
}

BOOST_DATA_TEST_CASE(values_from_outside_are_not_shown, data::make(kClients), c) {
    const auto targets = read_client_config(c.text, context(c.file));
    BOOST_TEST_REQUIRE(targets.has_value());
    for (const Target& target : *targets) {
        BOOST_TEST(describe_origin(target).find("secretvalue") == std::string::npos);
        BOOST_TEST(target.id.find("secretvalue") == std::string::npos, target.id);
    }
}

BOOST_AUTO_TEST_CASE(secrets_in_arguments_are_not_shown) {
    const auto targets = read_client_config(R"({"mcpServers": {
        "a": {"command": "x", "args": ["--api-key", "secretvalue", "--auth=${KEY}", "--t", "${KEY}"]},
        "b": {"url": "https://me:secretvalue@h.example/m?k=secretvalue"}}})",
                                            context());
    BOOST_TEST_REQUIRE(targets.has_value());
    BOOST_TEST_REQUIRE(targets->size() == 2U);
    for (const Target& target : *targets) {
        BOOST_TEST(describe_origin(target).find("secretvalue") == std::string::npos);
        BOOST_TEST(target.id.find("secretvalue") == std::string::npos);
    }
    BOOST_TEST((*targets)[1].credential_class == "configured");
    BOOST_TEST(std::get<StdioTarget>((*targets)[0].how).argv.back() == "secretvalue");
}

BOOST_AUTO_TEST_CASE(broken_entries_are_told_and_the_rest_goes_on) {
    Diagnostics diagnostics;
    const std::string out = read_all(R"({"mcpServers": {
        "none": {},
        "number": 5,
        "text": "npx secretvalue",
        "args": {"command": "x", "args": [["secretvalue"]]},
        "args2": {"command": "x", "args": {"a": 1}},
        "env": {"command": "x", "env": "secretvalue"},
        "env2": {"command": "x", "env": {"A=B": "secretvalue"}},
        "env3": {"command": "x", "env": {"A": ["secretvalue"]}},
        "nul": {"command": "x", "args": ["secretvalue\u0000"]},
        "empty": {"command": " "},
        "url": {"url": 5},
        "url2": {"url": "https://h.example/ secretvalue"},
        "header": {"url": "https://h.example", "headers": {"A": "secretvalue\r\nB: c"}},
        "header2": {"url": "https://h.example", "headers": {"A B": "secretvalue"}},
        "headers": {"url": "https://h.example", "headers": ["secretvalue"]},
        "tcp": {"tcp": "h.example:1"},
        "\u001b[31mred": {"command": true, "cwd": 5},
        "good": {"command": "good", "env": {"N": 1, "B": true}}}})",
                                     context(),
                                     &diagnostics);
    BOOST_TEST(out == "good@19 good [good] B=true N=1 configured\n");
    BOOST_TEST(diagnostics.items().size() == 17U);
    for (const Diagnostic& d : diagnostics.items()) {
        BOOST_TEST(d.message.find("secretvalue") == std::string::npos, d.message);
        BOOST_TEST(d.message.find('\x1b') == std::string::npos);
        BOOST_TEST(!d.path.empty());
        BOOST_TEST(d.file == "some.json");
        // A line is known for what is an object.
        BOOST_TEST((d.line > 1 || d.path == "number" || d.path == "text"), d.path);
    }
}

BOOST_AUTO_TEST_CASE(other_files_are_no_configuration) {
    for (const char* text : {"{}",
                             "[]",
                             "5",
                             "\"x\"",
                             "null",
                             R"({"a": {"b": 1}})",
                             R"({"mcpServers": "x"})",
                             R"({"mcp": 5, "projects": {"a": 1}})",
                             R"({"extensions": {"rust": true}})",
                             "a: b\n",
                             "x = 1\n",
                             R"({"tools": [{"name": "a", "inputSchema": {"type": "object"}}]})"}) {
        const auto targets = read_client_config(text, context());
        BOOST_TEST(!targets.has_value(), text);
        if (!targets) BOOST_TEST(targets.error().message.find("mcpServers") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_list_of_variables_and_null_values_forward_the_environment) {
    BOOST_TEST(read_all(R"({"mcpServers": {"a": {"command": "a", "env": ["A=1=2", {"name": "B",
                            "value": "x"}, "KEY"]}, "b": {"command": "b", "env": {"NONE": null}}}})",
                        context()) ==
               "a@1 a [a] A=1=2 B=x KEY=secretvalue configured\nb@2 b [b] needs NONE\n");
}

BOOST_AUTO_TEST_CASE(hostile_files_are_refused_or_read_in_bounds) {
    std::string many = "{\"mcpServers\":{";
    for (int i = 0; i < 1000000; ++i) many += (i ? ",\"" : "\"") + std::to_string(i) + "\":{}";
    many += "}}";
    const auto targets = read_client_config(many, context());
    BOOST_TEST_REQUIRE(!targets.has_value());
    BOOST_TEST((targets.error().code == ErrorCode::too_large));

    std::string deep = "{\"mcpServers\":";
    for (int i = 0; i < 100000; ++i) deep += "{\"a\":";
    BOOST_TEST((read_client_config(deep, context()).error().code == ErrorCode::too_large));
}

BOOST_AUTO_TEST_CASE(reading_is_repeatable) {
    for (const Case& c : kClients) {
        BOOST_TEST(read_all(c.text, context(c.file)) == read_all(c.text, context(c.file)));
    }
}

BOOST_AUTO_TEST_SUITE_END()
