#include "engine/crawl_plan.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>

#include "crawler/config/target_word.h"
#include "crawler/crawl_engine.h"
#include "model/base/hash.h"
#include "model/base/text.h"

namespace mcprisk::engine {
namespace {

using crawler::IndexedServer;
using crawler::StdioTarget;
using crawler::Target;

// What was decided here rather than answered there is decided anew each time.
bool is_answer(Outcome outcome) {
    switch (outcome) {
        case Outcome::not_started:
        case Outcome::no_runtime:
        case Outcome::refused:
        case Outcome::needs_configuration:
        case Outcome::needs_network:
        case Outcome::disabled:
            return false;
        default:
            return true;
    }
}

class Planner {
  public:
    Planner(const CrawlChoice& choice, const CrawlWorld& world) : choice_(choice), world_(world) {}

    CrawlPlan plan(std::vector<IndexedServer> servers) {
        for (IndexedServer& server : servers) {
            ++plan_.named;
            take(std::move(server));
        }
        return std::move(plan_);
    }

  private:
    bool wanted_here(const IndexedServer& server) const {
        if (shard_of(server.id, choice_.shards) != choice_.shard) return false;
        if (choice_.only_servers.empty()) return true;
        const auto& only = choice_.only_servers;
        return std::find(only.begin(), only.end(), server.id) != only.end() ||
               std::any_of(server.aliases.begin(), server.aliases.end(), [&](const Alias& alias) {
                   return std::find(only.begin(), only.end(), alias.value) != only.end();
               });
    }

    bool is_due(const std::string& id) const {
        const auto found = world_.attempts.find(id);
        if (found == world_.attempts.end() || !is_answer(found->second.outcome)) return true;
        const std::int64_t age = world_.now - found->second.at;
        if (found->second.ttl_ms && age * 1000 < *found->second.ttl_ms) return false;
        return choice_.refresh && age >= *choice_.refresh;
    }

    void take(IndexedServer server) {
        if (!wanted_here(server)) {
            ++plan_.elsewhere;
            return;
        }
        if (server.ways.empty() && !server.told) {
            ++plan_.without_way;
            return;
        }
        if (!is_due(server.id)) {
            ++plan_.known;
            return;
        }
        CrawlServer item;
        const bool programs = world_.no_sandbox.empty() && world_.all_programs();
        auto target = crawler::choose_way(server, choice_.only, programs);
        if (!target && !server.ways.empty()) {
            ++plan_.elsewhere;
            return;
        }
        if (choice_.limit > 0 && plan_.servers.size() >= choice_.limit) {
            ++plan_.elsewhere;
            return;
        }
        if (!target) {
            item.certain = std::make_unique<Listing>(std::move(*server.told));
        } else if (world_.opt_outs.covers(server.id, server.aliases)) {
            item.certain = std::make_unique<Listing>(crawler::failed_listing(
                *target, Outcome::refused, "its operator does not want to be crawled (--opt-out)"));
        } else {
            settle(std::move(*target), item);
            if (server.told) item.told = std::make_unique<Listing>(std::move(*server.told));
        }
        item.aliases = std::move(server.aliases);
        plan_.servers.push_back(std::move(item));
    }

    void settle(Target target, CrawlServer& item) {
        const auto certain = [&](Outcome outcome, std::string why) {
            item.certain =
                std::make_unique<Listing>(crawler::failed_listing(target, outcome, std::move(why)));
        };
        const auto* stdio = std::get_if<StdioTarget>(&target.how);
        if (!target.unresolved.empty()) {
            return certain(Outcome::needs_configuration,
                           fmt::format("it needs what the index gives no value for: {}; put it "
                                       "into a client configuration and scan that",
                                       fmt::join(target.unresolved, ", ")));
        }
        if (!world_.consents(target)) {
            return certain(
                Outcome::not_started,
                fmt::format("not started, since nobody consented: {}; give --yes, or crawl on a "
                            "terminal and answer yes",
                            crawler::describe_origin(target)));
        }
        if (stdio != nullptr && !world_.no_sandbox.empty() && !world_.is_container(*stdio)) {
            return certain(Outcome::not_started,
                           fmt::format("not started, since there is no sandbox for a program that "
                                       "an index names: {}",
                                       world_.no_sandbox));
        }
        item.target = std::make_unique<Target>(std::move(target));
    }

    const CrawlChoice& choice_;
    const CrawlWorld& world_;
    CrawlPlan plan_;
};

}  // namespace

CrawlPlan plan_crawl(std::vector<IndexedServer> servers,
                     const CrawlChoice& choice,
                     const CrawlWorld& world) {
    return Planner(choice, world).plan(std::move(servers));
}

Result<std::int64_t> parse_age(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    std::int64_t factor = 0;
    if (unit.empty() || unit == "s") factor = 1;
    if (unit == "m") factor = 60;
    if (unit == "h") factor = 3600;
    if (unit == "d") factor = 86400;
    if (unit == "w") factor = 7 * 86400;
    if (error != std::errc{} || factor == 0 || number < 0 || number > 1'000'000) {
        return fail(
            ErrorCode::invalid_input,
            fmt::format("\"{}\" is no age; expected a number with s, m, h, d or w: 12h", text));
    }
    return number * factor;
}

Result<std::pair<std::size_t, std::size_t>> parse_shard(std::string_view text) {
    const auto slash = text.find('/');
    std::size_t k = 0;
    std::size_t n = 0;
    const auto read = [](std::string_view word, std::size_t& out) {
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), out);
        return error == std::errc{} && end == word.data() + word.size();
    };
    if (slash == std::string_view::npos || !read(text.substr(0, slash), k) ||
        !read(text.substr(slash + 1), n) || k < 1 || k > n) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("\"{}\" is no shard; expected K/N, such as 2/5", text));
    }
    return std::pair(k, n);
}

std::size_t shard_of(std::string_view id, std::size_t shards) {
    if (shards <= 1) return 1;
    constexpr std::size_t kDigits = 12;
    const std::string hash = sha256_hex(id).substr(0, kDigits);
    return static_cast<std::size_t>(std::stoull(hash, nullptr, 16) % shards) + 1;
}

OptOuts::OptOuts(std::string_view text) {
    for (std::string_view line : split(text, '\n')) {
        line = trim(line.substr(0, line.find('#')));
        if (line.empty()) continue;
        if (line.find("://") != std::string_view::npos) urls_.emplace_back(line);
        words_.insert(lower_ascii(line));
    }
}

bool OptOuts::covers_url(std::string_view url) const {
    const bool begins = std::any_of(urls_.begin(), urls_.end(), [&](const std::string& start) {
        return url.starts_with(start);
    });
    if (begins) return true;
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return false;
    std::string_view rest = url.substr(scheme + 3);
    std::string host = lower_ascii(rest.substr(0, rest.find_first_of("/:?#")));
    while (!host.empty()) {
        if (words_.contains(host)) return true;
        const auto dot = host.find('.');
        if (dot == std::string::npos) return false;
        host.erase(0, dot + 1);
    }
    return false;
}

bool OptOuts::covers(std::string_view id, const std::vector<Alias>& aliases) const {
    if (words_.empty()) return false;
    if (words_.contains(lower_ascii(id)) || covers_url(id)) return true;
    return std::any_of(aliases.begin(), aliases.end(), [&](const Alias& alias) {
        return words_.contains(lower_ascii(alias.value)) ||
               words_.contains(lower_ascii(alias.kind + ":" + alias.value)) ||
               covers_url(alias.value);
    });
}

}  // namespace mcprisk::engine
