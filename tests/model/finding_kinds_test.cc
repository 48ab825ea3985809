// The registry against what is written elsewhere of the same findings.
#include "build_places.h"
#include "model/finding_kinds.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

BOOST_AUTO_TEST_SUITE(finding_kinds)

using namespace mcprisk;

namespace {

std::string file(const std::string& name) {
    std::ifstream in(std::string(MCPRISK_SOURCE_DIR "/") + name);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

std::set<std::string> ids_of(FindingKind::Carrier carrier) {
    std::set<std::string> ids;
    for (const FindingKind& kind : mcprisk::finding_kinds()) {
        if (kind.carrier == carrier) ids.emplace(kind.id);
    }
    return ids;
}

// The last cell of each row of the table in docs/findings.md that begins with an id.
std::map<std::string, std::string> documented() {
    std::map<std::string, std::string> rows;
    std::istringstream in(file("docs/findings.md"));
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("| `")) continue;
        const std::string id = line.substr(3, line.find('`', 3) - 3);
        const auto end = line.rfind(" |");
        const auto begin = line.rfind("| ", end - 1);
        rows.try_emplace(id, line.substr(begin + 2, end - begin - 2));  // later tables count
    }
    return rows;
}

}  // namespace

BOOST_AUTO_TEST_CASE(rows_are_sorted_and_complete) {
    const auto kinds = mcprisk::finding_kinds();
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const FindingKind& kind = kinds[i];
        BOOST_TEST((kind.least <= kind.most), kind.id);
        for (const auto text : {kind.title, kind.what, kind.remedy, kind.sarif_score}) {
            BOOST_TEST(!text.empty(), kind.id);
        }
        BOOST_TEST(!kind.title.ends_with('.'), kind.id);
        BOOST_TEST(kind.what.ends_with('.'), kind.id);
        BOOST_TEST(kind.remedy.ends_with('.'), kind.id);
        BOOST_TEST((finding_kind(kind.id) == &kind), kind.id);
        if (i == 0 || kind.carrier != kinds[i - 1].carrier) continue;
        if (kind.carrier == FindingKind::Carrier::verdict) {
            BOOST_TEST((kinds[i - 1].id < kind.id), kind.id);
        }
    }
    BOOST_TEST((finding_kind("no-such-finding") == nullptr));
}

BOOST_AUTO_TEST_CASE(alarms_are_found_in_definitions) {
    BOOST_TEST(alarming_findings().size() > 0U);
    for (const std::string_view id : alarming_findings()) {
        BOOST_TEST(is_alarming(id), id);
        BOOST_TEST((finding_kind(id)->carrier == FindingKind::Carrier::verdict), id);
    }
    BOOST_TEST(!is_alarming("unbounded-parameter"));
    BOOST_TEST(!is_alarming("high-tool"));
}

BOOST_AUTO_TEST_CASE(attention_is_the_worse_of_level_and_findings_that_are_rare_on_honest_tools) {
    Verdict verdict;
    verdict.risk = RiskLevel::low;
    BOOST_TEST((attention_of(verdict) == RiskLevel::low));
    const auto found = [](std::string id, RiskLevel severity) {
        Finding finding;
        finding.id = std::move(id);
        finding.severity = severity;
        return finding;
    };
    verdict.findings = {found("tool-poisoning", RiskLevel::medium),
                        found("unbounded-parameter", RiskLevel::high),
                        found("toxic-combination", RiskLevel::medium),
                        found("no-such-finding", RiskLevel::critical)};
    BOOST_TEST((attention_of(verdict) == RiskLevel::low));
    verdict.findings.push_back(found("concealment", RiskLevel::high));
    BOOST_TEST((attention_of(verdict) == RiskLevel::high));
    verdict.findings.push_back(found("tool-poisoning", RiskLevel::critical));
    BOOST_TEST((attention_of(verdict) == RiskLevel::critical));
    verdict.findings.clear();
    verdict.risk = RiskLevel::critical;
    verdict.findings.push_back(found("concealment", RiskLevel::high));
    BOOST_TEST((attention_of(verdict) == RiskLevel::critical));
}

BOOST_AUTO_TEST_CASE(reports_repeat_no_level_as_attention_and_alarms_all_raise_it) {
    for (const FindingKind& kind : mcprisk::finding_kinds()) {
        if (kind.carrier == FindingKind::Carrier::report) BOOST_TEST(!kind.attention, kind.id);
        if (kind.alarm) BOOST_TEST(kind.attention, kind.id);
    }
}

BOOST_AUTO_TEST_CASE(the_schema_of_verdicts_names_the_same) {
    const auto schema = nlohmann::json::parse(file("data/schemas/verdict.schema.json"));
    const auto names =
        schema.at(nlohmann::json::json_pointer("/properties/findings/items/properties/id/enum"))
            .get<std::set<std::string>>();
    BOOST_TEST(names == ids_of(FindingKind::Carrier::verdict), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_documentation_names_the_same_with_their_severities) {
    const auto rows = documented();
    std::set<std::string> names;
    for (const auto& [id, cell] : rows) names.insert(id);
    BOOST_TEST(names == ids_of(FindingKind::Carrier::verdict), boost::test_tools::per_element());
    for (const auto& [id, cell] : rows) {
        const FindingKind* kind = finding_kind(id);
        if (kind == nullptr) continue;
        for (const RiskLevel end : {kind->least, kind->most}) {
            BOOST_TEST(cell.find(to_string(end)) != std::string::npos,
                       id << ": \"" << cell << "\" does not name " << to_string(end));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
