#include "model/verdict.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "model/base/json.h"

using namespace mcprisk;

namespace {

Verdict sample() {
    Verdict v;
    v.server = "s";
    v.tool = "goals_create";
    v.definition_hash = "sha256:0";
    v.rules_version = "r1";
    v.category = Category::write;
    v.risk = v.base_risk = v.risk_without_claims = RiskLevel::medium;
    v.confidence = 0.97123456;
    v.alternative = Alternative{Category::execute, 0.02};
    v.capabilities = {"data.write"};
    v.evidence = {{"verb-create", "name", "create", "Write", Basis::structure},
                  {"hint", "annotations", "readOnlyHint", "risk -1", Basis::claim}};
    v.reason = "Creates a goal.";
    v.findings = {{"tool-poisoning", RiskLevel::high, "description", "…"}};
    v.attacks = {{"runaway-bulk-writes", "category Write"}, {"a", "b"}};
    return v;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(verdict)

BOOST_AUTO_TEST_CASE(a_verdict_survives_its_document_form) {
    const nlohmann::json written = to_json(sample());
    const auto read = read_verdict(written);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(canonical_json(to_json(*read)) == canonical_json(written));
    BOOST_TEST(read->attacks[0].id == "runaway-bulk-writes");
    BOOST_TEST(written["confidence"].dump() == "0.9712");
    BOOST_TEST(written["attacks"].dump() == R"(["runaway-bulk-writes","a"])");
}

BOOST_AUTO_TEST_CASE(every_field_is_always_present) {
    const nlohmann::json empty = to_json(Verdict{});
    BOOST_TEST(empty["alternative"].is_null());
    BOOST_TEST(empty["evidence"].is_array());
    BOOST_TEST(empty.size() == to_json(sample()).size());
}

BOOST_AUTO_TEST_CASE(other_documents_are_refused) {
    BOOST_TEST(!read_verdict({{"schema", "other/1"}}).has_value());
    nlohmann::json wrong = to_json(sample());
    wrong["risk"] = "Huge";
    BOOST_TEST(!read_verdict(wrong).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
