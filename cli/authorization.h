// Logins and configured clients for commands that reach servers: where files lie, what is secret.
#pragma once

#include <string>
#include <vector>

#include "cli/session.h"
#include "cli/token_files.h"
#include "crawler/auth/authorizer.h"
#include "crawler/config/variables.h"

namespace mcprisk::cli {

// $XDG_STATE_HOME/mcprisk/tokens, else below $HOME/.local/state.
TokenFiles token_files(const Environment& environment);

// The environment, and files below the current directory; `home` and the like are left empty.
crawler::VariableScope secret_scope(const Environment& environment);

// Of --auth FILE, else of $MCPRISK_AUTH, else none. Throws CommandFailure{usage}.
std::vector<crawler::ConfiguredClient> configured_clients(const std::string& file,
                                                          const Environment& environment);

// Randomness and the clock of the session.
crawler::OAuthSources oauth_sources(const Environment& environment);

// For unattended commands: tokens of logins are used and refreshed, nobody is asked. A token file
// that cannot be used is a warning.
crawler::AuthorizerWorld unattended_world(const Session& session);

}  // namespace mcprisk::cli
