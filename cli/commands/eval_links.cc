#include "cli/commands/eval_links.h"

#include <fmt/format.h>
#include <algorithm>
#include <ostream>
#include <string>

#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

using classifier::LinkCount;

void print_link_line(std::ostream& out, std::string_view name, const LinkCount& one) {
    out << fmt::format("  {:<34} precision {:.4f}  recall {:.4f}  linked {:>4}  labelled {:>4}\n",
                       printable(name),
                       one.precision(),
                       one.recall(),
                       one.linked,
                       one.labelled);
}

}  // namespace

void print_links(std::ostream& out,
                 std::span<const classifier::LinkJudged> judged,
                 const classifier::LinkEvaluation& e,
                 std::size_t mistakes) {
    out << fmt::format("{} tools with a label\n", e.tools);
    print_link_line(out, "links", e.links);
    print_link_line(out, "legs of toxic combinations", e.legs);
    out << "\nBy attack\n";
    for (const auto& [id, one] : e.by_id) print_link_line(out, id, one);
    const std::size_t shown = std::min(mistakes, e.mistakes.size());
    if (shown > 0) out << fmt::format("\nMistakes ({} of {})\n", shown, e.mistakes.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& [verdict, label] = judged[e.mistakes[i]];
        std::string linked;
        for (const AttackLink& one : verdict.attacks) {
            linked += fmt::format("{}{} [{}]", linked.empty() ? "" : ", ", one.id, one.because);
        }
        out << fmt::format("{} on {}: linked {}; labelled {}\n",
                           printable(label.tool),
                           printable(label.server),
                           linked.empty() ? "none" : printable(linked),
                           label.attacks.empty()
                               ? "none"
                               : printable(fmt::format("{}", fmt::join(label.attacks, ", "))));
    }
}

}  // namespace mcprisk::cli
