#include "crawler/mcp/stdio_channel.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "model/base/json.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
using nlohmann::json;
using std::chrono::milliseconds;

namespace {

using Session = StdioChannel;
using Timer = Session::Timer;

const Limits kLimits;

// Keeps what the session asks for, as a lister would do it.
struct Driver {
    explicit Driver(Era era = Era::automatic, bool network = true, const Limits& limits = kLimits)
        : session({.command = "server", .era = era, .network = network}, limits) {}

    void apply(const Session::Actions& actions) {
        for (const Session::Action& action : actions) {
            if (const auto* send = std::get_if<Session::Send>(&action)) {
                sent.push_back(parse_json(send->line).value());
            } else if (const auto* set = std::get_if<Session::SetTimer>(&action)) {
                timers[set->timer] = set->delay;
            } else if (const auto* cancel = std::get_if<Session::CancelTimer>(&action)) {
                timers.erase(cancel->timer);
            } else if (std::holds_alternative<Session::Restart>(action)) {
                ++restarts;
            } else {
                ++finishes;
            }
        }
    }
    void start() { apply(session.started()); }
    void line(const json& message) { apply(session.line(message.dump())); }
    void answer(const json& result) {
        line({{"jsonrpc", "2.0"}, {"id", last_request()["id"]}, {"result", result}});
    }
    void refuse(int code, const json& data = nullptr) {
        json error = {{"code", code}, {"message", "no"}};
        if (!data.is_null()) error["data"] = data;
        line({{"jsonrpc", "2.0"}, {"id", last_request()["id"]}, {"error", error}});
    }
    void exit(const std::string& words = "") { apply(session.exited({.code = 1}, words)); }
    void time_out(Timer timer) { apply(session.timed_out(timer, "")); }
    void initialized() {
        start();
        answer({{"protocolVersion", "2025-11-25"}, {"capabilities", {{"tools", json::object()}}}});
    }
    [[nodiscard]] json last_request() const {
        const auto found = std::find_if(sent.rbegin(), sent.rend(), [](const json& message) {
            return message.contains("id") && message.contains("method");
        });
        BOOST_REQUIRE((found != sent.rend()));
        return *found;
    }
    [[nodiscard]] std::string asked() const { return last_request()["method"].get<std::string>(); }
    [[nodiscard]] Listing taken() {
        BOOST_TEST(finishes == 1);
        BOOST_TEST(timers.empty());
        return session.take();
    }

    Session session;
    std::vector<json> sent;
    std::map<Timer, milliseconds> timers;
    int restarts = 0;
    int finishes = 0;
};

json tools(std::initializer_list<const char*> names) {
    json list = json::array();
    for (const char* name : names) {
        list.push_back({{"name", name}, {"inputSchema", {{"type", "object"}}}});
    }
    return {{"tools", list}};
}

json notification(const char* method) { return {{"jsonrpc", "2.0"}, {"method", method}}; }

const json kChanged = notification("notifications/tools/list_changed");

}  // namespace

BOOST_AUTO_TEST_SUITE(stdio_channel)

BOOST_AUTO_TEST_CASE(each_step_waits_for_the_answer_to_the_one_before) {
    Driver driver;
    driver.start();
    BOOST_TEST(driver.sent.size() == 1U);
    BOOST_TEST(driver.asked() == "initialize");
    BOOST_TEST(driver.sent[0]["params"]["protocolVersion"] == "2025-11-25");
    BOOST_TEST((driver.timers[Timer::answer] == kLimits.start));
    BOOST_TEST((driver.timers[Timer::total] == kLimits.total));
    driver.answer(
        {{"protocolVersion", "2025-06-18"}, {"capabilities", {{"tools", json::object()}}}});
    BOOST_REQUIRE_EQUAL(driver.sent.size(), 3U);
    BOOST_TEST(driver.sent[1]["method"] == "notifications/initialized");
    BOOST_TEST(driver.asked() == "tools/list");
    driver.answer(tools({"a", "b"}));
    const Listing listing = driver.taken();
    BOOST_TEST(listing.document.tools.size() == 2U);
    BOOST_TEST(listing.protocol_version == "2025-06-18");
}

BOOST_AUTO_TEST_CASE(an_error_to_initialize_leads_to_the_modern_era_on_the_same_process) {
    Driver driver;
    driver.start();
    driver.refuse(-32601);
    BOOST_TEST(driver.restarts == 0);
    BOOST_TEST(driver.asked() == "server/discover");
    driver.answer({{"supportedVersions", {"2026-07-28"}}, {"capabilities", {{"tools", 1}}}});
    BOOST_TEST(driver.asked() == "tools/list");
    BOOST_TEST(driver.last_request()["params"]["_meta"].is_object());
    driver.answer(tools({"a"}));
    BOOST_TEST(driver.taken().protocol_version == "2026-07-28");
}

