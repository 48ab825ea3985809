// Finding programs and saying what is wrong when they are not there. Reads the file system.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace mcprisk::crawler {

// The variables that every server gets from ours: HOME, LOGNAME, PATH, SHELL, TERM and USER, as far
// as they are set. Reads the environment of this process.
std::map<std::string, std::string> base_environment();

// The path of the program that `name` means: with a slash as it stands (relative to the current
// directory), without one the first hit in `path`, a list of directories with colons. Fails with
// ErrorCode::not_found, or ErrorCode::io for a file that cannot be executed; the message says what
// to install or try.
Result<std::string> find_program(std::string_view name, std::string_view path);

// Wraps a command in setpriv, so that the kernel kills it when this program ends in whatever way.
// Without setpriv (util-linux) the command stays as it is, and only its closed stdin tells it.
struct ProcessSpec;
void die_with_us(ProcessSpec& spec);

// The interpreter named in the first line of a script ("#!/usr/bin/env node" gives "node"); empty
// if there is none.
std::string script_interpreter(const std::string& file);

// An argument that means a file by its path from the current directory, as an absolute path; all
// others as they are. A server runs in a directory of its own, where "./server.js" is not. A bare
// word that is also the name of a directory counts only if a person `typed` it here: in a
// configuration it is rather a subcommand.
std::string absolute_argument(const std::string& argument, bool typed);

}  // namespace mcprisk::crawler
