// What is said to a server, apart from what carries it; and that a revision is a row of the table,
// whatever carries it.
#include "crawler/mcp/conversation.h"

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>

#include "crawler/mcp/http_channel.h"
#include "crawler/mcp/stdio_channel.h"
#include "model/base/json.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
using nlohmann::json;

namespace {

const Limits kBounds;

// A second revision without a handshake, which nobody has written.
constexpr std::array<Revision, 3> kTomorrow{
    {{"2027-02-02", Opening::each_request}, {"2026-07-28", Opening::each_request}, {"2025-11-25"}}};
constexpr const char* kVersionKey = "io.modelcontextprotocol/protocolVersion";

Message result_of(json result) {
    Message message;
    message.kind = Message::Kind::result;
    message.result = std::move(result);
    return message;
}

Message error_of(std::int64_t code, json data = nullptr) {
    Message message;
    message.kind = Message::Kind::error;
    message.error = {code, "no", std::move(data)};
    return message;
}

json page_of(std::initializer_list<const char*> names) {
    json list = json::array();
    for (const char* name : names) list.push_back({{"name", name}});
    return {{"tools", list}};
}

// What both channels are to a test: the last request out, an answer in.
struct AnyChannel {
    virtual ~AnyChannel() = default;
    virtual json asked() = 0;
    virtual void take(const json& message) = 0;
    virtual Listing listing() = 0;

