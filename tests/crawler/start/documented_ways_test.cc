#include "crawler/start/documented_ways.h"
#include "crawler/start/smithery_way.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace mcprisk::crawler;

BOOST_AUTO_TEST_SUITE(documented_ways)

BOOST_AUTO_TEST_CASE(a_snippet_names_arguments_and_variables) {
    const auto ways = ways_of_readme(
        "# Shelf\n```json\n{\n  \"mcpServers\": {\n    // the server\n    \"shelf\": {\n"
        "      \"command\": \"npx\",\n"
        "      \"args\": [\"-y\", \"@acme/shelf@latest\", \"--stdio\", \"/path/to/vault\", "
        "\"--url\", \"https://your-shelf.example\"],\n"
        "      \"env\": {\"SHELF_KEY\": \"<your key>\", \"LOG_LEVEL\": \"info\", \"NODE_OPTIONS\": "
        "\"--require /tmp/x\"},\n    }\n  }\n}\n```\n",
        "@acme/shelf");
    BOOST_REQUIRE_EQUAL(ways.size(), 1U);
    BOOST_TEST(describe(ways[0]) ==
               "made-up values for SHELF_KEY, variables LOG_LEVEL=info, arguments --stdio "
               "PATHTOVAULT --url URL");
    BOOST_TEST((ways[0].arguments.at(1).shape == Shape::directory));
    BOOST_TEST((ways[0].arguments.at(3).shape == Shape::url));
    BOOST_TEST(!ways[0].variables.contains("NODE_OPTIONS"));
}

BOOST_AUTO_TEST_CASE(a_command_line_names_them_too) {
    const auto ways = ways_of_readme(
        "Run `npx` so:\n\n    npx -y shelf-mcp start --api-key=YOUR_KEY --env sandbox\n\n"
        "and never `npx -y other-mcp serve`.\n",
        "shelf-mcp");
    BOOST_REQUIRE_EQUAL(ways.size(), 1U);
    BOOST_TEST(describe(ways[0]) == "arguments start --api-key=API_KEY --env sandbox");
}

BOOST_AUTO_TEST_CASE(manifests) {
    const auto registry = ways_of_manifest(R"({"name": "x", "packages": [{
        "package_arguments": [{"type": "positional", "value_hint": "database-url",
                               "is_required": true}],
        "environment_variables": [{"name": "X_TOKEN", "is_required": true}, {"name": "X_SIZE"}]}]})");
    BOOST_REQUIRE_EQUAL(registry.size(), 1U);
    BOOST_TEST(describe(registry[0]) == "made-up values for X_TOKEN, arguments DATABASE_URL");
    const auto bundle = ways_of_manifest(R"({"server": {"mcp_config": {"command": "node",
        "args": ["${__dirname}/index.js", "--folder", "${user_config.folder}"],
        "env": {"KEY": "${user_config.key}"}}}})");
    BOOST_REQUIRE_EQUAL(bundle.size(), 1U);
    BOOST_TEST(describe(bundle[0]) == "made-up values for KEY, arguments --folder FOLDER");
}

BOOST_AUTO_TEST_CASE(a_function_of_smithery_is_read_and_not_run) {
    const auto way = mcprisk::crawler::way_of_smithery(R"(startCommand:
  type: stdio
  configSchema: {type: object, required: [apiKey]}
  commandFunction: |-
    (config) => ({
      command: 'node',
      args: ['dist/index.js', '--folder', config.dataFolder, `--region=${config.region}`],
      env: { ACME_API_KEY: config.apiKey, "ACME_SIZE": config.size ? "A" : "B" }
    })
)");
    BOOST_REQUIRE_EQUAL(way.variables.size(), 2U);
    BOOST_TEST(way.variables.contains("ACME_API_KEY"));
    BOOST_TEST(way.variables.contains("ACME_SIZE"));
    BOOST_REQUIRE_EQUAL(way.arguments.size(), 3U);
    BOOST_TEST(way.arguments[0].text == "--folder");
    BOOST_TEST(way.arguments[1].name == "DATA_FOLDER");
    BOOST_TEST(way.arguments[2].text == "--region=");
    BOOST_TEST(way.arguments[2].name == "REGION");
}

