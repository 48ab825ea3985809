// Text without its escapes, with the way back to where each byte came from.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mcprisk::crawler {

struct Unescaped {
    std::string text;
    // Where in the first text each byte began, and one more for the end. Empty: each where it is.
    std::vector<std::size_t> origin;
};

// One layer less: %41, \n, \", \u0041, \x41, &amp; and &#65;. Empty if there was nothing to take
// off. Linear.
std::optional<Unescaped> unescape(Unescaped from);

}  // namespace mcprisk::crawler
