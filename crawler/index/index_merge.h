// Entries of several indexes joined into servers, on evidence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crawler/index/index_entry.h"

namespace mcprisk::crawler {

struct IndexedServer {
    std::string id;
    std::vector<Alias> aliases;
    std::vector<IndexWay> ways;  // in the order of the indexes, each once
    std::optional<Listing> told;
    std::string no_way;
    std::size_t entries = 0;  // that it was found in
};

enum class OnlyWays : std::uint8_t { all, remote, package };

// Two entries are one server if an identifying name (identifies(), index_entry.h) is the same;
// never for a likeness of titles or of what the server says of itself. Not thread-safe.
class IndexMerge {
  public:
    void add(IndexEntry entry);

    // The id under which a server is known already, by one of its names; may be empty.
    using Known = std::function<std::optional<std::string>(const Alias&)>;

    // In the order in which they were first met.
    std::vector<IndexedServer> take(const Known& known);

  private:
    std::size_t root(std::size_t group);

    std::vector<IndexEntry> groups_;
    std::vector<std::size_t> parents_;
    std::vector<std::size_t> counts_;
    std::unordered_map<std::string, std::size_t> by_name_;
};

// The way to take. An address comes before a program, unless it wants a credential and the program
// does not; a package of npm before one of PyPI, and both before containers. `programs` tells
// whether programs may be started at all. Empty if none fits `only`.
std::optional<Target> choose_way(const IndexedServer& server, OnlyWays only, bool programs);

}  // namespace mcprisk::crawler
