#include "model/verdict_line.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "model/base/text.h"

using namespace mcprisk;

namespace {

std::string line(const Verdict& verdict) {
    std::string out;
    append_verdict_line(verdict, out);
    return out;
}

std::string by_value(const Verdict& verdict) {
    return harmless_json(canonical_json(to_json(verdict))) + "\n";
}

Verdict full() {
    Verdict v;
    v.server = "s";
    v.tool = "goals_create";
    v.definition_hash = "sha256:0";
    v.rules_version = "r1";
    v.category = Category::financial;
    v.risk = RiskLevel::critical;
    v.base_risk = RiskLevel::high;
    v.risk_without_claims = RiskLevel::medium;
    v.confidence = 0.97123456;
    v.alternative = Alternative{Category::execute, 0.02};
    v.capabilities = {"data.write", "money.move"};
    v.evidence = {{"verb-create", "name", "create", "Write", Basis::structure},
                  {"hint", "annotations", "readOnlyHint", "risk -1", Basis::claim}};
    v.reason = "Creates a goal.";
    v.findings = {{"tool-poisoning", RiskLevel::high, "description", "…"},
                  {"b", RiskLevel::low, "name", "x"}};
    v.attacks = {{"z", "one"}, {"a", "two"}, {"z", "three"}};
    return v;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(verdict_line)

BOOST_AUTO_TEST_CASE(the_line_is_the_document_form) {
    BOOST_TEST(line(full()) == by_value(full()));
    BOOST_TEST(line(Verdict{}) == by_value(Verdict{}));
}

BOOST_AUTO_TEST_CASE(strangers_text_is_written_alike) {
    for (const char* text : {"\"\\/\b\f\n\r\t\x01\x1f",
                             "DEL\x7f C1 \xc2\x85 bidi \xe2\x80\xae zero \xe2\x80\x8b",
                             "tag \xf3\xa0\x81\x81 emoji \xf0\x9f\x98\x80 \xe4\xb8\xad",
                             "bad \xff \xc3 \xed\xa0\x80 end \xe2\x80\xae \xe2\x80",
                             "\xe2\x80\xa8\xef\xbb\xbf"}) {
        Verdict v = full();
        v.tool = v.evidence[0].text = v.findings[0].text = v.attacks[0].because = text;
        BOOST_TEST(line(v) == by_value(v));
    }
}

BOOST_AUTO_TEST_CASE(every_confidence_is_written_alike) {
    Verdict v;
    std::size_t different = 0;
    for (int i = -10; i <= 10010; ++i) {
        v.confidence = i / 10000.0 + 0.00001;
        different += line(v) == by_value(v) ? 0 : 1;
    }
    BOOST_TEST(different == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
