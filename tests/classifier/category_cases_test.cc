// What a category means, case by case. Texts are ours; the cases are those in which verb lists and
// published catalogues go wrong.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>

#include "tests/classifier/workbench.h"

using namespace mcprisk;
using namespace mcprisk::test;
namespace data = boost::unit_test::data;

namespace {

struct Case {
    const char* name;
    const char* description;
    Category expected;
};

std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

void check(const Case& c, const std::string& properties = "{}") {
    const Verdict v = verdict_on(make_tool(c.name, c.description, properties));
    BOOST_TEST(to_string(v.category) == to_string(c.expected), c.name << ": " << v.reason);
}

constexpr Category R = Category::read;
constexpr Category W = Category::write;
constexpr Category X = Category::execute;
constexpr Category D = Category::destructive;
constexpr Category F = Category::financial;

}  // namespace

BOOST_AUTO_TEST_SUITE(category_cases)

// Money words that move nothing, and money that moves under other words.
const Case kMoney[] = {
    {"list_invoices", "List all invoices of the account.", R},
    {"get_refund", "Retrieve one refund by its id.", R},
    {"refund_eligibility", "Check whether an order can be refunded.", R},
    {"get_swap_quote", "Get a quote for swapping one token for another.", R},
    {"order_book", "Return the current order book of a market.", R},
    {"list_charges", "List charges.", R},
    {"create_invoice", "Create a draft invoice for a customer.", W},
    {"create_payment_link", "Create a link with which a customer can pay.", W},
    {"place_limit_order", "Place a limit order on the exchange.", F},
    {"execute_swap", "Swap one token for another on chain.", F},
    {"swapTokens", "Swaps tokens from the wallet.", F},
    {"send_funds", "Send funds to another account.", F},
    {"create_refund", "Refund a payment to the card.", F},
    {"purchase_book", "Buy a book; the stored card is charged.", F},
    {"cancel_subscription", "Cancel a customer's paid subscription.", F},
    {"withdraw", "Withdraw money to a bank account.", F},
    {"stake_tokens", "Stake tokens with a validator.", F},
};
BOOST_DATA_TEST_CASE(money, data::make(kMoney), c) { check(c); }

const Case kReads[] = {
    {"search_deleted_files", "Search files that were deleted.", R},
    {"list_archived_projects", "List archived projects.", R},
    {"preview_delete", "Show what a deletion would remove, without deleting anything.", R},
    {"validate_template", "Validate a template and return its errors.", R},
    {"get_workflow_runs", "Get the latest runs of a workflow.", R},
    {"wait_for_run", "Wait until a run has finished and return its status.", R},
    {"open_nodes", "Retrieve nodes of the knowledge graph by name.", R},
    {"discover_tools", "Discover which tools there are.", R},
    {"resolve_entity", "Resolve a name to an entity id.", R},
    {"clean_text", "Return the text without markup.", R},
    {"workflow.run_npv", "Compute the net present value of cash flows.", R},
    {"think", "Think about something; records nothing.", R},
    {"estimate_cost", "Estimate what a job would cost.", R},
    {"compliance_score", "Returns the compliance score of a policy.", R},
    {"ping", "Check that the server is alive.", R},
    {"get_api_key", "Return the API key of the project.", R},
};
BOOST_DATA_TEST_CASE(reads, data::make(kReads), c) { check(c); }

const Case kWrites[] = {
    {"fork_repository", "Fork a repository to your account.", W},
    {"remove_background", "Remove the background of an image and save a new one.", W},
    {"remove_label", "Remove a label from an issue.", W},
    {"unpublish_page", "Set a page back to draft.", W},
    {"soft_delete_note", "Move a note to the trash, from which it can be restored.", W},
    {"clear_cache", "Clear the local cache.", W},
    {"book_slot", "Book a free time slot with the plumber.", W},
    {"store_memory", "Store a memory for later.", W},
    {"reply_email", "Reply to an e-mail.", W},
    {"detach_volume", "Detach a volume from an instance.", W},
    {"trim_video", "Cut a clip out of a video into a new file.", W},
    {"restore_page", "Restore a page from the trash.", W},
    {"get_or_create_customer", "Find a customer or create one.", W},
    {"select_project", "Select the project for the following calls.", W},
    {"like_post", "Like a post.", W},
};
BOOST_DATA_TEST_CASE(writes, data::make(kWrites), c) { check(c); }

const Case kExecutes[] = {
    {"run_command", "Run a shell command.", X},
    {"reboot_instance", "Reboot a virtual machine.", X},
    {"shutdown_instance", "Shut a virtual machine down.", X},
    {"browser_click", "Click an element of the page.", X},
    {"trigger_workflow", "Trigger a workflow run.", X},
    {"cancel_job", "Cancel a running job.", X},
    {"turn_on_light", "Turn a light on.", X},
    {"deploy_app", "Deploy the app to production.", X},
    {"install_package", "Install a package.", X},
    {"call_tool", "Call any tool of another server.", X},
    {"drop_file", "Drop a file onto an element of the page, as with the mouse.", X},
    {"run_tests", "Run the tests of the project.", X},
};
BOOST_DATA_TEST_CASE(executes, data::make(kExecutes), c) { check(c); }

const Case kDestroys[] = {
    {"delete_file", "Delete a file.", D},
    {"d1_database_delete", "Delete a database.", D},
    {"purge_queue", "Remove all messages from a queue.", D},
    {"terminate_instance", "Terminate an instance for good.", D},
    {"empty_trash", "Empty the trash.", D},
    {"revoke_api_key", "Revoke an API key at once.", D},
    {"forget", "Delete a stored memory.", D},
    {"drop_table", "Drop a table of the database.", D},
    {"git_reset_hard", "Reset the working tree, discarding all changes.", D},
    {"cancel_event", "Cancel a calendar event and tell its guests.", D},
};
BOOST_DATA_TEST_CASE(destroys, data::make(kDestroys), c) { check(c); }

BOOST_AUTO_TEST_CASE(an_umbrella_tool_is_its_worst_action) {
    const std::string actions =
        R"({"action": {"type": "string", "enum": ["list", "create", "delete"]}})";
    check({"manage_labels", "Manage the labels of a repository.", D}, actions);
    check({"manage_labels", "Manage the labels of a repository.", W},
          R"({"action": {"type": "string", "enum": ["list", "create", "update"]}})");
    check({"labels", "Look at labels.", R},
          R"({"action": {"type": "string", "enum": ["list", "get"]}})");
}

BOOST_AUTO_TEST_CASE(a_free_query_executes_unless_it_is_held_to_reading) {
    const std::string sql = R"({"sql": {"type": "string"}})";
    check({"execute_sql", "Execute an SQL statement.", X}, sql);
    check({"read_query", "Execute a SELECT statement; all other statements are refused.", R}, sql);
}

BOOST_AUTO_TEST_CASE(what_says_nothing_is_never_read) {
    for (const char* name :
         {"process", "handle", "do_it", "frobnicate", "x", "submit", "zzz_qqq"}) {
        const Verdict v = verdict_on(make_tool(name));
        BOOST_TEST((v.category != Category::read), name);
        BOOST_TEST(v.confidence < 0.7, name << " " << v.confidence);
    }
}

BOOST_AUTO_TEST_SUITE_END()
