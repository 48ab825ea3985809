#include "classifier/findings/collision.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "classifier/findings/confusable.h"
#include "tests/classifier/fixture.h"

namespace mcprisk::classifier::testing {
namespace {

NamedTool tool(std::string_view server,
               std::string_view name,
               RiskLevel risk,
               std::string_view hash) {
    return {server, name, hash, risk};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(collision)

struct Pair {
    const char* name;
    const char* latin;
};
std::ostream& operator<<(std::ostream& out, const Pair& pair) { return out << pair.latin; }
const std::vector<Pair> kImitations{
    {"send_\xd0\xb5mail", "send_email"},                           // Cyrillic е
    {"read_f\xd1\x96le", "read_file"},                             // Cyrillic і
    {"\xef\xbd\x92\xef\xbd\x85\xef\xbd\x81\xef\xbd\x84", "read"},  // fullwidth
    {"send\xe2\x80\x8b_email", "send_email"},                      // zero-width space
    {"\xce\xbfpen", "open"},                                       // Greek omicron
};

BOOST_DATA_TEST_CASE(lookalikes_fold_to_latin, boost::unit_test::data::make(kImitations), pair) {
    BOOST_TEST(skeleton(pair.name) == skeleton(pair.latin));
}

BOOST_AUTO_TEST_CASE(other_scripts_alone_imitate_nothing) {
    BOOST_TEST(!mixes_lookalikes("\xd0\xbf\xd0\xbe\xd0\xb8\xd1\x81\xd0\xba"));  // поиск
    BOOST_TEST(!mixes_lookalikes("\xe6\x90\x9c\xe7\xb4\xa2_files"));            // 搜索_files
    BOOST_TEST(!mixes_lookalikes("search_files"));
    BOOST_TEST(mixes_lookalikes("send_\xd0\xb5mail"));
}

BOOST_AUTO_TEST_CASE(harmless_tools_may_share_a_name) {
    const std::vector<NamedTool> tools{tool("a", "search", RiskLevel::low, "1"),
                                       tool("b", "search", RiskLevel::low, "2")};
    const auto found = find_collisions(tools);
    BOOST_REQUIRE(found.size() == 2U);
    BOOST_TEST((found[0].finding.severity == RiskLevel::low));
    BOOST_TEST(found[0].finding.text == "search on b has the same name");
}

BOOST_AUTO_TEST_CASE(a_shared_name_matters_where_one_can_do_harm) {
    const std::vector<NamedTool> tools{tool("a", "send_email", RiskLevel::high, "1"),
                                       tool("b", "sendEmail", RiskLevel::low, "2"),
                                       tool("c", "list_items", RiskLevel::low, "3"),
                                       tool("d", "listItems", RiskLevel::low, "4")};
    const auto found = find_collisions(tools);
    BOOST_REQUIRE(found.size() == 2U);
    BOOST_TEST(found[0].tool == 0U);
    BOOST_TEST(found[0].other == 1U);
    BOOST_TEST((found[1].finding.severity == RiskLevel::medium));
    BOOST_TEST(found[1].finding.id == "name-collision");
    BOOST_TEST(found[1].finding.field == "name");
}

BOOST_AUTO_TEST_CASE(imitation_is_worse_than_sharing_and_is_shown_harmless) {
    const std::vector<NamedTool> tools{
        tool("a", "search", RiskLevel::low, "1"),
        tool("b\x1b[31m", "s\xd0\xb5\xd0\xb0rch\xe2\x80\xae", RiskLevel::low, "2"),
        tool("c", "s\xd0\xb5\xd0\xb0rch", RiskLevel::low, "3")};
    const auto found = find_collisions(tools);
    BOOST_REQUIRE(!found.empty());
    BOOST_TEST((found[0].finding.severity == RiskLevel::high));
    for (const Collision& one : found) {
        BOOST_TEST(one.finding.text.find('\x1b') == std::string::npos);
        BOOST_TEST(one.finding.text.find("\xe2\x80\xae") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(one_server_and_one_definition_collide_with_nothing) {
    const std::vector<NamedTool> tools{tool("a", "send", RiskLevel::high, "1"),
                                       tool("a", "send", RiskLevel::high, "2"),
                                       tool("copy-of-a", "Send", RiskLevel::high, "1")};
    const auto found = find_collisions(std::span(tools).subspan(0, 2));
    BOOST_TEST(found.empty());
    const std::vector<NamedTool> twice{tools[0], tools[2]};
    BOOST_TEST(find_collisions(twice).empty());
}

BOOST_AUTO_TEST_CASE(a_name_of_several_scripts_is_found_alone) {
    const Verdict v = judge_one("send_\xd0\xb5mail", "Sends an email.");
    BOOST_REQUIRE(v.findings.size() == 1U);
    BOOST_TEST(v.findings[0].id == "name-collision");
    BOOST_TEST(v.findings[0].text.find("send_email") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::classifier::testing
