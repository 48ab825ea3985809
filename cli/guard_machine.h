// This machine as guard sees it: files of clients, their entries, what the catalogue knows.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/session.h"
#include "engine/guard/mend.h"
#include "engine/guard/report.h"

namespace mcprisk::cli {

struct GuardMachine {
    engine::GuardInput input;
    std::vector<engine::DoorRow> doors;         // input.doors is a view of them
    std::vector<engine::HardenRow> hardening;  // and input.hardening of these
    engine::MendOptions mend;
    std::vector<std::string> unreadable;  // "FILE: why"
};

// Reads files and the catalogue, if there is one; starts nothing, asks nobody and fills in no
// variable of a project's files. `engine::guard_report` of the result is the screen.
GuardMachine look_at_machine(Session& session);

// Where guard keeps what it needs to take back what it wrote; empty without a home.
std::filesystem::path guard_folder(const Session& session);
// The file of approved servers; empty without a home.
std::filesystem::path approved_file(const Session& session);

}  // namespace mcprisk::cli