BOOST_AUTO_TEST_CASE(hostile_texts_say_nothing) {
    using mcprisk::crawler::way_of_smithery;
    BOOST_TEST(way_of_smithery("").plain());
    BOOST_TEST(way_of_smithery("startCommand: [1]").plain());
    BOOST_TEST(way_of_smithery("startCommand: {commandFunction: 'env: {{{{'}").plain());
    BOOST_TEST(way_of_smithery("startCommand: {commandFunction: \"args: [ ' \"}").plain());
    BOOST_TEST(way_of_smithery("startCommand: {commandFunction: '" + std::string(100000, '{') +
                               "'}")
                   .plain());
    BOOST_TEST(ways_of_readme("```json\n{\"args\": [[[[", "x").empty());
    BOOST_TEST(ways_of_readme(std::string(100000, '`'), "x").empty());
    BOOST_TEST(ways_of_manifest("[").empty());
    BOOST_TEST(ways_of_manifest("[{\"packages\": 1}]").empty());
    BOOST_TEST(mcprisk::crawler::documented_ways("/nowhere", "../../etc").empty());
}

BOOST_AUTO_TEST_CASE(a_sample_of_several_names_gets_a_value_for_each) {
    const auto ways = ways_of_readme(
        "```json\n{\"args\": [\"-y\", \"acme\", \"YOUR_ACCOUNT_ID/YOUR_API_KEY:YOUR_API_SECRET\", "
        "\"--environment=(sandbox|production)\"]}\n```\n",
        "acme");
    BOOST_REQUIRE_EQUAL(ways.size(), 1U);
    BOOST_REQUIRE_EQUAL(ways[0].arguments.size(), 2U);
    const std::string& text = ways[0].arguments[0].text;
    BOOST_TEST(text.find('/') < text.find(':'));
    BOOST_TEST(text.find("YOUR") == std::string::npos, text);
    BOOST_TEST(ways[0].arguments[1].text == "--environment=sandbox");
}

BOOST_AUTO_TEST_CASE(the_program_of_a_package_that_an_option_names_is_no_argument) {
    const auto ways = ways_of_readme(
        "```json\n{\"args\": [\"-y\", \"--package\", \"acme\", \"--\", \"mcp\", \"start\"]}\n```\n",
        "acme");
    BOOST_REQUIRE_EQUAL(ways.size(), 1U);
    BOOST_TEST(describe(ways[0]) == "arguments start");
}

BOOST_AUTO_TEST_CASE(a_container_at_least_names_the_variables) {
    const auto ways = ways_of_readme(
        "```json\n{\"command\": \"docker\", \"args\": [\"run\", \"-e\", \"ACME_URL\", \"x/acme\"], "
        "\"env\": {\"ACME_TOKEN\": \"<token>\"}}\n```\n",
        "@x/other");
    BOOST_REQUIRE_EQUAL(ways.size(), 1U);
    BOOST_TEST(describe(ways[0]) == "made-up values for ACME_TOKEN ACME_URL");
}

BOOST_AUTO_TEST_CASE(variables_that_the_program_reads_are_the_last_way) {
    const StartWay way = way_of_program(
        "a = process.env.ACME_KEY; b = process.env['ACME_BASE_URL']; c = process.env.HOME; "
        "d = process.env.ACME_DEBUG; e = process.env.OTHER_TOKEN",
        "@acme/mcp-server");
    BOOST_TEST(describe(way) == "made-up values for ACME_BASE_URL ACME_KEY");
    BOOST_TEST(describe(way_of_program("process.env.OTHER_TOKEN", "@acme/mcp")) ==
               "made-up values for OTHER_TOKEN");
    BOOST_TEST(way_of_program("process.env.PATH", "acme").plain());
}

BOOST_AUTO_TEST_SUITE_END()
