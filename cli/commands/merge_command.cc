// `merge`: several catalogues into one.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <ostream>

#include "cli/commands/command.h"
#include "cli/output/crawl_progress.h"
#include "cli/output/table.h"
#include "cli/session.h"
#include "engine/crawl_plan.h"
#include "model/base/text.h"
#include "store/bulk_reader.h"
#include "store/database_error.h"
#include "store/forget.h"

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;

struct MergeOptions {
    std::vector<std::string> files;
    std::string opt_out;
};

// On a terminal one line that is drawn over, else a line every ten seconds. Not under --quiet.
class MergeTicker {
  public:
    MergeTicker(Environment& environment, bool quiet) : environment_(environment), quiet_(quiet) {}
    ~MergeTicker() {
        if (drawn_) environment_.err << "\r\x1b[K" << std::flush;
    }
    MergeTicker(const MergeTicker&) = delete;
    MergeTicker& operator=(const MergeTicker&) = delete;

    void tell(std::size_t done, std::size_t total) {
        constexpr std::chrono::milliseconds kOnTerminal{200};
        constexpr std::chrono::milliseconds kInLog{10'000};
        const auto now = Clock::now();
        if (quiet_ || now - last_ < (environment_.err_is_terminal ? kOnTerminal : kInLog)) return;
        last_ = now;
        const std::chrono::duration<double> elapsed = now - begun_;
        const std::string text = fmt::format("merging: {} of {} servers, {:.0f}/s",
                                             grouped(done),
                                             grouped(total),
                                             static_cast<double>(done) / elapsed.count());
        if (!environment_.err_is_terminal) {
            environment_.err << text << '\n' << std::flush;
            return;
        }
        const std::size_t width = std::max<std::size_t>(environment_.columns, 20) - 1;
        environment_.err << '\r' << fit_columns(text, width) << "\x1b[K" << std::flush;
        drawn_ = true;
    }

  private:
    using Clock = std::chrono::steady_clock;
    Environment& environment_;
    bool quiet_;
    bool drawn_ = false;
    Clock::time_point begun_ = Clock::now();
    Clock::time_point last_ = begun_;
};

// The files that can be opened, and their names. What cannot is said.
struct Opened {
    std::vector<store::Catalogue> catalogues;
    std::vector<std::string> names;
};

Opened open_all(const MergeOptions& options, Session& session) {
    Opened opened;
    std::error_code ignored;
    for (const std::string& name : options.files) {
        const fs::path file = session.environment().directory / name;
        if (fs::equivalent(file, session.catalogue_path(), ignored)) {
            throw CommandFailure(ExitCode::usage,
                                 fmt::format("{} is the catalogue that is merged into", name));
        }
        try {
            auto other = store::Catalogue::open(file, store::OpenMode::read_only);
            if (!other) {
                const bool missing = !fs::exists(file, ignored);
                session.warn(
                    fmt::format("{} is left out: {}",
                                name,
                                missing ? "there is no such file" : other.error().message));
                continue;
            }
            opened.catalogues.push_back(std::move(*other));
            opened.names.push_back(name);
        } catch (const store::DatabaseError& error) {
            session.warn(fmt::format("{} is left out: {}", name, error.what()));
        }
    }
    return opened;
}

void say_what_is_lost(const std::string& name,
                      const store::MergeReport& report,
                      const Session& session) {
    std::string lost =
        report.servers_lost == 0
            ? std::string()
            : fmt::format("{} could not be taken", count_of(report.servers_lost, "server"));
    if (report.broke_off) {
        lost += lost.empty() ? "the rest of it" : " and the rest of it";
        if (report.servers_lost == 0) lost += " could not be read";
    }
    session.warn(
        fmt::format("{} is damaged, {}: {}; what was whole is merged, and a whole copy can "
                    "be merged on top",
                    name,
                    lost,
                    report.damage));
}

// Nothing stays of servers whose authors asked to be left out, whoever listed them.
void forget_opted_out(const MergeOptions& options, Session& session) {
    if (options.opt_out.empty()) return;
    const engine::OptOuts opt_outs(read_whole(session.environment(), options.opt_out));
    std::vector<std::string> ids;
    {
        const auto bulk = store::BulkReader::open(session.catalogue_path());
        if (!bulk) throw CommandFailure(ExitCode::failed, bulk.error().message);
        const auto aliases = bulk->aliases();
        static const std::vector<Alias> none;
        for (const store::ServerKey& key : bulk->server_keys()) {
            const auto names = aliases.find(key.id);
            if (opt_outs.covers(key.id, names == aliases.end() ? none : names->second)) {
                ids.push_back(key.id);
            }
        }
    }
    if (ids.empty()) return;
    const auto forgotten = store::forget_servers(session.catalogue_path(), ids);
    if (!forgotten) throw CommandFailure(ExitCode::failed, forgotten.error().message);
    session.note(fmt::format("left out: {}, its authors asked for it",
                             count_of(forgotten->servers, "server")));
}

ExitCode run_merge(const MergeOptions& options, Session& session) {
    const Opened opened = open_all(options, session);
    if (opened.catalogues.empty()) {
        throw CommandFailure(ExitCode::failed, "there is nothing to merge");
    }
    std::vector<store::MergeReport> reports;
    {
        store::Catalogue catalogue = session.open_catalogue(store::OpenMode::read_write);
        MergeTicker ticker(session.environment(), session.options().quiet);
        reports = catalogue.merge(opened.catalogues, [&](std::size_t done, std::size_t total) {
            ticker.tell(done, total);
        });
    }
    forget_opted_out(options, session);
    bool whole = opened.names.size() == options.files.size();
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const store::Merged& merged = reports[i].merged;
        session.environment().out << printable(
                                         fmt::format("{}: {}, {}, {}, {} that were new",
                                                     opened.names[i],
                                                     count_of(merged.observations, "observation"),
                                                     count_of(merged.servers, "server"),
                                                     count_of(merged.listings, "listing"),
                                                     count_of(merged.tool_versions, "definition")))
                                  << '\n';
        if (!reports[i].damage.empty()) {
            say_what_is_lost(opened.names[i], reports[i], session);
            whole = false;
        }
    }
    return whole ? ExitCode::done : ExitCode::failed;
}

}  // namespace

void add_merge(CLI::App& app, Action& action) {
    auto options = std::make_shared<MergeOptions>();
    CLI::App* command = app.add_subcommand(
        "merge",
        "Take in what other catalogues observed, in any order; doing it again changes nothing");
    command->add_option("DB", options->files, "Database files to read")->required();
    command
        ->add_option("--opt-out",
                     options->opt_out,
                     "Keep nothing of servers this file names, as crawl and export site do")
        ->type_name("FILE");
    command->footer(
        help_footer({"mcprisk merge shard-1.db shard-2.db",
                     "mcprisk --db team.db merge ~/.local/share/mcprisk/catalogue.db"},
                    "0 done, 2 wrong usage, 3 a file was missing or damaged (it is "
                    "named, and what is whole is merged), or nothing could be written"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_merge(*options, session); };
    });
}

}  // namespace mcprisk::cli
