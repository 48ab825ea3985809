#include "engine/view/phrases.h"

#include <fmt/format.h>

#include "policy/decide/agreement.h"
#include "policy/decide/trial.h"

namespace mcprisk::engine {

std::string share_in_words(std::size_t part, std::size_t all) {
    if (all == 0) return "0 of 0";
    const policy::Interval interval = policy::score_interval(part, all);
    return fmt::format("{} of {}, which is {:.3f} (95 % interval {:.3f} to {:.3f})",
                       part,
                       all,
                       static_cast<double>(part) / static_cast<double>(all),
                       interval.low,
                       interval.high);
}

std::string shell_word(std::string_view text) { return policy::shell_word(text); }

}  // namespace mcprisk::engine
