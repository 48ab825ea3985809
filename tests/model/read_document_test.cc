#include "model/read_document.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace mcprisk;
using nlohmann::json;

namespace {

Tool tool_of(const char* text) {
    auto tool = read_tool(json::parse(text));
    BOOST_REQUIRE_MESSAGE(tool.has_value(), text);
    return *tool;
}

const Parameter* find(const Tool& tool, std::string_view path) {
    const auto at = std::find_if(tool.parameters.begin(),
                                 tool.parameters.end(),
                                 [&](const Parameter& p) { return p.path == path; });
    return at == tool.parameters.end() ? nullptr : &*at;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(read_document)

BOOST_AUTO_TEST_CASE(parameters_are_flattened_with_their_choices_and_bounds) {
    const Tool tool = tool_of(R"({"name": "manage", "inputSchema": {"type": "object",
        "properties": {
            "action": {"type": "string", "enum": ["list", "delete"], "description": "what to do"},
            "items": {"type": "array", "items": {"type": "object",
                      "properties": {"amount": {"type": ["number", "null"], "maximum": 5}}}},
            "mode": {"anyOf": [{"const": "fast"}, {"const": "slow"}, {"type": "null"}]},
            "path": {"type": "string", "default": "/"}},
        "required": ["action"]}})");
    BOOST_TEST(tool.defects.empty());
    BOOST_REQUIRE_EQUAL(tool.parameters.size(), 5U);
    BOOST_TEST(find(tool, "action")->required);
    BOOST_TEST(find(tool, "action")->choices.size() == 2U);
    BOOST_TEST(find(tool, "items[].amount")->type == "number");
    BOOST_TEST(find(tool, "items[].amount")->bounded);
    BOOST_TEST(find(tool, "mode")->choices.size() == 2U);
    BOOST_TEST(!find(tool, "path")->bounded);
    BOOST_TEST(find(tool, "path")->default_value == "\"/\"");
}

BOOST_AUTO_TEST_CASE(local_references_are_resolved_and_cycles_end) {
    const Tool tool = tool_of(R"({"name": "t", "inputSchema": {"type": "object",
        "$defs": {"node": {"type": "object", "properties": {
                  "child": {"$ref": "#/$defs/node"}, "value": {"type": "string"}}}},
        "properties": {"root": {"$ref": "#/$defs/node"},
                       "far": {"$ref": "http://127.0.0.1/x.json"}}}})");
    BOOST_TEST(find(tool, "root.value") != nullptr);
    BOOST_TEST(find(tool, "root.child.child.value") != nullptr);
    BOOST_TEST(find(tool, "far")->type.empty());
}

BOOST_AUTO_TEST_CASE(malformed_tools_are_kept_with_their_defects) {
    const Tool tool = tool_of(R"({"name": "a b", "title": null, "description": 3,
        "annotations": {"readOnlyHint": "yes", "destructiveHint": null}, "inputSchema": null})");
    BOOST_TEST(tool.description.empty());
    BOOST_TEST(!tool.annotations.read_only.has_value());
    BOOST_TEST(!tool.annotations.destructive.has_value());
    BOOST_TEST(tool.defects.size() == 5U);
    BOOST_TEST(!read_tool(json::parse(R"({"description": "no name"})")).has_value());
    BOOST_TEST(!read_tool(json::parse("[]")).has_value());
}

BOOST_AUTO_TEST_CASE(the_hash_covers_the_whole_definition_and_nothing_else) {
    const Tool a = tool_of(R"({"name": "t", "inputSchema": {"type": "object"}, "x": 1.0})");
    const Tool b = tool_of(R"({"x": 1, "inputSchema": {"type": "object"}, "name": "t"})");
    const Tool c = tool_of(R"({"x": 2, "inputSchema": {"type": "object"}, "name": "t"})");
    BOOST_TEST(a.definition_hash == b.definition_hash);
    BOOST_TEST(a.definition_hash != c.definition_hash);
    BOOST_TEST(a.definition_hash.starts_with("sha256:"));
}

BOOST_AUTO_TEST_CASE(a_flood_of_parameters_is_cut_and_said) {
    json properties = json::object();
    for (int i = 0; i < 50; ++i) properties["p" + std::to_string(i)] = {{"type", "string"}};
    ToolLimits limits;
    limits.parameters = 10;
    const auto tool = read_tool(
        {{"name", "t"}, {"inputSchema", {{"type", "object"}, {"properties", properties}}}}, limits);
    BOOST_REQUIRE(tool.has_value());
    BOOST_TEST(tool->parameters.size() == 10U);
    BOOST_TEST(tool->defects.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_document_keeps_its_good_tools_and_names_the_bad_ones) {
    std::vector<std::string> problems;
    const auto document = parse_server_document(
        R"({"server": "s", "title": "S", "tools": [{"name": "a"}, 7, {"name": "b"}]})", &problems);
    BOOST_REQUIRE(document.has_value());
    BOOST_TEST(document->tools.size() == 2U);
    BOOST_REQUIRE_EQUAL(problems.size(), 1U);
    BOOST_TEST(problems[0] == "tools[1]: a tool is not a JSON object");
    const auto again = read_server_document(to_json(*document));
    BOOST_REQUIRE(again.has_value());
    BOOST_TEST(again->tools[1].definition == document->tools[1].definition);
    BOOST_TEST(!parse_server_document(R"({"server": "s"})").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
