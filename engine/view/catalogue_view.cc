#include "engine/view/catalogue_view.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "engine/view/attack_text.h"
#include "engine/view/server_view.h"
#include "model/base/text.h"
#include "policy/decide/words.h"

namespace mcprisk::engine {
namespace {

using Index = std::unordered_map<std::string_view, std::uint32_t>;

void read_servers(CatalogueView& view,
                  const store::Catalogue& catalogue,
                  const store::BulkReader& bulk,
                  const CatalogueChoice& choice) {
    auto aliases = bulk.aliases();
    std::map<std::string, store::ServerKey, std::less<>> keys;
    for (store::ServerKey& key : bulk.server_keys()) {
        std::string id = key.id;
        keys.emplace(std::move(id), std::move(key));
    }
    for (store::ServerRow& row : catalogue.servers()) {
        const auto key = keys.find(row.id);
        if (key == keys.end()) continue;
        std::vector<Alias> names;
        if (const auto found = aliases.find(row.id); found != aliases.end()) {
            names = std::move(found->second);
        }
        std::string why = choice.everything ? "" : why_private(key->second, names);
        if (why.empty() && choice.opted_out && choice.opted_out(row.id, names)) {
            why = "its authors asked to be left out";
        }
        if (!why.empty()) {
            ++view.left_out[why];
            continue;
        }
        std::erase_if(names, [&](const Alias& alias) {
            return !choice.everything && is_private_host(alias.value);
        });
        ServerLine line;
        line.id = row.id;
        line.title = std::move(row.title);
        line.grade = grade_of(row);
        line.outcome = row.last_outcome;
        line.key = std::move(key->second);
        line.aliases = std::move(names);
        for (const auto& [level, n] : row.by_risk) {
            line.levels[static_cast<std::size_t>(level)] = static_cast<std::uint32_t>(n);
        }
        for (const auto& [category, n] : row.by_category) {
            line.categories[static_cast<std::size_t>(category)] = static_cast<std::uint32_t>(n);
        }
        view.newest = std::max(view.newest, line.key.last_seen);
        ++view.by_outcome[std::string(to_string(line.outcome))];
        view.servers.push_back(std::move(line));
    }
}

void read_tags(CatalogueView& view,
               const store::BulkReader& bulk,
               const Index& servers,
               bool everything) {
    const auto add = [&](auto& lists, auto keep) {
        return [&, keep](std::string_view tag, std::string_view server, std::string_view name) {
            const auto at = servers.find(server);
            if (at == servers.end()) return;
            const std::uint32_t tool = tool_number(view, at->second, name);
            if (tool < view.tools.size() && keep(tag, tool)) lists[std::string(tag)].push_back(tool);
        };
    };
    const auto any = [](std::string_view, std::uint32_t) { return true; };
    bulk.each_tag(store::BulkReader::Tag::capability, add(view.by_capability, any));
    bulk.each_tag(store::BulkReader::Tag::attack,
                  add(view.by_attack, [&](std::string_view id, std::uint32_t tool) {
                      return everything || publishable_attack(id, view.tools[tool].acts);
                  }));
    bulk.each_finding([&](std::string_view id,
                          RiskLevel severity,
                          std::string_view server,
                          std::string_view name) {
        if (!everything && !publishable_finding(id, severity)) return;
        const auto at = servers.find(server);
        if (at == servers.end()) return;
        const std::uint32_t tool = tool_number(view, at->second, name);
        if (tool < view.tools.size()) view.by_finding[std::string(id)].push_back(tool);
    });
    for (auto* lists : {&view.by_capability, &view.by_finding, &view.by_attack}) {
        for (auto& [tag, list] : *lists) {
            std::sort(list.begin(), list.end());
            list.erase(std::unique(list.begin(), list.end()), list.end());
        }
    }
    for (const auto& [id, list] : view.by_finding) {
        for (const std::uint32_t tool : list) view.tools[tool].finding = true;
    }
    for (std::size_t bit = 0; bit < abilities().size(); ++bit) {
        for (const std::string_view tag : abilities()[bit].tags) {
            const auto list = view.by_capability.find(std::string(tag));
            if (list == view.by_capability.end()) continue;
            for (const std::uint32_t tool : list->second) {
                view.servers[view.tools[tool].server].abilities |=
                    static_cast<std::uint16_t>(1U << bit);
            }
        }
    }
}

// Of the tool that was added last.
void add_rules(CatalogueView& view, const std::vector<std::string_view>& rules) {
    const auto tool = static_cast<std::uint32_t>(view.tools.size() - 1);
    for (const std::string_view rule : rules) {
        auto found = view.by_rule.find(rule);
        if (found == view.by_rule.end()) found = view.by_rule.emplace(rule, 0).first;
        if (found->second.empty() || found->second.back() != tool) found->second.push_back(tool);
    }
}

// "deleted_issues" and "DeleteIssue" are about the same thing: words without number, sorted, the
// word of the deed left out.
std::string object_of(std::string_view name, std::string_view server) {
    static const std::set<std::string, std::less<>> kDeeds{
        "get",  "list",   "search", "find", "read",  "query",    "fetch",    "create", "add",
        "new",  "update", "edit",   "set",  "write", "delete",   "remove",   "run",    "execute",
        "send", "post",   "make",   "show", "view",  "describe", "retrieve", "lookup", "by",
        "all",  "the",    "a",      "of",   "to",    "for",      "with",     "and",    "in",
        "from", "mcp",    "tool",   "id",   "info",  "details"};
    const std::string lower = lower_ascii(server);
    std::vector<std::string> words = policy::words_of(name);
    std::erase_if(words, [&](const std::string& word) {
        return kDeeds.contains(word) || (word.size() > 3 && lower.find(word) != std::string::npos);
    });
    for (std::string& word : words) {
        if (word.size() > 3 && word.ends_with("ies")) {
            word.replace(word.size() - 3, 3, "y");
        } else if (word.size() > 3 && word.ends_with('s') && !word.ends_with("ss")) {
            word.pop_back();
        }
    }
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    std::string out;
    for (const std::string& word : words) out += word + ' ';
    return out;
}

void find_deeds(CatalogueView& view, const std::vector<std::string>& effects) {
    std::unordered_map<std::string, std::uint32_t> numbers;
    view.deeds.assign(1, {});
    for (std::uint32_t i = 0; i < view.tools.size(); ++i) {
        ToolOutline& tool = view.tools[i];
        std::string key = object_of(tool.name, view.servers[tool.server].id);
        if (key.empty()) continue;
        key += '/';
        key += effects[i].empty() ? std::string(to_string(tool.category)) : effects[i];
        const auto [at, fresh] =
            numbers.emplace(std::move(key), static_cast<std::uint32_t>(view.deeds.size()));
        if (fresh) view.deeds.emplace_back();
        tool.deed = at->second;
        view.deeds[at->second].push_back(i);
    }
}

// Servers of two tools and more whose names are nearly the same: the same thing, or a fork.
void find_twins(CatalogueView& view) {
    std::unordered_map<std::string_view, std::vector<std::uint32_t>> by_name;
    for (const ToolOutline& tool : view.tools) {
        auto& list = by_name[tool.name];
        if (list.empty() || list.back() != tool.server) list.push_back(tool.server);
    }
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> common;
    constexpr std::size_t kTooCommon = 30;
    for (std::uint32_t i = 0; i < view.servers.size(); ++i) {
        const ServerLine& line = view.servers[i];
        if (line.tools < 2) continue;
        // The rarest name decides with whom it is compared at all.
        const std::vector<std::uint32_t>* rarest = nullptr;
        for (std::uint32_t t = 0; t < line.tools; ++t) {
            const auto& list = by_name.at(view.tools[line.first_tool + t].name);
            if (rarest == nullptr || list.size() < rarest->size()) rarest = &list;
        }
        if (rarest == nullptr || rarest->size() > kTooCommon) continue;
        for (const std::uint32_t other : *rarest) {
            if (other > i && view.servers[other].tools > 1) common[{i, other}] = 0;
        }
    }
    std::vector<std::uint32_t> root(view.servers.size());
    for (std::uint32_t i = 0; i < root.size(); ++i) root[i] = i;
    const auto top = [&](std::uint32_t i) {
        while (root[i] != i) i = root[i] = root[root[i]];
        return i;
    };
    for (const auto& [pair, n] : common) {
        if (overlap(view, pair.first, pair.second) < 0.95 ||
            overlap(view, pair.second, pair.first) < 0.95) {
            continue;
        }
        const std::uint32_t a = top(pair.first);
        const std::uint32_t b = top(pair.second);
        root[std::max(a, b)] = std::min(a, b);
    }
    std::map<std::uint32_t, std::vector<std::uint32_t>> sets;
    for (std::uint32_t i = 0; i < root.size(); ++i) sets[top(i)].push_back(i);
    for (auto& [first, members] : sets) {
        if (members.size() < 2) continue;
        view.groups.push_back(
            {"same-" + view.servers[first].id, view.servers[first].id, true, std::move(members)});
    }
}

void find_products(CatalogueView& view, const std::vector<std::string>& group_words) {
    constexpr std::size_t kFewest = 3;
    constexpr std::size_t kMost = 60;
    const std::set<std::string, std::less<>> approved(group_words.begin(), group_words.end());
    std::map<std::string, std::vector<std::uint32_t>> lists;
    for (std::uint32_t i = 0; i < view.servers.size(); ++i) {
        std::set<std::string> words;
        for (const std::string_view text :
             {std::string_view(view.servers[i].id), std::string_view(view.servers[i].title)}) {
            for (std::string& word : policy::words_of(text)) {
                if (approved.contains(word)) words.insert(std::move(word));
            }
        }
        for (const std::string& word : words) lists[word].push_back(i);
    }
    for (auto& [word, servers] : lists) {
        if (servers.size() < kFewest || servers.size() > kMost) continue;
        view.groups.push_back({word, word, false, std::move(servers)});
    }
}

}  // namespace

std::uint32_t tool_number(const CatalogueView& view, std::uint32_t server, std::string_view name) {
    const ServerLine& line = view.servers[server];
    const auto begin = view.tools.begin() + line.first_tool;
    const auto end = begin + line.tools;
    const auto found = std::lower_bound(
        begin, end, name, [](const ToolOutline& t, std::string_view n) { return t.name < n; });
    return found != end && found->name == name
               ? static_cast<std::uint32_t>(found - view.tools.begin())
               : static_cast<std::uint32_t>(view.tools.size());
}

CatalogueView read_catalogue_view(const store::Catalogue& catalogue,
                                  const store::BulkReader& bulk,
                                  const CatalogueChoice& choice) {
    CatalogueView view;
    read_servers(view, catalogue, bulk, choice);
    Index servers;
    for (std::uint32_t i = 0; i < view.servers.size(); ++i) servers[view.servers[i].id] = i;
    std::vector<std::string> effects;
    bulk.each_tool([&](const store::ToolLine& line) {
        const auto at = servers.find(line.server);
        if (at == servers.end() || !line.judged) return;
        ServerLine& server = view.servers[at->second];
        if (server.tools == 0) server.first_tool = static_cast<std::uint32_t>(view.tools.size());
        // Of two definitions with one name the milder one is not what a list should show.
        if (server.tools > 0 && view.tools.back().name == line.name) {
            view.tools.back().risk = std::max(view.tools.back().risk, line.risk);
            return;
        }
        ++server.tools;
        view.tools.push_back({.server = at->second,
                              .name = std::string(line.name),
                              .category = line.category,
                              .risk = line.risk,
                              .confidence = static_cast<float>(line.confidence),
                              .acts = line.acts,
                              .changed_at = line.changed_at});
        effects.emplace_back(line.effect);
        add_rules(view, line.rules);
    });
    read_tags(view, bulk, servers, choice.everything);
    relate(view, effects, choice.group_words);
    return view;
}

void each_text(
    const CatalogueView& view,
    const store::BulkReader& bulk,
    const std::function<void(std::uint32_t, std::string_view, std::string_view)>& visit) {
    Index servers;
    for (std::uint32_t i = 0; i < view.servers.size(); ++i) servers[view.servers[i].id] = i;
    bulk.each_text([&](std::string_view server,
                       std::string_view name,
                       std::string_view title,
                       std::string_view description) {
        const auto at = servers.find(server);
        if (at == servers.end()) return;
        const std::uint32_t tool = tool_number(view, at->second, name);
        if (tool < view.tools.size()) visit(tool, title, description);
    });
}

void relate(CatalogueView& view,
            const std::vector<std::string>& effects,
            const std::vector<std::string>& group_words) {
    find_deeds(view, effects);
    view.groups.clear();
    find_twins(view);
    find_products(view, group_words);
    std::sort(view.groups.begin(), view.groups.end(), [](const Group& a, const Group& b) {
        return a.id < b.id;
    });
    view.groups_of.assign(view.servers.size(), {});
    for (std::uint32_t g = 0; g < view.groups.size(); ++g) {
        for (const std::uint32_t server : view.groups[g].servers) {
            view.groups_of[server].push_back(g);
        }
    }
}

std::vector<std::uint32_t> same_deed(const CatalogueView& view,
                                     std::uint32_t tool,
                                     std::size_t limit) {
    std::vector<std::uint32_t> out;
    const std::uint32_t deed = view.tools[tool].deed;
    if (deed == 0) return out;
    const auto& list = view.deeds[deed];
    const auto own = std::lower_bound(list.begin(), list.end(), tool) - list.begin();
    std::set<std::uint32_t> servers{view.tools[tool].server};
    for (std::size_t k = 1; k < list.size() && k < 60 && out.size() < limit; ++k) {
        const std::uint32_t other = list[(static_cast<std::size_t>(own) + k) % list.size()];
        if (servers.insert(view.tools[other].server).second) out.push_back(other);
    }
    std::sort(out.begin(), out.end());
    return out;
}

double overlap(const CatalogueView& view, std::uint32_t a, std::uint32_t b) {
    const ServerLine& one = view.servers[a];
    if (one.tools == 0) return 0;
    std::size_t both = 0;
    for (std::uint32_t t = 0; t < one.tools; ++t) {
        both +=
            tool_number(view, b, view.tools[one.first_tool + t].name) < view.tools.size() ? 1 : 0;
    }
    return static_cast<double>(both) / one.tools;
}

}  // namespace mcprisk::engine
