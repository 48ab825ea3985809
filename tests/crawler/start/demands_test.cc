#include "crawler/start/demands.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace mcprisk::crawler;
using Words = std::vector<std::string>;

namespace {

Words flags(const Demands& demands) {
    Words out;
    for (const DemandedOption& option : demands.options) out.push_back(option.flag);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(demands)

BOOST_AUTO_TEST_CASE(usage_lines_name_what_must_be_given) {
    const Demands one =
        read_demands("Usage: notes-server <vault-directory> [more directories...]\n");
    BOOST_TEST(one.positionals == Words{"vault-directory"}, boost::test_tools::per_element());
    BOOST_TEST(one.shows_help);

    const Demands two = read_demands("usage: tool --api-key <KEY> [--region R] INPUT\n");
    BOOST_TEST(flags(two) == Words{"--api-key"}, boost::test_tools::per_element());
    BOOST_TEST(two.options.at(0).hint == "KEY");
    BOOST_TEST(two.positionals == Words{"INPUT"}, boost::test_tools::per_element());

    const Demands next_line = read_demands("Usage:\n  shelf-server redis://<host>:<port> <name>\n");
    BOOST_TEST(next_line.positionals == Words{"name"}, boost::test_tools::per_element());
    BOOST_TEST(read_demands("Usage: x [options]\n").positionals.empty());
}

BOOST_AUTO_TEST_CASE(the_words_of_libraries) {
    BOOST_TEST(flags(read_demands("error: required option '-k, --api-key <key>' not specified")) ==
                   Words{"--api-key"},
               boost::test_tools::per_element());
    BOOST_TEST(read_demands("error: missing required argument 'config-file'").positionals ==
                   Words{"config-file"},
               boost::test_tools::per_element());
    BOOST_TEST(flags(read_demands("Missing required arguments: project-id, region")) ==
                   (Words{"--project-id", "--region"}),
               boost::test_tools::per_element());
    BOOST_TEST(flags(read_demands("Error: required flag(s) \"token\", \"org\" not set")) ==
                   (Words{"--token", "--org"}),
               boost::test_tools::per_element());
    const Demands clap = read_demands(
        "error: the following required arguments were not provided:\n  --url <URL>\n  <FILE>\n\n"
        "Usage: x --url <URL> <FILE>\n");
    BOOST_TEST(flags(clap) == Words{"--url"}, boost::test_tools::per_element());
    BOOST_TEST(clap.positionals == Words{"FILE"}, boost::test_tools::per_element());
    const Demands argparse =
        read_demands("x: error: the following arguments are required: --api-key, path");
    BOOST_TEST(flags(argparse) == Words{"--api-key"}, boost::test_tools::per_element());
    const Demands envalid = read_demands(
        "================================\n Missing environment variables:\n    ACME_TOKEN: the "
        "token (required)\n");
    BOOST_TEST(envalid.variables == Words{"ACME_TOKEN"}, boost::test_tools::per_element());
    const Demands zod = read_demands(
        "ZodError: [\n  {\n    \"code\": \"invalid_type\",\n    \"path\": [ \"SHELF_URL\" ],\n"
        "    \"message\": \"SHELF_URL is Required\"\n  }\n]\n    at new x (/a/b.js:1:2)");
    BOOST_TEST(zod.variables == Words{"SHELF_URL"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(subcommands_that_sound_like_starting_come_first) {
    const Demands help = read_demands(
        "Usage: acme [command]\n\nCommands:\n  login          Log in\n  build          Build it\n"
        "  server start   Start the server\n  mcp            Speak MCP on stdin\n");
    BOOST_TEST(help.subcommands == (Words{"mcp", "server start"}),
               boost::test_tools::per_element());
    const Demands expected = read_demands("Unknown command: undefined. Expected 'init' or 'serve'");
    BOOST_TEST(expected.subcommands == (Words{"serve", "init"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_server_that_speaks_http_is_noticed) {
    BOOST_TEST(read_demands("Server listening on http://localhost:3000/mcp").serves_http);
    BOOST_TEST(read_demands("listen :::3001").serves_http);
    BOOST_TEST(read_demands("MCP server running on port 3001").serves_http);
    BOOST_TEST(!read_demands("MCP server running on stdio").serves_http);
    BOOST_TEST(
        read_demands("connect ECONNREFUSED 127.0.0.1:6379").backends == Words{"127.0.0.1:6379"},
        boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_no_demand_asks_for_nothing) {
    BOOST_TEST(!read_demands("").anything());
    BOOST_TEST(!read_demands("Server ready. Use --verbose to see more.").anything());
    BOOST_TEST(!read_demands("ERR_MODULE_NOT_FOUND: Cannot find package 'x'").anything());
    BOOST_TEST(!read_demands(std::string(200000, '<')).anything());
    BOOST_TEST(!read_demands("\xff\xfe missing \x80").anything());
}

BOOST_AUTO_TEST_CASE(of_alternatives_the_first_is_taken) {
    const Demands demands = read_demands(
        "Error: OpenAPI spec is required. Use one of: --openapi-spec, --spec-from-stdin, or "
        "--spec-inline");
    BOOST_REQUIRE_EQUAL(demands.options.size(), 1U);
    BOOST_TEST(demands.options.front().flag == "--openapi-spec");
}

BOOST_AUTO_TEST_CASE(a_sentence_may_ask_for_an_argument) {
    const Demands demands =
        read_demands("Please provide a database URL as a command-line argument");
    BOOST_REQUIRE_EQUAL(demands.positionals.size(), 1U);
    BOOST_TEST(demands.positionals.front() == "database URL");
}

BOOST_AUTO_TEST_CASE(what_it_does_not_know_is_told_from_what_it_wants) {
    BOOST_TEST(read_demands("error: unknown option '--stdio'").refuses_arguments);
    BOOST_TEST(!read_demands("error: required option '--key <k>' not specified").refuses_arguments);
}

BOOST_AUTO_TEST_SUITE_END()
