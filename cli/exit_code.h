// Exit codes, and the one exception that carries them out of a command.
#pragma once

#include <stdexcept>
#include <string>

namespace mcprisk::cli {

enum class ExitCode : int {
    done = 0,
    found = 1,       // --fail-on was met, or a check found something
    usage = 2,       // wrong usage
    failed = 3,      // the command could not do its work
    incomplete = 4,  // some named server could not be listed, with --strict or --fail-on
};

// The command cannot go on. The message is one line for a person and may quote untrusted text.
class CommandFailure : public std::runtime_error {
  public:
    CommandFailure(ExitCode code, const std::string& message)
        : std::runtime_error(message), code_(code) {}
    [[nodiscard]] ExitCode code() const { return code_; }

  private:
    ExitCode code_;
};

}  // namespace mcprisk::cli
