// The parts of `policy` that stand in files of their own.
#pragma once

#include "cli/commands/command.h"

namespace mcprisk::cli {

void add_policy_checks(CLI::App& policy, Action& action);   // validate, test
void add_policy_reviews(CLI::App& policy, Action& action);  // explain, diff
void add_policy_trials(CLI::App& policy, Action& action);   // check, simulate

// Whose policy `file` is: `said`, else what the reasons beside it name. Throws CommandFailure.
std::string policy_server(const std::string& file, const std::string& said, Session& session);

}  // namespace mcprisk::cli
