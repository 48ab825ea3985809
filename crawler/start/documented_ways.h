// How a package says that it is started: the snippets of its own README, its server.json, its
// MCPB manifest and its smithery.yaml. Values in them are samples: what looks like one is replaced
// by a made-up value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crawler/start/start_way.h"

namespace mcprisk::crawler {

// From the text of a README: entries of `mcpServers` and command lines (`npx -y PACKAGE …`) that
// name `package`. In order of appearance, each once, at most six; ways without arguments and
// variables are left out. Pure; any bytes.
std::vector<StartWay> ways_of_readme(std::string_view text, std::string_view package);

// From a server.json (docs/crawl.md) or an MCPB manifest.json. Pure.
std::vector<StartWay> ways_of_manifest(std::string_view json_text);

// The variables that the program text of `package` reads (`process.env.NAME`): those that share a
// word with the package's name, else those that name a key, an address or a file. Pure.
StartWay way_of_program(std::string_view text, std::string_view package);

// All of these for a package that was unpacked into `directory`. Reads the file system; what cannot
// be read says nothing.
std::vector<StartWay> documented_ways(const std::string& directory, std::string_view package);

}  // namespace mcprisk::crawler
