#include "build_places.h"
#include "crawler/config/input_file.h"

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>
#include <set>

using namespace mcprisk;
using namespace mcprisk::crawler;
namespace data = boost::unit_test::data;
namespace fs = std::filesystem;

namespace {

constexpr const char* kTools = R"({"tools": [{"name": "t", "inputSchema": {"type": "object"}}]})";

// "config 2", "recorded s:1 …" (tools by server), "index NAME N" or "error: …".
std::string read(std::string_view name, std::string_view text, const InputOptions& options = {}) {
    const auto input = read_input(name, text, options);
    if (!input) return "error: " + input.error().message;
    switch (input->kind) {
        case InputKind::client_config:
            return "config " + std::to_string(input->targets.size());
        case InputKind::index:
            return "index " + input->index_name + " " + std::to_string(input->index_servers);
        case InputKind::recorded:
            break;
    }
    std::string out = "recorded";
    for (const Listing& listing : input->listings) {
        out += " " + listing.document.server + ":" + std::to_string(listing.document.tools.size());
    }
    return out;
}

struct Case {
    const char* name;
    const char* text;
    const char* what;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.text; }

const std::vector<Case> kCases{
    {"a/b.json", kTools, "recorded b:1"},
    {"b.json", R"({"server": "s", "tools": []})", "recorded s:0"},
    {"b.json",
     R"({"jsonrpc": "2.0", "id": 1, "result": {"tools": [{"name": "t"}]}})",
     "recorded b:1"},
    {"b.json", R"([{"name": "t", "description": "d"}, {"name": "u"}])", "recorded b:2"},
    {"b.json",
     R"([{"server": "s", "tools": []}, {"server": "r", "tools": []}])",
     "recorded s:0 r:0"},
    {"b.txt",
     "{\"server\": \"s\", \"tools\": []}\n{\"server\": \"r\", \"tools\": []}\n",
     "recorded s:0 r:0"},
    {"b.jsonl", "broken\n{\"server\": \"r\", \"tools\": []}\n", "recorded r:0"},
    {"b.jsonl", "{\"server\": \"r\", \"tools\": []}\n", "recorded r:0"},
    {"c.json",
     R"({"mcpServers": {"a": {"command": "x"}, "b": {"url": "https://h.example"}}})",
     "config 2"},
    {"c", "[mcp_servers.a]\ncommand = 'x'\n", "config 1"},
    {"c", "mcpServers:\n  - name: a\n    command: x\n", "config 1"},
    {"c", "// c\n{\"servers\": {\"a\": {\"command\": \"x\"},}}", "config 1"},
    {"i.json",
     R"({"servers": [{"server": {"name": "a/b", "version": "1"}, "_meta": {}}], "metadata": {}})",
     "index official registry 1"},
    {"i.json", R"({"name": "a/b", "version": "1", "packages": []})", "index official registry 1"},
    {"i.json",
     R"([{"name": "a", "version_detail": {}}, {"name": "b", "packages": []}])",
     "index official registry 2"},
    {"i.json",
     R"({"servers": [{"name": "a", "image": "mcp/a", "about": {}}]})",
     "index Docker MCP registry 1"},
    {"server.yaml", "name: a\nimage: mcp/a\nabout:\n  title: A\n", "index Docker MCP registry 1"},
    {"i.yaml",
     "name: c\nregistry:\n  a: {image: x}\n  b: {image: y}\n",
     "index Docker catalogue 2"},
    {"i.json",
     R"({"last_updated": "x", "servers": {"a": {"transport": "stdio", "image": "i"}},
         "remote_servers": {"r": {"url": "https://h.example"}}})",
     "index ToolHive 2"},
    {"i.json", R"({"version": "1", "data": {"servers": [{"name": "a"}]}})", "index ToolHive 1"},
    {"i.json", R"({"servers": [{"qualifiedName": "a"}], "pagination": {}})", "index Smithery 1"},
    {"i.json",
     R"({"servers": [{"namespace": "a", "slug": "b"}], "pageInfo": {}})",
     "index Glama 1"},
    {"i.json",
     R"({"name": "a", "installations": {"npm": {"command": "npx"}}, "tools": []})",
     "index mcpm 1"},
    {"i.json", R"([{"packageName": "a"}])", "index ToolSDK 1"},
};

