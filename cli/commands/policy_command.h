// The parts of `policy` that stand in files of their own.
#pragma once

#include "cli/commands/command.h"

namespace mcprisk::cli {

void add_policy_checks(CLI::App& policy, Action& action);   // validate, test
void add_policy_reviews(CLI::App& policy, Action& action);  // explain, diff

}  // namespace mcprisk::cli
