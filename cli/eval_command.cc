// `eval`: verdicts against labels.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "classifier/evaluation.h"
#include "cli/command.h"
#include "cli/eval_policy.h"
#include "cli/policy_files.h"
#include "cli/session.h"
#include "cli/table.h"
#include "crawler/document_stream.h"
#include "model/json.h"
#include "model/read_document.h"
#include "model/text.h"

namespace mcprisk::cli {
namespace {

using classifier::Evaluation;
using classifier::Judged;

constexpr std::size_t kLongestLine = std::size_t{64} << 20;

struct Options {
    std::string file;
    std::size_t mistakes = 0;
    bool as_json = false;
    bool policy = false;
    std::string preset = "recommended";
};

std::vector<LabelledTool> judge_file(const Options& options, Session& session) {
    std::ifstream in(session.environment().directory / options.file, std::ios::binary);
    if (!in) {
        throw CommandFailure(
            ExitCode::failed,
            fmt::format("reading {}: {}", options.file, std::generic_category().message(errno)));
    }
    const auto broken = [&](std::size_t line, std::string_view why) {
        return CommandFailure(ExitCode::failed, fmt::format("{}:{}: {}", options.file, line, why));
    };
    std::vector<LabelledTool> judged;
    crawler::LineReader lines(in, kLongestLine);
    JsonLimits limits;
    limits.bytes = kLongestLine;
    while (const auto line = lines.next()) {
        if (line->too_long) throw broken(line->number, "longer than a line may be");
        if (trim(line->text).empty()) continue;
        const auto value = parse_json(line->text, limits);
        if (!value) throw broken(line->number, value.error().message);
        const auto labels = classifier::read_labels(*value);
        if (!labels) throw broken(line->number, labels.error().message);
        const auto document = read_server_document(*value);
        if (!document) throw broken(line->number, document.error().message);
        std::vector<Verdict> verdicts = session.classifier().classify(*document);
        for (std::size_t i = 0; i < verdicts.size(); ++i) {
            const auto label = labels->find(verdicts[i].tool);
            if (label == labels->end()) continue;
            judged.push_back({document->tools[i], {std::move(verdicts[i]), label->second}});
        }
    }
    if (judged.empty()) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("{}: no labelled tool; expected server documents with a "
                                         "\"labels\" object, one a line",
                                         options.file));
    }
    return judged;
}

std::string percent(double share) { return fmt::format("{:.4f}", share); }

void print_summary(std::ostream& out, const Evaluation& e) {
    const auto line = [&](std::string_view name, const std::string& value) {
        out << fmt::format("{:<34} {}\n", name, value);
    };
    line("labelled tools", std::to_string(e.tools));
    line("category accuracy",
         fmt::format("{:.4f}  (95 % interval {:.4f} to {:.4f})",
                     e.accuracy,
                     e.accuracy_interval.low,
                     e.accuracy_interval.high));
    line("  with alternatives", percent(e.accuracy_with_alt));
    line("  weighted", percent(e.accuracy_weighted));
    line("macro-F1", percent(e.macro_f1));
    line("risk level exact", percent(e.risk_exact));
    line("risk level within one", percent(e.risk_within_one));
    line("errors in least confident tenth", percent(e.errors_in_least_confident_tenth));
}

void print_categories(std::ostream& out, const Evaluation& e, std::size_t columns) {
    std::vector<std::vector<Cell>> rows;
    for (const Category category : kCategories) {
        const auto& score = e.categories[static_cast<std::size_t>(category)];
        rows.push_back(
            {{std::string(to_string(category)), nullptr},
             {std::to_string(score.support), nullptr},
             {percent(score.precision), nullptr},
             {percent(score.recall), nullptr},
             {percent(score.f1), nullptr},
             {fmt::format("{:.3f}-{:.3f}", score.recall_interval.low, score.recall_interval.high),
              nullptr}});
    }
    out << '\n'
        << render_table({{"CATEGORY", false, 0},
                         {"LABELLED", true, 0},
                         {"PRECISION", true, 0},
                         {"RECALL", true, 0},
                         {"F1", true, 0},
                         {"RECALL 95 %", true, 0}},
                        rows,
                        columns);
    out << "\nConfusion: rows are labels, columns are verdicts\n" << fmt::format("{:<12}", "");
    for (const Category category : kCategories) out << fmt::format("{:>12}", to_string(category));
    out << '\n';
    for (const Category label : kCategories) {
        out << fmt::format("{:<12}", to_string(label));
        for (const std::size_t n : e.confusion[static_cast<std::size_t>(label)]) {
            out << fmt::format("{:>12}", n);
        }
        out << '\n';
    }
    out << "\nConfidence: how sure, how often right\n";
    for (const auto& bin : e.calibration) {
        if (bin.count == 0) continue;
        out << fmt::format("  {:.2f} to {:.2f}  {:>5} tools  said {:.3f}  was {:.3f}\n",
                           bin.from,
                           bin.to,
                           bin.count,
                           bin.mean_confidence,
                           bin.accuracy);
    }
}

