#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "fixtures.h"
#include "policy/document/validate.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::policy;
using mcprisk::policy::testing::make_tool;
namespace data = boost::unit_test::data;

std::vector<Tool> server() {
    std::vector<Tool> tools;
    tools.push_back(make_tool("read"));
    tools.push_back(make_tool(
        "write",
        {{"count", {{"type", "integer"}}},
         {"name", {{"type", "string"}}},
         {"flag", {{"type", "boolean"}}},
         {"tags", {{"type", "array"}}},
         {"free", {{"type", "object"}}},
         {"kind", {{"type", "string"}, {"enum", {"a", "b"}}}},
         {"deep", {{"type", "object"}, {"properties", {{"inner", {{"type", "string"}}}}}}}}));
    return tools;
}

std::string with_condition(const std::string& condition) {
    return R"({"version":"1","default":"deny","tools":{"write":{"require":[)" + condition + "]}}}";
}

struct Misfit {
    const char* condition;
    const char* place;  // of the report, below the condition
};
std::ostream& operator<<(std::ostream& out, const Misfit& one) { return out << one.condition; }

const Misfit kMisfits[] = {
    {R"({"path":"args.nmae","op":"eq","value":"x"})", "path"},
    {R"({"path":"args.deep.other","op":"exists","value":true})", "path"},
    {R"({"path":"args.name.sub","op":"eq","value":"x"})", "path"},
    {R"({"path":"args.count","op":"eq","value":"x"})", "value"},
    {R"({"path":"args.name","op":"lt","value":3})", "value"},
    {R"({"path":"args.flag","op":"regex","value":"x"})", "value"},
    {R"({"path":"args.name","op":"in","value":["x",3]})", "value"},
    {R"({"path":"args.count","op":"contains","value":"3"})", "value"},
};

const char* const kFitting[] = {
    R"({"path":"args.name","op":"regex","value":"x"})",
    R"({"path":"args.count","op":"gte","value":2.5})",
    R"({"path":"args.flag","op":"eq","value":true})",
    R"({"path":"args.tags","op":"contains","value":"x"})",
    R"({"path":"args.free.anything","op":"eq","value":1})",
    R"({"path":"args.deep.inner","op":"contains","value":"x"})",
    R"({"path":"args.kind","op":"in","value":["a"]})",
};

}  // namespace

BOOST_AUTO_TEST_SUITE(fits_server)

BOOST_AUTO_TEST_CASE(unknown_tools_are_named_with_a_guess) {
    const auto tools = server();
    Diagnostics found;
    BOOST_TEST(!validate_policy_for(
        R"({"version":"1","default":"allow","hide":["raed","*"],"tools":{}})", tools, found));
    bool guessed = false;
    for (const Diagnostic& one : found.items()) {
        guessed = guessed || (one.path == "hide[0]" && one.line == 1 &&
                              one.message.find("did you mean \"read\"") != std::string::npos);
    }
    BOOST_TEST(guessed);
    Diagnostics more;
    BOOST_TEST(!validate_policy_for(
        R"({"version":"1","default":"deny","tools":{"something":{}}})", tools, more));
    BOOST_TEST(more.items().at(0).path == "tools.something");
}

BOOST_DATA_TEST_CASE(conditions_that_the_schema_rules_out, data::make(kMisfits), one) {
    const auto tools = server();
    Diagnostics found;
    BOOST_TEST(!validate_policy_for(with_condition(one.condition), tools, found));
    BOOST_REQUIRE(found.items().size() == 1);
    BOOST_TEST(found.items()[0].path == std::string("tools.write.require[0].") + one.place);
}

BOOST_DATA_TEST_CASE(conditions_that_fit, data::make(kFitting), condition) {
    const auto tools = server();
    Diagnostics found;
    BOOST_TEST(validate_policy_for(with_condition(condition), tools, found));
    BOOST_TEST(found.empty());
}

BOOST_AUTO_TEST_CASE(a_value_outside_the_enumeration_is_a_warning) {
    const auto tools = server();
    Diagnostics found;
    BOOST_TEST(validate_policy_for(
        with_condition(R"({"path":"args.kind","op":"eq","value":"c"})"), tools, found));
    BOOST_REQUIRE(found.items().size() == 1);
    BOOST_TEST((found.items()[0].severity == Severity::warning));
}

BOOST_AUTO_TEST_CASE(conditions_inside_deny_if_are_checked_too) {
    const auto tools = server();
    Diagnostics found;
    BOOST_TEST(!validate_policy_for(R"({"version":"1","default":"deny","tools":{"write":{"deny_if":[
        {"conditions":[{"path":"args.nope","op":"eq","value":1}],"on_deny":"no"}]}}})",
                                    tools,
                                    found));
    BOOST_TEST(found.items().at(0).path == "tools.write.deny_if[0].conditions[0].path");
    BOOST_TEST(found.items().at(0).line == 2);
}

BOOST_AUTO_TEST_CASE(faults_of_the_document_itself_are_kept) {
    Diagnostics found;
    BOOST_TEST(!validate_policy_for("[]", server(), found));
    BOOST_TEST(!validate_policy_for("{", server(), found));
}

BOOST_AUTO_TEST_SUITE_END()