// The folder of real tools beside the source, or nothing.
fs::path corpus() {
    const char* set = std::getenv("MCPRISK_CORPUS");
    const fs::path path =
        set != nullptr ? fs::path(set) : fs::path(MCPRISK_SOURCE_DIR) / "../shared/corpus";
    return fs::exists(path) ? path : fs::path();
}

std::string contents(const fs::path& path) {
    auto text = read_text_file(path.string(), std::size_t{64} << 20);
    BOOST_TEST_REQUIRE(text.has_value());
    return *text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(input_file)

BOOST_DATA_TEST_CASE(files_are_recognised_by_content, data::make(kCases), c) {
    BOOST_TEST(read(c.name, c.text) == c.what);
}

BOOST_AUTO_TEST_CASE(ids_come_from_the_document_then_the_caller_then_the_file) {
    InputOptions options;
    options.id = "mine";
    BOOST_TEST(read("x/file.json", kTools, options) == "recorded mine:1");
    BOOST_TEST(read("x/file.json", R"({"server": "s", "tools": []})", options) == "recorded s:0");
    const auto input = read_input("x/file.json", kTools, {});
    BOOST_TEST(input->listings.front().transport == "file");
    BOOST_TEST(input->listings.front().origin == "x/file.json");
    BOOST_TEST(stem_of("a\\b.c.json") == "b.c");
    BOOST_TEST(stem_of("-") == "input");
    BOOST_TEST(stem_of("x/") == "input");
    BOOST_TEST(stem_of(".mcp") == ".mcp");
}

BOOST_AUTO_TEST_CASE(entries_that_cannot_be_understood_are_listings_too) {
    const auto input = read_input(
        "c.json", "{\"mcpServers\": {\"a\": {\"command\": \"x\"},\n\"b\": {\"url\": 5}}}", {});
    BOOST_TEST_REQUIRE(input.has_value());
    BOOST_TEST(input->targets.size() == 1U);
    BOOST_TEST(input->targets.front().source == "c.json");
    BOOST_TEST_REQUIRE(input->listings.size() == 1U);
    const Listing& listing = input->listings.front();
    BOOST_TEST((listing.outcome == Outcome::unreadable));
    BOOST_TEST(listing.document.server == "b");
    BOOST_TEST(listing.failure == "b in line 2 of c.json: the URL is not text; mend the entry");
}

BOOST_AUTO_TEST_CASE(bad_lines_are_warnings_with_numbers) {
    const auto input = read_input(
        "l.jsonl",
        "{\"server\": \"a\", \"tools\": []}\nbad\n\n{\"server\": \"b\", \"tools\": [5]}\n",
        {});
    BOOST_TEST_REQUIRE(input.has_value());
    BOOST_TEST(input->listings.size() == 2U);
    BOOST_TEST_REQUIRE(input->diagnostics.items().size() == 2U);
    BOOST_TEST(input->diagnostics.items()[0].line == 2U);
    BOOST_TEST(input->diagnostics.items()[1].line == 4U);
    BOOST_TEST(input->diagnostics.items()[0].file == "l.jsonl");
}

const std::vector<std::string> kBad{"",
                                    " \r\n",
                                    "\xef\xbb\xbf",
                                    "nonsense",
                                    "# Title\n\nSome text.\n",
                                    "{",
                                    "[]",
                                    "{}",
                                    "5",
                                    "null",
                                    "{\"a\": {\"b\": {}}}",
                                    "a: b",
                                    "x = 1",
                                    "{\"tools\": 5}",
                                    "{\"result\": {}}",
                                    "{\"error\": {\"code\": -1}}"};

BOOST_DATA_TEST_CASE(anything_else_is_an_error_that_says_what_was_expected,
                     data::make(kBad),
                     text) {
    const std::string got = read(
        "some\x1b"
        "file",
        text);
    BOOST_TEST(got.starts_with("error: reading some\\x1bfile: "), got);
    BOOST_TEST(got.find("expected a client configuration") != std::string::npos, got);
}

BOOST_AUTO_TEST_CASE(hostile_input_is_an_error) {
    std::string deep;
    for (int i = 0; i < 100000; ++i) deep += "{\"tools\":[";
    BOOST_TEST(read("d.json", deep).find("deeper") != std::string::npos);
    BOOST_TEST(read("d.jsonl", deep + "\n" + deep).starts_with("error: "));
    InputOptions options;
    options.config.limits.bytes = 10;
    BOOST_TEST(read("d.json", kTools, options).find("limit") != std::string::npos);
    BOOST_TEST(read("d.json", "{\"tools\": [{\"name\": \"\xff\", \"description\": \"\xc3\"}]}") ==
               "recorded d:1");
    BOOST_TEST(read("d.json", "{\r\n\"tools\": []\r\n}\r\n") == "recorded d:0");
}

BOOST_AUTO_TEST_CASE(files_are_read_whole_or_not_at_all) {
    const fs::path directory = fs::path(MCPRISK_BINARY_DIR) / "input_file_test";
    fs::create_directories(directory);
    const fs::path file = directory / "a.json";
    std::ofstream(file, std::ios::binary) << "a\0b\n";
    BOOST_TEST(read_text_file(file.string(), 100).value() == "a");
    std::ofstream(file, std::ios::binary) << std::string(100000, 'x');
    BOOST_TEST(read_text_file(file.string(), 100000).value().size() == 100000U);
    BOOST_TEST((read_text_file(file.string(), 99999).error().code == ErrorCode::too_large));
    BOOST_TEST(read_text_file(directory.string(), 9).error().message.find("directory") !=
               std::string::npos);
    BOOST_TEST(
        (read_text_file((directory / "none").string(), 9).error().code == ErrorCode::not_found));
    fs::remove_all(directory);
}

BOOST_AUTO_TEST_CASE(real_client_configurations_are_read) {
    const fs::path samples = corpus() / "../reference/samples/client-configs";
    if (corpus().empty() || !fs::exists(samples)) {
        BOOST_TEST_MESSAGE("skipped: there are no sample configurations beside the source");
        return;
    }
    const std::map<std::string, std::string> kExpected{
        {"azure-mcp.mcpb.manifest.json", "Azure.Mcp.Server"},
        {"composed.claude.json",
         "https://example.com/mcp#c28b npm:@modelcontextprotocol/server-memory#3112 "
         "wss://example.com/ws"},
        {"composed.codex.config.toml",
         "npm:@modelcontextprotocol/server-everything#e236 https://example.com/mcp#8c10"},
        {"composed.goose.config.yaml",
         "npm:@modelcontextprotocol/server-everything https://modelcontextprotocol.io/mcp "
         "https://example.com/sse"},
        {"composed.opencode.jsonc",
         "npm:@modelcontextprotocol/server-everything#091a "
         "https://modelcontextprotocol.io/mcp#c28b"},
        {"composed.vscode.mcp.jsonc",
         "npm:@modelcontextprotocol/server-filesystem#82b9 https://example.com/mcp#c28b "
         "unix:///tmp/server.sock"},
        {"docker-testdata.claude-desktop.json", "MCP_DOCKER"},
        {"docker-testdata.continue-dev.yml",
         "pypi:mcp-server-sqlite#2831"},
        {"docker-testdata.cursor.json", "MCP_DOCKER"},
        {"docker-testdata.kiro.json", "MCP_DOCKER"},
        {"docker-testdata.opencode.json", "MCP_DOCKER"},
        {"docker-testdata.vscode.json",
         "oci:mcp/perplexity-ask#9ae3 pypi:mcp-server-fetch "
         "http://api.contoso.com/sse#c9a5"},
        {"docker-testdata.zed.jsonc",
         "MCP_DOCKER pypi:mcp-server-sqlite#a237"},
        {"github-mcp-server.gemini-extension.json",
         "https://api.githubcopilot.com/mcp/#c28b"},
        {"sentry-mcp.claude-code.mcp.json",
         "https://mcp.sentry.dev/mcp/sentry/mcp-server#c242 "
         "http://localhost:5173/mcp/sentry/mcp-server#c242"},
        {"sentry-mcp.codex.config.toml",
         "https://mcp.sentry.dev/mcp/sentry/mcp-server#c242 "
         "http://localhost:5173/mcp/sentry/mcp-server#c242"},
        {"sentry-mcp.cursor.mcp.json",
         "https://mcp.sentry.dev/mcp/sentry/mcp-server#c242 "
         "http://localhost:5173/mcp/sentry/mcp-server#c242"},
        {"sentry-mcp.vscode.mcp.json", "https://mcp.sentry.dev/mcp"},
    };
    std::map<std::string, std::string> got;
    for (const auto& file : fs::directory_iterator(samples)) {
        const auto input = read_input(file.path().string(), contents(file.path()), {});
        BOOST_TEST_REQUIRE(input.has_value(), file.path());
        BOOST_TEST((input->kind == InputKind::client_config), file.path());
        std::string& ids = got[file.path().filename().string()];
        for (const Target& target : input->targets) {
            BOOST_TEST(target.line > 0U, target.config_name);
            ids += (ids.empty() ? "" : " ") + target.id;
        }
    }
    for (const auto& [file, ids] : kExpected)
        BOOST_TEST(got[file] == ids, file << ": " << got[file]);
}

BOOST_AUTO_TEST_CASE(the_corpus_is_read) {
    if (corpus().empty()) {
        BOOST_TEST_MESSAGE("skipped: there is no corpus beside the source or in $MCPRISK_CORPUS");
        return;
    }
    const auto config =
        read_input("npm-live-servers.json", contents(corpus() / "npm-live-servers.json"), {});
    BOOST_TEST_REQUIRE(config.has_value());
    BOOST_TEST(config->targets.size() == 29U);
    std::set<std::string> ids;
    for (const Target& target : config->targets) {
        BOOST_TEST(target.id.starts_with("npm:"), target.id);
        BOOST_TEST(!target.version.empty());
        BOOST_TEST(target.unresolved.empty());
        ids.insert(target.id);
    }
    BOOST_TEST(ids.size() == 29U);

    const auto live =
        read_input("npm-live-dev.jsonl", contents(corpus() / "npm-live-dev.jsonl"), {});
    BOOST_TEST_REQUIRE(live.has_value());
    BOOST_TEST(live->listings.size() == 103U);
    std::size_t tools = 0;
    for (const Listing& listing : live->listings) tools += listing.document.tools.size();
    BOOST_TEST(tools == 2959U);
}

BOOST_AUTO_TEST_CASE(real_lists_and_indexes_are_recognised) {
    const fs::path samples = corpus() / "../reference/samples/tools-list";
    const fs::path indexes = corpus() / "../indexes";
    if (corpus().empty() || !fs::exists(samples) || !fs::exists(indexes)) {
        BOOST_TEST_MESSAGE("skipped: there are no sample lists and indexes beside the source");
        return;
    }
    for (const auto& file : fs::directory_iterator(samples)) {
        const auto input = read_input(file.path().string(), contents(file.path()), {});
        BOOST_TEST_REQUIRE(input.has_value(), file.path());
        BOOST_TEST_REQUIRE(input->listings.size() == 1U);
        BOOST_TEST(!input->listings.front().document.tools.empty());
        BOOST_TEST(!input->listings.front().server_info_name.empty());
    }
    for (const auto& file : fs::directory_iterator(indexes)) {
        const auto input = read_input(file.path().string(), contents(file.path()), {});
        BOOST_TEST_REQUIRE(input.has_value(), file.path());
        BOOST_TEST((input->kind == InputKind::index), file.path());
        BOOST_TEST(input->index_servers > 50U, file.path());
        BOOST_TEST_MESSAGE(file.path().filename()
                           << ": " << input->index_name << ", " << input->index_servers);
    }
}

BOOST_AUTO_TEST_SUITE_END()
