// `classify`: server documents in, verdicts out, no database.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>
#include <ostream>

#include "cli/commands/command.h"
#include "cli/output/verdict_output.h"
#include "cli/session.h"
#include "crawler/config/document_stream.h"

namespace mcprisk::cli {
namespace {

constexpr std::size_t kLongestLine = std::size_t{64} << 20;

struct ClassifyOptions {
    std::string file = "-";
};

ExitCode filter(std::istream& in, const std::string& file, Session& session) {
    crawler::StreamOptions stream;
    stream.file = file;
    stream.limits.bytes = kLongestLine;
    Diagnostics diagnostics;
    const auto counts =
        crawler::read_documents(in, stream, diagnostics, [&](const crawler::StreamedDocument& one) {
            session.environment().out << verdict_lines(session.classifier().classify(one.document));
            return session.environment().out.good();  // a reader that went away wants no more
        });
    for (const Diagnostic& d : diagnostics.items()) {
        session.warn(fmt::format(
            "{}:{}: {}{}{}", file, d.line, d.path, d.path.empty() ? "" : ": ", d.message));
    }
    if (!counts) throw CommandFailure(ExitCode::failed, counts.error().message);
    return diagnostics.empty() ? ExitCode::done : ExitCode::failed;
}

ExitCode run_classify(const ClassifyOptions& options, Session& session) {
    const Environment& environment = session.environment();
    if (options.file == "-") return filter(environment.in, "standard input", session);
    std::ifstream in(environment.directory / options.file, std::ios::binary);
    if (!in) {
        throw CommandFailure(
            ExitCode::failed,
            fmt::format("reading {}: {}", options.file, std::generic_category().message(errno)));
    }
    return filter(in, options.file, session);
}

}  // namespace

void add_classify(CLI::App& app, Action& action) {
    auto options = std::make_shared<ClassifyOptions>();
    CLI::App* command = app.add_subcommand(
        "classify", "Read server documents, one JSON object a line; write one verdict a line");
    command
        ->add_option(
            "FILE", options->file, "Server documents as JSON Lines, or - for standard input")
        ->capture_default_str();
    command->footer(help_footer(
        {"mcprisk classify servers.jsonl > verdicts.jsonl",
         "mcprisk classify - < servers.jsonl | jq -r 'select(.risk==\"Critical\").tool'"},
        "0 done, 2 wrong usage, 3 some lines could not be read"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_classify(*options, session); };
    });
}

}  // namespace mcprisk::cli
