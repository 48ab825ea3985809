#include "crawler/index/index_reader.h"

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <string>

namespace mcprisk::crawler {
namespace {

IndexPage page_of(std::string_view text, IndexOptions options = {}) {
    options.source = "index.json";
    Diagnostics diagnostics;
    auto page = read_index(text, options, diagnostics);
    if (!page) BOOST_FAIL(page.error().message);
    for (const Diagnostic& d : diagnostics.items()) BOOST_TEST_MESSAGE(d.message);
    return std::move(*page);
}

std::string command_of(const IndexEntry& entry, std::size_t way = 0) {
    std::string line;
    for (const std::string& word : std::get<StdioTarget>(entry.ways.at(way).target.how).argv) {
        line += (line.empty() ? "" : " ") + word;
    }
    return line;
}

std::string url_of(const IndexEntry& entry, std::size_t way = 0) {
    return std::get<HttpTarget>(entry.ways.at(way).target.how).url;
}

bool has_alias(const IndexEntry& entry, std::string_view kind, std::string_view value) {
    return std::any_of(entry.aliases.begin(), entry.aliases.end(), [&](const Alias& alias) {
        return alias.kind == kind && alias.value == value && !alias.evidence.empty();
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(index_reader)

BOOST_AUTO_TEST_CASE(a_page_of_the_official_registry) {
    const auto page = page_of(R"({"servers": [
        {"server": {"name": "org.example/notes", "title": "Notes", "version": "1.2.0",
          "repository": {"url": "https://github.com/Example/Notes.git", "subfolder": "/mcp/"},
          "remotes": [{"type": "streamable-http", "url": "https://Notes.example.org/mcp"}],
          "packages": [{"registryType": "npm", "identifier": "@example/notes", "version": "1.2.0",
            "transport": {"type": "stdio"},
            "environmentVariables": [
              {"name": "NOTES_KEY", "isRequired": true, "isSecret": true},
              {"name": "NOTES_URL", "default": "https://a.example"}, {"name": "DEBUG"}]}]},
         "_meta": {"io.modelcontextprotocol.registry/official": {"status": "active", "isLatest": true}}},
        {"server": {"name": "org.example/notes", "version": "1.1.0"},
         "_meta": {"io.modelcontextprotocol.registry/official": {"isLatest": false}}},
        {"server": {"name": "org.example/gone", "version": "1"},
         "_meta": {"io.modelcontextprotocol.registry/official": {"status": "deleted", "isLatest": true}}},
        {"server": {"version": "3"}}],
        "metadata": {"nextCursor": "org.example/notes:1.2.0", "count": 3}})");
    BOOST_TEST(page.kind == "official registry");
    BOOST_REQUIRE_EQUAL(page.entries.size(), 1U);
    BOOST_TEST(page.left_out == 2U);
    BOOST_TEST(
        (page.next == std::pair<std::string, std::string>("cursor", "org.example/notes:1.2.0")));
    const IndexEntry& entry = page.entries.front();
    BOOST_REQUIRE_EQUAL(entry.ways.size(), 2U);
    BOOST_TEST(url_of(entry) == "https://Notes.example.org/mcp");
    BOOST_TEST(command_of(entry, 1) == "npx -y @example/notes@1.2.0");
    const Target& target = entry.ways[1].target;
    BOOST_TEST(target.id == "npm:@example/notes");
    BOOST_TEST(target.version == "1.2.0");
    BOOST_TEST(target.wanted == std::vector<std::string>{"NOTES_KEY"},
               boost::test_tools::per_element());
    BOOST_TEST(std::get<StdioTarget>(target.how).env.at("NOTES_URL") == "https://a.example");
    BOOST_TEST(has_alias(entry, "npm", "@example/notes"));
    BOOST_TEST(has_alias(entry, "endpoint", "https://notes.example.org/mcp"));
    BOOST_TEST(has_alias(entry, "repository", "github.com/example/notes#mcp"));
    BOOST_TEST(has_alias(entry, "registry", "org.example/notes"));
}

BOOST_AUTO_TEST_CASE(the_spelling_before_september_2025) {
    const auto page = page_of(
        R"([{"name": "io.example/old", "version_detail": {"version": "0.1.0", "is_latest": true},
        "packages": [{"registry_name": "pypi", "name": "Old_Server", "version": "0.1.0",
          "package_arguments": [{"type": "named", "name": "--mode", "value": "read"},
                                {"type": "positional", "value_hint": "folder", "is_required": true}],
          "environment_variables": [{"name": "OLD_KEY", "is_required": true}]}]},
       {"name": "io.example/remote", "version_detail": {"version": "0.2.0", "is_latest": true},
        "remotes": [{"transport_type": "sse", "url": "https://old.example/sse"}]}])");
    BOOST_REQUIRE_EQUAL(page.entries.size(), 2U);
    const Target& target = page.entries[0].ways.at(0).target;
    BOOST_TEST(command_of(page.entries[0]) == "uvx Old_Server@0.1.0 --mode read");
    BOOST_TEST(target.id == "pypi:old-server");
    BOOST_TEST(target.unresolved == std::vector<std::string>{"folder"},
               boost::test_tools::per_element());
    BOOST_TEST(target.wanted.front() == "OLD_KEY");
    BOOST_TEST(std::get<HttpTarget>(page.entries[1].ways.at(0).target.how).transport_hint == "sse");
    BOOST_TEST(page.entries[1].ways.at(0).target.id == "https://old.example/sse");
}

BOOST_AUTO_TEST_CASE(only_the_latest_version_unless_asked) {
    const std::string text = R"({"servers": [
        {"server": {"name": "a/b", "version": "1", "remotes": [{"type": "sse", "url": "https://b.example/1"}]},
         "_meta": {"io.modelcontextprotocol.registry/official": {"isLatest": false}}}], "metadata": {}})";
    BOOST_TEST(page_of(text).entries.empty());
    IndexOptions options;
    options.all_versions = true;
    BOOST_TEST(page_of(text, options).entries.size() == 1U);
}

