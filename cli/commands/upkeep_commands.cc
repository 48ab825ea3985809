// `reclassify`, `backup` and `check`: looking after the catalogue.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <ostream>

#include "cli/commands/command.h"
#include "cli/session.h"
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

struct Moves {
    std::size_t raised = 0;
    std::size_t lowered = 0;
    std::size_t category = 0;
};

void count_moves(const std::vector<store::ToolRow>& before,
                 const std::vector<Verdict>& now,
                 Moves& moves) {
    std::map<std::pair<std::string, std::string>, const Verdict*> old;
    for (const store::ToolRow& row : before) {
        if (!row.verdict.rules_version.empty()) {
            old[{row.tool.name, row.tool.definition_hash}] = &row.verdict;
        }
    }
    for (const Verdict& verdict : now) {
        const auto found = old.find({verdict.tool, verdict.definition_hash});
        if (found == old.end()) continue;
        moves.raised += verdict.risk > found->second->risk ? 1 : 0;
        moves.lowered += verdict.risk < found->second->risk ? 1 : 0;
        moves.category += verdict.category != found->second->category ? 1 : 0;
    }
}

ExitCode run_reclassify(const ReclassifyOptions& options, Session& session) {
    const classifier::Classifier& classifier = session.classifier();
    store::Catalogue catalogue = session.open_catalogue(store::OpenMode::read_existing);
    std::size_t tools = 0;
    std::size_t listings = 0;
    Moves moves;
    const auto judge = [&](store::ListingId listing, bool shown) {
        const ServerDocument document = catalogue.document_of(listing);
        const std::vector<Verdict> verdicts = classifier.classify(document);
        if (shown) count_moves(catalogue.tools_of(document.server), verdicts, moves);
        catalogue.judge(listing, verdicts, session.environment().now());
        tools += verdicts.size();
        ++listings;
    };
    // Old listings first: of two judgements the later one is shown.
    if (options.history) {
        for (const store::ListingId listing :
             catalogue.listings_to_judge(classifier.rules_version(), true)) {
            judge(listing, false);
        }
    }
    for (const store::ListingId listing :
         catalogue.listings_to_judge(classifier.rules_version(), false)) {
        judge(listing, true);
    }
    session.environment().out << fmt::format("{} of {} classified by rules {}",
                                             count_of(tools, "tool"),
                                             count_of(listings, "listing"),
                                             classifier.rules_version());
    if (!options.history) {
        session.environment().out << fmt::format(": {} raised, {} lowered, {} in another category",
                                                 moves.raised,
                                                 moves.lowered,
                                                 moves.category);
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

std::string judged(const Verdict& verdict) {
    return fmt::format("{} {}", to_string(verdict.risk), to_string(verdict.category));
}

std::vector<std::string> finding_ids(const Verdict& verdict) {
    std::vector<std::string> ids;
    for (const Finding& finding : verdict.findings) ids.push_back(finding.id);
    std::sort(ids.begin(), ids.end());
    return ids;
}

// The same rules say the same of the same definition: a verdict that they do not give was put there
// by somebody else, whatever its hash.
std::vector<std::string> judge_again(const store::Catalogue& catalogue, Session& session) {
    constexpr std::size_t kMostLines = 100;
    const classifier::Classifier& classifier = session.classifier();
    std::vector<std::string> lines;
    std::size_t unjudged = 0;
    for (const store::ServerRow& server : catalogue.servers()) {
        const auto snapshot = catalogue.snapshot(server.id);
        if (!snapshot) continue;
        std::map<std::pair<std::string, std::string>, Verdict> now;
        for (Verdict& verdict : classifier.classify(snapshot->document)) {
            now.emplace(std::pair(verdict.tool, verdict.definition_hash), std::move(verdict));
        }
        for (const store::ToolRow& row : catalogue.tools_of(server.id)) {
            const Verdict& stored = row.verdict;
            if (stored.rules_version.empty()) ++unjudged;
            const auto found = now.find({row.tool.name, row.tool.definition_hash});
            if (found == now.end() || stored.rules_version != classifier.rules_version()) continue;
            const Verdict& right = found->second;
            const bool same = stored.category == right.category && stored.risk == right.risk &&
                              stored.base_risk == right.base_risk &&
                              stored.risk_without_claims == right.risk_without_claims &&
                              finding_ids(stored) == finding_ids(right);
            if (same || lines.size() == kMostLines) continue;
            lines.push_back(fmt::format("{} on {} is stored as {}, and its rules say {}",
                                        row.tool.name,
                                        server.id,
                                        judged(stored),
                                        judged(right)));
        }
    }
    if (unjudged > 0) {
        lines.push_back(fmt::format("{} without a verdict: `mcprisk reclassify` gives them one",
                                    count_of(unjudged, "tool")));
    }
    return lines;
}

ExitCode run_check(const CheckOptions& options, Session& session) {
    store::Catalogue catalogue = session.open_catalogue(
        options.repair ? store::OpenMode::read_existing : store::OpenMode::read_only);
    if (options.repair) catalogue.rebuild();
    std::vector<std::string> damage = catalogue.check();
    if (damage.empty()) damage = judge_again(catalogue, session);
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
