#include "policy/document/validate.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "faults.h"

namespace {

using namespace mcprisk;
using mcprisk::policy::validate_policy;
namespace data = boost::unit_test::data;

constexpr auto kWarning = Severity::warning;

auto faults_list() {
    const auto all = policy::testing::faults();
    return data::make(std::vector<policy::testing::Fault>(all.begin(), all.end()));
}

auto sound_list() {
    const auto all = policy::testing::sound_documents();
    return data::make(std::vector<const char*>(all.begin(), all.end()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(validate)

BOOST_DATA_TEST_CASE(each_fault_is_reported_at_its_place, faults_list(), fault) {
    Diagnostics found;
    const bool sound = validate_policy(fault.text, found);
    BOOST_TEST(sound == (fault.severity == kWarning));
    bool reported = false;
    for (const Diagnostic& one : found.items()) {
        BOOST_TEST_INFO(one.path << " line " << one.line << ": " << one.message);
        BOOST_TEST(!one.message.empty());
        reported = reported || (one.path == fault.path && one.severity == fault.severity &&
                                one.line == fault.line);
    }
    BOOST_TEST(reported);
}

BOOST_DATA_TEST_CASE(sound_documents_pass_without_a_word, sound_list(), text) {
    Diagnostics found;
    BOOST_TEST(validate_policy(text, found));
    for (const Diagnostic& one : found.items()) BOOST_TEST_INFO(one.path << ": " << one.message);
    BOOST_TEST(found.empty());
}

BOOST_AUTO_TEST_CASE(one_pass_reports_all_faults) {
    Diagnostics found;
    BOOST_TEST(!validate_policy(R"({"version":"9","default":"no","hide":["",""],"x":1})", found));
    BOOST_TEST(found.items().size() == 5);
}

BOOST_AUTO_TEST_CASE(a_near_word_is_suggested) {
    Diagnostics found;
    validate_policy(R"({"version":"1","default":"deny","all_tools":{"limits":[
        {"counter":"c","window":"minuet","max":1,"scope":"grant"}]}})",
                    found);
    BOOST_REQUIRE(found.items().size() == 1);
    BOOST_TEST(found.items()[0].message.find("Did you mean \"minute\"?") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(earlier_diagnostics_do_not_make_a_sound_document_fail) {
    Diagnostics found;
    found.error({.message = "of another file"});
    BOOST_TEST(validate_policy(R"({"version":"1","default":"deny"})", found));
}

BOOST_AUTO_TEST_CASE(deep_and_broken_text_is_refused_quietly) {
    Diagnostics found;
    BOOST_TEST(!validate_policy(std::string(100000, '['), found));
    BOOST_TEST(!validate_policy(std::string(9 << 20, ' ') + "{}", found));
    BOOST_TEST(
        !validate_policy("{\"version\":\"1\",\"default\":\"deny\",\"hide\":[\"\xff\"]}", found));
}

BOOST_AUTO_TEST_CASE(a_flood_of_faults_and_long_names_stays_bounded) {
    std::string text =
        R"({"version":"1","default":"deny","tools":{")" + std::string(100000, 'x') + R"(":{)";
    for (int i = 0; i < 20000; ++i) text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":1";
    text += "}}}";
    Diagnostics found;
    BOOST_TEST(!validate_policy(text, found));
    BOOST_TEST(found.items().size() == 501);
    for (const Diagnostic& one : found.items()) BOOST_TEST(one.path.size() < 500);
}

BOOST_AUTO_TEST_SUITE_END()
