// Everything a command needs of the world, injected so that the whole command line can be called
// from tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace mcprisk::cli {

struct Environment {
    std::istream& in;
    std::ostream& out;  // data
    std::ostream& err;  // talk
    bool in_is_terminal = false;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    std::size_t columns = 100;  // of the terminal, or what a pipe gets
    std::filesystem::path directory = ".";
    std::string program;  // the file that we are, to run beside servers; empty: not known
    std::function<std::optional<std::string>(std::string_view)> variable;
    std::function<std::int64_t()> now;  // seconds since 1970-01-01T00:00:00Z
    // From this call on a first Ctrl-C (or TERM, HUP) does not end the program, but is told by
    // `interrupted`. Only for commands that ask. Both may be empty.
    std::function<void()> watch_interrupts;
    std::function<bool()> interrupted;
    // Shows an address in the user's browser; false if that cannot be. May be empty.
    std::function<bool(const std::string& url)> open_browser;
};

}  // namespace mcprisk::cli
