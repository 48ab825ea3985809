#include "model/base/encoding.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>

#include "model/base/text.h"

BOOST_AUTO_TEST_SUITE(encoding)

using namespace mcprisk;

BOOST_AUTO_TEST_CASE(the_first_and_last_character_of_each_length) {
    const std::pair<std::string, char32_t> kCases[] = {{"\x01", 0x01},
                                                       {"\x7f", 0x7f},
                                                       {"\xc2\x80", 0x80},
                                                       {"\xdf\xbf", 0x7ff},
                                                       {"\xe0\xa0\x80", 0x800},
                                                       {"\xef\xbf\xbf", 0xffff},
                                                       {"\xf0\x90\x80\x80", 0x10000},
                                                       {"\xf4\x8f\xbf\xbf", 0x10ffff}};
    for (const auto& [text, code] : kCases) {
        BOOST_TEST(utf8_sequence_length(text) == text.size());
        BOOST_TEST(static_cast<std::uint32_t>(decode_utf8(text)) ==
                   static_cast<std::uint32_t>(code));
    }
    BOOST_TEST(static_cast<std::uint32_t>(decode_utf8("")) == 0U);
}

BOOST_AUTO_TEST_CASE(unreserved_signs_stay) {
    BOOST_TEST(percent_encode("aZ09-._~") == "aZ09-._~");
    BOOST_TEST(percent_encode("a b/c?d=\xc3\xa9") == "a%20b%2Fc%3Fd%3D%C3%A9");
    BOOST_TEST(percent_encode("https://a/b c", ":/") == "https://a/b%20c");
    BOOST_TEST(percent_encode("") == "");
}

BOOST_AUTO_TEST_SUITE_END()