BOOST_AUTO_TEST_CASE(an_exit_and_a_timeout_lead_there_on_a_new_process) {
    for (const bool by_exit : {true, false}) {
        Driver driver;
        driver.start();
        if (by_exit) {
            driver.exit();
        } else {
            driver.time_out(Timer::answer);
        }
        BOOST_TEST(driver.restarts == 1);
        BOOST_TEST(driver.asked() == "initialize");
        driver.start();
        BOOST_TEST(driver.asked() == "server/discover");
        driver.exit("broken");
        const Listing listing = driver.taken();
        BOOST_TEST(to_string(listing.outcome) == "exited");
        BOOST_TEST(driver.restarts == 1);
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_says_what_it_lacks_is_not_started_again) {
    Driver driver;
    driver.start();
    driver.exit("ACME_KEY is required");
    BOOST_TEST(driver.restarts == 0);
    BOOST_TEST(to_string(driver.taken().outcome) == "needs_configuration");
    BOOST_REQUIRE_EQUAL(driver.session.missing_variables().size(), 1U);
    BOOST_TEST(driver.session.missing_variables()[0] == "ACME_KEY");
}

BOOST_AUTO_TEST_CASE(the_first_failure_is_told_unless_it_was_only_a_timeout) {
    Driver refused;
    refused.start();
    refused.refuse(-32603);
    refused.exit();
    BOOST_TEST(to_string(refused.taken().outcome) == "server_error");
    Driver late;
    late.start();
    late.time_out(Timer::answer);
    late.start();
    late.refuse(-32601);
    BOOST_TEST(to_string(late.taken().outcome) == "server_error");
}

BOOST_AUTO_TEST_CASE(a_mutual_version_is_tried_once) {
    Driver driver;
    driver.start();
    driver.refuse(-32022, {{"supported", {"2024-11-05"}}});
    BOOST_TEST(driver.asked() == "initialize");
    BOOST_TEST(driver.last_request()["params"]["protocolVersion"] == "2024-11-05");
    driver.refuse(-32022, {{"supported", {"2024-11-05"}}});
    BOOST_TEST(driver.asked() == "server/discover");
    driver.refuse(-32022, {{"supported", {"2024-11-05"}}});
    BOOST_TEST(to_string(driver.taken().outcome) == "server_error");
}

BOOST_AUTO_TEST_CASE(discover_sends_back_to_initialize_where_only_old_versions_are_spoken) {
    Driver driver;
    driver.start();
    driver.time_out(Timer::answer);
    driver.start();
    driver.refuse(-32022, {{"supported", {"2025-06-18"}}});
    BOOST_TEST(driver.asked() == "initialize");
    BOOST_TEST(driver.last_request()["params"]["protocolVersion"] == "2025-06-18");
}

BOOST_AUTO_TEST_CASE(a_forced_era_stays) {
    Driver legacy(Era::legacy);
    legacy.start();
    legacy.refuse(-32601);
    BOOST_TEST(to_string(legacy.taken().outcome) == "server_error");
    Driver modern(Era::modern);
    modern.start();
    BOOST_TEST(modern.asked() == "server/discover");
    modern.answer({{"protocolVersion", "x"}});
    BOOST_TEST(to_string(modern.taken().outcome) == "wrong_protocol");
}

BOOST_AUTO_TEST_CASE(requests_of_the_server_are_answered_also_before_initialize_is) {
    Driver driver;
    driver.start();
    driver.line({{"jsonrpc", "2.0"}, {"id", "p"}, {"method", "ping"}});
    BOOST_REQUIRE_EQUAL(driver.sent.size(), 2U);
    BOOST_TEST(driver.sent[1] ==
               (json{{"jsonrpc", "2.0"}, {"id", "p"}, {"result", json::object()}}));
    driver.line({{"jsonrpc", "2.0"}, {"id", 1}, {"method", "roots/list"}});
    BOOST_TEST(driver.sent[2]["result"]["roots"].empty());
    BOOST_TEST(!driver.session.finished());
}

BOOST_AUTO_TEST_CASE(a_modern_session_never_sends_an_answer) {
    Driver driver(Era::modern);
    driver.start();
    driver.line({{"jsonrpc", "2.0"}, {"id", 1}, {"method", "ping"}});
    BOOST_TEST(driver.sent.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_changed_list_is_asked_for_again_after_a_pause) {
    Driver driver;
    driver.start();
    driver.line(kChanged);  // not ours yet
    driver.answer(
        {{"protocolVersion", "2025-11-25"}, {"capabilities", {{"tools", json::object()}}}});
    driver.line(kChanged);
    driver.answer(tools({"a"}));
    BOOST_TEST(driver.finishes == 0);
    BOOST_TEST((driver.timers[Timer::debounce] == kLimits.debounce));
    driver.line(kChanged);  // the coming list covers it
    driver.time_out(Timer::debounce);
    BOOST_TEST(driver.asked() == "tools/list");
    driver.answer(tools({"a", "b"}));
    BOOST_TEST(driver.taken().document.tools.size() == 2U);
}

BOOST_AUTO_TEST_CASE(without_a_change_after_initialized_there_is_no_pause) {
    Driver driver;
    driver.start();
    driver.line(kChanged);
    driver.answer({{"protocolVersion", "2025-11-25"}, {"capabilities", json::object()}});
    driver.answer(tools({"a"}));
    const Listing listing = driver.taken();
    BOOST_TEST(listing.document.tools.size() == 1U);
    BOOST_TEST((listing.flags == std::vector<std::string>{"tools_undeclared"}));
}

BOOST_AUTO_TEST_CASE(a_list_that_keeps_changing_is_taken_as_it_is) {
    Driver driver;
    driver.initialized();
    for (int i = 0; i < kLimits.relists; ++i) {
        driver.line(kChanged);
        driver.answer(tools({"a"}));
        driver.time_out(Timer::debounce);
    }
    driver.line(kChanged);
    driver.answer(tools({"a", "b"}));
    const Listing listing = driver.taken();
    BOOST_TEST(listing.document.tools.size() == 2U);
    BOOST_TEST((listing.flags == std::vector<std::string>{"list_unstable"}));
}

BOOST_AUTO_TEST_CASE(what_was_read_before_the_end_is_kept) {
    Driver driver;
    driver.initialized();
    json page = tools({"a"});
    page["nextCursor"] = "more";
    driver.answer(page);
    BOOST_TEST(driver.last_request()["params"]["cursor"] == "more");
    driver.time_out(Timer::total);
    const Listing listing = driver.taken();
    BOOST_TEST(to_string(listing.outcome) == "listed");
    BOOST_TEST((listing.flags == std::vector<std::string>{"truncated"}));
}

BOOST_AUTO_TEST_CASE(strangers_answers_change_nothing) {
    Driver driver;
    driver.initialized();
    const json id = driver.last_request()["id"];
    driver.line({{"jsonrpc", "2.0"}, {"id", 77}, {"result", tools({"x", "y"})}});
    driver.line({{"jsonrpc", "2.0"}, {"id", nullptr}, {"result", tools({"x", "y"})}});
    driver.line({{"jsonrpc", "2.0"}, {"id", 1}, {"result", tools({"x", "y"})}});  // a second time
    BOOST_TEST(driver.last_request()["id"] == id);
    driver.answer(tools({"a"}));
    const Listing listing = driver.taken();
    BOOST_TEST(listing.document.tools.size() == 1U);
    BOOST_TEST((listing.flags == std::vector<std::string>{"stray_messages"}));
}

BOOST_AUTO_TEST_CASE(nothing_happens_after_the_end) {
    Driver driver;
    driver.initialized();
    driver.answer(tools({"a"}));
    const std::size_t sent = driver.sent.size();
    driver.line(kChanged);
    driver.exit();
    driver.time_out(Timer::total);
    BOOST_TEST(driver.sent.size() == sent);
    BOOST_TEST(driver.finishes == 1);
}

BOOST_AUTO_TEST_CASE(want_of_network_is_told_apart_from_a_fault) {
    const std::string words = "Error: getaddrinfo ENOTFOUND api.example.com";
    Driver without(Era::automatic, false);
    without.start();
    without.exit(words);
    const Listing listing = without.taken();
    BOOST_TEST(to_string(listing.outcome) == "needs_network");
    BOOST_TEST(listing.failure ==
               "asking server for its tools: it ended with exit code 1 before it answered "
               "initialize, saying \"" +
                   words + "\"; it was started without network, --allow-net gives it one");
    Driver with(Era::legacy, true);
    with.start();
    with.exit(words);
    BOOST_TEST(to_string(with.taken().outcome) == "exited");
}

BOOST_AUTO_TEST_CASE(a_runner_that_downloads_wants_the_network_whatever_it_says) {
    Session session({.command = "uvx x", .network = false, .fetches = true}, kLimits);
    session.started();
    session.exited({.code = 2}, "error: something opaque");
    BOOST_REQUIRE(session.finished());
    const Listing listing = session.take();
    BOOST_TEST(to_string(listing.outcome) == "needs_network");
    BOOST_TEST(listing.failure.find("--allow-net") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
