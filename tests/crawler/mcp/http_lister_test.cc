#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "tests/crawler/fake_mcp.h"

using namespace mcprisk;
using namespace mcprisk::test;
using namespace mcprisk::crawler;
using Strings = std::vector<std::string>;
using boost::test_tools::per_element;

namespace {

Strings names(const Listing& listing) {
    Strings list;
    for (const Tool& tool : listing.document.tools) list.push_back(tool.name);
    return list;
}

bool has_flag(const Listing& listing, const std::string& flag) {
    return std::find(listing.flags.begin(), listing.flags.end(), flag) != listing.flags.end();
}

void answer_discover(FakeMcp& mcp) {
    mcp.on("server/discover", [](const FakeRequest&, const json& body, const Connection& to) {
        send_json(to, result_of(body["id"], discover_result()));
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_lister)

BOOST_AUTO_TEST_CASE(a_legacy_server_is_asked_in_order_and_left_politely) {
    Loop loop;
    FakeMcp mcp(loop);
    mcp.on("initialize", [](const FakeRequest&, const json& body, const Connection& to) {
        send_json(to, result_of(body["id"], initialize_result()), 200, "mcp-session-id: s-1\r\n");
    });
    const Listing listing = list_tools(loop, {mcp.server().url(), {{"X-Key", "k"}}, ""});
    BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
    BOOST_TEST(names(listing) == (Strings{"a", "b"}), per_element());
    BOOST_TEST(listing.transport == "streamable-http");
    BOOST_TEST(listing.protocol_version == "2025-06-18");
    BOOST_TEST(listing.origin == mcp.server().url());
    BOOST_TEST(listing.pages == 1);
    BOOST_TEST(listing.bytes_received > 100);
    BOOST_TEST(mcp.server().asked() == (Strings{"POST server/discover",
                                                "POST initialize",
                                                "POST notifications/initialized",
                                                "POST tools/list",
                                                "DELETE /mcp"}),
               per_element());
    const auto& requests = mcp.server().requests();
    const FakeRequest& discover = requests[0];
    BOOST_TEST(discover.header("MCP-Protocol-Version") == "2026-07-28");
    BOOST_TEST(discover.header("Mcp-Method") == "server/discover");
    BOOST_TEST(discover.header("Accept") == "application/json, text/event-stream");
    BOOST_TEST(discover.header("Content-Type") == "application/json");
    BOOST_TEST(discover.header("User-Agent").starts_with("mcprisk/"));
    BOOST_TEST(!discover.has_header("Origin"));
    const FakeRequest& initialize = requests[1];
    BOOST_TEST(!initialize.has_header("MCP-Protocol-Version"));
    BOOST_TEST(!initialize.has_header("Mcp-Method"));
    for (std::size_t i = 2; i < requests.size(); ++i) {
        BOOST_TEST(requests[i].header("Mcp-Session-Id") == "s-1");
        BOOST_TEST(requests[i].header("MCP-Protocol-Version") == "2025-06-18");
    }
    for (const FakeRequest& request : requests) BOOST_TEST(request.header("X-Key") == "k");
}

BOOST_AUTO_TEST_CASE(a_modern_server_is_listed_without_handshake) {
    Loop loop;
    FakeMcp mcp(loop);
    answer_discover(mcp);
    mcp.on("tools/list", [](const FakeRequest&, const json& body, const Connection& to) {
        const json& meta = body["params"]["_meta"];
        BOOST_TEST(meta["io.modelcontextprotocol/protocolVersion"] == "2026-07-28");
        json page = body["params"].contains("cursor") ? tools_page({"c"}) : tools_page({"a"}, "");
        page["resultType"] = "complete";
        page["ttlMs"] = body["params"].contains("cursor") ? 500 : 900;
        page["cacheScope"] = "public";
        send_json(to, result_of(body["id"], page));
    });
    const Listing listing = list_tools(loop, {mcp.server().url(), {}, ""});
    BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
    BOOST_TEST(names(listing) == (Strings{"a", "c"}), per_element());
    BOOST_TEST(listing.protocol_version == "2026-07-28");
    BOOST_TEST(listing.server_info_version == "2");
    BOOST_TEST(listing.declared_capabilities == "{}");
    BOOST_TEST(listing.ttl_ms.value() == 500);
    BOOST_TEST(listing.cache_scope == "public");
    BOOST_TEST(mcp.server().asked() ==
                   (Strings{"POST server/discover", "POST tools/list", "POST tools/list"}),
               per_element());
    BOOST_TEST(mcp.server().requests()[2].header("Mcp-Method") == "tools/list");
}

BOOST_AUTO_TEST_CASE(answers_may_come_as_events_after_an_empty_one) {
    Loop loop;
    FakeMcp mcp(loop);
    mcp.on("initialize", [](const FakeRequest&, const json& body, const Connection& to) {
        to->begin(200, "text/event-stream; charset=utf-8");
        to->chunk("id: 1\nretry: 5\ndata: \n\n: keep-alive\n\n");
        to->chunk(sse(result_of(body["id"], initialize_result())));
        to->end();
    });
    mcp.on("tools/list", [](const FakeRequest&, const json& body, const Connection& to) {
        to->begin(200, "text/event-stream");
        to->chunk(sse({{"jsonrpc", "2.0"}, {"id", "srv"}, {"method", "roots/list"}}));
        to->chunk(sse(result_of(body["id"], tools_page({"a"}))));  // and never ends
    });
    const Listing listing = list_tools(loop, {mcp.server().url(), {}, ""});
    BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
    BOOST_TEST(names(listing) == Strings{"a"}, per_element());
}

BOOST_AUTO_TEST_CASE(requests_of_the_server_are_answered) {
    Loop loop;
    FakeMcp mcp(loop);
    Connection stream;
    json list_id;
    mcp.on("tools/list", [&](const FakeRequest&, const json& body, const Connection& to) {
        list_id = body["id"];
        stream = to;
        to->begin(200, "text/event-stream");
        to->chunk(sse({{"jsonrpc", "2.0"}, {"id", "srv"}, {"method", "roots/list"}}));
    });
    json reply;
    mcp.on("reply", [&](const FakeRequest&, const json& body, const Connection& to) {
        reply = body;
        to->respond(202, "text/plain", "");
        stream->chunk(sse(result_of(list_id, tools_page({"a"}))));
        stream->end();
    });
    const Listing listing = list_tools(loop, {mcp.server().url(), {}, ""});
    BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
    BOOST_TEST(reply == result_of("srv", {{"roots", json::array()}}));
}

BOOST_AUTO_TEST_CASE(a_stream_that_was_closed_is_resumed_where_it_ended) {
    Loop loop;
    FakeMcp mcp(loop);
    json list_id;
    mcp.on("tools/list", [&](const FakeRequest&, const json& body, const Connection& to) {
        list_id = body["id"];
        to->begin(200, "text/event-stream");
        to->chunk("id: e-7\nretry: 10\ndata:\n\n");
        to->end();
    });
    mcp.on("GET", [&](const FakeRequest& request, const json&, const Connection& to) {
        BOOST_TEST(request.header("Last-Event-ID") == "e-7");
        BOOST_TEST(request.header("Accept") == "text/event-stream");
        to->begin(200, "text/event-stream");
        to->chunk(sse(result_of(list_id, tools_page({"late"}))));
        to->end();
    });
    const Listing listing = list_tools(loop, {mcp.server().url(), {}, ""});
    BOOST_TEST(names(listing) == Strings{"late"}, per_element());
}

BOOST_AUTO_TEST_CASE(a_lost_session_is_begun_again_once) {
    for (const bool for_ever : {false, true}) {
        Loop loop;
        FakeMcp mcp(loop);
        int sessions = 0;
        mcp.on("initialize",
               [&](const FakeRequest& request, const json& body, const Connection& to) {
                   BOOST_TEST(!request.has_header("Mcp-Session-Id"));
                   ++sessions;
                   send_json(to,
                             result_of(body["id"], initialize_result()),
                             200,
                             "Mcp-Session-Id: s" + std::to_string(sessions) + "\r\n");
               });
        mcp.on("tools/list",
               [&](const FakeRequest& request, const json& body, const Connection& to) {
                   if (for_ever || request.header("Mcp-Session-Id") == "s1") {
                       to->respond(404, "text/plain", "session not found");
                   } else {
                       send_json(to, result_of(body["id"], tools_page({"a"})));
                   }
               });
        const Listing listing = list_tools(loop, {mcp.server().url(), {}, ""});
        BOOST_TEST(sessions == 2);
        BOOST_TEST((listing.outcome == (for_ever ? Outcome::wrong_protocol : Outcome::listed)));
    }
}

BOOST_AUTO_TEST_CASE(the_old_transport_is_found_by_its_endpoint_event) {
    Loop loop;
    FakeMcp mcp(loop);
    Connection stream;
    const auto refuse = [](const FakeRequest&, const json&, const Connection& to) {
        to->respond(404, "text/html", "<html>no POST here</html>");
    };
    mcp.on("server/discover", refuse);
    bool listed_before = false;
    mcp.on("GET", [&](const FakeRequest&, const json&, const Connection& to) {
        stream = to;
        to->begin(200, "text/event-stream");
        to->chunk("event: endpoint\ndata: /message?sessionId=7\n\n");
    });
    mcp.on("initialize", [&](const FakeRequest& request, const json& body, const Connection& to) {
        if (request.path == "/sse") return refuse(request, body, to);
        BOOST_TEST(request.path == "/message?sessionId=7");
        to->respond(202, "text/plain", "Accepted");
        stream->chunk(sse(result_of(body["id"], initialize_result(true))));
    });
    mcp.on("tools/list", [&](const FakeRequest&, const json& body, const Connection& to) {
        to->respond(202, "text/plain", "Accepted");
        stream->chunk(sse(
            result_of(body["id"], listed_before ? tools_page({"a", "new"}) : tools_page({"a"}))));
        if (!std::exchange(listed_before, true)) {
            stream->chunk(
                sse({{"jsonrpc", "2.0"}, {"method", "notifications/tools/list_changed"}}));
        }
    });
    const Listing listing = list_tools(loop, {mcp.server().url("/sse"), {}, ""});
    BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
    BOOST_TEST(listing.transport == "sse");
    BOOST_TEST(names(listing) == (Strings{"a", "new"}), per_element());
    BOOST_TEST(mcp.server().asked() == (Strings{"POST server/discover",
                                                "POST initialize",
                                                "GET /sse",
                                                "POST initialize",
                                                "POST notifications/initialized",
                                                "POST tools/list",
                                                "POST tools/list"}),
               per_element());
}

BOOST_AUTO_TEST_CASE(messages_are_not_sent_to_a_foreign_endpoint) {
    Loop loop;
    FakeHttpServer elsewhere(
        loop, [](const FakeRequest&, const Connection& to) { to->respond(202, "text/plain", ""); });
    FakeMcp mcp(loop);
    for (const char* method : {"server/discover", "initialize"}) {
        mcp.on(method, [](const FakeRequest&, const json&, const Connection& to) {
            to->respond(405, "text/plain", "");
        });
    }
    mcp.on("GET", [&](const FakeRequest&, const json&, const Connection& to) {
        to->begin(200, "text/event-stream");
        to->chunk("event: endpoint\ndata: " + elsewhere.url("/take") + "\n\n");
    });
    const Listing listing = list_tools(loop, {mcp.server().url("/sse"), {}, ""});
    BOOST_TEST((listing.outcome == Outcome::refused));
    BOOST_TEST(listing.failure.find("another origin") != std::string::npos, listing.failure);
    BOOST_TEST(elsewhere.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_server_that_names_its_versions_is_asked_in_one_of_them) {
    Loop loop;
    FakeMcp mcp(loop);
    int discovers = 0;
    mcp.on("server/discover", [&](const FakeRequest&, const json& body, const Connection& to) {
        if (++discovers == 1) {
            const json data = {{"supported", {"2026-07-28"}}};
            send_json(to, error_of(body["id"], -32022, "unsupported", data), 400);
        } else {
            send_json(to, result_of(body["id"], discover_result()));
        }
    });
    BOOST_TEST(list_tools(loop, {mcp.server().url(), {}, ""}).protocol_version == "2026-07-28");
    BOOST_TEST(discovers == 2);

    mcp.on("server/discover", [&](const FakeRequest&, const json& body, const Connection& to) {
        const json data = {{"supported", {"2099-01-01"}}};
        send_json(to, error_of(body["id"], -32022, "unsupported", data), 400);
    });
    const Listing listing = list_tools(loop, {mcp.server().url(), {}, ""});
    BOOST_TEST((listing.outcome == Outcome::wrong_protocol));
    BOOST_TEST(listing.failure.find("2099-01-01") != std::string::npos, listing.failure);
}

BOOST_AUTO_TEST_CASE(a_required_capability_is_declared_and_recorded) {
    Loop loop;
    FakeMcp mcp(loop);
    mcp.on("server/discover", [&](const FakeRequest&, const json& body, const Connection& to) {
        const json& mine = body["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"];
        if (mine.contains("sampling")) {
            send_json(to, result_of(body["id"], discover_result()));
        } else {
            const json data = {{"requiredCapabilities", {{"sampling", json::object()}}}};
            send_json(to, error_of(body["id"], -32021, "missing", data), 400);
        }
    });
    const Listing listing = list_tools(loop, {mcp.server().url(), {}, ""});
    BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
    BOOST_TEST(listing.declared_capabilities == R"({"sampling":{}})");
}

BOOST_AUTO_TEST_CASE(a_forced_era_is_the_only_one_tried) {
    Loop loop;
    FakeMcp mcp(loop);
    HttpOptions options = quick_options();
    options.era = Era::legacy;
    BOOST_TEST(
        (list_tools(loop, {mcp.server().url(), {}, ""}, options).outcome == Outcome::listed));
    BOOST_TEST(mcp.server().asked().front() == "POST initialize");
    options.era = Era::modern;
    const std::size_t before = mcp.server().requests().size();
    const Listing listing = list_tools(loop, {mcp.server().url(), {}, ""}, options);
    BOOST_TEST((listing.outcome == Outcome::wrong_protocol));
    BOOST_TEST(listing.failure.find("does not speak MCP 2026-07-28") != std::string::npos);
    BOOST_TEST(mcp.server().requests().size() == before + 1);
}

BOOST_AUTO_TEST_CASE(pages_end_at_a_repeated_cursor_and_at_the_deadline) {
    Loop loop;
    FakeMcp mcp(loop);
    int page = 0;
    mcp.on("tools/list", [&](const FakeRequest&, const json& body, const Connection& to) {
        const std::string name = "t" + std::to_string(++page);
        send_json(to, result_of(body["id"], tools_page({name.c_str()}, "again")));
    });
    Listing listing = list_tools(loop, {mcp.server().url(), {}, ""});
    BOOST_TEST(names(listing) == (Strings{"t1", "t2"}), per_element());
    BOOST_TEST(has_flag(listing, "truncated"));

    mcp.on("tools/list", [&](const FakeRequest&, const json& body, const Connection& to) {
        if (body["params"].contains("cursor")) return;  // silence
        send_json(to, result_of(body["id"], tools_page({"first"}, "x")));
    });
    HttpOptions options = quick_options();
    options.limits.total = std::chrono::milliseconds{1500};
    listing = list_tools(loop, {mcp.server().url(), {}, ""}, options);
    BOOST_TEST((listing.outcome == Outcome::listed));
    BOOST_TEST(names(listing) == Strings{"first"}, per_element());
    BOOST_TEST(has_flag(listing, "truncated"));
}

BOOST_AUTO_TEST_CASE(tools_that_conforming_clients_hide_are_kept_and_flagged) {
    Loop loop;
    FakeMcp mcp(loop);
    answer_discover(mcp);
    mcp.on("tools/list", [&](const FakeRequest&, const json& body, const Connection& to) {
        json page = tools_page({"a"});
        page["tools"][0]["inputSchema"]["properties"]["n"] = {{"type", "number"},
                                                              {"x-mcp-header", "N"}};
        send_json(to, result_of(body["id"], page));
    });
    const Listing listing = list_tools(loop, {mcp.server().url(), {}, ""});
    BOOST_TEST(names(listing) == Strings{"a"}, per_element());
    BOOST_TEST(has_flag(listing, "bad_x_mcp_header"));
}

BOOST_AUTO_TEST_CASE(a_server_without_tools_is_listed_as_such) {
    Loop loop;
    FakeMcp mcp(loop);
    mcp.on("initialize", [](const FakeRequest&, const json& body, const Connection& to) {
        json result = initialize_result();
        result["capabilities"] = {{"prompts", json::object()}};
        send_json(to, result_of(body["id"], result));
    });
    mcp.on("tools/list", [](const FakeRequest&, const json& body, const Connection& to) {
        send_json(to, error_of(body["id"], -32601, "Method not found"));
    });
    const Listing listing = list_tools(loop, {mcp.server().url(), {}, ""});
    BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
    BOOST_TEST(listing.document.tools.empty());
    BOOST_TEST(has_flag(listing, "tools_undeclared"));
}

BOOST_AUTO_TEST_SUITE_END()
