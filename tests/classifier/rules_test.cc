#include <boost/test/unit_test.hpp>

#include "classifier/reading_version.h"
#include "tests/classifier/fixture.h"

namespace mcprisk::classifier::testing {
namespace {

// The messages that a rule file adds to good ones.
std::vector<Diagnostic> faults(const std::string& name, const std::string& text) {
    Files files = rule_files();
    files.add(name, text);
    Diagnostics diagnostics;
    const auto built = Classifier::build(files.views(), {}, diagnostics);
    BOOST_TEST(built.has_value() == diagnostics.items().empty());
    return diagnostics.items();
}

bool has_fault(const std::vector<Diagnostic>& all,
               const std::string& file,
               const std::string& path) {
    return std::any_of(all.begin(), all.end(), [&](const Diagnostic& one) {
        return one.file == file && one.path == path;
    });
}

constexpr const char* kGood = R"({"id":"verb-frobnicate","kind":"verb","why":"It changes things.",
    "words":["frobnicate"],"says":{"category":"Write"},"match":["frobnicate_x"],"no_match":["list_x"]})";

}  // namespace

BOOST_AUTO_TEST_SUITE(rules)

BOOST_AUTO_TEST_CASE(a_complete_rule_is_taken) {
    BOOST_TEST(faults("verb-frobnicate.json", kGood).empty());
}

BOOST_AUTO_TEST_CASE(incomplete_rules_are_refused_with_every_fault) {
    const auto all = faults("verb-frobnicate.json",
                            R"({"id":"verb-other","kind":"verb","words":[],"colour":"red",
                            "says":{"category":"Nothing"},"match":[],"no_match":["x"]})");
    for (const char* path : {"id", "why", "words", "colour", "says.category", "match"}) {
        BOOST_TEST(has_fault(all, "verb-frobnicate.json", path), path);
    }
}

BOOST_AUTO_TEST_CASE(a_rule_that_fails_its_own_example_is_refused) {
    std::string text = kGood;
    text.replace(text.find("list_x"), 6, "frobnicate_y");
    BOOST_TEST(
        has_fault(faults("verb-frobnicate.json", text), "verb-frobnicate.json", "no_match[0]"));
}

BOOST_AUTO_TEST_CASE(a_regex_needs_a_reason_and_must_compile) {
    const auto all =
        faults("finding-x.json", R"j({"id":"finding-x","kind":"finding","why":"w","regex":"(",
        "says":{"finding":"tool-poisoning","severity":"High"},"match":["a b"],"no_match":["c"]})j");
    BOOST_TEST(has_fault(all, "finding-x.json", "regex"));
    BOOST_TEST(has_fault(all, "finding-x.json", "regex_reason"));
}

BOOST_AUTO_TEST_CASE(rules_are_listed_and_hashed) {
    const auto rules = classifier().rules();
    BOOST_TEST(rules.size() > 100U);
    BOOST_TEST(std::is_sorted(rules.begin(), rules.end(), [](const RuleInfo& a, const RuleInfo& b) {
        return a.id < b.id;
    }));
    Files files = rule_files();
    files.add("verb-frobnicate.json", kGood);
    BOOST_TEST(build(files).rules_version() != classifier().rules_version());
    BOOST_TEST(reading_version().size() == 64U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::classifier::testing
