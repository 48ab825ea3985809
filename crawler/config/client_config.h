// Client configurations of MCP servers, of any client and format, as targets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crawler/config/known_configs.h"
#include "crawler/config/variables.h"
#include "crawler/target.h"
#include "model/base/diagnostics.h"
#include "model/base/json.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

struct ConfigContext {
    std::string file;                 // becomes Target::source and tells the client
    Client client = Client::unknown;  // unknown: told from `file`, then from the content
    VariableScope variables;
    JsonLimits limits;
    std::size_t max_servers = 10000;
};

// Every server that the file configures, in the order of the file, switched-off ones included.
// Fails if the file cannot be parsed or is no client configuration; one without servers is none too
// few. An entry that cannot be understood goes to `diagnostics` (with its name as `path` and its
// line) and the rest goes on. What a client has built in is left out. Two entries with one id both
// stay.
//
// Nothing is started and no credential leaves. Variables are resolved by the client's own rules;
// names without a value are in Target::unresolved, and such a target cannot be listed. No message
// and no id holds a value of the environment, a header or a variable.
Result<std::vector<Target>> read_client_config(std::string_view text,
                                               const ConfigContext& context,
                                               Diagnostics* diagnostics = nullptr);

// The same for a value that is parsed already (config_tree.h).
struct ConfigTree;
bool is_client_config(const ConfigTree& tree);
Result<std::vector<Target>> read_client_config(const ConfigTree& tree,
                                               const ConfigContext& context,
                                               Diagnostics* diagnostics = nullptr);

}  // namespace mcprisk::crawler
