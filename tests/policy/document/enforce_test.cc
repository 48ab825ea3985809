#include "policy/document/enforce.h"

#include <boost/test/unit_test.hpp>

#include "policy/document/changes.h"

namespace {

using namespace mcprisk::policy;

const char* const kDocument = R"({"version":"1","default":"deny",
  "all_tools":{"limits":[{"counter":"all","window":"hour","max":5,"scope":"grant"}]},
  "tools":{
    "a":{"limits":[{"counter":"a_rate","window":"minute","max":2,"scope":"grant"}],
         "deny_if":[{"conditions":[{"path":"args.x","op":"eq","value":1}],"on_deny":"no"}]},
    "b":{"limits":[{"counter":"shared","window":"day","max":1,"scope":"grant"}]},
    "c":{"limits":[{"counter":"shared","window":"day","max":1,"scope":"grant"}]},
    "d":{}}})";

class Caller {
  public:
    Ruling operator()(const char* tool,
                      std::int64_t now,
                      const char* args = "{}",
                      const char* grant = "") {
        const auto ruling = enforcer_.call(tool, args, now, grant);
        BOOST_REQUIRE(ruling.has_value());
        return *ruling;
    }

  private:
    Enforcer enforcer_ = std::move(*Enforcer::make(kDocument));
};

}  // namespace

BOOST_AUTO_TEST_SUITE(enforce)

BOOST_AUTO_TEST_CASE(windows_are_aligned_to_the_clock) {
    Caller call;
    BOOST_TEST(call("a", 59).allowed);
    BOOST_TEST(call("a", 59).allowed);
    const auto full = call("a", 59);
    BOOST_TEST(!full.allowed);
    BOOST_TEST(full.place == "tools.a.limits[0]");
    BOOST_TEST(full.message == "The counter \"a_rate\" is full: 2 in this minute.");
    // One second later, in the next minute.
    BOOST_TEST(call("a", 60).allowed);
}

BOOST_AUTO_TEST_CASE(a_denied_call_is_not_counted) {
    Caller call;
    for (int i = 0; i < 10; ++i) BOOST_TEST(!call("a", 1, R"({"x":1})").allowed);
    BOOST_TEST(call("a", 1).allowed);
    BOOST_TEST(call("a", 1).allowed);
    for (int i = 0; i < 10; ++i) BOOST_TEST(!call("a", 2).allowed);
    // Two of five are used in the hour, not more.
    for (int i = 0; i < 3; ++i) BOOST_TEST(call("d", 3).allowed);
    BOOST_TEST(call("d", 3).place == "all_tools.limits[0]");
    BOOST_TEST(call("d", 3600).allowed);
}

BOOST_AUTO_TEST_CASE(a_counter_is_shared_by_name_and_kept_by_grant) {
    Caller call;
    BOOST_TEST(call("b", 0).allowed);
    BOOST_TEST(!call("c", 86399).allowed);
    BOOST_TEST(call("c", 86399, "{}", "another").allowed);
    BOOST_TEST(call("c", 86400).allowed);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_decided_is_an_error) {
    BOOST_TEST(!Enforcer::make("{}").has_value());
    auto enforcer = Enforcer::make(kDocument);
    BOOST_TEST(!enforcer->call("a", "[]", 0).has_value());
}

BOOST_AUTO_TEST_CASE(changes_are_told_tool_by_tool) {
    const char* after = R"({"version":"1","default":"deny","hide":["d"],
      "all_tools":{"limits":[{"counter":"all","window":"hour","max":5,"scope":"grant"}]},
      "tools":{
        "a":{"limits":[{"counter":"a_rate","window":"hour","max":2,"scope":"grant"}],
             "deny_if":[{"conditions":[{"path":"args.x","op":"eq","value":1}],"on_deny":"no"}]},
        "c":{"limits":[{"counter":"shared","window":"day","max":1,"scope":"grant"}]},
        "e":{}}})";
    const auto changes = compare_policies(kDocument, after);
    BOOST_REQUIRE(changes.has_value());
    BOOST_REQUIRE(changes->size() == 4);
    const auto& list = *changes;
    BOOST_TEST((list[0].tool == "a" && list[0].turn == Turn::stricter));
    BOOST_TEST((list[1].tool == "b" && list[1].turn == Turn::stricter));
    BOOST_TEST(list[1].after == "not named: denied");
    BOOST_TEST((list[2].tool == "d" && list[2].after == "hidden"));
    BOOST_TEST((list[3].tool == "e" && list[3].turn == Turn::looser));
    BOOST_TEST(compare_policies(kDocument, kDocument)->empty());
    BOOST_TEST(!compare_policies("{}", kDocument).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
