// OAuthDiscovery over HTTP, for the catalogue's sake: what would be needed to be let in.
#pragma once

#include <functional>
#include <optional>

#include "crawler/auth/oauth_discovery.h"
#include "crawler/net/http_client.h"
#include "crawler/net/loop.h"

namespace mcprisk::crawler {

// One lookup. Destroying it ends it without a word.
class OAuthLookup {
  public:
    using Done = std::function<void(OAuthFacts)>;  // once, from the loop, never from start()

    OAuthLookup(Loop& loop,
                HttpClient& client,
                const HttpUrl& server,
                const BearerChallenge& challenge,
                const OAuthRules& rules,
                Done done);
    ~OAuthLookup();
    OAuthLookup(const OAuthLookup&) = delete;
    OAuthLookup& operator=(const OAuthLookup&) = delete;

    // What was found when `longest` is over is all there is.
    void start(std::chrono::milliseconds longest);

  private:
    void next();
    void finish();

    Loop& loop_;
    HttpClient& client_;
    OAuthDiscovery discovery_;
    Done done_;
    OAuthReply reply_;
    HttpClient::Id transfer_ = 0;
    TimerId timer_ = 0;
};

}  // namespace mcprisk::crawler
