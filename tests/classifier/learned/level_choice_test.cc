// How a level is chosen from learned weights, and what these never do.
#include <boost/test/unit_test.hpp>

#include "classifier/judging/features.h"
#include "classifier/learned/linear_model.h"
#include "tests/classifier/fixture.h"
#include "tests/classifier/workbench.h"

using namespace mcprisk;
using namespace mcprisk::classifier;
using namespace mcprisk::test;

namespace {

lexicon::Subject subject(const std::string& server, const std::string& title = "") {
    static const RuleBook book = [] {
        Diagnostics diagnostics;
        return *RuleBook::make({}, diagnostics);
    }();
    ServerDocument document;
    document.server = server;
    document.title = title;
    document.description = "Server for Docker that also sends mail and reads a database";
    return read_neighbours(book, document).subject;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(level_choice)

BOOST_AUTO_TEST_CASE(too_mild_costs_more_than_too_harsh) {
    constexpr RiskLevel kLow = RiskLevel::low;
    BOOST_TEST((careful_level({0.7, 0.2, 0.1, 0}, kLow) == kLow));
    BOOST_TEST((careful_level({0.45, 0.3, 0.25, 0}, kLow) == RiskLevel::medium));
    BOOST_TEST((careful_level({0.3, 0.24, 0.23, 0.23}, kLow) == RiskLevel::medium));
    BOOST_TEST((careful_level({0, 0, 0, 1}, kLow) == RiskLevel::critical));
    // Below what rules say only where little lies above.
    BOOST_TEST((careful_level({0.6, 0.4, 0, 0}, RiskLevel::medium) == RiskLevel::medium));
    BOOST_TEST((careful_level({0.7, 0.3, 0, 0}, RiskLevel::medium) == kLow));
    BOOST_TEST((careful_level({0.5, 0.3, 0.2, 0}, RiskLevel::critical) == RiskLevel::medium));
}

BOOST_AUTO_TEST_CASE(a_server_is_about_what_its_name_says) {
    BOOST_TEST((subject("docker/notion-remote") == lexicon::Subject::notes));
    BOOST_TEST((subject("smithery/someone/hubspot-mcp") == lexicon::Subject::crm));
    BOOST_TEST((subject("@todoist/mcp") == lexicon::Subject::tracker));
    BOOST_TEST((subject("something", "Xero for agents") == lexicon::Subject::accounting));
}

BOOST_AUTO_TEST_CASE(learned_words_never_lower_a_grave_level) {
    // On a server of harmless words everything that words could say is mild.
    const std::vector<std::pair<std::string, std::string>> tools{
        {"send_email", "Send an email with the weather forecast"},
        {"get_api_key", "Get the secret API key of the forecast"},
        {"delete_database", "Delete the database of temperatures"},
        {"run_command", "Run a shell command for the forecast"},
        {"grant_access", "Grant a user access to the forecast"}};
    int grave = 0;
    for (const auto& [name, text] : tools) {
        const ServerDocument server = make_server("weather-forecast-mcp", {make_tool(name, text)});
        const Verdict rules = testing::classifier().classify(server).front();
        const Verdict learned = built_in_classifier().classify(server).front();
        if (rules.category != learned.category || rules.risk_without_claims < RiskLevel::high) {
            continue;
        }
        ++grave;
        BOOST_TEST((learned.risk_without_claims >= rules.risk_without_claims), name);
    }
    BOOST_TEST(grave >= 3);
}

BOOST_AUTO_TEST_SUITE_END()