// What an index names is a stranger's, whichever index it is.
BOOST_AUTO_TEST_CASE(every_way_says_that_it_is_an_indexs) {
    const auto page = page_of(R"({"servers": [{"server": {
        "name": "a/b", "version": "1", "remotes": [{"type": "sse", "url": "https://h.example/s"}],
         "packages": [{"registryType": "npm", "identifier": "b", "version": "1.0.0",
                       "environmentVariables": [{"name": "LD_PRELOAD", "value": "/x.so"}]}]},
        "_meta": {"io.modelcontextprotocol.registry/official": {"isLatest": true}}}]})");
    BOOST_REQUIRE_EQUAL(page.entries.size(), 1U);
    BOOST_REQUIRE_EQUAL(page.entries.front().ways.size(), 2U);
    for (const IndexWay& way : page.entries.front().ways) BOOST_TEST(way.target.from_index);
}

BOOST_AUTO_TEST_CASE(arguments_become_a_command) {
    const auto page = page_of(R"({"name": "a/b", "version": "2", "packages": [
        {"registryType": "npm", "identifier": "b", "version": "${VERSION}",
         "runtimeArguments": [{"type": "named", "name": "-y", "value": "b@latest"},
                              {"type": "positional", "value": "--read-only"}],
         "packageArguments": [
            {"type": "named", "name": "port", "value": "{port}", "variables": {"port": {"default": "80"}}},
            {"type": "named", "name": "--verbose", "format": "boolean", "value": "true"},
            {"type": "named", "name": "--quiet", "format": "boolean", "value": "false"},
            {"type": "named", "name": "--optional"},
            {"type": "positional", "value": "keep {unknown}"}]},
        {"registryType": "oci", "identifier": "docker.io/a/b:2", "environmentVariables": [{"name": "K", "isRequired": true}]},
        {"registryType": "nuget", "identifier": "A.B", "version": "2.0"},
        {"registryType": "mcpb", "identifier": "https://host.example/b.mcpb", "fileSha256": "00"}]})");
    const IndexEntry& entry = page.entries.at(0);
    BOOST_TEST(command_of(entry, 0) == "npx -y b --read-only --port 80 --verbose keep {unknown}");
    BOOST_TEST(command_of(entry, 1) == "docker run -i --rm -e K docker.io/a/b:2");
    BOOST_TEST(command_of(entry, 2) == "dnx A.B@2.0 --yes --");
    BOOST_TEST(entry.ways.size() == 3U);
    BOOST_TEST(has_alias(entry, "oci", "a/b"));
    BOOST_TEST(has_alias(entry, "nuget", "a.b"));
    BOOST_TEST(has_alias(entry, "mcpb", "https://host.example/b.mcpb"));
}

