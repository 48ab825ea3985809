// The servers a policy is for: named ones of the catalogue, or those of a client configuration.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/session.h"
#include "policy/decide/combine.h"
#include "policy/targets/target.h"
#include "store/catalogue.h"

namespace mcprisk::cli {

// One server with its tools decided. The decisions point into `rows`, which must stay where it is.
struct PolicyServer {
    std::string name;  // what the client calls it
    std::string id;
    std::string url;
    std::unique_ptr<std::vector<store::ToolRow>> rows;
    std::vector<policy::Decided> tools;
    policy::Combination cut;  // of this server alone; nothing where it is one of several
};

// Its policy is to stand alone, so that its own combination is cut. Throws CommandFailure if the
// server was never listed. `only`: this one tool, if not empty.
PolicyServer server_from_catalogue(const store::Catalogue& catalogue,
                                   const store::ServerRow& row,
                                   const std::string& only,
                                   const policy::Options& options);

// Every server of a client configuration that is switched on and in the catalogue, under the names
// of the configuration. What is not in the catalogue is warned of by name; throws CommandFailure if
// nothing is. Starts and contacts nothing.
std::vector<PolicyServer> servers_of_config(const std::string& file,
                                            const store::Catalogue& catalogue,
                                            const policy::Options& options,
                                            Session& session);

// What a person would call a server: the last part of its id, without scope and kind.
std::string short_name(const std::string& id);

}  // namespace mcprisk::cli
