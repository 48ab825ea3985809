// `reclassify`, `backup` and `check`: looking after the catalogue.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "cli/commands/command.h"
#include "cli/session.h"
#include "engine/reclassify.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

struct ReclassifyOptions {
    bool history = false;
};

struct BackupOptions {
    std::string file;
};

struct CheckOptions {
    bool repair = false;
};

ExitCode run_reclassify(const ReclassifyOptions& options, Session& session) {
    const classifier::Classifier& classifier = session.classifier();
    store::Catalogue catalogue = session.open_catalogue(store::OpenMode::read_existing);
    const engine::Reclassified done =
        engine::reclassify(catalogue, classifier, options.history, session.environment().now());
    session.environment().out << fmt::format("{} of {} classified by rules {}",
                                             count_of(done.tools, "tool"),
                                             count_of(done.listings, "listing"),
                                             classifier.rules_version());
    if (!options.history) {
        session.environment().out << fmt::format(": {} raised, {} lowered, {} in another category",
                                                 done.raised,
                                                 done.lowered,
                                                 done.category);
    }
    session.environment().out << '\n';
    return ExitCode::done;
}

ExitCode run_backup(const BackupOptions& options, Session& session) {
    const store::Catalogue catalogue = session.open_catalogue(store::OpenMode::read_only);
    const auto file = session.environment().directory / options.file;
    if (auto copied = catalogue.backup(file); !copied) {
        throw CommandFailure(ExitCode::failed, copied.error().message);
    }
    session.note(fmt::format("wrote {}", shown_path(file, session.environment())));
    return ExitCode::done;
}

ExitCode run_check(const CheckOptions& options, Session& session) {
    store::Catalogue catalogue = session.open_catalogue(
        options.repair ? store::OpenMode::read_existing : store::OpenMode::read_only);
    if (options.repair) catalogue.rebuild();
    std::vector<std::string> damage = catalogue.check();
    if (damage.empty()) damage = engine::judge_again(catalogue, session.classifier());
    for (const std::string& line : damage) session.environment().out << printable(line) << '\n';
    if (!damage.empty()) {
        session.warn(fmt::format(
            "{} is damaged: `mcprisk check --repair` makes the search index and the current tools "
            "anew; for the rest go back to a backup",
            session.catalogue_path().string()));
        return ExitCode::found;
    }
    session.environment().out << fmt::format(
        "{}: whole, schema version {}\n",
        printable(shown_path(session.catalogue_path(), session.environment())),
        catalogue.schema_version());
    return ExitCode::done;
}

}  // namespace

void add_reclassify(CLI::App& app, Action& action) {
    auto options = std::make_shared<ReclassifyOptions>();
    CLI::App* command = app.add_subcommand(
        "reclassify", "Apply today's rules to the stored definitions, without asking any server");
    command->add_flag(
        "--history", options->history, "Also to what servers said earlier, not only last");
    command->footer(help_footer({"mcprisk reclassify", "mcprisk --rules my-rules reclassify"},
                                "0 done, 2 wrong usage, 3 there is no catalogue"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_reclassify(*options, session); };
    });
}

void add_backup(CLI::App& app, Action& action) {
    auto options = std::make_shared<BackupOptions>();
    CLI::App* command = app.add_subcommand(
        "backup", "Copy the catalogue into one file, also while others write to it");
    command->add_option("FILE", options->file, "The copy; must not be there yet")->required();
    command->footer(
        help_footer({"mcprisk backup catalogue-2026-11-21.db",
                     "mcprisk --db team.db backup /mnt/backup/team.db"},
                    "0 done, 2 wrong usage, 3 no catalogue, or it could not be copied"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_backup(*options, session); };
    });
}

void add_check(CLI::App& app, Action& action) {
    auto options = std::make_shared<CheckOptions>();
    CLI::App* command =
        app.add_subcommand("check", "Read the whole catalogue and say what is damaged");
    command->add_flag("--repair",
                      options->repair,
                      "First make anew what follows from the rest: search index, current tools");
    command->footer(help_footer({"mcprisk check", "mcprisk --db team.db check --repair"},
                                "0 it is whole, 1 it is damaged, 2 wrong usage, 3 there is no "
                                "catalogue"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_check(*options, session); };
    });
}

}  // namespace mcprisk::cli
