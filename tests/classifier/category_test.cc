#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/classifier/fixture.h"

namespace mcprisk::classifier::testing {
namespace {

struct Case {
    const char* name;
    const char* description;
    const char* category;
};

std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.name; }

// Cases at which simpler classifiers stumble: nouns that look like verbs, verbs at the end, objects
// that change what a verb means, rehearsals, relations taken off.
const Case kCases[] = {
    {"purchase_book", "Buys a book and charges the card on file.", "Financial"},
    {"place_limit_order", "Places a limit order at the exchange.", "Financial"},
    {"escrow_release", "Releases the escrow to the seller.", "Financial"},
    {"request_payout", "Requests a payout of the balance.", "Financial"},
    {"send_funds", "Sends funds to another wallet.", "Financial"},
    {"swapTokens", "Swaps one token for another.", "Financial"},
    {"reboot_instance", "Reboots an instance.", "Execute"},
    {"shutdown_instance", "Shuts an instance down.", "Execute"},
    {"fork_repository", "Forks a repository.", "Write"},
    {"forward_email", "Forwards an email.", "Write"},
    {"reply_email", "Replies to an email.", "Write"},
    {"store_memory", "Stores a memory.", "Write"},
    {"remove_background", "Removes the background of an image.", "Write"},
    {"previewDelete", "Shows which rows a delete would hit.", "Read"},
    {"simulate_paid_action", "Simulates a paid action.", "Read"},
    {"refund_eligibility", "Says whether an order may be refunded.", "Read"},
    {"list_invoices", "Lists invoices.", "Read"},
    {"get_refund", "Returns a refund.", "Read"},
    {"open_nodes", "Opens nodes of the graph by their names.", "Read"},
    {"discover_tools", "Discovers tools.", "Read"},
    {"resolve_entity", "Resolves an entity.", "Read"},
    {"clear_cache", "Clears the cache.", "Write"},
    {"remove_label", "Removes a label from an issue.", "Write"},
    {"kv_namespace_delete", "", "Destructive"},
    {"d1_database_delete", "", "Destructive"},
    {"search_deleted_files", "Searches deleted files.", "Read"},
    {"undelete_item", "Restores an item.", "Write"},
    {"get_or_create_customer", "Gets or creates a customer.", "Write"},
    {"wait_for_run", "Waits for a run.", "Read"},
    {"get_run", "Gets a run.", "Read"},
    {"find_and_delete", "Finds rows and deletes them.", "Destructive"},
    {"order_history", "", "Read"},
    {"cancel_meeting", "Cancels a meeting.", "Destructive"},
    {"cancel_order", "Cancels an order.", "Financial"},
    {"cancel_job", "Cancels a job.", "Execute"},
    {"run_command", "Runs a shell command.", "Execute"},
    {"terminate_instance", "Terminates an instance.", "Destructive"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(category)

BOOST_DATA_TEST_CASE(hard_cases, boost::unit_test::data::make(kCases)) {
    const Verdict verdict = judge_one(sample.name, sample.description);
    BOOST_TEST(to_string(verdict.category) == sample.category, verdict.reason);
    BOOST_TEST(!verdict.evidence.empty());
    BOOST_TEST(!verdict.reason.empty());
}

BOOST_AUTO_TEST_CASE(unknown_names_are_never_harmless) {
    const Verdict verdict = judge_one("qwxzt", "");
    BOOST_TEST((verdict.category != Category::read));
    BOOST_TEST(verdict.confidence < 0.5);
}

BOOST_AUTO_TEST_CASE(worst_choice_of_an_umbrella_decides) {
    const auto server =
        document(R"({"server":"x","tools":[{"name":"manage_label","description":"Works on labels.",
        "inputSchema":{"type":"object","properties":{"action":{"type":"string","enum":["list","create","delete"]}}}}]})");
    const Verdict verdict = classifier().classify(server).front();
    BOOST_TEST((verdict.category == Category::destructive));
    BOOST_TEST(verdict.evidence.front().field == "inputSchema.action");
    BOOST_TEST(verdict.evidence.front().text == "delete");
}

BOOST_AUTO_TEST_CASE(a_claim_lowers_the_risk_but_not_the_risk_without_claims) {
    const Verdict verdict = judge_one("execute_sql", "Execute a read-only SQL query.");
    BOOST_TEST((verdict.category == Category::read));
    BOOST_TEST((verdict.risk == RiskLevel::medium));
    BOOST_TEST((verdict.risk_without_claims == RiskLevel::critical));
    const bool claim = std::any_of(verdict.evidence.begin(),
                                   verdict.evidence.end(),
                                   [](const Evidence& one) { return one.basis == Basis::claim; });
    BOOST_TEST(claim);
}

BOOST_AUTO_TEST_CASE(a_mild_hint_never_wins_against_the_name) {
    const auto server =
        document(R"({"server":"x","tools":[{"name":"delete_user","description":"Deletes a user.",
        "inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}}]})");
    const Verdict verdict = classifier().classify(server).front();
    BOOST_TEST((verdict.category == Category::destructive));
    BOOST_TEST((verdict.risk_without_claims >= verdict.risk));
    BOOST_REQUIRE(!verdict.findings.empty());
    BOOST_TEST(verdict.findings.front().id == "annotation-contradiction");
}

BOOST_AUTO_TEST_CASE(levels_follow_objects_and_flags) {
    BOOST_TEST((judge_one("delete_comment", "Deletes a comment.").risk == RiskLevel::medium));
    BOOST_TEST(
        (judge_one("delete_comment", "Permanently deletes a comment.").risk == RiskLevel::high));
    BOOST_TEST(
        (judge_one("delete_repository", "Deletes a repository.").risk == RiskLevel::critical));
    BOOST_TEST((judge_one("send_email", "Sends an email.").risk == RiskLevel::high));
    BOOST_TEST((judge_one("list_emails", "Lists emails.").risk == RiskLevel::medium));
    BOOST_TEST((judge_one("get_secret", "Returns a secret.").risk == RiskLevel::high));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::classifier::testing
