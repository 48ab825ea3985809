// How a package's smithery.yaml says that it is started: `startCommand.commandFunction`, a small
// function of JavaScript that returns command, arguments and environment. It is read, never run.
#pragma once

#include <string_view>

#include "crawler/start/start_way.h"

namespace mcprisk::crawler {

// Names in its `env` become variables; texts and `config.NAME` in its `args` become arguments, but
// for the program's own file. The plain way if nothing of this is there. Pure; any bytes.
StartWay way_of_smithery(std::string_view yaml_text);

}  // namespace mcprisk::crawler
