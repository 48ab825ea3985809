#include "cli/crawl_indexes.h"

#include <fmt/format.h>
#include <algorithm>

#include "crawler/config/input_file.h"
#include "crawler/config/target_word.h"
#include "crawler/process/launch.h"
#include "crawler/process/program.h"

namespace mcprisk::cli {
namespace {

// The entries of all indexes, joined into servers.
class IndexReading {
  public:
    IndexReading(const CrawlWords& words, Session& session) : words_(words), session_(session) {}

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

    std::vector<crawler::IndexedServer> servers(const store::Catalogue* catalogue) {
        return merge_.take([&](const Alias& alias) -> std::optional<std::string> {
            if (catalogue == nullptr) return std::nullopt;
            return catalogue->server_by_alias(alias.kind, alias.value);
        });
    }

    [[nodiscard]] std::size_t entries() const { return entries_; }

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
        entries_ += totals->entries;
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

    const CrawlWords& words_;
    Session& session_;
    crawler::IndexMerge merge_;
    std::size_t entries_ = 0;
};

}  // namespace

engine::CrawlPlan read_crawl_plan(const CrawlWords& words,
                                  const store::Catalogue* catalogue,
                                  CrawlConsent consent,
                                  crawler::Loop& loop,
                                  crawler::HttpClient& client,
                                  Session& session) {
    const Environment& environment = session.environment();
    engine::CrawlWorld world;
    if (catalogue != nullptr) world.attempts = catalogue->last_attempts();
    IndexReading reading(words, session);
    reading.read(loop, client);
    world.now = environment.now();
    if (!words.opt_out.empty()) {
        world.opt_outs = engine::OptOuts(read_whole(environment, words.opt_out));
    }
    world.no_sandbox = std::move(consent.no_sandbox);
    world.all_programs = [&] { return consent.consent.allows_all(); };
    world.consents = [&](const crawler::Target& target) {
        return consent.consent.allows(target, Consent::Source::index);
    };
    world.is_container = [&](const crawler::StdioTarget& program) {
        return crawler::container_runtime(program.argv.front(),
                                          crawler::base_environment()["PATH"],
                                          environment.directory.string())
            .has_value();
    };
    engine::CrawlPlan plan = engine::plan_crawl(reading.servers(catalogue), words.choice, world);
    plan.entries = reading.entries();
    return plan;
}

}  // namespace mcprisk::cli
