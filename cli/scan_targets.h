// From the words of a scan's command line to the servers that are meant.
#pragma once

#include <string>
#include <vector>

#include "cli/session.h"
#include "engine/scan.h"

namespace mcprisk::cli {

struct ScanWords {
    std::vector<std::string> targets;
    std::vector<std::string> command;  // after "--"
    std::vector<std::string> headers;  // --header, for servers named by URL
    std::vector<std::string> env;      // --env, for programs given on the command line
    std::vector<std::string> only;     // --server: only these of a configuration
    bool project_variables = false;    // --project-variables
    std::string id;                    // --id: the id of a command or recorded list
};

// Reads files and looks servers up in the catalogue. A file that cannot be used and a word that
// names nothing become failed listings, so that the other targets go on. Throws
// CommandFailure{usage} for a malformed --header or --env and for a --server that fits nothing.
std::vector<engine::ScanItem> resolve_targets(const ScanWords& words, Session& session);

}  // namespace mcprisk::cli
