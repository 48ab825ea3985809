#include "engine/view/finding_words.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "model/finding_kinds.h"

BOOST_AUTO_TEST_SUITE(finding_words)

using namespace mcprisk;
using namespace mcprisk::engine;

BOOST_AUTO_TEST_CASE(every_finding_of_a_verdict_has_a_phrase) {
    for (const FindingKind& kind : finding_kinds()) {
        const bool carried = kind.carrier == FindingKind::Carrier::verdict;
        BOOST_TEST(finding_phrase(kind.id).empty() != carried, kind.id);
        BOOST_TEST((!carried || finding_phrase(kind.id).ends_with('.')), kind.id);
    }
}

BOOST_AUTO_TEST_CASE(what_raises_attention_is_said_before_the_deed) {
    Verdict verdict;
    verdict.sentence = "Adds two numbers.";
    BOOST_TEST(why_in_words(verdict) == "Adds two numbers.");
    verdict.findings = {{"name-collision", RiskLevel::low, "name", "x"},
                        {"toxic-combination", RiskLevel::medium, "siblings", "x"},
                        {"concealment", RiskLevel::high, "description", "x"},
                        {"tool-poisoning", RiskLevel::critical, "description", "x"},
                        {"tool-poisoning", RiskLevel::high, "description", "y"}};
    BOOST_TEST(why_in_words(verdict) ==
               "Its text gives orders to the model. Its text tells the model to hide something "
               "from you. Adds two numbers.");
    // A verdict of an older version has no sentence.
    verdict.findings.clear();
    verdict.sentence.clear();
    verdict.reason = "Read, because of its name.";
    BOOST_TEST(why_in_words(verdict) == verdict.reason);
}

BOOST_AUTO_TEST_SUITE_END()
