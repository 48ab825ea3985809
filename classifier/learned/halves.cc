#include "classifier/learned/halves.h"

#include <string>

#include "model/base/hash.h"

namespace mcprisk::classifier {

char half_of(std::string_view server) {
    const char digit = sha256_hex(std::string(server)).back();
    const int value = digit <= '9' ? digit - '0' : digit - 'a' + 10;
    return value % 2 == 0 ? 'A' : 'B';
}

}  // namespace mcprisk::classifier
