// Taking secrets out of text before it is stored or shown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::crawler {

inline constexpr std::string_view kRedacted = "[redacted]";

// Replaces known secret values (of four characters and more) and what looks like one: bearer
// tokens, private keys, well-known key prefixes (ghp_, sk-, AKIA, xoxb-, eyJ…), key=value pairs
// whose key says password, token, secret or key, and the user info of URLs.
std::string redact(std::string_view text, const std::vector<std::string>& secrets = {});

// A URL without user info, query and fragment, which are where credentials hide.
std::string redact_url(std::string_view url);

// A command line for display: the values of options that name a secret, and values that look like
// one, are replaced; arguments with blanks are quoted.
std::string redact_command(const std::vector<std::string>& argv);

}  // namespace mcprisk::crawler
