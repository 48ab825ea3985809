// Sixty groups of tools that published catalogues label wrongly, by number of the group. Names are
// theirs, texts are ours; an empty text means that the name must do.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string_view>
#include <vector>

#include "tests/classifier/workbench.h"

using namespace mcprisk;
using namespace mcprisk::test;
namespace data = boost::unit_test::data;

namespace {

struct Known {
    int group;
    const char* name;
    const char* description;
    const char* expected;   // category, or two of which either will do
    const char* risk = "";  // at least this level, if given
    const char* inputs = "{}";
};

std::ostream& operator<<(std::ostream& out, const Known& one) {
    return out << one.group << ' ' << one.name;
}

const Known kKnown[] = {
    {1, "purchase_book", "Buys a book and charges the stored card.", "Financial"},
    {2, "place_limit_order", "Places a limit order.", "Financial"},
    {3, "place_order", "Places an order to buy or sell.", "Financial"},
    {3, "borrow_cc", "Borrows credit against collateral.", "Financial"},
    {4, "book_slot", "Books a slot and pays for it from the wallet at once.", "Financial"},
    {5,
     "em_escrow_partial_release",
     "Releases a part of the escrow and refunds the rest.",
     "Financial"},
    {6, "release_escrow", "Releases the escrow to the worker.", "Financial"},
    {7, "request_payout", "Requests a payout of the balance.", "Financial"},
    {7, "wrap_usdc", "Wraps USDC into another token.", "Financial"},
    {8, "send_funds", "Sends funds to another account.", "Financial"},
    {9, "swapTokens", "Swaps one token for another.", "Financial"},
    {9, "execute_swap", "Executes a swap of tokens.", "Financial"},
    {9, "auto_swap", "Swaps tokens when a price is reached.", "Financial"},
    {10, "submit_signed_swap", "Submits a signed swap transaction to the chain.", "Financial"},
    {11, "authorizePayment", "Authorizes a payment.", "Financial"},
    {12, "purchase_hotel", "Purchases a hotel stay and starts the payment.", "Financial"},
    {12, "checkout", "Checks out the cart and charges the card.", "Financial"},
    {13, "buy_stock_stop_limit", "Buys shares in a paper trading account.", "Write"},
    {13, "buy_option_limit", "Buys an option in a paper trading account.", "Write"},
    {14, "reboot_instance", "Reboots an instance.", "Execute"},
    {14, "shutdown_instance", "", "Execute"},
    {15, "control_device", "", "Execute"},
    {16, "compose-down", "Stops and removes the containers of a project.", "Destructive|Execute"},
    {17, "managed_git_checkpoint", "Commits all changes and pushes them to main.", "Write"},
    {18, "fork_repository", "Forks a repository.", "Write"},
    {19,
     "rotate_api_key",
     "Rotates an API key; the old one stays valid for a day.",
     "Write|Destructive"},
    {20, "forward_email", "Forwards an email.", "Write", "High"},
    {20, "reply_email", "Replies to an email.", "Write", "High"},
    {21, "book_plumber", "Books a plumber for a day.", "Write"},
    {21, "book_demo_slot", "Books a slot for a demonstration.", "Write"},
    {22, "store_memory", "Stores a memory.", "Write"},
    {22, "log_decision", "Logs a decision.", "Write"},
    {22, "link_team_project", "Links a project to a team.", "Write"},
    {22, "follow_strategy", "Follows a strategy.", "Write"},
    {23, "pg_call_function", "Calls a function of the database.", "Execute"},
    {24, "browser_extract_token", "Extracts an access token from the page.", "Read", "High"},
    {25,
     "financial_data",
     "Returns the credit report of a person by tax number.",
     "Read",
     "Medium"},
    {26, "env.get_ssh_key", "Returns the private SSH key.", "Read", "High"},
    {27, "remove_background", "Removes the background and saves a new image.", "Write"},
    {28, "clean_text", "Cleans a text of markup and returns it.", "Read"},
    {29, "onboardingAssistant", "Answers questions about the first steps.", "Read"},
    {30,
     "should_delegate",
     "Says whether a task should be delegated or whether something blocks it.",
     "Read"},
    {31,
     "summary-of-changes",
     "Summarizes changes of a schedule (INSERT, UPDATE, DELETE).",
     "Read"},
    {32, "previewDelete", "Shows which rows a deletion would hit.", "Read"},
    {32, "simulate_paid_action", "Simulates a paid action.", "Read"},
    {33, "chainmemory_remember", "Remembers a fact until it is told to forget it.", "Write"},
    {33, "recall", "Recalls what was remembered and not forgotten.", "Read"},
    {34, "polymarket_edges", "Returns markets whose price differs from the model's.", "Read"},
    {35, "browser_dismiss_overlays", "Dismisses overlays of a page.", "Execute|Write"},
    {35, "browser_drop_file", "Drops a file on an element of the page.", "Execute|Write"},
    {36, "forceRefresh", "Refreshes the feed at once.", "Execute|Write"},
    {37, "soft_delete", "Moves a record to the trash, from where it can be taken back.", "Write"},
    {37, "unpublish_landing_page", "Sets a landing page back to draft.", "Write"},
    {37, "remove_labels_from_tweets", "Removes labels from tweets.", "Write"},
    {37, "propose_remove_editor", "Proposes that an editor be removed.", "Write|Read"},
    {38, "clear_cache", "Clears the cache.", "Write"},
    {38,
     "clear_index",
     "Clears the search index, which is built again at the next start.",
     "Write"},
    {39, "trim_video", "Trims a video into a new file.", "Write"},
    {39, "trim_clip", "Trims a clip.", "Write"},
    {40, "refund_eligibility", "Says whether an order may be refunded.", "Read"},
    {40, "airport_transfer_quote", "Returns the price of a transfer to the airport.", "Read"},
    {40, "create_quote", "Creates a quote and holds its price.", "Read|Write"},
    {41, "ra_refund", "Opens the dashboard page on which refunds are made.", "Execute|Financial"},
    {42, "list_invoices", "Lists invoices.", "Read"},
    {42, "get_refund", "", "Read"},
    {42, "list_charges", "", "Read"},
    {42, "show_subscription_details", "", "Read"},
    {43,
     "manage_notification_subscription",
     "Ignores or watches notifications of a thread.",
     "Write"},
    {43, "pricing", "Returns prices of cloud services.", "Read"},
    {43, "chargebee_documentation_search", "Searches the documentation.", "Read"},
    {44, "trade_finance_eligibility", "Says whether a trade qualifies for financing.", "Read"},
    {44, "payment_rails_cost_analyzer", "Compares what a transfer costs on several rails.", "Read"},
    {45, "ping", "", "Read"},
    {45, "compliance_score", "", "Read"},
    {45, "memory_stats", "", "Read"},
    {45, "vessel_schedule", "Returns when vessels call at a port.", "Read"},
    {46, "open_nodes", "Opens nodes of the graph by name.", "Read"},
    {47, "discover_tools", "", "Read"},
    {47, "discover_agents", "Discovers agents by what they can do.", "Read"},
    {47, "discover_merchants", "Discovers merchants.", "Read"},
    {48, "resolve_entity", "Resolves an entity.", "Read"},
    {48, "resolveNameService", "Resolves a name to an address.", "Read"},
    {49, "quote_lifetime_license", "Quotes the price of a licence.", "Read"},
    {49, "preview_move", "Previews a move.", "Read"},
    {49, "generateInsertStatements", "Generates INSERT statements as text.", "Read"},
    {50, "workflow.run_npv", "Runs a net present value calculation.", "Read"},
    {50, "primitive.hedge_ratio", "Computes the hedge ratio.", "Read"},
    {51, "assess_message", "Assesses a message before a conversation is started.", "Read"},
    {51, "project_overview", "Gives an overview of a project.", "Read"},
    {51, "estimate_cost", "Estimates what a run would cost.", "Read"},
    {51, "transform_csv_to_json", "Transforms CSV text to JSON text.", "Read"},
    {52, "chainmemory_recall", "Recalls memories.", "Read"},
    {53, "browser_click", "Clicks an element.", "Execute"},
    {53,
     "execute_readonly_query",
     "Executes a read-only query; other statements are refused.",
     "Read"},
    {54, "send-email", "Sends an email.", "Write", "High"},
    {55, "kv_namespace_delete", "", "Destructive"},
    {55, "d1_database_delete", "", "Destructive"},
    {55, "r2_bucket_delete", "", "Destructive"},
    {56, "tf_apply", "Applies a Terraform plan.", "Execute"},
    {56, "merge_branch", "Merges a branch.", "Write"},
    {56, "git_reset", "Resets the working tree to a commit.", "Destructive|Write"},
    {56, "apply_migration", "Applies a migration to the database.", "Execute"},
    {56, "deploy_edge_function", "Deploys an edge function.", "Execute"},
    {56, "stop_container", "Stops a container.", "Execute"},
    {57,
     "manage_k8s_resource",
     "Manages a resource of the cluster.",
     "Destructive",
     "",
     R"({"operation": {"type": "string", "enum": ["read", "create", "update", "delete"]}})"},
    {58, "cancel_subscription", "Cancels a paid subscription.", "Financial"},
    {59,
     "approvals",
     "Manages approvals of documents.",
     "Destructive",
     "",
     R"({"action": {"type": "string", "enum": ["request", "status", "delete"]}})"},
    {60, "confirm_dangerous_command", "Confirms and runs a command that was held back.", "Execute"},
};

bool among(std::string_view choices, std::string_view word) {
    while (!choices.empty()) {
        const std::size_t bar = choices.find('|');
        if (choices.substr(0, bar) == word) return true;
        if (bar == std::string_view::npos) return false;
        choices.remove_prefix(bar + 1);
    }
    return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(known_errors)

BOOST_DATA_TEST_CASE(right_here, data::make(kKnown), one) {
    const Verdict verdict = verdict_on(make_tool(one.name, one.description, one.inputs));
    BOOST_TEST(among(one.expected, to_string(verdict.category)),
               to_string(verdict.category) << ": " << verdict.reason);
    if (const auto least = parse_risk_level(one.risk)) {
        BOOST_TEST((verdict.risk >= *least), to_string(verdict.risk) << ": " << verdict.reason);
    }
}

BOOST_AUTO_TEST_CASE(every_group_is_here) {
    std::vector<int> groups;
    for (const Known& one : kKnown) {
        if (groups.empty() || groups.back() != one.group) groups.push_back(one.group);
    }
    BOOST_TEST(groups.size() == 60);
    BOOST_TEST(groups.front() == 1);
    BOOST_TEST(groups.back() == 60);
}

BOOST_AUTO_TEST_SUITE_END()
