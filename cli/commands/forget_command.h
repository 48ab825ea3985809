// `forget`: servers, or what they said long ago, leave the catalogue.
#pragma once

#include "cli/commands/command.h"

namespace mcprisk::cli {

void add_forget(CLI::App& app, Action& action);

}  // namespace mcprisk::cli
