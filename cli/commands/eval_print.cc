#include "cli/commands/eval_print.h"

#include <fmt/format.h>
#include <algorithm>
#include <ostream>
#include <string>

#include "cli/output/table.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

using classifier::Evaluation;
using classifier::Judged;

std::string percent(double share) { return fmt::format("{:.4f}", share); }

void print_bins(std::ostream& out,
                std::string_view title,
                std::span<const classifier::CalibrationBin> bins) {
    out << fmt::format("\n{}\n", title);
    for (const auto& bin : bins) {
        out << fmt::format("  {:.2f} to {:.2f}  {:>5} tools  said {:.3f}  was {:.3f}\n",
                           bin.from,
                           bin.to,
                           bin.count,
                           bin.mean_confidence,
                           bin.accuracy);
    }
}

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
    line("risk level exact",
         fmt::format("{:.4f}  (95 % interval {:.4f} to {:.4f})",
                     e.risk_exact,
                     e.risk_interval.low,
                     e.risk_interval.high));
    line("risk level within one", percent(e.risk_within_one));
    line("risk level too mild", percent(e.risk_too_mild));
    line("errors in least confident tenth", percent(e.errors_in_least_confident_tenth));
    line("calibration error of confidence", percent(e.calibration_error));
    line("calibration error of sure", percent(e.sure_calibration_error));
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
    print_bins(out, "Confidence: how sure of the category, how often right", e.calibration);
    print_bins(out, "Sure: that the level is not too mild, how often so", e.sure_calibration);
}

void print_mistakes(std::ostream& out,
                    const Evaluation& e,
                    std::span<const Judged> judged,
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

}  // namespace

void print_evaluation(std::ostream& out,
                      const Evaluation& e,
                      std::span<const Judged> judged,
                      std::size_t mistakes,
                      std::size_t columns) {
    print_summary(out, e);
    print_categories(out, e, columns);
    print_mistakes(out, e, judged, mistakes);
}

}  // namespace mcprisk::cli
