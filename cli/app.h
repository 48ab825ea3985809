// The whole command line as one function.
#pragma once

#include <span>
#include <string>

#include "cli/environment.h"

namespace mcprisk::cli {

// `arguments` without the program's name. Returns the exit code (exit_code.h). Throws nothing.
int run(std::span<const std::string> arguments, Environment& environment);

}  // namespace mcprisk::cli