void print_mistakes(std::ostream& out,
                    const Evaluation& e,
                    const std::vector<Judged>& judged,
                    std::size_t limit) {
    if (limit == 0) return;
    out << fmt::format("\nMistakes, surest first ({} of {})\n",
                       std::min(limit, e.mistakes.size()),
                       e.mistakes.size());
    for (std::size_t i = 0; i < std::min(limit, e.mistakes.size()); ++i) {
        const Judged& one = judged[e.mistakes[i]];
        const Verdict& v = one.verdict;
        out << fmt::format("{} on {}: said {} {} ({:.2f}), labelled {} {}{}, conf {}\n",
                           printable(v.tool),
                           printable(v.server),
                           to_string(v.category),
                           to_string(v.risk),
                           v.confidence,
                           to_string(one.label.category),
                           to_string(one.label.risk),
                           one.label.alt ? fmt::format(" or {}", to_string(*one.label.alt)) : "",
                           one.label.conf);
        for (const Evidence& evidence : v.evidence) {
            out << fmt::format("    {}: \"{}\" says {} ({}, {})\n",
                               printable(evidence.field),
                               printable(evidence.text),
                               printable(evidence.says),
                               printable(evidence.rule),
                               to_string(evidence.basis));
        }
    }
}

ExitCode run_policy_eval(const Options& options, Session& session) {
    const auto preset = parse_preset(options.preset);
    if (!preset) throw CommandFailure(ExitCode::usage, "unknown preset " + options.preset);
    const std::vector<LabelledTool> tools = judge_file(options, session);
    const policy::Options choice{*preset};
    const policy::Agreement agreement = compare_policies(tools, choice);
    std::ostream& out = session.environment().out;
    if (options.as_json) {
        out << pretty_json(policy::to_json(agreement));
    } else {
        print_policies(out, tools, agreement, choice, options.mistakes);
    }
    return ExitCode::done;
}

ExitCode run_eval(const Options& options, Session& session) {
    if (options.policy) return run_policy_eval(options, session);
    std::vector<Judged> judged;
    for (LabelledTool& one : judge_file(options, session)) judged.push_back(std::move(one.judged));
    const Evaluation evaluation = classifier::evaluate(judged);
    std::ostream& out = session.environment().out;
    if (options.as_json) {
        out << pretty_json(classifier::to_json(evaluation));
        return ExitCode::done;
    }
    print_summary(out, evaluation);
    print_categories(out, evaluation, session.environment().columns);
    print_mistakes(out, evaluation, judged, options.mistakes);
    return ExitCode::done;
}

}  // namespace

void add_eval(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("eval", "Measure the verdicts against labelled tools");
    command->add_option("GOLD", options->file, "Server documents with \"labels\", as JSON Lines")
        ->required();
    command
        ->add_option(
            "--mistakes", options->mistakes, "Show so many wrong verdicts with their evidence")
        ->type_name("N");
    command->add_flag(
        "--policy", options->policy, "Compare the decisions of policies instead of the verdicts");
    command->add_option("--preset", options->preset, "With --policy: the preset that decides")
        ->capture_default_str();
    command->add_flag("--json", options->as_json, "One JSON object instead of text");
    command->footer(
        help_footer({"mcprisk eval gold.jsonl",
                     "mcprisk eval gold.jsonl --mistakes 20",
                     "mcprisk eval gold.jsonl --policy"},
                    "0 done, 2 wrong usage, 3 the file cannot be read or has no labels"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_eval(*options, session); };
    });
}

}  // namespace mcprisk::cli
