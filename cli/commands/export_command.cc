// `export`: the catalogue as data, or as a website.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <ostream>

#include "cli/commands/command.h"
#include "cli/commands/site_command.h"
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
    SiteWords site;
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
    if (equals_ignoring_case(options.format, "site")) {
        if (options.file == "-") {
            throw CommandFailure(ExitCode::usage, "a site is a folder of files: name one with -o");
        }
        SiteWords words = options.site;
        words.folder = options.file;
        return run_site(words, session);
    }
    const auto format = parse_format(options.format);
    if (!format ||
        (*format != Format::jsonl && *format != Format::csv && *format != Format::sarif)) {
        throw CommandFailure(
            ExitCode::usage,
            fmt::format("cannot export \"{}\": site, jsonl, csv or sarif", options.format));
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
    CLI::App* command = app.add_subcommand(
        "export", "Write the whole catalogue as a website, or its verdicts as data");
    command->add_option("FORMAT", options->format, "site, jsonl, csv or sarif")->required();
    command
        ->add_option("-o,--output",
                     options->file,
                     "The file to write, - for standard output; of a site the folder")
        ->type_name("PATH")
        ->required();
    SiteWords& site = options->site;
    const auto text =
        [&](const char* name, std::string& value, const char* type, const char* help) {
            command->add_option(name, value, help)->type_name(type)->group("Site");
        };
    text("--base-url",
         site.base_url,
         "URL",
         "Where the site will stand: without it no page may be indexed; needs --contact");
    text("--contact", site.contact, "TEXT", "Where somebody named on the site can object");
    command
        ->add_option("--tool-pages",
                     site.tool_pages,
                     "Pages of their own for all tools, for notable ones (High, Critical, a "
                     "finding, unsure, changed), or for none")
        ->check(CLI::IsMember({"all", "notable", "none"}))
        ->capture_default_str()
        ->group("Site");
    command
        ->add_flag("--private",
                   site.everything,
                   "For yourself: also servers that no public index names or that were listed with "
                   "credentials, and every finding")
        ->group("Site");
    text("--opt-out", site.opt_out, "FILE", "Leave out what this file names, as crawl does");
    text("--disputes", site.disputes, "FILE.json", "Objections to show beside the levels");
    text("--templates", site.templates, "DIR", "Use templates of this folder where it has them");
    text("--changed-list",
         site.changed_list,
         "FILE",
         "Write the paths that changed, for an uploader");
    command->add_flag("--no-twins", site.no_twins, "No JSON beside the pages")->group("Site");
    command
        ->add_flag("--precompress", site.packed, "Also write .gz files, for hosts that serve them")
        ->group("Site");
    command->add_flag("--no-badges", site.no_badges, "No pictures of grades")->group("Site");
    command->add_option("--limit-files", site.limit_files, "Refuse to make more files")
        ->type_name("N")
        ->group("Site");
    command->add_option("--limit-bytes", site.limit_bytes, "Refuse to make more bytes")
        ->type_name("N")
        ->group("Site");
    command->footer(
        help_footer({"mcprisk export site --private -o site", "mcprisk export csv -o - | head"},
                    "0 done, 2 wrong usage, 3 no catalogue, or it could not be "
                    "written"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_export(*options, session); };
    });
}

}  // namespace mcprisk::cli
