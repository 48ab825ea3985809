// The user's browser.
#pragma once

#include <string>

namespace mcprisk::cli {

// Hands an http(s) address to xdg-open, without waiting for it. False if there is no desktop or no
// xdg-open. Not thread-safe.
bool open_in_browser(const std::string& url);

}  // namespace mcprisk::cli
