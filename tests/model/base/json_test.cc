#include "model/base/json.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace mcprisk;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(json)

BOOST_AUTO_TEST_CASE(canonical_form_does_not_depend_on_order_blanks_or_number_spelling) {
    const auto a = parse_json(R"({"b": [1.0, 2, 2.5], "a": "é"})");
    const auto b = parse_json("{\"a\":\"\\u00e9\",\n\"b\":[1,2.0,2.5]}");
    BOOST_REQUIRE(a && b);
    BOOST_TEST(canonical_json(*a) == R"({"a":"é","b":[1,2,2.5]})");
    BOOST_TEST(canonical_json(*a) == canonical_json(*b));
}

BOOST_AUTO_TEST_CASE(deep_nesting_is_refused_before_a_value_is_built) {
    const auto deep = parse_json(std::string(100000, '[') + std::string(100000, ']'));
    BOOST_REQUIRE(!deep);
    BOOST_TEST((deep.error().code == ErrorCode::too_large));
    BOOST_TEST(parse_json(std::string(128, '[') + std::string(128, ']')).has_value());
    BOOST_TEST(!parse_json(std::string(129, '[') + std::string(129, ']')).has_value());
    // Brackets in strings do not nest.
    BOOST_TEST(parse_json("\"" + std::string(1000, '[') + "\\\"[[\"").has_value());
}

BOOST_AUTO_TEST_CASE(size_is_refused_before_reading) {
    JsonLimits limits;
    limits.bytes = 10;
    BOOST_TEST(!parse_json("[1,2,3,4,5,6]", limits).has_value());
    BOOST_TEST(!parse_jsonc("[1,2,3,4,5,6]", limits).has_value());
}

BOOST_AUTO_TEST_CASE(what_can_be_mended_is_mended_and_counted) {
    JsonRepairs repairs;
    const auto value = parse_json(
        "\xef\xbb\xbf{\"s\":\"\\ud83d x \\ude00 \\ud83d\\ude00 \xff\","
        "\"n\":[1e400,-1e400,NaN,-Infinity]}",
        {},
        &repairs);
    BOOST_REQUIRE(value.has_value());
    BOOST_TEST((*value)["s"].get<std::string>() ==
               "\xef\xbf\xbd x \xef\xbf\xbd \xf0\x9f\x98\x80 \xef\xbf\xbd");
    BOOST_TEST(repairs.lone_surrogates == 2U);
    BOOST_TEST(repairs.bad_utf8 == 1U);
    BOOST_TEST(repairs.bad_numbers == 4U);
    BOOST_TEST((*value)["n"][2].is_null());
    BOOST_TEST(!canonical_json(*value).empty());
}

const std::vector<std::string> kBroken{"",
                                       "  ",
                                       "{",
                                       "[1,]",
                                       "{\"a\":}",
                                       "\"\\u12\"",
                                       "tru",
                                       "\"abc",
                                       "\"\\",
                                       "\"\\ud83d",
                                       "[1] x",
                                       "{'a':1}",
                                       "\\"};

BOOST_DATA_TEST_CASE(broken_text_is_an_error_not_a_crash, data::make(kBroken), text) {
    const auto value = parse_json(text);
    BOOST_REQUIRE(!value.has_value());
    BOOST_TEST(value.error().message.starts_with("not JSON"), value.error().message);
}

BOOST_AUTO_TEST_CASE(comments_and_trailing_commas_are_for_configuration_files) {
    const std::string text = R"({
        // where
        "url": "http://x/*y*/", /* "no": 1, */
        "list": [1, 2, /* three */ ],
    })";
    BOOST_TEST(!parse_json(text).has_value());
    const auto value = parse_jsonc(text);
    BOOST_REQUIRE(value.has_value());
    BOOST_TEST(canonical_json(*value) == R"({"list":[1,2],"url":"http://x/*y*/"})");
}

BOOST_AUTO_TEST_CASE(errors_name_the_line) {
    const auto value = parse_json("{\n\"a\": 1,\n\"b\" 2}");
    BOOST_REQUIRE(!value.has_value());
    BOOST_TEST(value.error().message == "not JSON: syntax error in line 3");
}

BOOST_AUTO_TEST_CASE(members_of_the_wrong_type_read_as_nothing) {
    const auto value = parse_json(R"({"a": 1, "b": "x", "c": null})");
    BOOST_REQUIRE(value.has_value());
    BOOST_TEST(string_member(*value, "a").empty());
    BOOST_TEST(string_member(*value, "b") == "x");
    BOOST_TEST(find_member(*value, "c")->is_null());
    BOOST_TEST(find_member(nlohmann::json::array(), "c") == nullptr);
    BOOST_TEST(bool_member(*value, "b", true));
}

BOOST_AUTO_TEST_SUITE_END()
