// The program that fetches wheels of PyPI without running anything of them. In Python, since an
// index, its versions and its markers are read by pip's own parts; it runs in the sandbox.
#pragma once

#include <string_view>

namespace mcprisk::crawler {

// For `python3 -I -c`, with the requirement as its argument. pip downloads wheels one round after
// another, never their dependencies by itself: those are read out of the wheels here, so that one
// that names an address or a repository instead of a package is refused before anybody asks there.
// Then every wheel is unpacked: modules into $MCPRISK_TOOL_DIR/site, a script for each program of
// the package into $MCPRISK_BIN_DIR. $MCPRISK_WHEEL_CACHE is pip's cache. The last line of stderr
// says what failed.
std::string_view wheel_reader();

}  // namespace mcprisk::crawler
