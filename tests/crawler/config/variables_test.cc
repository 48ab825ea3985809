#include "crawler/config/variables.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <map>
#include <ostream>

using namespace mcprisk::crawler;
namespace data = boost::unit_test::data;

namespace {

VariableScope scope() {
    VariableScope s;
    s.environment = [](std::string_view name) -> std::optional<std::string> {
        static const std::map<std::string, std::string, std::less<>> kValues{
            {"A", "one"}, {"EMPTY", ""}, {"NESTED", "${A}"}};
        const auto found = kValues.find(name);
        return found == kValues.end() ? std::nullopt : std::optional(found->second);
    };
    s.read_file = [](const std::string& path) -> std::optional<std::string> {
        return path == "key.txt" ? std::optional<std::string>("from file\n") : std::nullopt;
    };
    s.home = "/home/me";
    s.workspace = "/home/ann/proj";
    s.bundle = "/opt/bundle";
    return s;
}

struct Case {
    Syntax syntax;
    const char* in;
    const char* out;
    const char* unresolved;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.in; }

constexpr Syntax kBraces = Syntax::braces;
constexpr Syntax kEditor = Syntax::editor | Syntax::env_prefix;
constexpr Syntax kGemini = Syntax::braces | Syntax::dollar;

const std::vector<Case> kCases{
    {Syntax::none, "${A} $A {env:A} %A%", "${A} $A {env:A} %A%", ""},
    {kBraces, "x${A}y", "xoney", ""},
    {kBraces, "${MISSING}", "${MISSING}", "MISSING"},
    {kBraces, "${MISSING:-two}${A:-two}", "twoone", ""},
    {kBraces, "${EMPTY}|${EMPTY:-d}", "|d", ""},
    {kBraces, "${NESTED}", "${A}", ""},
    {kBraces, "$A ${env:A} ${not a name} ${", "$A ${env:A} ${not a name} ${", ""},
    {kBraces, "${MISSING:-}", "", ""},
    {kEditor, "${env:A}/${workspaceFolder}", "one//home/ann/proj", ""},
    {kEditor,
     "${env:MISSING}${input:api-key}",
     "${env:MISSING}${input:api-key}",
     "MISSING,input:api-key"},
    {kEditor, "${userHome}${/}${workspaceFolderBasename}${pathSeparator}", "/home/me/proj/", ""},
    {kEditor, "${A}", "${A}", ""},
    {kGemini, "Bearer $A, ${A}, $5, $", "Bearer one, one, $5, $", ""},
    {kGemini, "$MISSING_1!", "$MISSING_1!", "MISSING_1"},
    {Syntax::percent, "%A% 100% %MISSING% %", "one 100% %MISSING% %", "MISSING"},
    {Syntax::opencode,
     "{env:A} {file:key.txt} {env:B} {file:no} {x}",
     "one from file {env:B} {file:no} {x}",
     "B,file:no"},
    {Syntax::templates, "${{ secrets.KEY }}", "${{ secrets.KEY }}", "secrets.KEY"},
    {Syntax::bundle,
     "${__dirname}/x ${HOME} ${user_config.k}",
     "/opt/bundle/x /home/me ${user_config.k}",
     "user_config.k"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(variables)

BOOST_DATA_TEST_CASE(each_form_by_its_rules, data::make(kCases), c) {
    const Expansion result = expand(c.in, c.syntax, scope());
    BOOST_TEST(result.text == c.out);
    std::string names;
    for (const std::string& name : result.unresolved) names += (names.empty() ? "" : ",") + name;
    BOOST_TEST(names == c.unresolved);
}

BOOST_AUTO_TEST_CASE(a_value_from_outside_is_told) {
    BOOST_TEST(expand("${A}", kBraces, scope()).filled_in);
    BOOST_TEST(!expand("${MISSING:-d}", kBraces, scope()).filled_in);
    BOOST_TEST(!expand("${workspaceFolder}", kEditor, scope()).filled_in);
}

struct Taken {
    Syntax syntax;
    const char* in;
    const char* takes;
};
std::ostream& operator<<(std::ostream& out, const Taken& t) { return out << t.in; }

// By name, and of all that is of this machine; what is the configuration's own is none.
BOOST_DATA_TEST_CASE(what_of_this_machine_is_in_it_is_told,
                     data::make(std::vector<Taken>{
                         {kBraces, "a${A}b${EMPTY}c", "A,EMPTY"},
                         {kBraces, "${MISSING:-d}${MISSING}$A", ""},
                         {kGemini, "$A", "A"},
                         {Syntax::percent, "%A%", "A"},
                         {kEditor, "${env:A}${userHome}", "A,userHome"},
                         {kEditor, "${workspaceFolder}${/}", "workspaceFolder"},
                         {kEditor, "${workspaceFolderBasename}", "workspaceFolderBasename"},
                         {kEditor, "${cwd}", "cwd"},
                         {Syntax::opencode, "{env:A}{file: key.txt }{file:no}", "A,file key.txt"},
                         {Syntax::bundle, "${HOME}", "HOME"},
                         {Syntax::templates, "${{ secrets.KEY }}", ""},
                         {Syntax::none, "${A}", ""}}),
                     taken) {
    std::string names;
    for (const std::string& name : expand(taken.in, taken.syntax, scope()).takes) {
        names += (names.empty() ? "" : ",") + name;
    }
    BOOST_TEST(names == taken.takes);
}

BOOST_AUTO_TEST_CASE(without_an_environment_nothing_is_set) {
    const Expansion result = expand("${A} ${A} ${workspaceFolder}", kBraces | kEditor, {});
    BOOST_TEST(result.unresolved == (std::vector<std::string>{"A", "workspaceFolder"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(long_hostile_text_takes_linear_time) {
    std::string text;
    for (int i = 0; i < 200000; ++i) text += "${";
    BOOST_TEST(expand(text, kBraces | kEditor | Syntax::templates, scope()).text.size() ==
               text.size());
}

BOOST_AUTO_TEST_SUITE_END()
