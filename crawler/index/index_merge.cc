#include "crawler/index/index_merge.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mcprisk::crawler {
namespace {

std::string key_of(const Alias& alias) { return alias.kind + " " + alias.value; }

bool same_way(const IndexWay& a, const IndexWay& b) {
    if (a.remote != b.remote) return false;
    if (const auto* http = std::get_if<HttpTarget>(&a.target.how)) {
        return http->url == std::get<HttpTarget>(b.target.how).url;
    }
    return std::get<StdioTarget>(a.target.how).argv == std::get<StdioTarget>(b.target.how).argv;
}

void absorb(IndexEntry& into, IndexEntry entry) {
    for (Alias& alias : entry.aliases) {
        add_alias(into, std::move(alias.kind), std::move(alias.value), std::move(alias.evidence));
    }
    for (IndexWay& way : entry.ways) {
        const auto same = [&](const IndexWay& other) { return same_way(way, other); };
        if (std::none_of(into.ways.begin(), into.ways.end(), same)) {
            into.ways.push_back(std::move(way));
        }
    }
    if (!into.told) into.told = std::move(entry.told);
    if (into.title.empty()) into.title = std::move(entry.title);
    if (into.description.empty()) into.description = std::move(entry.description);
    if (into.no_way.empty()) into.no_way = std::move(entry.no_way);
}

int rank(const IndexWay& way, bool programs) {
    constexpr int kUnresolved = 100;
    constexpr int kWanted = 10;
    constexpr int kProgramFirst = 1;
    constexpr int kNotAllowed = 50;
    int rank = way.target.unresolved.empty() ? 0 : kUnresolved;
    if (!way.target.wanted.empty()) rank += kWanted;
    if (way.remote) return rank;
    rank += programs ? kProgramFirst : kNotAllowed;
    constexpr std::array<std::string_view, 4> kOrder{"npx", "uvx", "docker", "dnx"};
    const std::string& program = std::get<StdioTarget>(way.target.how).argv.front();
    const auto* const at = std::find(kOrder.begin(), kOrder.end(), program);
    return rank + static_cast<int>(at - kOrder.begin());
}

}  // namespace

std::size_t IndexMerge::root(std::size_t group) {
    while (parents_[group] != group) group = parents_[group] = parents_[parents_[group]];
    return group;
}

void IndexMerge::add(IndexEntry entry) {
    std::vector<std::string> keys;
    for (const Alias& alias : entry.aliases) {
        if (identifies(alias)) keys.push_back(key_of(alias));
    }
    // Without any name of that kind, the name in its index has to do.
    if (keys.empty()) keys.push_back("name " + entry.name);
    std::size_t home = groups_.size();
    for (const std::string& key : keys) {
        const auto found = by_name_.find(key);
        if (found != by_name_.end()) home = std::min(home, root(found->second));
    }
    if (home == groups_.size()) {
        parents_.push_back(home);
        counts_.push_back(1);
        groups_.push_back(std::move(entry));
    } else {
        ++counts_[home];
        absorb(groups_[home], std::move(entry));
    }
    for (std::string& key : keys) {
        const auto [found, added] = by_name_.emplace(std::move(key), home);
        if (added) continue;
        const std::size_t other = root(found->second);
        if (other == home) continue;
        absorb(groups_[home], std::exchange(groups_[other], {}));
        counts_[home] += std::exchange(counts_[other], 0);
        parents_[other] = home;
    }
}

std::vector<IndexedServer> IndexMerge::take(const Known& known) {
    std::vector<IndexedServer> servers;
    std::unordered_map<std::string, std::size_t> by_id;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        if (root(i) != i) continue;
        IndexEntry entry = std::move(groups_[i]);
        std::string id;
        for (const Alias& alias : entry.aliases) {
            if (!known || !identifies(alias)) continue;
            if (auto name = known(alias)) {
                id = std::move(*name);
                break;
            }
        }
        if (id.empty()) id = entry_id(entry);
        // Two servers of this crawl may be one to the catalogue.
        const auto [place, added] = by_id.emplace(id, servers.size());
        if (!added) {
            IndexedServer& there = servers[place->second];
            there.aliases.insert(there.aliases.end(),
                                 std::make_move_iterator(entry.aliases.begin()),
                                 std::make_move_iterator(entry.aliases.end()));
            there.entries += counts_[i];
            continue;
        }
        for (IndexWay& way : entry.ways) way.target.id = id;
        if (entry.told) entry.told->document.server = id;
        IndexedServer server{std::move(id),
                             std::move(entry.aliases),
                             std::move(entry.ways),
                             std::move(entry.told),
                             std::move(entry.no_way),
                             counts_[i]};
        servers.push_back(std::move(server));
    }
    *this = {};
    return servers;
}

std::optional<Target> choose_way(const IndexedServer& server, OnlyWays only, bool programs) {
    const IndexWay* best = nullptr;
    for (const IndexWay& way : server.ways) {
        if (only == OnlyWays::remote && !way.remote) continue;
        if (only == OnlyWays::package && way.remote) continue;
        if (best == nullptr || rank(way, programs) < rank(*best, programs)) best = &way;
    }
    if (best == nullptr) return std::nullopt;
    return best->target;
}

}  // namespace mcprisk::crawler
