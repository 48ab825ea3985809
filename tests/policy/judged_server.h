// Servers with verdicts that stand still, so that what is written for them can be compared to the
// byte: tests/policy/judged/*.json.
#pragma once

#include <string>

#include "fixtures.h"
#include "policy/targets/target.h"

namespace mcprisk::policy::testing {

struct JudgedServer {
    std::string name;
    std::string id;
    Bench bench;
    [[nodiscard]] NamedServer decided(const Options& options = {}) const;
};

// `name` is the stem of the file: "bookshop", "github", "workshop".
JudgedServer read_judged(const std::string& name);

// The row of --for; throws if there is none.
const Target& target(std::string_view word);

std::string read_file(const std::string& path);  // below the source folder; throws if there is none

}  // namespace mcprisk::policy::testing
