#include "engine/view/finding_words.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "model/finding_kinds.h"

namespace mcprisk::engine {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kPhrases{{
    {"annotation-contradiction", "Its hints contradict what it does."},
    {"ansi-escape", "Its text hides itself with terminal codes."},
    {"concealment", "Its text tells the model to hide something from you."},
    {"cross-tool-directive", "Its text gives orders about other tools."},
    {"definition-changed", "Not the definition that was known."},
    {"invisible-unicode", "Its text has signs that no reader sees."},
    {"name-collision", "Another server has a tool of this name."},
    {"parameter-exfiltration", "Asks for what it does not need."},
    {"preference-manipulation", "Its text advertises itself to the model."},
    {"secret-in-definition", "A credential stands in its definition."},
    {"too-large-to-read", "Its definition is too large to read."},
    {"tool-poisoning", "Its text gives orders to the model."},
    {"toxic-combination", "Dangerous together with other tools."},
    {"unbounded-parameter", "Takes input without limits."},
}};

// What a sentence about the call says anyway.
bool said_by_the_level(const Finding& finding) {
    return finding.id == "unbounded-parameter" || finding.id == "toxic-combination";
}

}  // namespace

std::string_view finding_phrase(std::string_view id) {
    for (const auto& [known, phrase] : kPhrases) {
        if (known == id) return phrase;
    }
    return {};
}

std::string findings_in_words(const Verdict& verdict) {
    std::vector<const Finding*> first;
    for (const Finding& finding : verdict.findings) {
        // What the level says anyway is no news.
        if (said_by_the_level(finding) && finding.severity <= verdict.risk) continue;
        if (finding.id == "definition-changed" || raises_attention(finding)) {
            first.push_back(&finding);
        }
    }
    std::stable_sort(first.begin(), first.end(), [](const Finding* a, const Finding* b) {
        return a->severity > b->severity;
    });
    std::string out;
    for (const Finding* finding : first) {
        const std::string_view phrase = finding_phrase(finding->id);
        if (phrase.empty() || out.find(phrase) != std::string::npos) continue;
        if (!out.empty()) out += ' ';
        out += phrase;
    }
    return out;
}

std::string why_in_words(const Verdict& verdict) {
    std::string out = findings_in_words(verdict);
    const std::string& does = verdict.sentence.empty() ? verdict.reason : verdict.sentence;
    if (!out.empty() && !does.empty()) out += ' ';
    return out + does;
}

}  // namespace mcprisk::engine
