// One split for every labelled set: a server falls into half A, which is read while rules are
// written, or into half B, which is only ever scored.
#pragma once

#include <string_view>

namespace mcprisk::classifier {

// 'A' or 'B' by the parity of the last hexadecimal digit of the SHA-256 of the server's id: stable
// over time, machines and the order of a file.
char half_of(std::string_view server);

}  // namespace mcprisk::classifier
