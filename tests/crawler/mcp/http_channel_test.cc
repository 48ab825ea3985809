// The conversation without any network: what is sent after which event.
#include "crawler/mcp/http_channel.h"

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "crawler/mcp/follow_up.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
using nlohmann::json;
using std::chrono::milliseconds;

namespace {

Target target_at(const std::string& url) {
    Target target;
    target.id = "server";
    target.how = HttpTarget{url, {{"Authorization", "Bearer t"}, {"Accept", "text/plain"}}, ""};
    return target;
}

// Plays the server for one session.
struct Play {
    explicit Play(const HttpOptions& options = {})
        : session(target_at("https://h.example/mcp"), options) {
        take(session.start());
    }

    void take(HttpChannel::Actions actions) {
        for (HttpChannel::Action& action : actions) {
            if (auto* send = std::get_if<HttpChannel::Send>(&action)) {
                sent.push_back(std::move(*send));
            } else if (auto* timer = std::get_if<HttpChannel::SetTimer>(&action)) {
                timers.push_back(*timer);
            } else if (auto* abort = std::get_if<HttpChannel::Abort>(&action)) {
                aborted.push_back(abort->exchange);
            } else {
                finished = true;
            }
        }
    }

    json asked() const { return json::parse(sent.back().request.body); }

    void head(int status, HttpHeaders headers = {{"Content-Type", "application/json"}}) {
        HttpHead head;
        head.status = status;
        head.url = sent.back().request.url;
        head.headers = std::move(headers);
        take(session.on_head(sent.back().exchange, head));
    }

    void answer(int status, const std::string& body) {
        const auto exchange = sent.back().exchange;
        head(status);
        take(session.on_body(exchange, body));
        take(session.on_end(exchange, std::nullopt));
    }

    void answer_result(json result) {
        const json message = {
            {"jsonrpc", "2.0"}, {"id", asked()["id"]}, {"result", std::move(result)}};
        answer(200, message.dump());
    }

    // Fires the newest timer of that delay.
    void fire(milliseconds delay) {
        const auto found = std::find_if(timers.rbegin(), timers.rend(), [&](const auto& timer) {
            return timer.delay == delay;
        });
        BOOST_REQUIRE(found != timers.rend());
        take(session.on_timer(found->timer));
    }

