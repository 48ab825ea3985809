// Addresses: reading them, comparing origins, following redirects, telling private ones. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/base/result.h"

struct sockaddr;

namespace mcprisk::crawler {

struct HttpUrl {
    std::string text;    // as it is requested
    std::string scheme;  // "http" or "https"
    std::string host;    // lower case, IPv6 in brackets
    std::string port;    // always set
    std::string path;    // as it stands, at least "/"

    // Two addresses share an origin if scheme, host and port are equal (RFC 6454).
    [[nodiscard]] std::string origin() const { return scheme + "://" + host + ":" + port; }
    // The same as it is written: a default port is left out.
    [[nodiscard]] std::string site() const;
    // By name or by address: localhost and below, 127.0.0.0/8, ::1.
    [[nodiscard]] bool is_loopback() const;
};

// Only http and https, without blanks and control characters.
Result<HttpUrl> parse_http_url(std::string_view text);

// A reference as it stands in a Location header or an endpoint event, against its base (RFC 3986,
// 5). User info of the base stays only within the origin.
Result<HttpUrl> resolve_http_url(const HttpUrl& base, std::string_view reference);

// Every byte but letters, digits and -._~ as %XX (RFC 3986, 2.3): fit for a query and for a form.
std::string percent_encode(std::string_view text);
// "a=1&b=2", both sides encoded.
std::string encode_form(const std::vector<std::pair<std::string, std::string>>& fields);
// The query of an address, or a form, in its order; %XX and + decoded.
std::vector<std::pair<std::string, std::string>> decode_form(std::string_view text);
// What follows "?", without the fragment.
std::string_view query_of(std::string_view url);

struct Redirect {
    HttpUrl url;
    std::string method;
    bool same_origin = true;  // if not, credentials stay behind
};

// Where an answer 301, 302, 303, 307 or 308 leads. A POST stays a POST: 307 and 308 say so, 301 and
// 302 allow it (RFC 9110, 15.4), and a JSON-RPC message has no meaning as GET, hence 303 fails for
// it. Fails as well on a step from https to http.
Result<Redirect> follow_redirect(const HttpUrl& from,
                                 std::string_view method,
                                 int status,
                                 std::string_view location);

// Whether an address is loopback, private, link-local, shared, multicast or otherwise not a public
// host (the IANA special-purpose registries). IPv4 inside IPv6 is judged as IPv4. Families other
// than these two count as private.
bool is_private_address(const sockaddr& address);

}  // namespace mcprisk::crawler
