#include "policy/document/sequences.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "fixtures.h"
#include "policy/decide/combine.h"
#include "policy/document/changes.h"
#include "policy/document/simulate.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::policy;
using namespace mcprisk::policy::testing;
using nlohmann::json;

void can(Bench& bench, std::vector<std::string> capabilities) {
    bench.verdicts.back().capabilities = std::move(capabilities);
}

// The server of a code host, as people use it: issues of strangers, private code, public answers.
Bench code_host() {
    const json place = {{"owner", {{"type", "string"}}}, {"repo", {{"type", "string"}}}};
    Bench bench;
    bench.add(make_tool("get_issue", place), Category::read, RiskLevel::low);
    bench.add(make_tool("search_code", {{"q", {{"type", "string"}}}}), Category::read, RiskLevel::low);
    bench.add(make_tool("add_issue_comment", place), Category::write, RiskLevel::medium);
    for (Verdict& verdict : bench.verdicts) verdict.evidence.clear();
    return bench;
}

std::string allow_all(const Bench& bench) {
    json tools = json::object();
    for (const Tool& tool : bench.tools) tools[tool.name] = json::object();
    return json({{"version", "1"}, {"default", "deny"}, {"tools", tools}}).dump();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sequences)

BOOST_AUTO_TEST_CASE(a_path_through_three_tools_is_found) {
    const Bench bench = code_host();
    const std::string document = allow_all(bench);
    const Written written{"hub", document, bench.judged()};
    const auto searched = find_sequence({&written, 1});
    BOOST_REQUIRE(searched.has_value());
    BOOST_REQUIRE(searched->found.has_value());
    BOOST_TEST(searched->found->calls[2].find("hub: add_issue_comment") == 0U);
}

BOOST_AUTO_TEST_CASE(none_is_left_where_the_combination_was_cut) {
    const Bench bench = code_host();
    std::vector<NamedServer> servers{
        {.name = "hub", .id = "hub", .url = "", .tools = decide_all(bench.judged(), {})}};
    break_combination(servers, {});
    const auto document = document_of("hub", servers[0].tools, {}).policy_json;
    const Written written{"hub", document, bench.judged()};
    const auto searched = find_sequence({&written, 1});
    BOOST_REQUIRE(searched.has_value());
    BOOST_TEST(!searched->found.has_value());
    BOOST_TEST(searched->calls > 0U);
}

// A gesture is no way out, an upload is one.
BOOST_AUTO_TEST_CASE(a_harmless_step_is_never_cut) {
    Bench bench;
    bench.add(make_tool("browser_hover"), Category::execute, RiskLevel::low);
    can(bench, {"exec.browser"});
    bench.add(make_tool("browser_file_upload", {{"paths", {{"type", "array"}}}}),
              Category::write,
              RiskLevel::low);
    const auto tools = bench.judged();
    BOOST_TEST(!is_leg(tools[0], Leg::way_out));
    BOOST_TEST(is_leg(tools[1], Leg::way_out));
    BOOST_TEST(is_leg(tools[1], Leg::private_data));
}

BOOST_AUTO_TEST_CASE(what_is_denied_to_one_tool_is_not_reached_by_another) {
    const json path = {{"path", {{"type", "string"}}}};
    Bench bench;
    bench.add(make_tool("read_file", path), Category::read, RiskLevel::medium);
    bench.add(make_tool("start_search", path), Category::read, RiskLevel::low);
    const std::string holed =
        R"({"version":"1","default":"deny","tools":{"start_search":{}, "read_file":{"deny_if":[
            {"conditions":[],"on_deny":"no"}]}}})";
    Written written{"files", holed, bench.judged()};
    const auto detours = find_detours({&written, 1});
    BOOST_REQUIRE(detours.has_value());
    BOOST_REQUIRE(detours->size() == 1U);
    BOOST_TEST(detours->front().denied == "files: read_file");
    BOOST_TEST(detours->front().allowed.find("files: start_search") == 0U);
    // What is recommended has no such hole.
    const auto ours = bench.recommend().policy_json;
    written.document = ours;
    BOOST_TEST(find_detours({&written, 1})->empty());
}

BOOST_AUTO_TEST_CASE(tools_that_a_policy_does_not_know_are_named) {
    const auto unknown = unknown_tools(
        R"({"version":"1","default":"deny","hide":["b"],"tools":{"a":{}}})", {"a", "b", "c"});
    BOOST_REQUIRE(unknown.has_value());
    BOOST_TEST((*unknown == std::vector<std::string>{"c"}));
}

// Many tools, as a gateway in front of many servers has them.
BOOST_AUTO_TEST_CASE(a_hundred_thousand_tools_are_compared) {
    std::string tools;
    for (int i = 0; i < 100'000; ++i) {
        tools += (i > 0 ? "," : "") + std::string("\"tool_") + std::to_string(i) +
                 R"(":{})";
    }
    const std::string before = R"({"version":"1","default":"deny","tools":{)" + tools + "}}";
    const std::string after =
        R"({"version":"1","default":"deny","tools":{)" + tools + R"(,"more":{}}})";
    const auto changes = compare_policies(before, after);
    BOOST_TEST_INFO((changes ? std::string() : changes.error().message));
    BOOST_REQUIRE(changes.has_value());
    BOOST_TEST(changes->size() == 1U);
}

BOOST_AUTO_TEST_CASE(recorded_calls_are_counted_by_what_would_have_happened) {
    const char* policy =
        R"({"version":"1","default":"deny","tools":{"read":{},"write":{"limits":[
            {"counter":"w","window":"hour","max":1,"scope":"grant"}]},
            "send":{"deny_if":[{"conditions":[],"on_deny":"no"}]}}})";
    const auto log = read_log(
        "{\"at\": 7200, \"tool\": \"read\", \"args\": {}}\n"
        "{\"timestamp\": \"1970-01-01T02:00:01Z\", \"method\": \"tools/call\", \"params\": "
        "{\"name\": \"write\", \"arguments\": {\"x\": 1}}}\n"
        "{\"timestamp\": \"1970-01-01T04:00:02.5+02:00\", \"message\": {\"content\": ["
        "{\"type\": \"text\"}, {\"type\": \"tool_use\", \"name\": \"mcp__hub__write\", \"input\": {}},"
        "{\"type\": \"tool_use\", \"name\": \"mcp__other__read\", \"input\": {}}]}}\n"
        "\n{\"at\": 14400, \"tool\": \"send\"}\n{\"type\": \"summary\"}\n"
        "{\"at\": 14400, \"tool\": \"stranger\"}\n",
        "hub");
    BOOST_REQUIRE(log.has_value());
    BOOST_TEST(log->calls.size() == 5U);
    BOOST_TEST(log->other == 1U);
    const auto result = simulate(policy, *log, {"send"});
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(result->all.allowed == 2U);
    BOOST_TEST(result->all.limited == 1U);
    BOOST_TEST(result->all.asked == 1U);
    BOOST_TEST(result->all.denied == 1U);
    BOOST_TEST(result->hours == 2.0);
    BOOST_TEST(result->prompts_an_hour() == 0.5);
    BOOST_TEST(!read_log("no json\n", "").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