    HttpChannel session;
    std::vector<HttpChannel::Send> sent;
    std::vector<HttpChannel::SetTimer> timers;
    std::vector<HttpChannel::Exchange> aborted;
    bool finished = false;
};

const json kInitialized = {{"protocolVersion", "2025-11-25"},
                           {"capabilities", {{"tools", json::object()}}}};

struct Row {
    int status;
    const char* body;
    EraVerdict verdict;
};

const std::vector<Row> kRows{
    {200, R"({"id":1,"result":{"supportedVersions":["2026-07-28"]}})", EraVerdict::modern},
    {200, R"({"id":1,"result":{"supportedVersions":["2025-11-25"]}})", EraVerdict::legacy},
    {200, R"({"id":1,"result":{}})", EraVerdict::legacy},
    {200, R"({"id":1,"error":{"code":-32601,"message":""}})", EraVerdict::legacy},
    {400,
     R"({"id":1,"error":{"code":-32000,"message":"Server not initialized"}})",
     EraVerdict::legacy},
    {400,
     R"({"id":1,"error":{"code":-32022,"message":"","data":{"supported":["2026-07-28"]}}})",
     EraVerdict::retry},
    {400,
     R"({"id":1,"error":{"code":-32022,"message":"","data":{"supported":["2025-06-18"]}}})",
     EraVerdict::legacy},
    {400,
     R"({"id":1,"error":{"code":-32022,"message":"","data":{"supported":["2099-01-01"]}}})",
     EraVerdict::unsupported},
    {400, R"({"id":1,"error":{"code":-32022,"message":""}})", EraVerdict::legacy},
    {400, R"({"id":1,"error":{"code":-32020,"message":""}})", EraVerdict::retry},
    {404, R"({"id":1,"error":{"code":-32601,"message":""}})", EraVerdict::legacy},
    {503, R"({"id":1,"result":{"supportedVersions":["2026-07-28"]}})", EraVerdict::inconclusive},
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
    return out << row.status << ' ' << row.body;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_channel)

BOOST_DATA_TEST_CASE(the_era_follows_from_status_and_body,
                     boost::unit_test::data::make(kRows),
                     row) {
    auto messages = read_messages(json::parse(row.body));
    BOOST_TEST((judge_discover(&messages.at(0), standing_of(row.status)) == row.verdict));
}

BOOST_AUTO_TEST_CASE(a_listing_takes_four_messages) {
    Play play;
    BOOST_TEST(play.asked()["method"] == "server/discover");
    play.answer(400, "no");
    BOOST_TEST(play.asked()["method"] == "initialize");
    BOOST_TEST(play.asked()["params"]["protocolVersion"] == "2025-11-25");
    play.answer_result(kInitialized);
    BOOST_TEST(play.asked()["method"] == "notifications/initialized");
    const auto notification = play.sent.back().exchange;
    play.head(202);  // the head is enough, some servers keep the body open
    BOOST_TEST(play.asked()["method"] == "tools/list");
    play.take(play.session.on_end(notification, std::nullopt));
    play.answer_result(
        {{"tools", json::array({{{"name", "a"}, {"inputSchema", json::object()}}})}});
    BOOST_TEST(play.finished);
    const Listing listing = play.session.take_listing();
    BOOST_TEST((listing.outcome == Outcome::listed));
    BOOST_TEST(listing.document.tools.size() == 1U);
    BOOST_TEST(listing.document.server == "server");
}

BOOST_AUTO_TEST_CASE(headers_of_a_configuration_do_not_contradict_ours) {
    const Play play;
    int accepts = 0;
    for (const auto& [name, value] : play.sent.back().request.headers) accepts += name == "Accept";
    BOOST_TEST(accepts == 1);
    const auto& credentials = play.sent.back().request.private_headers;
    BOOST_REQUIRE_EQUAL(credentials.size(), 1U);
    BOOST_TEST(credentials.front().first == "Authorization");
}

BOOST_AUTO_TEST_CASE(credentials_stay_behind_after_a_redirect_to_another_origin) {
    Play play;
    HttpHead head;
    head.status = 200;
    head.url = "https://other.example/mcp";
    head.headers = {{"Content-Type", "application/json"}};
    head.credentials_dropped = true;
    const auto exchange = play.sent.back().exchange;
    play.take(play.session.on_head(exchange, head));
    play.take(play.session.on_body(exchange, R"({"id":1,"result":{}})"));
    play.take(play.session.on_end(exchange, std::nullopt));
    BOOST_TEST(play.sent.back().request.url == "https://other.example/mcp");
    BOOST_TEST(play.sent.back().request.private_headers.empty());
}

BOOST_AUTO_TEST_CASE(a_session_id_that_is_no_header_value_is_not_sent_back) {
    Play play;
    play.answer(400, "no");
    const auto exchange = play.sent.back().exchange;
    const json result = {{"jsonrpc", "2.0"}, {"id", play.asked()["id"]}, {"result", kInitialized}};
    play.head(200, {{"Content-Type", "application/json"}, {"Mcp-Session-Id", "a b\x01"}});
    play.take(play.session.on_body(exchange, result.dump()));
    play.take(play.session.on_end(exchange, std::nullopt));
    for (const auto& [name, value] : play.sent.back().request.private_headers) {
        BOOST_TEST(name != "Mcp-Session-Id");
    }
}

BOOST_AUTO_TEST_CASE(answers_to_other_questions_are_ignored) {
    Play play;
    play.answer(400, "no");
    play.answer(200, R"({"jsonrpc":"2.0","id":99,"result":{"protocolVersion":"2025-11-25"}})");
    BOOST_TEST(play.finished);
    BOOST_TEST((play.session.take_listing().outcome == Outcome::wrong_protocol));
}

BOOST_AUTO_TEST_CASE(a_refused_cursor_begins_the_list_again) {
    Play play;
    play.answer(200, R"({"id":1,"result":{"supportedVersions":["2026-07-28"]}})");
    const json tool = {{"name", "a"}, {"inputSchema", json::object()}};
    play.answer_result({{"tools", {tool}}, {"nextCursor", "x"}});
    BOOST_TEST(play.asked()["params"]["cursor"] == "x");
    const json error = {{"id", play.asked()["id"]},
                        {"error", {{"code", -32602}, {"message", "old"}}}};
    play.answer(200, error.dump());
    BOOST_TEST(!play.asked()["params"].contains("cursor"));
    play.answer_result({{"tools", {tool}}});
    BOOST_TEST(play.finished);
    BOOST_TEST(play.session.take_listing().document.tools.size() == 1U);
}

BOOST_AUTO_TEST_CASE(silence_to_discover_says_nothing_and_silence_to_initialize_ends_it) {
    HttpOptions options;
    options.limits.start = milliseconds{700};
    Play play(options);
    play.fire(milliseconds{700});
    BOOST_TEST(play.aborted.size() == 1U);
    BOOST_TEST(play.asked()["method"] == "initialize");
    play.fire(milliseconds{700});
    BOOST_TEST(play.finished);
    const Listing listing = play.session.take_listing();
    BOOST_TEST((listing.outcome == Outcome::timed_out));
    BOOST_TEST(listing.failure ==
               "listing the tools of https://h.example/mcp: no answer to initialize within 0.7 s");
}

BOOST_AUTO_TEST_CASE(a_stream_is_resumed_after_exactly_the_time_it_asks_for) {
    Play play;
    play.answer(400, "no");
    const auto exchange = play.sent.back().exchange;
    play.head(200, {{"Content-Type", "text/event-stream"}});
    play.take(play.session.on_body(exchange, "id: 5\nretry: 345\ndata:\n\n"));
    play.take(play.session.on_end(exchange, std::nullopt));
    play.fire(milliseconds{345});
    BOOST_TEST(play.sent.back().request.method == "GET");
    BOOST_TEST((play.sent.back().request.headers.back() ==
                std::pair<std::string, std::string>{"Last-Event-ID", "5"}));
}

BOOST_AUTO_TEST_CASE(a_server_that_asks_without_end_is_answered_a_bounded_number_of_times) {
    Play play;
    play.answer(400, "no");
    const auto exchange = play.sent.back().exchange;
    play.head(200, {{"Content-Type", "text/event-stream"}});
    for (int i = 0; i < 500; ++i) {
        play.take(play.session.on_body(
            exchange, "data: {\"id\":" + std::to_string(i) + ",\"method\":\"ping\"}\n\n"));
    }
    BOOST_TEST(play.sent.size() == 2U + 64U);
}

// Asks two questions and answers elicitations.
class Curious final : public FollowUp {
  public:
    std::optional<Question> next(const Listing& listing, const Message* last) override {
        tools = listing.document.tools.size();
        if (last != nullptr) answers.push_back(last->result);
        if (++asked > 2) return std::nullopt;
        return Question{"tools/call", {{"name", "a ü"}}, {{"Mcp-Param-X", "1"}}};
    }
    std::optional<json> answer(const Message& request) override {
        if (request.method != "elicitation/create") return std::nullopt;
        return make_result(request.id, {{"action", "accept"}});
    }
    std::size_t tools = 0;
    int asked = 0;
    std::vector<json> answers;
};

std::string header_of(const HttpRequest& request, std::string_view name) {
    for (const auto& [own, value] : request.headers) {
        if (own == name) return value;
    }
    return {};
}

BOOST_AUTO_TEST_CASE(questions_beyond_the_list_come_after_it) {
    Curious curious;
    HttpOptions options;
    options.follow_up = &curious;
    Play play(options);
    play.answer(200, R"({"id":1,"result":{"supportedVersions":["2026-07-28"]}})");
    play.answer_result({{"tools", {{{"name", "a ü"}}}}});
    BOOST_TEST(play.asked()["method"] == "tools/call");
    BOOST_TEST(play.asked()["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] ==
               "2026-07-28");
    BOOST_TEST(header_of(play.sent.back().request, "Mcp-Name") == "=?base64?YSDDvA==?=");
    BOOST_TEST(header_of(play.sent.back().request, "Mcp-Param-X") == "1");
    BOOST_TEST(header_of(play.sent.back().request, "Mcp-Method") == "tools/call");
    play.answer_result({{"n", 1}});
    BOOST_TEST(!play.finished);
    play.answer_result({{"n", 2}});
    BOOST_TEST(play.finished);
    BOOST_TEST(curious.tools == 1U);
    BOOST_TEST(curious.answers == (std::vector<json>{{{"n", 1}}, {{"n", 2}}}));
    BOOST_TEST((play.session.take_listing().outcome == Outcome::listed));
}

BOOST_AUTO_TEST_CASE(a_listener_hears_requests_between_and_changes_of_the_list) {
    Curious curious;
    HttpOptions options;
    options.listen = true;
    options.follow_up = &curious;
    Play play(options);
    play.answer(400, "no");
    json initialized = kInitialized;
    initialized["capabilities"]["tools"]["listChanged"] = true;
    play.answer_result(initialized);
    play.head(202);
    const std::size_t sent = play.sent.size();
    BOOST_REQUIRE(sent >= 2U);
    BOOST_TEST(play.sent[sent - 2].request.method == "GET");
    BOOST_TEST(play.asked()["method"] == "tools/list");
    const auto stream = play.sent[sent - 2].exchange;
    HttpHead head;
    head.status = 200;
    head.url = "https://h.example/mcp";
    head.headers = {{"Content-Type", "text/event-stream"}};
    play.take(play.session.on_head(stream, head));
    play.take(
        play.session.on_body(stream, "data: {\"id\":7,\"method\":\"elicitation/create\"}\n\n"));
    BOOST_TEST(play.asked()["result"]["action"] == "accept");
    const auto list = play.sent[sent - 1];
    play.take(play.session.on_body(stream,
                                   "data: {\"method\":\"notifications/tools/list_changed\"}\n\n"));
    const json page = {{"id", json::parse(list.request.body)["id"]},
                       {"result", {{"tools", json::array()}}}};
    head.headers = {{"Content-Type", "application/json"}};
    play.take(play.session.on_head(list.exchange, head));
    play.take(play.session.on_body(list.exchange, page.dump()));
    play.take(play.session.on_end(list.exchange, std::nullopt));
    play.fire(options.limits.debounce);
    BOOST_TEST(play.asked()["method"] == "tools/list");
}

BOOST_AUTO_TEST_CASE(nothing_happens_after_the_end) {
    Play play;
    play.answer(401, "");
    BOOST_TEST(play.finished);
    BOOST_TEST(play.session.on_deadline().empty());
    for (const auto& timer : play.timers) BOOST_TEST(play.session.on_timer(timer.timer).empty());
    BOOST_TEST(play.session.on_body(play.sent.back().exchange, "x").empty());
}

BOOST_AUTO_TEST_SUITE_END()
