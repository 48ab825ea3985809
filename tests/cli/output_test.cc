#include "cli/output/verdict_output.h"

#include <boost/test/unit_test.hpp>

#include "cli/output/scan_report.h"
#include "engine/scan_result.h"
#include "model/base/text.h"
#include "tests/cli/console.h"

using namespace mcprisk;
using namespace mcprisk::cli;

namespace {

Verdict verdict(const std::string& server, const std::string& tool, RiskLevel risk) {
    Verdict v;
    v.server = server;
    v.tool = tool;
    v.risk = risk;
    v.reason = "Does something.";
    return v;
}

Listing failed(const std::string& id, Outcome outcome, const std::string& why) {
    Listing listing;
    listing.document.server = id;
    listing.outcome = outcome;
    listing.failure = why;
    return listing;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(output)

BOOST_AUTO_TEST_CASE(riskiest_first_then_by_name_whatever_the_order) {
    std::vector<Verdict> a{verdict("s", "b", RiskLevel::low),
                           verdict("s", "a", RiskLevel::low),
                           verdict("s", "z", RiskLevel::critical)};
    std::vector<Verdict> b{a.rbegin(), a.rend()};
    engine::sort_by_risk(a);
    engine::sort_by_risk(b);
    BOOST_TEST(a[0].tool == "z");
    BOOST_TEST(a[1].tool == "a");
    BOOST_TEST(verdict_lines(a) == verdict_lines(b));
}

BOOST_AUTO_TEST_CASE(csv_cells_are_quoted_and_never_formulas) {
    Verdict v = verdict("=HYPERLINK(\"http://x\")", "a,b", RiskLevel::low);
    v.reason = "@SUM(1)\x1b[31m";
    const std::string csv = verdict_csv(std::span(&v, 1));
    BOOST_TEST(csv.find("\"'=HYPERLINK(\"\"http://x\"\")\",\"a,b\",") != std::string::npos, csv);
    BOOST_TEST(csv.find("'@SUM(1)\\x1b[31m") != std::string::npos, csv);
}

BOOST_AUTO_TEST_CASE(markdown_cells_cannot_break_out) {
    Verdict v = verdict("s|x", "<img src=x>\n# head", RiskLevel::high);
    v.reason = "[click](http://x) @everyone";
    const std::string text = verdict_markdown(std::span(&v, 1));
    BOOST_TEST(text.find("s\\|x") != std::string::npos);
    BOOST_TEST(text.find("&lt;img src=x&gt;") != std::string::npos, text);
    BOOST_TEST(text.find('<') == std::string::npos, text);
    BOOST_TEST(text.find("[click]") == std::string::npos);
    BOOST_TEST(std::count(text.begin(), text.end(), '\n') == 3);
}

BOOST_AUTO_TEST_CASE(a_scan_opens_with_what_could_not_be_listed) {
    Console console;
    const Style plain(ColorMode::never, console.environment);
    engine::ScanResult result;
    result.listings = {failed("a", Outcome::listed, ""),
                       failed("b\x1b[2J", Outcome::timed_out, "listing b: no answer\x07")};
    result.verdicts = {verdict("a", "t", RiskLevel::low)};
    const std::string text = scan_table(result, plain, 100, 0);
    BOOST_TEST(text.starts_with("listed 1 of 2; 1 unknown: b\\x1b[2J (timed_out)\n"), text);
    BOOST_TEST(text.find("listing b: no answer\\x07") != std::string::npos);
    BOOST_TEST(text.find('\x1b') == std::string::npos);
    BOOST_TEST(scan_markdown(result).starts_with("**listed 1 of 2; 1 unknown:"));
    // A server's name is a stranger's text in every place of the document.
    result.listings[1].document.server = "<script>alert(1)</script> [x](http://y)";
    const std::string markdown = scan_markdown(result);
    BOOST_TEST(markdown.find('<') == std::string::npos, markdown);
    BOOST_TEST(markdown.find("[x]") == std::string::npos, markdown);
    BOOST_TEST(scan_json(result).find("\"unknown\": 1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(names_of_the_configuration_come_first_and_nothing_wraps) {
    Console console;
    const Style plain(ColorMode::never, console.environment);
    engine::ScanResult result;
    result.listings = {failed("npm:@acme/a-server", Outcome::listed, ""),
                       failed("npm:quiet", Outcome::listed, "")};
    result.names = {{"npm:@acme/a-server", "github"}, {"npm:quiet", "quiet"}};
    for (int i = 0; i < 3; ++i) {
        result.verdicts.push_back(
            verdict("npm:@acme/a-server", "a_tool_with_a_long_name_" + std::to_string(i), RiskLevel::low));
        result.verdicts.back().sentence = "Deletes everything that was ever written by anybody.";
    }
    for (const std::size_t columns : {80U, 120U}) {
        const std::string text = scan_table(result, plain, columns, 0);
        // One server has tools, two were asked.
        BOOST_TEST(text.find("SERVER") != std::string::npos, text);
        BOOST_TEST(text.find("\ngithub  Low") != std::string::npos, text);
        for (const std::string_view line : split(text, '\n')) {
            BOOST_TEST(display_width(line) <= columns, line);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_finding_is_said_first_and_moves_the_row_up) {
    Console console;
    const Style plain(ColorMode::never, console.environment);
    std::vector<Verdict> verdicts(60, verdict("s", "plain", RiskLevel::medium));
    verdicts.push_back(verdict("s", "poisoned", RiskLevel::low));
    verdicts.back().sentence = "Adds two numbers.";
    verdicts.back().findings = {{"tool-poisoning", RiskLevel::high, "description", "x"}};
    engine::sort_by_risk(verdicts);
    BOOST_TEST(verdicts.front().tool == "poisoned");
    const std::string text = verdict_table(verdicts, plain, {.width = 120, .limit = 1});
    BOOST_TEST(text.find("Its text gives orders to the model. Adds") != std::string::npos, text);
    BOOST_TEST(text.find("\nHigh") != std::string::npos, text);
    BOOST_TEST(count_levels(verdicts) == "61 tools: 1 High, 60 Medium");
}

BOOST_AUTO_TEST_CASE(colour_only_where_it_is_wanted) {
    Console console;
    const auto colored = [&](ColorMode mode) { return Style(mode, console.environment).colored(); };
    BOOST_TEST(!colored(ColorMode::automatic));
    BOOST_TEST(colored(ColorMode::always));
    console.environment.out_is_terminal = true;
    console.variables["TERM"] = "xterm";
    BOOST_TEST(colored(ColorMode::automatic));
    console.variables["NO_COLOR"] = "1";
    BOOST_TEST(!colored(ColorMode::automatic));
    BOOST_TEST(colored(ColorMode::always));
}

BOOST_AUTO_TEST_SUITE_END()
