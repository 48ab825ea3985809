#include "policy/document/evaluate.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "fixtures.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::policy;
using mcprisk::policy::testing::make_tool;
using mcprisk::policy::testing::make_verdict;
using nlohmann::json;
namespace data = boost::unit_test::data;

struct Case {
    const char* condition;  // one condition, used in `require`
    const char* arguments;
    bool holds;
};
std::ostream& operator<<(std::ostream& out, const Case& one) {
    return out << one.condition << " on " << one.arguments;
}

const Case kCases[] = {
    {R"({"path":"args.a","op":"eq","value":1})", R"({"a":1.0})", true},
    {R"({"path":"args.a","op":"eq","value":1})", R"({"a":"1"})", false},
    {R"({"path":"args.a","op":"eq","value":"x"})", "{}", false},
    {R"({"path":"args.a","op":"neq","value":"x"})", R"({"a":"y"})", true},
    {R"({"path":"args.a","op":"neq","value":"x"})", R"({"a":null})", true},
    {R"({"path":"args.a","op":"neq","value":"x"})", "{}", false},
    {R"({"path":"args.a","op":"lt","value":2})", R"({"a":1.5})", true},
    {R"({"path":"args.a","op":"lt","value":2})", R"({"a":2})", false},
    {R"({"path":"args.a","op":"lt","value":2})", R"({"a":"1"})", false},
    {R"({"path":"args.a","op":"lte","value":2})", R"({"a":2})", true},
    {R"({"path":"args.a","op":"gt","value":2})", R"({"a":2})", false},
    {R"({"path":"args.a","op":"gte","value":2})", R"({"a":2})", true},
    {R"({"path":"args.a","op":"in","value":["x",2]})", R"({"a":2})", true},
    {R"({"path":"args.a","op":"in","value":["x"]})", R"({"a":["x"]})", false},
    {R"({"path":"args.a","op":"not_in","value":["x"]})", R"({"a":"y"})", true},
    {R"({"path":"args.a","op":"not_in","value":["x"]})", "{}", false},
    {R"({"path":"args.a","op":"contains","value":"b"})", R"({"a":"abc"})", true},
    {R"({"path":"args.a","op":"contains","value":"b"})", R"({"a":["abc"]})", false},
    {R"({"path":"args.a","op":"contains","value":7})", R"({"a":[1,7]})", true},
    {R"({"path":"args.a","op":"regex","value":"^b"})", R"({"a":"bc"})", true},
    {R"({"path":"args.a","op":"regex","value":"b"})", R"({"a":"aBc"})", false},
    {R"({"path":"args.a","op":"regex","value":"7"})", R"({"a":7})", false},
    {R"({"path":"args.a","op":"exists","value":true})", R"({"a":null})", true},
    {R"({"path":"args.a","op":"exists","value":false})", "{}", true},
    {R"({"path":"args.a","op":"exists","value":false})", R"({"a":0})", false},
    {R"({"path":"args.a.b","op":"eq","value":1})", R"({"a":{"b":1}})", true},
    {R"({"path":"args.a.b","op":"exists","value":true})", R"({"a":"b"})", false},
};

Ruling rule_on(const std::string& document, const std::string& tool, const std::string& arguments) {
    const auto ruling = evaluate(document, tool, arguments);
    BOOST_REQUIRE_MESSAGE(ruling.has_value(), (ruling ? "" : ruling.error().message));
    return *ruling;
}

std::string document_with(const std::string& rule) {
    return R"({"version":"1","default":"deny","tools":{"t":)" + rule + "}}";
}

std::string recommended(const Tool& tool,
                        Category category,
                        RiskLevel risk,
                        std::string capability,
                        Preset preset = Preset::recommended) {
    Verdict verdict = make_verdict(tool, category, risk);
    verdict.evidence.clear();
    verdict.capabilities = {std::move(capability)};
    const JudgedTool judged{&tool, &verdict};
    return recommend("s", {&judged, 1}, {.preset = preset}).policy_json;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(evaluate_calls)

BOOST_DATA_TEST_CASE(operators_mean_the_same_in_require_and_deny_if, data::make(kCases), one) {
    const std::string condition = one.condition;
    const auto required =
        rule_on(document_with(R"({"require":[)" + condition + "]}"), "t", one.arguments);
    BOOST_TEST(required.allowed == one.holds);
    const auto refused = rule_on(
        document_with(R"({"deny_if":[{"conditions":[)" + condition + R"(],"on_deny":"no"}]})"),
        "t",
        one.arguments);
    BOOST_TEST(refused.allowed == !one.holds);
}

BOOST_AUTO_TEST_CASE(the_order_is_hide_default_require_deny_if_limits) {
    const std::string document = R"({"version":"1","default":"deny","hide":["h"],
        "all_tools":{"limits":[{"counter":"all","window":"day","max":9,"scope":"grant"}]},
        "tools":{"t":{
          "require":[{"path":"args.a","op":"exists","value":true}],
          "deny_if":[{"conditions":[{"path":"args.a","op":"eq","value":1}],"on_deny":"one"},
                     {"conditions":[{"path":"args.a","op":"lt","value":5}],"on_deny":"few"}],
          "limits":[{"counter":"t_rate","window":"hour","max":3,"scope":"grant"}]}}})";
    BOOST_TEST(rule_on(document, "h", "").place == "hide[0]");
    BOOST_TEST(rule_on(document, "other", "").place == "default");
    BOOST_TEST(rule_on(document, "t", "{}").place == "tools.t.require[0]");
    BOOST_TEST(rule_on(document, "t", R"({"a":1})").message == "one");
    BOOST_TEST(rule_on(document, "t", R"({"a":2})").place == "tools.t.deny_if[1]");
    const auto passed = rule_on(document, "t", R"({"a":7})");
    BOOST_TEST(passed.allowed);
    BOOST_TEST(passed.place == "tools.t");
    BOOST_REQUIRE(passed.counted.size() == 2);
    BOOST_TEST(passed.counted[0] == "at most 3 an hour on counter \"t_rate\", per grant");
}

