#include "cli/commands/known_words.h"

#include <fmt/format.h>
#include <algorithm>

#include "cli/exit_code.h"
#include "data/data.h"
#include "model/base/text.h"
#include "model/finding_kinds.h"
#include "policy/decide/wording.h"

namespace mcprisk::cli {
namespace {

constexpr std::size_t kNamed = 4;

// Part of it, or few letters away.
std::string nearest(std::string_view word, std::span<const std::string> known) {
    const std::string wanted = lower_ascii(truncate_utf8(word, 64));
    std::vector<std::pair<std::size_t, std::string_view>> near;
    for (const std::string& one : known) {
        const bool part = wanted.size() > 2 && one.find(wanted) != std::string::npos;
        const std::size_t distance = part ? 0 : edit_distance(wanted, one);
        if (distance <= std::max<std::size_t>(2, wanted.size() / 3)) near.emplace_back(distance, one);
    }
    std::sort(near.begin(), near.end());
    near.resize(std::min(near.size(), kNamed));
    std::string out;
    for (const auto& [distance, one] : near) out += (out.empty() ? "" : ", ") + std::string(one);
    return out;
}

}  // namespace

std::vector<std::string> finding_words() {
    std::vector<std::string> ids;
    for (const FindingKind& kind : finding_kinds()) {
        if (kind.carrier == FindingKind::Carrier::verdict) ids.emplace_back(kind.id);
    }
    return ids;
}

std::vector<std::string> attack_words() {
    std::vector<std::string> ids;
    for (const EmbeddedFile& file : embedded::attacks()) {
        ids.emplace_back(file.name.substr(0, file.name.rfind('.')));
    }
    return ids;
}

std::vector<std::string> capability_words() { return policy::capability_tags(); }

std::string known_word(std::string_view option,
                       std::string_view word,
                       std::span<const std::string> known) {
    if (word.empty()) return "";
    for (const std::string& one : known) {
        if (equals_ignoring_case(one, word)) return one;
    }
    std::string near = nearest(word, known);
    throw CommandFailure(
        ExitCode::usage,
        fmt::format("{} {}: no such word; {}",
                    option,
                    word,
                    near.empty() ? fmt::format("one of {}", fmt::join(known, ", "))
                                 : fmt::format("did you mean {}?", near)));
}

}  // namespace mcprisk::cli
