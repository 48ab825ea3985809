// A server whose address is nearly right: asked again where such servers mostly are.
//
// What answers, but is no MCP server (HTML, 404, 405), may be the site around one. Its own word
// (/.well-known/mcp) comes first, then /mcp and /sse below the address and at the top. Never
// another origin, so that a credential stays where it was meant to go.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/mcp/lister.h"

namespace mcprisk::crawler {

inline constexpr std::size_t kOtherPlaces = 4;  // asked at most, besides the one that was given

// Where else to ask, in order; `well_known` is the body of /.well-known/mcp, or empty. Pure.
std::vector<std::string> other_places(std::string_view url, std::string_view well_known);

// As make_http_lister, for a target over HTTP. `first` is what came of the address that was given:
// handed on as it is if another place could not help.
std::unique_ptr<Lister> make_asking_lister(Loop& loop,
                                           HttpClient& client,
                                           Target target,
                                           const HttpOptions& options,
                                           Listing first,
                                           Lister::Done done);

// Whether a listing is the failure of a wrong address.
bool is_wrong_address(const Listing& listing);

}  // namespace mcprisk::crawler
