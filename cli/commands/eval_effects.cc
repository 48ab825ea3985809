#include "cli/commands/eval_effects.h"

#include <fmt/format.h>
#include <algorithm>
#include <ostream>
#include <string>

#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

using classifier::EffectCount;

void print_line(std::ostream& out, std::string_view name, const EffectCount& one, bool effect) {
    out << fmt::format("  {:<22} {} {:>4} of {:>4}",
                       printable(name),
                       effect ? "seen" : "wrong",
                       effect ? one.understood : one.definitions - one.understood,
                       one.definitions);
    if (one.levels > 0) out << fmt::format("   level {:>3} of {:>3}", one.levels_right, one.levels);
    out << '\n';
}

template <typename Counts>
void print_counts(std::ostream& out, std::string_view title, const Counts& counts, bool effect) {
    out << '\n' << title << '\n';
    for (const auto& [key, one] : counts) print_line(out, fmt::format("{}", key), one, effect);
}

}  // namespace

void print_effects(std::ostream& out,
                   std::span<const classifier::EffectJudged> judged,
                   const classifier::EffectEvaluation& e,
                   std::size_t mistakes) {
    out << "Effects and decoys; level: of those understood, where it is clear\n";
    print_line(out, "effects", e.effects, true);
    print_line(out, "decoys", e.decoys, false);
    print_counts(out, "Effects by half", e.effect_halves, true);
    print_counts(out, "Decoys by half", e.decoy_halves, false);
    print_counts(out, "Effects by kind", e.effect_kinds, true);
    print_counts(out, "Decoys by kind", e.decoy_kinds, false);
    const std::size_t shown = std::min(mistakes, e.mistakes.size());
    if (shown > 0) out << fmt::format("\nMistakes ({} of {})\n", shown, e.mistakes.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& [verdict, label] = judged[e.mistakes[i]];
        out << fmt::format("{} ({}): said {} {} ({:.2f}), expected {}; {}\n",
                           printable(label.id),
                           printable(label.kind),
                           to_string(verdict.category),
                           to_string(verdict.risk),
                           verdict.confidence,
                           to_string(label.category),
                           printable(label.why));
    }
}

}  // namespace mcprisk::cli
