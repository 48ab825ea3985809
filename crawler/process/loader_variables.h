// Variables that decide which code runs, beside those that a server reads for itself. Pure.
#pragma once

#include <string_view>

namespace mcprisk::crawler {

// Whether a variable of this name makes the dynamic loader, a shell or a language's runtime run or
// load something else than the command says, or write files of its own: LD_PRELOAD, NODE_OPTIONS,
// PYTHONSTARTUP, BASH_ENV, GIT_SSH_COMMAND … PATH is one of them. Source: ld.so(8), and the
// documentation of each runtime.
bool changes_what_runs(std::string_view variable);

// Whether it directs a container engine's own client, which runs outside of the container: which
// daemon it talks to, where it finds its configuration and plug-ins, and all of the above.
bool directs_container_client(std::string_view variable);

}  // namespace mcprisk::crawler
