// `classify`: server documents in, verdicts out, no database.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/line_reader.h"
#include "cli/session.h"
#include "cli/verdict_output.h"
#include "model/read_document.h"
#include "model/text.h"

namespace mcprisk::cli {
namespace {

constexpr std::size_t kLongestLine = std::size_t{64} << 20;

struct Options {
    std::string file = "-";
};

class Filter {
  public:
    Filter(Session& session, std::string file) : session_(session), file_(std::move(file)) {}

    ExitCode run(std::istream& in) {
        LineReader lines(in, kLongestLine);
        JsonLimits limits;
        limits.bytes = kLongestLine;
        for (std::string line; lines.next(line);) {
            if (lines.too_long()) {
                warn(lines.number(), fmt::format("longer than {} MB", kLongestLine >> 20));
                continue;
            }
            if (trim(line).empty()) continue;
            std::vector<std::string> problems;
            auto document = parse_server_document(line, &problems, limits);
            for (const std::string& problem : problems) warn(lines.number(), problem);
            if (!document) {
                warn(lines.number(), document.error().message);
                continue;
            }
            session_.environment().out << verdict_lines(session_.classifier().classify(*document));
        }
        if (lines.number() == 0) {
            session_.warn(fmt::format("{}: empty; expected server documents, one JSON object a line",
                                      file_));
            return ExitCode::failed;
        }
        return complete_ ? ExitCode::done : ExitCode::failed;
    }

  private:
    void warn(std::size_t line, std::string_view why) {
        session_.warn(fmt::format("{}:{}: {}", file_, line, why));
        complete_ = false;
    }

    Session& session_;
    std::string file_;
    bool complete_ = true;
};

ExitCode run_classify(const Options& options, Session& session) {
    const Environment& environment = session.environment();
    if (options.file == "-") return Filter(session, "standard input").run(environment.in);
    std::ifstream in(environment.directory / options.file, std::ios::binary);
    if (!in) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("reading {}: {}",
                                         options.file,
                                         std::generic_category().message(errno)));
    }
    return Filter(session, options.file).run(in);
}

}  // namespace

void add_classify(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "classify", "Read server documents, one JSON object a line; write one verdict a line");
    command->add_option("FILE", options->file, "Server documents as JSON Lines, or - for standard input")
        ->capture_default_str();
    command->footer(help_footer({"mcprisk classify servers.jsonl > verdicts.jsonl",
                                 "mcprisk classify - < servers.jsonl | jq -r 'select(.risk==\"Critical\").tool'"},
                                "0 done, 2 wrong usage, 3 some lines could not be read"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_classify(*options, session); };
    });
}

}  // namespace mcprisk::cli
