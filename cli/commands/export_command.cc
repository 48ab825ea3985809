// `export` and `merge`: the catalogue as data, and several into one.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <ostream>

#include "cli/commands/command.h"
#include "cli/new_file.h"
#include "cli/output/sarif.h"
#include "cli/output/verdict_output.h"
#include "cli/policy_settings.h"
#include "cli/session.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;

struct ExportOptions {
    std::string format;
    std::string file;
};

struct MergeOptions {
    std::vector<std::string> files;
};

std::vector<Verdict> verdicts_of(const store::Catalogue& catalogue, const std::string& server) {
    std::vector<Verdict> verdicts;
    for (store::ToolRow& row : catalogue.tools_of(server)) {
        if (!row.verdict.rules_version.empty()) verdicts.push_back(std::move(row.verdict));
    }
    return verdicts;
}

// One server after another, so that a large catalogue needs no large memory; SARIF is one document.
void write_all(const store::Catalogue& catalogue,
               Format format,
               Session& session,
               std::ostream& out) {
    std::vector<SarifResult> results;
    std::vector<std::pair<std::string, std::string>> unknown;
    if (format == Format::csv) out << verdict_csv_head();
    for (const store::ServerRow& server : catalogue.servers()) {
        const std::vector<Verdict> verdicts = verdicts_of(catalogue, server.id);
        if (format == Format::jsonl) {
            out << verdict_lines(verdicts);
        } else if (format == Format::csv) {
            out << verdict_csv_rows(verdicts);
        } else {
            for (SarifResult& result : sarif_results(verdicts))
                results.push_back(std::move(result));
            if (!server.last_listed) unknown.emplace_back(server.id, server.last_failure);
        }
    }
    if (format == Format::sarif) {
        acceptance(session)(results);
        out << sarif_text({.id = "mcprisk/export/",
                           .results = std::move(results),
                           .unknown = std::move(unknown)});
    }
}

ExitCode run_export(const ExportOptions& options, Session& session) {
    const auto format = parse_format(options.format);
    if (!format ||
        (*format != Format::jsonl && *format != Format::csv && *format != Format::sarif)) {
        throw CommandFailure(
            ExitCode::usage,
            fmt::format("cannot export \"{}\": jsonl, csv or sarif", options.format));
    }
    const store::Catalogue catalogue = session.open_catalogue(store::OpenMode::read_only);
    if (options.file == "-") {
        write_all(catalogue, *format, session, session.environment().out);
        return ExitCode::done;
    }
    const fs::path file = session.environment().directory / options.file;
    NewFile made(file);
    write_all(catalogue, *format, session, made.out());
    made.put();
    session.note(fmt::format("wrote {}", shown_path(file, session.environment())));
    return ExitCode::done;
}

ExitCode run_merge(const MergeOptions& options, Session& session) {
    std::vector<store::Catalogue> others;
    std::error_code ignored;
    for (const std::string& name : options.files) {
        const fs::path file = session.environment().directory / name;
        if (fs::equivalent(file, session.catalogue_path(), ignored)) {
            throw CommandFailure(ExitCode::usage,
                                 fmt::format("{} is the catalogue that is merged into", name));
        }
        auto other = store::Catalogue::open(file, store::OpenMode::read_only);
        if (!other) throw CommandFailure(ExitCode::failed, other.error().message);
        others.push_back(std::move(*other));
    }
    store::Catalogue catalogue = session.open_catalogue(store::OpenMode::read_write);
    for (std::size_t i = 0; i < others.size(); ++i) {
        const store::Merged merged = catalogue.merge(others[i]);
        session.environment().out << printable(
                                         fmt::format("{}: {}, {}, {}, {} that were new",
                                                     options.files[i],
                                                     count_of(merged.observations, "observation"),
                                                     count_of(merged.servers, "server"),
                                                     count_of(merged.listings, "listing"),
                                                     count_of(merged.tool_versions, "definition")))
                                  << '\n';
    }
    return ExitCode::done;
}

}  // namespace

void add_export(CLI::App& app, Action& action) {
    auto options = std::make_shared<ExportOptions>();
    CLI::App* command =
        app.add_subcommand("export", "Write the verdicts of the whole catalogue as data");
    command->add_option("FORMAT", options->format, "jsonl, csv or sarif")->required();
    command->add_option("-o,--output", options->file, "The file to write, - for standard output")
        ->type_name("PATH")
        ->required();
    command->footer(
        help_footer({"mcprisk export jsonl -o verdicts.jsonl", "mcprisk export csv -o - | head"},
                    "0 done, 2 wrong usage, 3 no catalogue, or it could not be "
                    "written"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_export(*options, session); };
    });
}

void add_merge(CLI::App& app, Action& action) {
    auto options = std::make_shared<MergeOptions>();
    CLI::App* command = app.add_subcommand(
        "merge", "Take in what other catalogues observed; doing it again changes nothing");
    command->add_option("DB", options->files, "Database files to read")->required();
    command->footer(help_footer({"mcprisk merge shard-1.db shard-2.db",
                                 "mcprisk --db team.db merge ~/.local/share/mcprisk/catalogue.db"},
                                "0 done, 2 wrong usage, 3 something could not be read or written"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_merge(*options, session); };
    });
}

}  // namespace mcprisk::cli