BOOST_AUTO_TEST_CASE(variables_in_the_address_of_a_remote) {
    const auto page = page_of(R"({"name": "a/b", "version": "2", "remotes": [
        {"type": "streamable-http", "url": "https://{region}.example/mcp", "variables": {"region": {"default": "eu"}}},
        {"type": "streamable-http", "url": "https://x.example/{tenant}/mcp"},
        {"type": "streamable-http", "url": "https://y.example/mcp", "headers": [
            {"name": "X-Region", "value": "eu"}, {"name": "Api-Key", "value": "SAMPLE"},
            {"name": "Authorization", "isRequired": true, "isSecret": true}]},
        {"type": "streamable-http", "url": "ftp://y.example/mcp"}]})");
    const IndexEntry& entry = page.entries.at(0);
    BOOST_REQUIRE_EQUAL(entry.ways.size(), 3U);
    BOOST_TEST(url_of(entry, 0) == "https://eu.example/mcp");
    BOOST_TEST(entry.ways[1].target.unresolved.front() == "tenant");
    const auto& headers = std::get<HttpTarget>(entry.ways[2].target.how).headers;
    BOOST_REQUIRE_EQUAL(headers.size(), 1U);
    BOOST_TEST(headers.front().first == "X-Region");
    BOOST_TEST(entry.ways[2].target.wanted.front() == "Authorization");
    BOOST_TEST(!has_alias(entry, "endpoint", "https://x.example/{tenant}/mcp"));
}

BOOST_AUTO_TEST_CASE(toolhive_brings_definitions) {
    const auto page = page_of(
        R"({"version": "1.0.0", "meta": {"last_updated": "2026-01-01"}, "data": {"servers": [
        {"name": "io.example/told", "version": "1.0.0",
         "packages": [{"registryType": "oci", "identifier": "ghcr.io/example/told:1", "transport": {"type": "stdio"}}],
         "_meta": {"io.modelcontextprotocol.registry/publisher-provided": {"io.github.stacklok": {
           "ghcr.io/example/told:1": {"tools": ["peek"], "tool_definitions": [
             {"name": "peek", "description": "Looks", "inputSchema": {"type": "object"},
              "annotations": {"readOnlyHint": true}}]}}}}}]}})");
    BOOST_TEST(page.kind == "ToolHive");
    const IndexEntry& entry = page.entries.at(0);
    BOOST_REQUIRE(entry.told.has_value());
    BOOST_TEST(entry.told->document.server == "oci:ghcr.io/example/told");
    BOOST_REQUIRE_EQUAL(entry.told->document.tools.size(), 1U);
    BOOST_TEST(entry.told->document.tools.front().annotations.read_only.value());
    BOOST_TEST(entry.told->flags.front() == "told_by_index");
}

BOOST_AUTO_TEST_CASE(the_older_toolhive_registry) {
    const auto page = page_of(R"({"last_updated": "2026-01-01", "version": "1.0.0", "servers": {
        "db": {"image": "ghcr.io/example/db:1.0", "transport": "stdio", "tools": ["q"], "args": ["--x"],
               "env_vars": [{"name": "HOST", "required": true}, {"name": "PORT", "default": "1"}]}},
        "remote_servers": {"far": {"url": "https://far.example/sse", "transport": "sse", "tools": []}}})");
    BOOST_REQUIRE_EQUAL(page.entries.size(), 2U);
    BOOST_TEST(command_of(page.entries[0]) ==
               "docker run -i --rm -e HOST -e PORT ghcr.io/example/db:1.0 --x");
    BOOST_TEST(page.entries[0].ways[0].target.wanted.front() == "HOST");
    BOOST_TEST(page.entries[1].ways[0].target.id == "https://far.example/sse");
    BOOST_TEST(has_alias(page.entries[1], "toolhive", "far"));
}

