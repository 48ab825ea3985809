#include "classifier/findings/combination.h"

#include <boost/test/unit_test.hpp>

#include "tests/classifier/fixture.h"

namespace mcprisk::classifier::testing {
namespace {

constexpr std::string_view kId = "toxic-combination";

const Finding* combination_of(const Verdict& verdict) {
    const auto found = std::find_if(verdict.findings.begin(),
                                    verdict.findings.end(),
                                    [](const Finding& one) { return one.id == kId; });
    return found == verdict.findings.end() ? nullptr : &*found;
}

Verdict verdict(const char* tool, Category category) {
    Verdict v;
    v.tool = tool;
    v.category = category;
    return v;
}

std::size_t count(const std::vector<Verdict>& verdicts) {
    return static_cast<std::size_t>(std::count_if(
        verdicts.begin(), verdicts.end(), [](const Verdict& v) { return combination_of(v); }));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(combination)

BOOST_AUTO_TEST_CASE(three_legs_name_their_tools) {
    std::vector<Verdict> verdicts{verdict("read_issue", Category::read),
                                  verdict("read_secret_repo", Category::read),
                                  verdict("comment", Category::write),
                                  verdict("add", Category::read)};
    const std::vector<ToolTags> tags{{"read_issue", {{"data.untrusted_read", "issue"}}},
                                     {"read_secret_repo", {{"data.private_read", "repo"}}},
                                     {"comment", {{"msg.publish", "comment"}}},
                                     {"add", {}}};
    find_combination(tags, verdicts);
    BOOST_TEST(count(verdicts) == 3U);
    const Finding* found = combination_of(verdicts[2]);
    BOOST_REQUIRE(found != nullptr);
    for (const char* name : {"read_issue", "read_secret_repo", "comment"}) {
        BOOST_TEST(found->text.find(name) != std::string::npos, name);
    }
    BOOST_TEST((found->severity == RiskLevel::medium));
    BOOST_TEST(found->field == "server");
    BOOST_TEST(combination_of(verdicts[3]) == nullptr);
}

BOOST_AUTO_TEST_CASE(two_legs_are_not_enough) {
    std::vector<Verdict> verdicts{verdict("a", Category::read), verdict("b", Category::write)};
    const std::vector<ToolTags> tags{{"a", {{"data.private_read", ""}}}, {"b", {{"msg.send", ""}}}};
    find_combination(tags, verdicts);
    BOOST_TEST(count(verdicts) == 0U);
}

BOOST_AUTO_TEST_CASE(a_fetched_address_is_a_narrow_way_out) {
    std::vector<Verdict> verdicts{verdict("a", Category::read), verdict("b", Category::read)};
    const std::vector<ToolTags> tags{{"a", {{"data.private_read", ""}}},
                                     {"b", {{"data.untrusted_read", ""}, {"net.fetch", ""}}}};
    find_combination(tags, verdicts);
    BOOST_REQUIRE(count(verdicts) == 2U);
    BOOST_TEST((combination_of(verdicts[0])->severity == RiskLevel::low));
}

BOOST_AUTO_TEST_CASE(one_tool_alone_is_no_combination) {
    std::vector<Verdict> verdicts{verdict("browse", Category::execute)};
    const std::vector<ToolTags> tags{
        {"browse", {{"data.private_read", ""}, {"data.untrusted_read", ""}, {"net.send", ""}}}};
    find_combination(tags, verdicts);
    BOOST_TEST(count(verdicts) == 0U);
}

BOOST_AUTO_TEST_CASE(deleting_brings_nothing_before_the_model) {
    std::vector<Verdict> verdicts{verdict("delete_mail", Category::destructive),
                                  verdict("send_mail", Category::write)};
    const std::vector<ToolTags> tags{
        {"delete_mail", {{"data.private_read", ""}, {"data.untrusted_read", ""}}},
        {"send_mail", {{"msg.send", ""}}}};
    find_combination(tags, verdicts);
    BOOST_TEST(count(verdicts) == 0U);
}

BOOST_AUTO_TEST_CASE(many_tools_do_not_drown_and_their_order_changes_nothing) {
    std::vector<std::string> names;
    for (int i = 0; i < 40; ++i) names.push_back("read_mail_" + std::to_string(100 + i));
    std::vector<Verdict> verdicts{verdict("send_mail", Category::write)};
    std::vector<ToolTags> tags{{"send_mail", {{"msg.send", ""}}}};
    for (const std::string& name : names) {
        verdicts.push_back(verdict(name.c_str(), Category::read));
        tags.push_back({name, {{"data.private_read", ""}, {"data.untrusted_read", ""}}});
    }
    auto reversed = std::vector<Verdict>(verdicts.rbegin(), verdicts.rend());
    auto reversed_tags = std::vector<ToolTags>(tags.rbegin(), tags.rend());
    find_combination(tags, verdicts);
    find_combination(reversed_tags, reversed);
    BOOST_TEST(count(verdicts) == 3U);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const Verdict& other = reversed[verdicts.size() - 1 - i];
        BOOST_TEST((combination_of(verdicts[i]) != nullptr) == (combination_of(other) != nullptr));
    }
    BOOST_TEST(combination_of(verdicts[0])->text == combination_of(reversed.back())->text);
}

BOOST_AUTO_TEST_CASE(a_mail_server_has_it) {
    const auto verdicts = classifier().classify(document(R"({"server":"mail","tools":[
        {"name":"send_email","description":"Sends an email.","inputSchema":{"type":"object"}},
        {"name":"list_emails","description":"Lists the emails of the inbox.",
         "inputSchema":{"type":"object"}}]})"));
    BOOST_TEST(count(verdicts) == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::classifier::testing