BOOST_AUTO_TEST_CASE(a_default_of_allow_lets_unnamed_tools_through) {
    const std::string document = R"({"version":"1","default":"allow","hide":["h"]})";
    BOOST_TEST(rule_on(document, "x", "").allowed);
    BOOST_TEST(!rule_on(document, "h", "").allowed);
    BOOST_TEST(!rule_on(R"({"version":"1","default":"allow","hide":["*"]})", "x", "").allowed);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_decided_is_an_error) {
    BOOST_TEST(!evaluate("{}", "t", "{}").has_value());
    BOOST_TEST(!evaluate(document_with("{}"), "t", "[]").has_value());
    BOOST_TEST(!evaluate(document_with("{}"), "t", "{").has_value());
    BOOST_TEST(evaluate(document_with("{}"), "t", "").has_value());
}

BOOST_AUTO_TEST_CASE(an_umbrella_tool_stays_usable_but_for_its_severe_values) {
    const Tool tool =
        make_tool("manage",
                  {{"action", {{"type", "string"}, {"enum", {"list", "create", "delete"}}}}},
                  {"action"});
    const auto document = recommended(tool, Category::destructive, RiskLevel::high, "destroy.item");
    BOOST_TEST(rule_on(document, "manage", R"({"action":"list"})").allowed);
    BOOST_TEST(rule_on(document, "manage", R"({"action":"create"})").allowed);
    BOOST_TEST(!rule_on(document, "manage", R"({"action":"delete"})").allowed);
    BOOST_TEST(!rule_on(document, "manage", R"({"action":"DELETE"})").allowed);
    BOOST_TEST(!rule_on(document, "manage", R"({"action":["delete"]})").allowed);
    BOOST_TEST(!rule_on(document, "manage", "{}").allowed);
}

BOOST_DATA_TEST_CASE(private_addresses_are_refused,
                     data::make({"http://169.254.169.254/latest/meta-data/",
                                 "http://localhost:8080",
                                 "HTTP://127.0.0.1/",
                                 "https://user@10.0.0.1/",
                                 "http://192.168.1.1",
                                 "http://172.20.0.1",
                                 "http://[::1]/",
                                 "http://[fd00::1]/",
                                 "file:///etc/passwd",
                                 "gopher://example.com"}),
                     url) {
    const Tool tool = make_tool("fetch", {{"target_url", {{"type", "string"}}}});
    const auto document = recommended(tool, Category::write, RiskLevel::medium, "net.fetch");
    BOOST_TEST(!rule_on(document, "fetch", json({{"target_url", url}}).dump()).allowed);
}

BOOST_DATA_TEST_CASE(public_addresses_pass,
                     data::make({"https://example.com/a?b=http://x",
                                 "http://172.15.0.1",
                                 "https://100.example.org",
                                 "https://10news.example",
                                 "https://localhosting.example/"}),
                     url) {
    const Tool tool = make_tool("fetch", {{"url", {{"type", "string"}}}});
    const auto document = recommended(tool, Category::write, RiskLevel::medium, "net.fetch");
    BOOST_TEST(rule_on(document, "fetch", json({{"url", url}}).dump()).allowed);
}

BOOST_AUTO_TEST_CASE(paths_to_credentials_are_refused_and_others_pass) {
    const Tool tool = make_tool("read_file", {{"path", {{"type", "string"}}}});
    const auto document = recommended(tool, Category::write, RiskLevel::medium, "fs.write");
    const auto allowed = [&](const char* path) {
        return rule_on(document, "read_file", json({{"path", path}}).dump()).allowed;
    };
    for (const char* path : {"/home/a/.ssh/config",
                             "../x",
                             "a/../../b",
                             ".env",
                             "/app/.env.local",
                             "id_rsa",
                             "C:\\Users\\a\\.aws\\credentials",
                             "key.pem",
                             "~/.netrc"}) {
        BOOST_TEST_INFO(path);
        BOOST_TEST(!allowed(path));
    }
    for (const char* path : {"src/main.cc",
                             ".github/workflows/x.yml",
                             "environment.md",
                             "a..b",
                             "docs/ssh.md",
                             "pem.txt"}) {
        BOOST_TEST_INFO(path);
        BOOST_TEST(allowed(path));
    }
}

BOOST_AUTO_TEST_CASE(the_main_branch_is_left_to_people) {
    const Tool tool = make_tool("push_files", {{"branch", {{"type", "string"}}}});
    const auto document = recommended(tool, Category::write, RiskLevel::medium, "vcs.write");
    BOOST_TEST(!rule_on(document, "push_files", R"({"branch":"main"})").allowed);
    BOOST_TEST(rule_on(document, "push_files", R"({"branch":"fix"})").allowed);
}

BOOST_AUTO_TEST_SUITE_END()