BOOST_AUTO_TEST_CASE(docker_server_in_yaml_with_tools_beside_it) {
    IndexOptions options;
    options.tools = R"([{"name": "find", "description": "Finds", "arguments": [
        {"name": "words", "type": "string", "desc": "what"}]}])";
    const auto page = page_of(R"(name: finder
image: mcp/finder
type: server
about:
  title: Finder
  description: Finds things.
source:
  project: https://github.com/example/finder
  directory: src/finder
run:
  command:
    - "--root"
    - "{{finder.paths|volume-target|into}}"
  volumes:
    - "{{finder.paths|volume|into}}"
  disableNetwork: true
config:
  secrets:
    - name: finder.key
      env: FINDER_KEY
)",
                              options);
    const IndexEntry& entry = page.entries.at(0);
    BOOST_TEST(command_of(entry) ==
               "docker run -i --rm --network none -e FINDER_KEY mcp/finder --root "
               "{{finder.paths|volume-target|into}}");
    BOOST_TEST(entry.ways[0].target.unresolved.front() == "finder.paths");
    BOOST_TEST(has_alias(entry, "repository", "github.com/example/finder#src/finder"));
    BOOST_REQUIRE(entry.told.has_value());
    BOOST_REQUIRE_EQUAL(entry.told->document.tools.size(), 1U);
    BOOST_TEST(entry.told->document.tools[0].parameters.at(0).name == "words");
}

BOOST_AUTO_TEST_CASE(gateway_catalogue_in_yaml) {
    const auto page = page_of(R"(name: mine
displayName: Mine
registry:
  one:
    title: One
    type: server
    image: example/one:3
  two:
    type: remote
    remote:
      transport_type: streamable-http
      url: https://two.example/mcp
      headers:
        Authorization: "Bearer ${TWO_KEY}"
)");
    BOOST_TEST(page.kind == "Docker catalogue");
    BOOST_REQUIRE_EQUAL(page.entries.size(), 2U);
    BOOST_TEST(command_of(page.entries[0]) == "docker run -i --rm example/one:3");
    BOOST_TEST(page.entries[1].ways.at(0).target.id == "https://two.example/mcp");
    BOOST_TEST(std::get<HttpTarget>(page.entries[1].ways[0].target.how).headers.empty());
}

BOOST_AUTO_TEST_CASE(smithery_list_and_detail) {
    const auto list = page_of(R"({"servers": [{"qualifiedName": "@a/b", "displayName": "B"}],
        "pagination": {"currentPage": 2, "totalPages": 5}})");
    BOOST_TEST(list.kind == "Smithery");
    BOOST_TEST(list.entries.at(0).ways.empty());
    BOOST_TEST((list.next == std::pair<std::string, std::string>("page", "3")));
    const auto detail = page_of(R"({"qualifiedName": "@a/b", "displayName": "B",
        "connections": [{"type": "http", "deploymentUrl": "https://b.example", "configSchema": {}}],
        "tools": [{"name": "t", "description": "d", "inputSchema": {"type": "object"}}]})");
    BOOST_TEST(url_of(detail.entries.at(0)) == "https://b.example");
    BOOST_TEST(detail.entries.at(0).told->document.tools.size() == 1U);
}

BOOST_AUTO_TEST_CASE(mcpm_prefers_what_is_recommended) {
    const auto page = page_of(R"({"name": "time", "display_name": "Time",
        "arguments": {"TZ": {"required": false}, "ROOT": {"required": true}},
        "installations": {
          "docker": {"type": "docker", "command": "docker", "args": ["run", "-i", "--rm", "mcp/time"]},
          "uvx": {"type": "uvx", "command": "uvx", "recommended": true,
                  "args": ["mcp-server-time", "--local-timezone=${TZ}", "${ROOT}"],
                  "env": {"A": "${ROOT}", "B": "1"}}}})");
    const IndexEntry& entry = page.entries.at(0);
    BOOST_TEST(command_of(entry, 0) == "uvx mcp-server-time");
    BOOST_TEST(entry.ways[0].target.unresolved == std::vector<std::string>{"ROOT"},
               boost::test_tools::per_element());
    BOOST_TEST(entry.ways[0].target.wanted == std::vector<std::string>{"A"},
               boost::test_tools::per_element());
    BOOST_TEST(std::get<StdioTarget>(entry.ways[0].target.how).env.at("B") == "1");
    BOOST_TEST(command_of(entry, 1) == "docker run -i --rm mcp/time");
    BOOST_TEST(entry.ways[0].target.id == "pypi:mcp-server-time");
}

