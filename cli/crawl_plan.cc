#include "cli/crawl_plan.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>

#include "crawler/config/input_file.h"
#include "crawler/config/target_word.h"
#include "crawler/crawl_engine.h"
#include "crawler/process/launch.h"
#include "crawler/process/program.h"
#include "model/base/hash.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

using crawler::HttpTarget;
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
    Planner(const CrawlWords& words,
            const store::Catalogue* catalogue,
            CrawlConsent consent,
            Session& session)
        : words_(words), catalogue_(catalogue), consent_(std::move(consent)), session_(session) {
        if (catalogue_ != nullptr) attempts_ = catalogue_->last_attempts();
    }

    void read(crawler::Loop& loop, crawler::HttpClient& client) {
        crawler::VariableScope scope;
        scope.environment = session_.environment().variable;
        scope.read_file = [](const std::string& path) -> std::optional<std::string> {
            auto text = crawler::read_text_file(path, std::size_t{1} << 20);
            if (!text) return std::nullopt;
            return std::move(*text);
        };
        crawler::IndexSourceOptions options;
        options.read.all_versions = words_.all_versions;
        // The variables of this machine are no business of an index: only its home is named.
        for (const std::string& header : words_.headers) {
            auto read = crawler::read_header_option(header, scope);
            if (!read) throw CommandFailure(ExitCode::usage, read.error().message);
            options.headers.push_back(std::move(*read));
        }
        for (const std::string& word : words_.indexes) read_one(word, options, loop, client);
    }

    CrawlPlan plan() {
        const OptOuts opt_outs(
            words_.opt_out.empty() ? "" : read_whole(session_.environment(), words_.opt_out));
        const auto known = [&](const Alias& alias) -> std::optional<std::string> {
            if (catalogue_ == nullptr) return std::nullopt;
            return catalogue_->server_by_alias(alias.kind, alias.value);
        };
        for (IndexedServer& server : merge_.take(known)) {
            ++plan_.named;
            take(std::move(server), opt_outs);
        }
        return std::move(plan_);
    }

  private:
    void read_one(const std::string& word,
                  const crawler::IndexSourceOptions& options,
                  crawler::Loop& loop,
                  crawler::HttpClient& client) {
        Diagnostics diagnostics;
        const bool address = word.find("://") != std::string::npos;
        const std::string place =
            address ? word : (session_.environment().directory / word).string();
        auto totals = crawler::read_index_source(
            place, options, loop, client, diagnostics, [&](crawler::IndexPage page) {
                for (crawler::IndexEntry& entry : page.entries) merge_.add(std::move(entry));
            });
        constexpr std::size_t kShown = 20;
        const auto& items = diagnostics.items();
        for (std::size_t i = 0; i < std::min(items.size(), kShown); ++i) {
            const Diagnostic& d = items[i];
            session_.warn(fmt::format("{}{}{}{}: {}",
                                      d.file,
                                      d.line > 0 ? fmt::format(":{}", d.line) : "",
                                      d.path.empty() ? "" : ": ",
                                      d.path,
                                      d.message));
        }
        if (items.size() > kShown) {
            session_.warn(fmt::format("{}: {} more such entries", word, items.size() - kShown));
        }
        if (!totals) throw CommandFailure(ExitCode::failed, totals.error().message);
        plan_.entries += totals->entries;
        std::string more;
        if (totals->pages > 1) more += fmt::format(" on {} pages", totals->pages);
        if (totals->left_out > 0) {
            more += fmt::format(", {} older, deleted or switched off left out", totals->left_out);
        }
        session_.note(fmt::format(
            "{}: {}, {}{}",
            word,
            totals->kind,
            totals->entries == 1 ? "1 entry" : fmt::format("{} entries", totals->entries),
            more));
    }

    bool wanted_here(const IndexedServer& server) const {
        if (shard_of(server.id, words_.shards) != words_.shard) return false;
        if (words_.only_servers.empty()) return true;
        const auto& only = words_.only_servers;
        return std::find(only.begin(), only.end(), server.id) != only.end() ||
               std::any_of(server.aliases.begin(), server.aliases.end(), [&](const Alias& alias) {
                   return std::find(only.begin(), only.end(), alias.value) != only.end();
               });
    }

    bool is_due(const std::string& id) const {
        const auto found = attempts_.find(id);
        if (found == attempts_.end() || !is_answer(found->second.outcome)) return true;
        const std::int64_t age = session_.environment().now() - found->second.at;
        if (found->second.ttl_ms && age * 1000 < *found->second.ttl_ms) return false;
        return words_.refresh && age >= *words_.refresh;
    }

    void take(IndexedServer server, const OptOuts& opt_outs) {
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
        const bool programs = consent_.no_sandbox.empty() && consent_.consent.allows_all();
        auto target = crawler::choose_way(server, words_.only, programs);
        if (!target && !server.ways.empty()) {
            ++plan_.elsewhere;
            return;
        }
        if (words_.limit > 0 && plan_.servers.size() >= words_.limit) {
            ++plan_.elsewhere;
            return;
        }
        if (!target) {
            item.certain = std::make_unique<Listing>(std::move(*server.told));
        } else if (opt_outs.covers(server.id, server.aliases)) {
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
        if (!consent_.consent.allows(target, Consent::Source::index)) {
            return certain(
                Outcome::not_started,
                fmt::format("not started, since nobody consented: {}; give --yes, or crawl on a "
                            "terminal and answer yes",
                            crawler::describe_origin(target)));
        }
        if (stdio != nullptr && !consent_.no_sandbox.empty() &&
            !crawler::container_runtime(stdio->argv.front(),
                                        crawler::base_environment()["PATH"],
                                        session_.environment().directory.string())) {
            return certain(Outcome::not_started,
                           fmt::format("not started, since there is no sandbox for a program that "
                                       "an index names: {}",
                                       consent_.no_sandbox));
        }
        item.target = std::make_unique<Target>(std::move(target));
    }

    const CrawlWords& words_;
    const store::Catalogue* catalogue_;
    CrawlConsent consent_;
    Session& session_;
    std::map<std::string, store::LastAttempt, std::less<>> attempts_;
    crawler::IndexMerge merge_;
    CrawlPlan plan_;
};

}  // namespace

CrawlPlan plan_crawl(const CrawlWords& words,
                     const store::Catalogue* catalogue,
                     CrawlConsent consent,
                     crawler::Loop& loop,
                     crawler::HttpClient& client,
                     Session& session) {
    Planner planner(words, catalogue, std::move(consent), session);
    planner.read(loop, client);
    return planner.plan();
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

}  // namespace mcprisk::cli
