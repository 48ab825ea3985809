#include "model/definition_bounds.h"

#include <fmt/format.h>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "model/read_document.h"
#include "tests/support/bombs.h"

namespace mcprisk {
namespace {

using nlohmann::json;

std::size_t bytes_read(const Tool& tool) {
    std::size_t bytes = tool.definition.size() + tool.description.size();
    for (const Parameter& one : tool.parameters) {
        bytes += sizeof(Parameter) + one.path.size() + one.type.size() + one.description.size() +
                 one.default_value.size() + one.pattern.size();
        for (const std::string& choice : one.choices) bytes += sizeof choice + choice.size();
    }
    return bytes;
}

Tool read(const std::string& text) {
    auto tool = read_tool(json::parse(text));
    if (!tool) throw std::runtime_error(tool.error().message);
    return std::move(*tool);
}

json plain_tool(const std::string& description) {
    return {{"name", "t"}, {"description", description}, {"inputSchema", {{"type", "object"}}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(definition_bounds)

// Whatever is repeated by reference, reading takes a bounded multiple of what was sent.
BOOST_AUTO_TEST_CASE(no_schema_takes_more_memory_than_a_multiple_of_its_bytes) {
    for (const test::Bomb& bomb : test::schema_bombs()) {
        for (const std::size_t size : {1000U, 20000U, 80000U, 400000U}) {
            const std::string text = bomb.definition(size);
            const Tool tool = read(text);
            const std::size_t allowed =
                std::min<std::size_t>((std::size_t{128} << 10) + 100 * text.size(), 5U << 20);
            BOOST_TEST(bytes_read(tool) <= allowed, bomb.name << " of " << size);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_larger_than_any_honest_definition_is_not_read) {
    for (const std::string& text :
         {plain_tool(std::string(70000, 'x')).dump(),
          test::schema_bombs().front().definition(300000),
          json({{"name", "t"}, {"x", json::array_t(5000, "a")}}).dump()}) {
        const Tool tool = read(text);
        BOOST_TEST(!tool.too_large.empty());
        BOOST_TEST(tool.definition.size() < 4096U);
        BOOST_TEST(tool.parameters.empty());
        BOOST_TEST(tool.defects.back() == "too large to read");
    }
}

BOOST_AUTO_TEST_CASE(the_bounds_are_where_they_are_said_to_be) {
    const auto depth_of = [](int levels) {
        json value = "x";
        for (int i = 0; i < levels; ++i) value = json::array({value});
        return read(json({{"name", "t"}, {"x", value}}).dump());
    };
    BOOST_TEST(depth_of(31).too_large.empty());
    BOOST_TEST(depth_of(32).too_large == "it is nested deeper than 32 levels");
    BOOST_TEST(read(plain_tool(std::string(65536, 'x')).dump()).too_large.empty());
    BOOST_TEST(read(plain_tool(std::string(65537, 'x')).dump()).too_large ==
               "one of its texts has 65537 bytes, more than 65536");
}

// Of a tool that is not read a change is still seen, and read again it is what it was.
BOOST_AUTO_TEST_CASE(what_is_kept_of_it_tells_a_change_and_reads_as_before) {
    const Tool one = read(plain_tool(std::string(70000, 'x')).dump());
    const Tool other = read(plain_tool(std::string(69999, 'x') + "y").dump());
    BOOST_TEST(one.definition_hash != other.definition_hash);
    const Tool again = read(one.definition);
    BOOST_TEST(again.too_large == one.too_large);
    BOOST_TEST(again.definition == one.definition);
    BOOST_TEST(again.definition_hash == one.definition_hash);
}

BOOST_AUTO_TEST_CASE(a_name_that_no_list_could_show_is_refused) {
    BOOST_TEST(read_tool({{"name", std::string(4096, 'x')}}).has_value());
    BOOST_TEST(!read_tool({{"name", std::string(4097, 'x')}}).has_value());
}

// Small ones that each read a thousand times what they are: the order of tools decides nothing.
BOOST_AUTO_TEST_CASE(many_small_bombs_do_not_add_up) {
    json tools = json::array();
    for (int i = 0; i < 800; ++i) {
        json tool = json::parse(test::schema_bombs()[3].definition(4000));
        tool["name"] = fmt::format("t{}", i);
        tools.push_back(tool);
    }
    for (int i = 0; i < 10; ++i) {
        json tool = plain_tool("Lists what is there.");
        tool["name"] = fmt::format("honest{}", i);
        tools.insert(i % 2 == 0 ? tools.begin() : tools.end(), tool);
    }
    const auto document = read_server_document({{"server", "s"}, {"tools", tools}});
    BOOST_REQUIRE(document.has_value());
    std::size_t bytes = 0;
    std::size_t sent = 0;
    for (const Tool& tool : document->tools) {
        bytes += bytes_read(tool);
        sent += tool.definition.size();
        BOOST_TEST(tool.too_large.empty() == tool.name.starts_with("honest"), tool.name);
    }
    BOOST_TEST(bytes <= ToolList::kRoom + 8 * sent);
}

BOOST_AUTO_TEST_CASE(required_and_references_are_read_as_before) {
    const Tool tool = read(R"({"name":"t","inputSchema":{"type":"object","required":["b","a"],
        "properties":{"a":{"$ref":"#/$defs/e"},"b":{"type":["string","null","integer"]},
        "c":{"oneOf":[{"$ref":"#/$defs/e"},{"const":"z"}]}},
        "$defs":{"e":{"type":"string","enum":["x","y"]}}}})");
    BOOST_REQUIRE(tool.parameters.size() == 3U);
    BOOST_TEST(tool.parameters[0].choices.size() == 2U);
    BOOST_TEST(tool.parameters[0].required);
    BOOST_TEST(tool.parameters[1].type == "string|integer");
    BOOST_TEST(tool.parameters[2].choices.size() == 3U);
    BOOST_TEST(!tool.parameters[2].required);
    BOOST_TEST(tool.defects.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk
