// `eval`: verdicts against labels.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "classifier/attacks/link_evaluation.h"
#include "classifier/findings/finding_evaluation.h"
#include "classifier/learned/effect_evaluation.h"
#include "classifier/learned/evaluation.h"
#include "classifier/learned/halves.h"
#include "cli/commands/command.h"
#include "cli/commands/eval_effects.h"
#include "cli/commands/eval_links.h"
#include "cli/commands/eval_policy.h"
#include "cli/commands/eval_print.h"
#include "cli/policy_files.h"
#include "cli/session.h"
#include "crawler/config/document_stream.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "model/read_document.h"

namespace mcprisk::cli {
namespace {

using classifier::Judged;

constexpr std::size_t kLongestGoldLine = std::size_t{64} << 20;

struct EvalOptions {
    std::vector<std::string> files;
    std::size_t mistakes = 0;
    bool as_json = false;
    std::vector<std::string> poison_files;
    std::string effects_file;
    std::string links_file;
    std::string half;  // "A", "B", or empty for both
    bool policy = false;
    std::string preset = "recommended";
};

// Calls `take` with each line's JSON and its document, of the chosen half only. `take` returns why
// the line is no good.
template <typename Take>
void read_labelled(const std::string& file,
                   const EvalOptions& options,
                   Session& session,
                   const Take& take) {
    std::ifstream in(session.environment().directory / file, std::ios::binary);
    if (!in) {
        throw CommandFailure(
            ExitCode::failed,
            fmt::format("reading {}: {}", file, std::generic_category().message(errno)));
    }
    const auto broken = [&](std::size_t line, std::string_view why) {
        return CommandFailure(ExitCode::failed, fmt::format("{}:{}: {}", file, line, why));
    };
    crawler::LineReader lines(in, kLongestGoldLine);
    JsonLimits limits;
    limits.bytes = kLongestGoldLine;
    while (const auto line = lines.next()) {
        if (line->too_long) throw broken(line->number, "longer than a line may be");
        if (trim(line->text).empty()) continue;
        const auto value = parse_json(line->text, limits);
        if (!value) throw broken(line->number, value.error().message);
        const auto document = read_server_document(*value);
        if (!document) throw broken(line->number, document.error().message);
        if (!options.half.empty() &&
            classifier::half_of(document->server) != options.half.front()) {
            continue;
        }
        if (const std::string fault = take(*value, *document); !fault.empty()) {
            throw broken(line->number, fault);
        }
    }
}

// The verdicts of the tools that have a label.
template <typename Labels, typename Out>
void judge_labelled(const Labels& labels,
                    const ServerDocument& document,
                    Session& session,
                    Out& out) {
    for (Verdict& verdict : session.classifier().classify(document)) {
        const auto label = labels.find(verdict.tool);
        if (label != labels.end()) out.push_back({std::move(verdict), label->second});
    }
}

std::vector<LabelledTool> judge_file(const std::string& file,
                                     const EvalOptions& options,
                                     Session& session) {
    std::vector<LabelledTool> judged;
    const auto take = [&](const auto& value, const ServerDocument& document) {
        const auto labels = classifier::read_labels(value);
        if (!labels) return labels.error().message;
        std::vector<Verdict> verdicts = session.classifier().classify(document);
        for (std::size_t i = 0; i < verdicts.size(); ++i) {
            const auto label = labels->find(verdicts[i].tool);
            if (label == labels->end()) continue;
            judged.push_back({document.tools[i], {std::move(verdicts[i]), label->second}});
        }
        return std::string();
    };
    read_labelled(file, options, session, take);
    if (judged.empty()) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("{}: no labelled tool; expected server documents with a "
                                         "\"labels\" object, one a line",
                                         file));
    }
    return judged;
}

// Each file is measured by itself: sets of different kinds have nothing in common but their format.
// As JSON one file gives its figures, several a list of them by file.
template <typename ToJson, typename Print>
void for_each_gold(const EvalOptions& options,
                   Session& session,
                   const ToJson& to_json,
                   const Print& print) {
    std::ostream& out = session.environment().out;
    nlohmann::json all = nlohmann::json::array();
    for (const std::string& file : options.files) {
        const std::vector<LabelledTool> tools = judge_file(file, options, session);
        if (options.as_json) {
            nlohmann::json figures = to_json(tools);
            figures["file"] = file;
            all.push_back(std::move(figures));
            continue;
        }
        if (options.files.size() > 1) {
            out << (file == options.files.front() ? "" : "\n") << printable(file) << '\n';
        }
        print(tools);
    }
    if (!options.as_json) return;
    out << pretty_json(all.size() == 1 ? all.front() : nlohmann::json{{"files", all}});
}

ExitCode run_policy_eval(const EvalOptions& options, Session& session) {
    const auto preset = parse_preset(options.preset);
    if (!preset) throw CommandFailure(ExitCode::usage, "unknown preset " + options.preset);
    const policy::Options choice{*preset};
    std::ostream& out = session.environment().out;
    for_each_gold(
        options,
        session,
        [&](const std::vector<LabelledTool>& tools) {
            return policy::to_json(compare_policies(tools, choice));
        },
        [&](const std::vector<LabelledTool>& tools) {
            print_policies(out, tools, compare_policies(tools, choice), choice, options.mistakes);
        });
    return ExitCode::done;
}

ExitCode run_gold(const EvalOptions& options, Session& session) {
    const auto judged_of = [](const std::vector<LabelledTool>& tools) {
        std::vector<Judged> judged;
        judged.reserve(tools.size());
        for (const LabelledTool& one : tools) judged.push_back(one.judged);
        return judged;
    };
    for_each_gold(
        options,
        session,
        [&](const std::vector<LabelledTool>& tools) {
            return classifier::to_json(classifier::evaluate(judged_of(tools)));
        },
        [&](const std::vector<LabelledTool>& tools) {
            const std::vector<Judged> judged = judged_of(tools);
            print_evaluation(session.environment().out,
                             classifier::evaluate(judged),
                             judged,
                             options.mistakes,
                             session.environment().columns);
        });
    return ExitCode::done;
}

std::vector<classifier::PoisonJudged> judge_poison(const EvalOptions& options, Session& session) {
    std::vector<classifier::PoisonJudged> judged;
    for (const std::string& file : options.poison_files) {
        const auto take = [&](const auto& value, const ServerDocument& document) {
            const auto labels = classifier::read_poison_labels(value);
            if (!labels) return labels.error().message;
            judge_labelled(*labels, document, session, judged);
            return std::string();
        };
        read_labelled(file, options, session, take);
    }
    if (judged.empty()) {
        throw CommandFailure(
            ExitCode::failed,
            fmt::format("{}: no labelled tool; expected server documents with \"labels\" that say "
                        "\"poisoned\" true or false, one a line",
                        fmt::join(options.poison_files, ", ")));
    }
    return judged;
}

void print_count_table(std::ostream& out,
                       std::string_view title,
                       const std::map<std::string, classifier::PoisonCount>& counts) {
    if (counts.empty()) return;
    out << '\n' << title << '\n';
    for (const auto& [name, one] : counts) {
        out << fmt::format("  {:<26} {:>5} of {:>5}  {:.4f}  ({:.3f} to {:.3f})\n",
                           printable(name),
                           one.flagged,
                           one.tools,
                           one.share,
                           one.interval.low,
                           one.interval.high);
    }
}

ExitCode run_poison(const EvalOptions& options, Session& session) {
    const auto judged = judge_poison(options, session);
    const classifier::PoisonEvaluation e = classifier::evaluate(judged);
    std::ostream& out = session.environment().out;
    if (options.as_json) {
        out << pretty_json(classifier::to_json(e));
        return ExitCode::done;
    }
    print_count_table(out, "Poisoned definitions that are flagged (recall)", {{"all", e.poisoned}});
    print_count_table(
        out, "Ordinary definitions that are flagged (false alarms)", {{"all", e.ordinary}});
    print_count_table(out, "Poisoned, by half", e.poisoned_parts);
    print_count_table(out, "Ordinary, by half", e.ordinary_parts);
    print_count_table(out, "Poisoned, by style", e.poisoned_styles);
    print_count_table(out, "Ordinary, by style", e.ordinary_styles);
    out << "\nTools with a finding, by id\n";
    for (const auto& [id, tools] : e.reach) out << fmt::format("  {:<26} {:>5}\n", id, tools);
    const std::size_t shown = std::min(options.mistakes, e.mistakes.size());
    if (shown > 0) out << fmt::format("\nMistakes ({} of {})\n", shown, e.mistakes.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& [verdict, label] = judged[e.mistakes[i]];
        out << fmt::format("{} on {} ({}): {}\n",
                           printable(verdict.tool),
                           printable(verdict.server),
                           printable(label.style),
                           label.poisoned ? "missed" : "flagged");
        for (const Finding& one : verdict.findings) {
            out << fmt::format(
                "    {} {} in {}: {}\n", to_string(one.severity), one.id, one.field, one.text);
        }
    }
    return ExitCode::done;
}

ExitCode run_effects(const EvalOptions& options, Session& session) {
    std::vector<classifier::EffectJudged> judged;
    const auto take = [&](const auto& value, const ServerDocument& document) {
        const auto label = classifier::read_effect_label(value);
        if (!label) return label.error().message;
        std::vector<Verdict> verdicts = session.classifier().classify(document);
        if (verdicts.empty()) return std::string("no tool that can be read");
        judged.push_back({std::move(verdicts.front()), *label});
        return std::string();
    };
    read_labelled(options.effects_file, options, session, take);
    if (judged.empty()) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("{}: no labelled definition", options.effects_file));
    }
    const classifier::EffectEvaluation e = classifier::evaluate(judged);
    std::ostream& out = session.environment().out;
    if (options.as_json) {
        out << pretty_json(classifier::to_json(e));
    } else {
        print_effects(out, judged, e, options.mistakes);
    }
    return ExitCode::done;
}

using LinkLabels = std::map<std::pair<std::string, std::string>, classifier::LinkLabel>;

LinkLabels read_link_labels(const EvalOptions& options, Session& session) {
    const std::string& file = options.links_file;
    std::ifstream in(session.environment().directory / file, std::ios::binary);
    if (!in) throw CommandFailure(ExitCode::failed, fmt::format("reading {}: not found", file));
    LinkLabels labels;
    crawler::LineReader lines(in, kLongestGoldLine);
    while (const auto line = lines.next()) {
        if (trim(line->text).empty()) continue;
        const auto value = parse_json(line->text);
        if (!value) {
            throw CommandFailure(
                ExitCode::failed,
                fmt::format("{}:{}: {}", file, line->number, value.error().message));
        }
        auto label = classifier::read_link_label(*value);
        if (!label) {
            throw CommandFailure(
                ExitCode::failed,
                fmt::format("{}:{}: {}", file, line->number, label.error().message));
        }
        labels[{label->server, label->tool}] = std::move(*label);
    }
    return labels;
}

ExitCode run_links(const EvalOptions& options, Session& session) {
    LinkLabels labels = read_link_labels(options, session);
    std::vector<classifier::LinkJudged> judged;
    const auto take = [&](const auto&, const ServerDocument& document) {
        const auto any = labels.lower_bound({document.server, ""});
        if (any == labels.end() || any->first.first != document.server) return std::string();
        for (Verdict& verdict : session.classifier().classify(document)) {
            const auto label = labels.find({document.server, verdict.tool});
            if (label == labels.end()) continue;
            judged.push_back({std::move(verdict), std::move(label->second)});
            labels.erase(label);
        }
        return std::string();
    };
    for (const std::string& file : options.files) read_labelled(file, options, session, take);
    if (judged.empty()) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("{}: no tool that {} has a label for",
                                         fmt::join(options.files, ", "),
                                         options.links_file));
    }
    const classifier::LinkEvaluation e = classifier::evaluate(judged);
    std::ostream& out = session.environment().out;
    if (options.as_json) {
        out << pretty_json(classifier::to_json(e));
    } else {
        print_links(out, judged, e, options.mistakes);
    }
    return ExitCode::done;
}

ExitCode run_eval(const EvalOptions& options, Session& session) {
    const int asked = (options.files.empty() ? 0 : 1) + (options.poison_files.empty() ? 0 : 1) +
                      (options.effects_file.empty() ? 0 : 1);
    if (asked != 1) {
        throw CommandFailure(
            ExitCode::usage,
            "eval takes GOLD files, --findings with its files, or --effects with its file");
    }
    if (!options.effects_file.empty()) return run_effects(options, session);
    if (!options.links_file.empty()) return run_links(options, session);
    if (!options.poison_files.empty()) return run_poison(options, session);
    if (options.policy) return run_policy_eval(options, session);
    return run_gold(options, session);
}

}  // namespace

void add_eval(CLI::App& app, Action& action) {
    auto options = std::make_shared<EvalOptions>();
    CLI::App* command = app.add_subcommand("eval", "Measure the verdicts against labelled tools");
    command->add_option(
        "GOLD",
        options->files,
        "Server documents with \"labels\", as JSON Lines; each file is measured apart");
    command
        ->add_option("--findings",
                     options->poison_files,
                     "Measure findings instead, on documents whose labels say \"poisoned\"")
        ->type_name("FILE");
    command
        ->add_option("--effects",
                     options->effects_file,
                     "Measure instead how effects in later sentences and mere mentions are read")
        ->type_name("FILE");
    command
        ->add_option("--links",
                     options->links_file,
                     "With GOLD: measure linked attacks against those of this file")
        ->type_name("FILE");
    command
        ->add_option("--half", options->half, "Only the servers of one half, A or B, by their hash")
        ->check(CLI::IsMember({"A", "B"}));
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
        help_footer({"mcprisk eval gold.jsonl --mistakes 20",
                     "mcprisk eval doubtful.jsonl plain.jsonl --half B",
                     "mcprisk eval gold.jsonl --policy",
                     "mcprisk eval --findings poisoned.jsonl imperative.jsonl",
                     "mcprisk eval --effects data/eval/effects.jsonl --half B",
                     "mcprisk eval gold.jsonl --links links.jsonl --half B"},
                    "0 done, 2 wrong usage, 3 the file cannot be read or has no labels"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_eval(*options, session); };
    });
}

}  // namespace mcprisk::cli
