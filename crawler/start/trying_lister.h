// Lists a server that does not start plainly: one way after another, as its failures and its
// package tell (start_plan.h). Every try is a start of its own, in the sandbox like the first.
#pragma once

#include <memory>

#include "crawler/mcp/lister.h"

namespace mcprisk::crawler {

// The listing says in `started_with` how it was had. If no way lists, the listing is that of the
// plain start, with the number of tries in its failure. Arguments as in make_stdio_lister.
std::unique_ptr<Lister> make_trying_lister(Loop& loop,
                                           Target target,
                                           const StdioOptions& options,
                                           Lister::Done done);

}  // namespace mcprisk::crawler
