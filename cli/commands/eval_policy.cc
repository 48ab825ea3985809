#include "cli/commands/eval_policy.h"

#include <fmt/format.h>
#include <algorithm>
#include <ostream>

#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

// What the labels would be if the classifier had said them: sure, without findings, nothing
// claimed.
Verdict labelled_verdict(const classifier::Judged& judged) {
    Verdict verdict = judged.verdict;
    verdict.category = judged.label.category;
    verdict.risk = verdict.risk_without_claims = judged.label.risk;
    verdict.confidence = 1;
    verdict.evidence.clear();
    verdict.findings.clear();
    return verdict;
}

policy::DecisionPair pair_of(const LabelledTool& one, const policy::Options& options) {
    const Verdict labelled = labelled_verdict(one.judged);
    return {policy::decide({&one.tool, &labelled}, options).whole,
            policy::decide({&one.tool, &one.judged.verdict}, options).whole};
}

std::string share(std::size_t hits, std::size_t count) {
    const auto interval = policy::score_interval(hits, count);
    return fmt::format(
        "{} of {} = {:.2f} %  (95 % interval {:.2f} to {:.2f} %)",
        hits,
        count,
        count == 0 ? 0 : 100.0 * static_cast<double>(hits) / static_cast<double>(count),
        100 * interval.low,
        100 * interval.high);
}

}  // namespace

policy::Agreement compare_policies(std::span<const LabelledTool> tools,
                                   const policy::Options& options) {
    std::vector<policy::DecisionPair> pairs;
    pairs.reserve(tools.size());
    for (const LabelledTool& one : tools) pairs.push_back(pair_of(one, options));
    return policy::compare_decisions(pairs);
}

void print_policies(std::ostream& out,
                    std::span<const LabelledTool> tools,
                    const policy::Agreement& a,
                    const policy::Options& options,
                    std::size_t mistakes) {
    const auto line = [&](std::string_view name, const std::string& value) {
        out << fmt::format("{:<26} {}\n", name, value);
    };
    line("unsafe allow", share(a.unsafe_allow, a.tools));
    line("  of what should stop", share(a.unsafe_allow, a.guarded));
    line("needless stop", share(a.needless_stop, a.tools));
    line("same decision", share(a.same, a.tools));
    line("preset", std::string(to_string(options.preset)));
    out << "\nUnsafe allow: allowed or limited where the labels ask or deny.\n"
        << "\nConfusion: rows are the decisions of the labels, columns those of the verdicts\n"
        << fmt::format("{:<8}", "");
    for (std::size_t verb = 0; verb < 4; ++verb) {
        out << fmt::format("{:>8}", to_string(policy::kVerbs.at(verb)));
    }
    out << '\n';
    for (std::size_t label = 0; label < 4; ++label) {
        out << fmt::format("{:<8}", to_string(policy::kVerbs.at(label)));
        for (const std::size_t n : a.confusion.at(label)) out << fmt::format("{:>8}", n);
        out << '\n';
    }
    if (mistakes == 0) return;
    const std::size_t shown = std::min(mistakes, a.unsafe.size());
    out << fmt::format("\nUnsafe allow, {} of {}\n", shown, a.unsafe.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const LabelledTool& one = tools[a.unsafe[i]];
        const auto pair = pair_of(one, options);
        const Verdict& verdict = one.judged.verdict;
        out << fmt::format("{} on {}: {} ({} {}, {:.2f}), labelled {} ({} {})\n",
                           printable(verdict.tool),
                           printable(verdict.server),
                           to_string(pair.predicted),
                           to_string(verdict.category),
                           to_string(verdict.risk_without_claims),
                           verdict.confidence,
                           to_string(pair.labelled),
                           to_string(one.judged.label.category),
                           to_string(one.judged.label.risk));
    }
}

}  // namespace mcprisk::cli