BOOST_AUTO_TEST_CASE(glama_only_discovers) {
    const auto page = page_of(R"({"pageInfo": {"endCursor": "abc", "hasNextPage": true},
        "servers": [{"namespace": "n", "slug": "s", "name": "S", "repository": {"url": "https://github.com/n/s"}}]})");
    BOOST_TEST(page.entries.at(0).ways.empty());
    BOOST_TEST(has_alias(page.entries[0], "glama", "n/s"));
    BOOST_TEST((page.next == std::pair<std::string, std::string>("after", "abc")));
}

BOOST_AUTO_TEST_CASE(toolsdk_packages_by_runtime) {
    const auto page = page_of(R"([
        {"packageName": "@a/node", "runtime": "node", "env": {"K": {"required": true}, "L": {"required": false}}},
        {"packageName": "py_thing", "runtime": "python"},
        {"packageName": "github.com/a/go", "runtime": "go"},
        {"packageName": "far", "runtime": "node", "remotes": [{"type": "sse", "url": "https://far.example/sse"}]}])");
    BOOST_REQUIRE_EQUAL(page.entries.size(), 4U);
    BOOST_TEST(command_of(page.entries[0]) == "npx -y @a/node");
    BOOST_TEST(page.entries[0].ways[0].target.wanted.size() == 1U);
    BOOST_TEST(command_of(page.entries[1]) == "uvx py_thing");
    BOOST_TEST(page.entries[2].ways.empty());
    BOOST_TEST(!page.entries[2].no_way.empty());
    BOOST_TEST(page.entries[3].ways.at(0).remote);
}

BOOST_AUTO_TEST_CASE(plain_lists) {
    const auto page = page_of(
        "# servers\nhttps://a.example/mcp,Name A\n\nnpm:@a/b@1.0\nuvx some-tool --flag\r\n"
        "sh -c 'rm -rf /'\nnpx -y c\n");
    BOOST_REQUIRE_EQUAL(page.entries.size(), 4U);
    BOOST_TEST(url_of(page.entries[0]) == "https://a.example/mcp");
    BOOST_TEST(command_of(page.entries[1]) == "npx -y @a/b@1.0");
    BOOST_TEST(command_of(page.entries[2]) == "uvx some-tool --flag");
    BOOST_TEST(!page.entries[2].ways[0].target.given_on_command_line);
    BOOST_TEST(page.entries[3].ways[0].target.id == "npm:c");
}

BOOST_AUTO_TEST_CASE(mcp_servers_files) {
    const auto page = page_of(R"({"mcpServers": {"a": {"command": "npx", "args": ["-y", "a-tool"]},
        "b": {"url": "https://b.example/mcp"}, "c": {"command": "x", "disabled": true}}})");
    BOOST_TEST(page.kind == "mcpServers");
    BOOST_REQUIRE_EQUAL(page.entries.size(), 2U);
    BOOST_TEST(page.left_out == 1U);
    BOOST_TEST(page.entries[0].ways[0].target.id == "npm:a-tool");
}

BOOST_DATA_TEST_CASE(unknown_shapes_say_what_was_expected,
                     boost::unit_test::data::make({R"({"hello": 1})", "", "[1, 2]", "{broken"}),
                     text) {
    Diagnostics diagnostics;
    IndexOptions options;
    options.source = "strange.json";
    const auto page = read_index(text, options, diagnostics);
    BOOST_REQUIRE(!page);
    BOOST_TEST(page.error().message.find("strange.json") != std::string::npos);
    BOOST_TEST(page.error().message.find("expected an index") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::crawler