    void answer(const json& result) { take({{"id", asked()["id"]}, {"result", result}}); }
    void refuse(std::int64_t code, const json& data) {
        take({{"id", asked()["id"]},
              {"error", {{"code", code}, {"message", "no"}, {"data", data}}}});
    }
};

struct OverPipes final : AnyChannel {
    OverPipes()
        : channel({.command = "server", .era = Era::modern, .revisions = kTomorrow}, kBounds) {
        apply(channel.started());
    }
    void apply(const StdioChannel::Actions& actions) {
        for (const auto& action : actions) {
            if (const auto* send = std::get_if<StdioChannel::Send>(&action)) {
                sent = parse_json(send->line).value();
            }
        }
    }
    json asked() override { return sent; }
    void take(const json& message) override { apply(channel.line(message.dump())); }
    Listing listing() override { return channel.take(); }
    StdioChannel channel;
    json sent;
};

struct OverHttp final : AnyChannel {
    static HttpOptions options() {
        HttpOptions options;
        options.revisions = kTomorrow;
        return options;
    }
    static Target target() {
        Target target;
        target.id = "server";
        target.how = HttpTarget{"https://h.example/mcp", {}, ""};
        return target;
    }
    OverHttp() : channel(target(), options()) { apply(channel.start()); }
    void apply(HttpChannel::Actions actions) {
        for (auto& action : actions) {
            if (auto* send = std::get_if<HttpChannel::Send>(&action)) sent = std::move(*send);
        }
    }
    json asked() override {
        const json body = json::parse(sent.request.body);
        const auto& headers = sent.request.headers;
        const bool named = std::any_of(headers.begin(), headers.end(), [&](const auto& header) {
            return header.first == "MCP-Protocol-Version" &&
                   header.second == body["params"]["_meta"][kVersionKey];
        });
        BOOST_TEST(named);
        return body;
    }
    void take(const json& message) override {
        const auto exchange = sent.exchange;
        HttpHead head;
        head.status = 200;
        head.url = sent.request.url;
        head.headers = {{"Content-Type", "application/json"}};
        apply(channel.on_head(exchange, head));
        apply(channel.on_body(exchange, message.dump()));
        apply(channel.on_end(exchange, std::nullopt));
    }
    Listing listing() override { return channel.take_listing(); }
    HttpChannel channel;
    HttpChannel::Send sent;
};

std::vector<std::unique_ptr<AnyChannel>> both_channels() {
    std::vector<std::unique_ptr<AnyChannel>> both;
    both.push_back(std::make_unique<OverPipes>());
    both.push_back(std::make_unique<OverHttp>());
    return both;
}

// One that has listed `a` and was told that there is more.
Conversation half_listed(Manners manners) {
    Conversation talk(Era::modern, kBounds, manners);
    talk.opened();
    const Message told = result_of({{"supportedVersions", {"2026-07-28"}}});
    talk.answered(&told, Standing::fine, nullptr);
    json page = page_of({"a"});
    page["nextCursor"] = "more";
    const Message first = result_of(page);
    talk.answered(&first, Standing::fine, nullptr);
    return talk;
}

Failure broken(std::string_view method) {
    return {Outcome::server_error, "it refuses " + std::string(method), {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(conversation)

BOOST_AUTO_TEST_CASE(a_new_revision_without_a_handshake_is_a_row_over_both_channels) {
    for (const auto& channel : both_channels()) {
        BOOST_TEST(channel->asked()["method"] == "server/discover");
        BOOST_TEST(channel->asked()["params"]["_meta"][kVersionKey] == "2027-02-02");
        channel->answer({{"supportedVersions", {"2026-07-28", "2027-02-02"}},
                         {"capabilities", {{"tools", json::object()}}}});
        BOOST_TEST(channel->asked()["method"] == "tools/list");
        BOOST_TEST(channel->asked()["params"]["_meta"][kVersionKey] == "2027-02-02");
        channel->answer(page_of({"a", "b"}));
        const Listing listing = channel->listing();
        BOOST_TEST((listing.outcome == Outcome::listed));
        BOOST_TEST(listing.document.tools.size() == 2U);
        BOOST_TEST(listing.protocol_version == "2027-02-02");
        BOOST_TEST(!has_flag(listing, ListingFlag::unknown_protocol_version));
    }
}

BOOST_AUTO_TEST_CASE(a_server_of_an_older_one_without_a_handshake_gets_that_over_both_channels) {
    for (const bool by_error : {true, false}) {
        for (const auto& channel : both_channels()) {
            if (by_error) {
                channel->refuse(kUnsupportedProtocolVersion, {{"supported", {"2026-07-28"}}});
                BOOST_TEST(channel->asked()["method"] == "server/discover");
                BOOST_TEST(channel->asked()["params"]["_meta"][kVersionKey] == "2026-07-28");
            }
            channel->answer({{"supportedVersions", {"2026-07-28"}},
                             {"capabilities", {{"tools", json::object()}}}});
            BOOST_TEST(channel->asked()["params"]["_meta"][kVersionKey] == "2026-07-28");
            channel->answer(page_of({"a"}));
            BOOST_TEST(channel->listing().protocol_version == "2026-07-28");
        }
    }
}

BOOST_AUTO_TEST_CASE(what_a_missing_capability_asks_for_is_declared_over_both_channels) {
    for (const auto& channel : both_channels()) {
        channel->refuse(kMissingClientCapability,
                        {{"requiredCapabilities", {{"roots", json::object()}}}});
        BOOST_TEST(channel->asked()["method"] == "server/discover");
        const json meta = channel->asked()["params"]["_meta"];
        BOOST_TEST(meta["io.modelcontextprotocol/clientCapabilities"].contains("roots"));
    }
}

BOOST_AUTO_TEST_CASE(an_id_that_was_made_text_is_still_ours_over_both_channels) {
    for (const auto& channel : both_channels()) {
        const auto id = channel->asked()["id"].get<std::int64_t>();
        channel->take(
            {{"id", std::to_string(id)},
             {"result",
              {{"supportedVersions", {"2027-02-02"}}, {"capabilities", {{"tools", 1}}}}}});
        channel->answer(page_of({"a"}));
        const Listing listing = channel->listing();
        BOOST_TEST((listing.outcome == Outcome::listed));
        BOOST_TEST(has_flag(listing, ListingFlag::wrong_id_type));
    }
}

BOOST_AUTO_TEST_CASE(half_a_list_is_kept_where_the_transport_keeps_it_or_a_limit_ended_it) {
    const Message refusal = error_of(-32603);
    for (const bool keeps : {true, false}) {
        Conversation talk = half_listed({.keeps_half = keeps});
        talk.answered(&refusal, Standing::fine, broken);
        BOOST_TEST((talk.step() == Conversation::Step::done));
        BOOST_TEST(talk.failure().has_value() == !keeps);
        BOOST_TEST(talk.listing().document.tools.size() == (keeps ? 1U : 0U));
        BOOST_TEST(has_flag(talk.listing(), ListingFlag::truncated) == keeps);

        Conversation late = half_listed({.keeps_half = keeps});
        late.unanswered({Outcome::timed_out, "late", {}}, {.keep = true});
        BOOST_TEST(!late.failure().has_value());
        BOOST_TEST(late.listing().document.tools.size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_list_that_was_whole_outlives_the_next_asking) {
    Conversation talk(Era::legacy, kBounds, {.keeps_half = false});
    talk.opened();
    const Message told = result_of(
        {{"protocolVersion", "2025-11-25"}, {"capabilities", {{"tools", json::object()}}}});
    talk.answered(&told, Standing::fine, nullptr);
    talk.announced();
    Message changed;
    changed.kind = Message::Kind::notification;
    changed.method = "notifications/tools/list_changed";
    talk.heard(changed);
    const Message page = result_of(page_of({"a", "b"}));
    talk.answered(&page, Standing::fine, nullptr);
    BOOST_TEST((talk.step() == Conversation::Step::settle));
    talk.settled();
    BOOST_TEST((talk.step() == Conversation::Step::list));
    const Message refusal = error_of(-32603);
    talk.answered(&refusal, Standing::fine, broken);
    BOOST_TEST(!talk.failure().has_value());
    BOOST_TEST(talk.listing().document.tools.size() == 2U);
}

BOOST_AUTO_TEST_CASE(no_such_method_is_an_empty_list_only_where_no_tools_were_promised) {
    for (const bool promised : {true, false}) {
        Conversation talk(Era::modern, kBounds, {});
        talk.opened();
        json told = {{"supportedVersions", {"2026-07-28"}}, {"capabilities", json::object()}};
        if (promised) told["capabilities"]["tools"] = json::object();
        const Message discovered = result_of(told);
        talk.answered(&discovered, Standing::fine, nullptr);
        const Message refusal = error_of(kMethodNotFound);
        talk.answered(&refusal, Standing::fine, broken);
        BOOST_TEST(talk.failure().has_value() == promised);
    }
}

BOOST_AUTO_TEST_SUITE_END()
