// What a 401 or 403 says about how to be let in.
// Source: RFC 9110, 11.6.1 (WWW-Authenticate); RFC 6750, 3 (Bearer); RFC 9728, 5.1.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/net/http_message.h"

namespace mcprisk::crawler {

struct AuthChallenge {
    std::string scheme;  // lower case
    // Names in lower case; of a parameter given twice the first counts. Values are untrusted.
    std::map<std::string, std::string> parameters;
};

// Every challenge of one or more WWW-Authenticate headers, joined by commas; what cannot be read is
// left out.
std::vector<AuthChallenge> read_challenges(std::string_view header);

// What a Bearer challenge asks for; all empty if there is none.
struct BearerChallenge {
    bool present = false;
    std::string resource_metadata;  // URL
    std::string scope;              // separated by blanks
    std::string error;
    std::string error_description;
    std::string realm;
    // A public server said it: nothing that it names may lead to a private address.
    bool from_public = false;
};

BearerChallenge read_bearer_challenge(const HttpHead& head);
BearerChallenge read_bearer_challenge(std::string_view header);

// All WWW-Authenticate headers of an answer as one value (RFC 9110, 5.3).
std::string joined_challenges(const HttpHead& head);

}  // namespace mcprisk::crawler
