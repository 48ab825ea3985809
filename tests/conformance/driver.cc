// The client that the MCP conformance suite tests: driver URL. It lists the server's tools with the
// crawler's own code and then, unlike mcprisk, calls them, answers what the server asks, and
// follows authorization URLs by itself. The suite tells by MCP_CONFORMANCE_CONTEXT (JSON) what else
// a scenario needs. Exit codes: 0 listed, 1 not listed, 2 wrong usage.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include "conformance/tool_calls.h"
#include "crawler/auth/authorizer.h"
#include "crawler/auth/crypto.h"
#include "crawler/mcp/lister.h"
#include "crawler/net/http_client.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace {

using namespace mcprisk;
using nlohmann::json;

// The suite's own, which nobody ever fetches.
constexpr const char* kClientMetadata = "https://conformance-test.local/client-metadata.json";
constexpr const char* kRedirect = "http://127.0.0.1:8765/callback";

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

// The suite's authorization servers say yes at once: the answer to the visit is the redirect.
void visit(crawler::HttpClient& client,
           const std::string& url,
           const crawler::AuthorizerWorld::Redirected& done) {
    crawler::HttpRequest request;
    request.url = url;
    request.return_redirects = true;
    const auto location = std::make_shared<std::string>();
    crawler::HttpCallbacks callbacks;
    callbacks.on_head = [location](const crawler::HttpHead& head) {
        *location = head.header("Location");
    };
    callbacks.on_done = [location, done](const std::optional<crawler::HttpFailure>& failure) {
        if (failure) {
            done(fail(ErrorCode::io, failure->message));
        } else if (location->empty()) {
            done(fail(ErrorCode::not_found, "the authorization endpoint does not redirect"));
        } else {
            done(*location);
        }
    };
    client.start(std::move(request), std::move(callbacks));
}

crawler::AuthorizerOptions authorizer_options(const std::string& url, const json& context) {
    crawler::AuthorizerOptions options;
    options.client_metadata_url = kClientMetadata;
    options.redirect_uri = kRedirect;
    crawler::ConfiguredClient known;
    known.server = url;
    known.client.client_id = string_member(context, "client_id");
    known.client.client_secret = string_member(context, "client_secret");
    known.client.private_key_pem = string_member(context, "private_key_pem");
    known.client.issuer = string_member(context, "issuer");
    known.client_credentials =
        variable("MCP_CONFORMANCE_SCENARIO").starts_with("auth/client-credentials");
    if (!known.client.client_id.empty()) options.clients.push_back(std::move(known));
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: conformance_driver URL\n";
        return 2;
    }
    const std::string url = argv[1];
    const std::string given = variable("MCP_CONFORMANCE_CONTEXT");
    const json context = given.empty() ? json::object() : parse_json(given).value_or(json());

    crawler::Loop loop;
    crawler::HttpClient client(loop);
    crawler::AuthorizerWorld world;
    world.sources.random = [] { return crawler::random_base64url(32); };
    world.sources.now = [] {
        return std::chrono::duration_cast<std::chrono::seconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    };
    world.visit = [&](const std::string& where, crawler::AuthorizerWorld::Redirected done) {
        visit(client, where, done);
    };
    crawler::Authorizer authorizer(loop, client, authorizer_options(url, context), world);
    conformance::ToolCalls calls(context);
    crawler::HttpOptions options;
    options.authorizer = &authorizer;
    options.follow_up = &calls;
    options.listen = true;
    crawler::Target target;
    target.id = url;
    target.how = crawler::HttpTarget{url, {}, {}};
    std::optional<Listing> listing;
    const auto lister = crawler::make_http_lister(
        loop, client, target, options, [&](Listing done) { listing = std::move(done); });
    lister->start();
    loop.run_until([&] { return listing.has_value(); });
    if (listing->outcome == Outcome::listed) return 0;
    std::cerr << printable(listing->failure) << '\n';
    return 1;
}
