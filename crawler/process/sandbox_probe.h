// Whether bubblewrap works on this machine: found out by running it.
#pragma once

#include <chrono>
#include <string>

#include "crawler/net/loop.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

// The path of a bwrap that has just started something. Runs the loop until it is known. Fails with
// what is wrong and what to do.
Result<std::string> probe_sandbox(Loop& loop, std::chrono::milliseconds longest);

}  // namespace mcprisk::crawler
