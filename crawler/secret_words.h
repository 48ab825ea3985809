// Which names and values are those of a secret.
#pragma once

#include <string_view>

namespace mcprisk::crawler {

// "API_KEY", "--token", "x-auth", "password": what is called so is secret. Not "KEYWORDS".
bool names_secret(std::string_view name);

// A value that somebody chose for a reason other than secrecy: a short word, a number under eight
// digits, a date or version, a path, a plain address, a locale or region.
bool is_ordinary(std::string_view value);

// Sixteen signs and more that no person would choose: letters and digits mixed, one run.
bool looks_like_key(std::string_view value);

// A part of a path that is a key by its form: a UUID, or twenty signs and more of one run.
bool is_path_key(std::string_view part);

}  // namespace mcprisk::crawler
