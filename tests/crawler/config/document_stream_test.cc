#include "crawler/config/document_stream.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

using namespace mcprisk;
using namespace mcprisk::crawler;
using nlohmann::json;
namespace data = boost::unit_test::data;

namespace {

std::string document(std::string_view server, std::string_view tool) {
    return json{{"server", server},
                {"tools", {{{"name", tool}, {"inputSchema", {{"type", "object"}}}}}}}
        .dump();
}

struct Got {
    std::string servers;
    std::string warnings;
    Result<StreamCounts> counts;
};

Got read(const std::string& text, StreamOptions options = {}, std::size_t stop_after = 1000) {
    std::istringstream in(text);
    Diagnostics diagnostics;
    std::string servers;
    std::size_t taken = 0;
    auto counts = read_documents(in, options, diagnostics, [&](StreamedDocument& d) {
        servers += d.document.server + "@" + std::to_string(d.line) + ":" +
                   (d.document.tools.empty() ? "-" : d.document.tools.front().name) + " ";
        return ++taken < stop_after;
    });
    std::string warnings;
    for (const Diagnostic& d : diagnostics.items()) {
        warnings += std::to_string(d.line) + ": " + d.message + "\n";
    }
    return {servers, warnings, counts};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(document_stream)

BOOST_AUTO_TEST_CASE(lines_come_with_their_numbers) {
    std::istringstream in(
        "\xef\xbb\xbf"
        "a\r\n\nlong line\nb");
    LineReader lines(in, 5);
    auto line = lines.next();
    BOOST_TEST(line->text == "a");
    BOOST_TEST(line->number == 1U);
    BOOST_TEST(lines.next()->text == "");
    line = lines.next();
    BOOST_TEST(line->too_long);
    BOOST_TEST(line->text == "");
    line = lines.next();
    BOOST_TEST(line->text == "b");
    BOOST_TEST(line->number == 4U);
    BOOST_TEST(!lines.next().has_value());
}

BOOST_AUTO_TEST_CASE(lines_longer_than_a_chunk_are_whole) {
    const std::string one(200000, 'x');
    const std::string two(65536, 'y');
    std::istringstream in(one + "\n" + two + "\n" + two);
    LineReader lines(in, 1000000);
    BOOST_TEST((lines.next()->text == one));
    BOOST_TEST((lines.next()->text == two));
    BOOST_TEST((lines.next()->text == two));
    BOOST_TEST(!lines.next().has_value());
}

BOOST_AUTO_TEST_CASE(a_bad_line_is_a_warning_and_the_rest_goes_on) {
    StreamOptions options;
    options.limits.bytes = 300;
    const Got got =
        read(document("a", "t") + "\n\nnonsense\n" + document("b", "u") + "\r\n{\"x\": 1}\n" +
                 std::string(400, 'z') + "\n[1]\n{\"server\":\"e\",\"tools\":[{}]}\n",
             options);
    BOOST_TEST(got.servers == "a@1:t b@4:u e@8:- ");
    BOOST_TEST_REQUIRE(got.counts.has_value());
    BOOST_TEST(got.counts->documents == 3U);
    BOOST_TEST(got.counts->bad_lines == 4U);
    for (const char* start : {"3: not JSON",
                              "5: not a tools/list",
                              "6: the line is longer than",
                              "7: not a tools/list",
                              "8: tools[0]: a tool has no name"}) {
        BOOST_TEST(got.warnings.find(start) != std::string::npos, start << " in " << got.warnings);
    }
}

BOOST_AUTO_TEST_CASE(warnings_are_bounded_and_still_counted) {
    StreamOptions options;
    options.max_warnings = 2;
    const Got got = read("x\ny\nz\nv\n", options);
    BOOST_TEST(got.counts->bad_lines == 4U);
    BOOST_TEST(std::count(got.warnings.begin(), got.warnings.end(), '\n') == 2);
}

BOOST_AUTO_TEST_CASE(the_caller_can_stop) {
    const std::string text = document("a", "t") + "\n" + document("b", "t") + "\nbad\n";
    const Got got = read(text, {}, 1);
    BOOST_TEST(got.servers == "a@1:t ");
    BOOST_TEST(got.warnings == "");
}

BOOST_AUTO_TEST_CASE(one_value_over_many_lines_is_read_too) {
    const std::string pretty = json::parse(document("a", "t")).dump(2);
    BOOST_TEST(read("\n" + pretty).servers == "a@2:t ");
    StreamOptions options;
    options.id = "mine";
    BOOST_TEST(read("{\n\"tools\": [{\"name\": \"t\"}]\n}\n", options).servers == "mine@1:t ");
    BOOST_TEST(read("[\n{\"name\": \"t\"}\n]\n", options).servers == "mine@1:t ");
    options.limits.bytes = 20;
    BOOST_TEST((read(pretty, options).counts.error().code == ErrorCode::too_large));
}

BOOST_AUTO_TEST_CASE(documents_need_an_id) {
    BOOST_TEST(read("{\"tools\": []}\n").warnings.find("no \"server\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(empty_input_is_an_error) {
    BOOST_TEST(!read("").counts.has_value());
    BOOST_TEST(!read("\n \r\n").counts.has_value());
}

BOOST_AUTO_TEST_CASE(deep_lines_are_warnings) {
    std::string deep = "{\"tools\":";
    for (int i = 0; i < 100000; ++i) deep += '[';
    const Got got = read(deep + "\n" + document("a", "t") + "\n");
    BOOST_TEST(got.servers == "a@2:t ");
    BOOST_TEST(got.warnings.find("deeper") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(recorded_lists_have_many_forms) {
    const json tools = json::parse(R"([{"name": "t", "inputSchema": {"type": "object"}}])");
    const json response = {{"jsonrpc", "2.0"}, {"id", 1}, {"result", {{"tools", tools}}}};
    const json other = {
        {"jsonrpc", "2.0"}, {"id", 0}, {"result", {{"capabilities", json::object()}}}};
    for (const json& value : {json{{"tools", tools}}, response, tools, json{other, response}}) {
        const auto listing = read_recorded_list(value, nullptr);
        BOOST_TEST_REQUIRE(listing.has_value(), value.dump());
        BOOST_TEST(listing->document.tools.size() == 1U);
        BOOST_TEST(listing->transport == "file");
    }
    BOOST_TEST(read_recorded_list(json{response, response}, nullptr)->document.tools.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_recording_keeps_what_it_knows) {
    const auto listing =
        read_recorded_list(json::parse(R"({"server": "s", "protocolVersion": "2025-11-25",
        "serverInfo": {"name": "n", "version": "1", "title": "T"}, "capabilities": {"tools": {}},
        "nextCursor": "c", "tools": []})"),
                           nullptr);
    BOOST_TEST_REQUIRE(listing.has_value());
    BOOST_TEST(listing->document.server == "s");
    BOOST_TEST(listing->document.title == "T");
    BOOST_TEST(listing->protocol_version == "2025-11-25");
    BOOST_TEST(listing->server_info_name == "n");
    BOOST_TEST(listing->server_info_version == "1");
    BOOST_TEST(listing->server_capabilities == R"({"tools":{}})");
    BOOST_TEST(listing->flags == std::vector<std::string>{"truncated"},
               boost::test_tools::per_element());
}

const std::vector<std::string> kNoLists{"null",
                                        "5",
                                        "[]",
                                        "{}",
                                        "[1, 2]",
                                        R"({"tools": {}})",
                                        R"({"error": {"code": 1}})",
                                        R"({"result": {"resources": []}})",
                                        R"([{"name": "a", "packages": []}])"};

BOOST_DATA_TEST_CASE(other_values_are_no_list, data::make(kNoLists), text) {
    const auto listing = read_recorded_list(json::parse(text), nullptr);
    BOOST_TEST(!listing.has_value());
}

BOOST_AUTO_TEST_CASE(json_lines_are_told_by_their_first_line) {
    BOOST_TEST(looks_like_json_lines("\n{\"a\": 1}\n{"));
    BOOST_TEST(!looks_like_json_lines("{\"a\": 1}\n"));
    BOOST_TEST(!looks_like_json_lines("{\n\"a\": 1}\n"));
    BOOST_TEST(!looks_like_json_lines("[1]\n[2]"));
    BOOST_TEST(!looks_like_json_lines(""));
}

BOOST_AUTO_TEST_SUITE_END()
