// What guard would write so that less runs unasked: doors closed, versions pinned, rules added.
// Pure functions of values; it only tightens unless `allow` is given.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "engine/guard/report.h"
#include "policy/document/recommend.h"

namespace mcprisk::engine {

struct MendOptions {
    // Rules that let a tool run unasked are written too. Never without a person's second yes.
    bool allow = false;
    // What packages offer against their own worst calls is switched on: it takes tools away.
    bool harden = false;
    policy::Options policy;
    // Where each client keeps its rules, whether the file exists or not.
    std::map<crawler::Client, std::string> rule_files;
};

struct FileChange {
    std::string path;
    std::string before;  // empty if there is no such file yet
    std::string after;
    std::vector<std::string> notes;  // of the client's format
};

struct MendPlan {
    std::vector<FileChange> changes;  // by path; only files that change
    std::size_t doors = 0;            // closed
    std::size_t pins = 0;
    std::size_t hardened = 0;           // 0 without `harden`
    std::vector<std::string> offers;    // what `harden` would switch on, one sentence each
    std::size_t newly_asked = 0;  // tools that ran unasked
    std::size_t newly_denied = 0;
    std::size_t newly_allowed = 0;     // 0 without `allow`
    std::vector<std::string> by_hand;  // what it cannot or may not write, one sentence each

    [[nodiscard]] bool empty() const { return changes.empty(); }
};

// Files of a project are left alone, since they belong to everybody who works on it.
MendPlan plan_mend(const GuardInput& input, const GuardReport& report, const MendOptions& options);

}  // namespace mcprisk::engine
