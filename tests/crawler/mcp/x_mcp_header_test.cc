#include "crawler/mcp/x_mcp_header.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

namespace data = boost::unit_test::data;
using namespace mcprisk::crawler;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(x_mcp_header)

const std::vector<std::string> kGood{
    R"({"type":"object"})",
    R"({"properties":{"a":{"type":"string","x-mcp-header":"Region"}}})",
    R"({"properties":{"a":{"type":"object","properties":{"b":{"type":"integer","x-mcp-header":"B"}}}}})",
    R"({"properties":{"x-mcp-header":{"type":"number"}}})",
    R"({"properties":{"a":{"default":{"x-mcp-header":""}}}})",
};
BOOST_DATA_TEST_CASE(good_annotations_pass, data::make(kGood), text) {
    BOOST_TEST(!has_bad_x_mcp_header(json::parse(text)));
}

const std::vector<std::string> kBad{
    R"({"x-mcp-header":"A"})",
    R"({"properties":{"a":{"type":"string","x-mcp-header":""}}})",
    R"({"properties":{"a":{"type":"string","x-mcp-header":7}}})",
    R"({"properties":{"a":{"type":"string","x-mcp-header":"two words"}}})",
    R"({"properties":{"a":{"type":"string","x-mcp-header":"A:"}}})",
    R"({"properties":{"a":{"type":"number","x-mcp-header":"A"}}})",
    R"({"properties":{"a":{"x-mcp-header":"A"}}})",
    R"({"properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}}})",
    R"({"properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}})",
    R"({"oneOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]})",
    R"({"$defs":{"d":{"type":"string","x-mcp-header":"A"}}})",
};
BOOST_DATA_TEST_CASE(bad_annotations_are_found, data::make(kBad), text) {
    BOOST_TEST(has_bad_x_mcp_header(json::parse(text)));
}

BOOST_AUTO_TEST_CASE(marked_arguments_become_headers) {
    const json schema = json::parse(R"({"properties":{
        "region":{"type":"string","x-mcp-header":"Region"},
        "count":{"type":"integer","x-mcp-header":"Count"},
        "on":{"type":"boolean","x-mcp-header":"On"},
        "none":{"type":"string","x-mcp-header":"None"},
        "plain":{"type":"string"},
        "in":{"type":"object","properties":{"b":{"type":"string","x-mcp-header":"B"}}}}})");
    const json arguments = json::parse(
        R"({"region":"us","count":42,"on":false,"none":null,"plain":"x","in":{"b":"deep"}})");
    const HttpHeaders expected{{"Mcp-Param-Count", "42"},
                               {"Mcp-Param-B", "deep"},
                               {"Mcp-Param-On", "false"},
                               {"Mcp-Param-Region", "us"}};
    BOOST_TEST((mcp_parameter_headers(schema, arguments) == expected));
    BOOST_TEST(mcp_parameter_headers(schema, json::object()).empty());
}

BOOST_AUTO_TEST_CASE(values_unfit_for_a_header_are_base64) {
    BOOST_TEST(mcp_header_value("us west 1") == "us west 1");
    BOOST_TEST(mcp_header_value("").empty());
    BOOST_TEST(mcp_header_value(" us") == "=?base64?IHVz?=");
    BOOST_TEST(mcp_header_value("a\r\nX: 1") == "=?base64?YQ0KWDogMQ==?=");
    BOOST_TEST(mcp_header_value("\tx") == "=?base64?CXg=?=");
    BOOST_TEST(mcp_header_value("\xc3\xbc") == "=?base64?w7w=?=");
    BOOST_TEST(mcp_header_value("=?base64?eA==?=") == "=?base64?PT9iYXNlNjQ/ZUE9PT89?=");
}

BOOST_AUTO_TEST_SUITE_END()
