#include "crawler/mcp/protocol.h"

#include <boost/test/unit_test.hpp>

using namespace mcprisk;
using namespace mcprisk::crawler;
using nlohmann::json;

namespace {

Message only(const json& value) {
    auto messages = read_messages(value);
    BOOST_REQUIRE_EQUAL(messages.size(), 1U);
    return messages.front();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(protocol)

BOOST_AUTO_TEST_CASE(messages_are_told_apart) {
    BOOST_TEST((only({{"jsonrpc", "2.0"}, {"id", 1}, {"result", json::object()}}).kind ==
                Message::Kind::result));
    BOOST_TEST((only({{"id", "a"}, {"method", "ping"}}).kind == Message::Kind::request));
    BOOST_TEST((only({{"method", "notifications/message"}}).kind == Message::Kind::notification));
    const Message error = only({{"id", 1}, {"error", {{"code", -32601}, {"message", "no"}}}});
    BOOST_TEST((error.kind == Message::Kind::error));
    BOOST_TEST(error.error.code == kMethodNotFound);
    BOOST_TEST((only({{"level", "info"}, {"msg", "listening"}}).kind == Message::Kind::other));
    BOOST_TEST((only(42).kind == Message::Kind::other));
}

BOOST_AUTO_TEST_CASE(an_array_holds_several_messages) {
    const auto messages =
        read_messages(json::array({{{"id", 1}, {"result", 1}}, {{"method", "x"}}, 7}));
    BOOST_REQUIRE_EQUAL(messages.size(), 3U);
    BOOST_TEST((messages[2].kind == Message::Kind::other));
}

BOOST_AUTO_TEST_CASE(requests_of_the_server_are_answered_with_the_same_id) {
    const auto ask = [](const char* method, json id) {
        return answer_to(only({{"id", std::move(id)}, {"method", method}}));
    };
    BOOST_TEST(ask("ping", "p-1").dump() == R"({"id":"p-1","jsonrpc":"2.0","result":{}})");
    BOOST_TEST(ask("roots/list", 7)["result"]["roots"].empty());
    BOOST_TEST(ask("elicitation/create", 7)["result"]["action"] == "decline");
    BOOST_TEST(ask("sampling/createMessage", 7)["error"]["code"] == -1);
    BOOST_TEST(ask("log", 7)["error"]["code"] == kMethodNotFound);
}

BOOST_AUTO_TEST_CASE(modern_requests_carry_version_client_and_capabilities) {
    const json params = list_params("", newest_modern());
    BOOST_TEST(params["cursor"] == "");
    const json& meta = params["_meta"];
    BOOST_TEST(meta["io.modelcontextprotocol/protocolVersion"] == "2026-07-28");
    BOOST_TEST(meta["io.modelcontextprotocol/clientCapabilities"].is_object());
    BOOST_TEST(meta["io.modelcontextprotocol/clientInfo"]["name"] == "mcprisk");
    BOOST_TEST(!list_params(std::nullopt, {}).contains("cursor"));
}

BOOST_AUTO_TEST_CASE(a_mutual_version_is_the_newest_of_both) {
    RpcError error;
    BOOST_TEST(!mutual_version(error).has_value());
    error.data = {{"supported", {"2024-11-05", "2025-06-18"}}};
    BOOST_TEST(mutual_version(error).value() == "2025-06-18");
    error.data = {{"supported", {"2025-06-18", "2026-07-28"}}};
    BOOST_TEST(mutual_version(error).value() == "2026-07-28");
    error.data = {{"supported", {"2099-01-01"}}};
    BOOST_TEST(!mutual_version(error).has_value());
}

BOOST_AUTO_TEST_CASE(a_discover_answer_without_versions_is_no_discover_answer) {
    BOOST_TEST(!read_discover_result({{"capabilities", json::object()}}).has_value());
    const auto facts = read_discover_result(
        {{"supportedVersions", {"2026-07-28"}},
         {"_meta", {{"io.modelcontextprotocol/serverInfo", {{"name", "x"}, {"version", "2"}}}}}});
    BOOST_REQUIRE(facts.has_value());
    BOOST_TEST(facts->name == "x");
    BOOST_TEST(facts->supported_versions.size() == 1U);
}

BOOST_AUTO_TEST_CASE(facts_that_are_odd_become_flags) {
    Listing listing;
    ServerFacts facts;
    facts.protocol_version = "2099-01-01";
    apply(facts, listing);
    BOOST_TEST(
        listing.flags == (std::vector<std::string>{"tools_undeclared", "unknown_protocol_version"}),
        boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
