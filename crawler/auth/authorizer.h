// Getting access tokens while listing: kept ones first, then refreshed ones, then new ones.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crawler/auth/oauth_flow.h"
#include "crawler/net/http_client.h"
#include "crawler/net/loop.h"

namespace mcprisk::crawler {

// A client registered beforehand, and the one MCP server it is for: another one that names the same
// authorization server gets nothing.
struct ConfiguredClient {
    std::string server;  // URL
    OAuthClient client;
    std::string scope;                // may be empty
    bool client_credentials = false;  // it needs nobody to log in
};

struct AuthorizerOptions {
    OAuthRules rules;
    std::vector<ConfiguredClient> clients;
    std::string client_metadata_url;  // as in OAuthOptions, like the next two
    std::string redirect_uri;
    std::string scope;
    bool use_kept_tokens = true;  // those that `load` knows
};

// What the authorizer needs of the world. All may be empty but `sources`.
struct AuthorizerWorld {
    OAuthSources sources;
    // The token kept for a server, and keeping a new one.
    std::function<std::optional<OAuthToken>(const std::string& url)> load;
    std::function<void(const std::string& url, const OAuthToken& token)> keep;
    // Sends the user's browser to the address and calls back, once and from the loop, with where it
    // was sent back to. Empty: nobody is there to be asked.
    using Redirected = std::function<void(Result<std::string>)>;
    std::function<void(const std::string& url, Redirected done)> visit;
};

// Serves several listers of one loop, and must outlive them.
class Authorizer {
  public:
    struct Outcome {
        Result<std::string> access_token;
        std::optional<OAuthFacts> facts;  // if they were looked for
    };
    using Done = std::function<void(Outcome)>;  // once, from the loop, never from authorize()
    using Ticket = std::uint64_t;

    Authorizer(Loop& loop, HttpClient& client, AuthorizerOptions options, AuthorizerWorld world);
    ~Authorizer();
    Authorizer(const Authorizer&) = delete;
    Authorizer& operator=(const Authorizer&) = delete;

    // A token to begin with, if one is kept that is not known to be over.
    std::optional<std::string> token_for(const std::string& url);

    // `url` answered with this challenge to `refused_token`, or to no token. Questions for one
    // address are answered together, so that a refresh token is used once.
    Ticket authorize(const std::string& url,
                     const BearerChallenge& challenge,
                     const std::string& refused_token,
                     Done done);
    // No callback comes after this.
    void abandon(Ticket ticket);

  private:
    struct Task;
    void begin(Task& task);
    void begin_flow(Task& task);
    void step(Task& task, OAuthFlow::Action action);
    void send(Task& task, HttpRequest request);
    void replied(Task& task);
    void finish(Task& task, Result<OAuthToken> token);
    Task* find_task(std::uint64_t id);
    std::optional<OAuthToken> kept(const std::string& url);
    void keep(const std::string& url, const OAuthToken& token);

    Loop& loop_;
    HttpClient& client_;
    const AuthorizerOptions options_;
    const AuthorizerWorld world_;
    std::map<std::string, std::optional<OAuthToken>> tokens_;  // by URL; empty: there is none
    std::vector<std::unique_ptr<Task>> tasks_;
    Task* ending_ = nullptr;  // whose callbacks are running
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    Ticket next_ = 0;
};

}  // namespace mcprisk::crawler
