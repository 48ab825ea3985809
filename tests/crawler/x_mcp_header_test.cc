#include "crawler/x_mcp_header.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

namespace data = boost::unit_test::data;
using mcprisk::crawler::has_bad_x_mcp_header;
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

BOOST_AUTO_TEST_SUITE_END()
