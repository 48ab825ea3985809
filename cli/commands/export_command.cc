// `export`: the catalogue as data.
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

}  // namespace mcprisk::cli
