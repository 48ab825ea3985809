#include "engine/reach.h"

#include <algorithm>

#include "model/base/text.h"

namespace mcprisk::engine {
namespace {

constexpr std::size_t kExamples = 3;
constexpr std::size_t kLongestReason = 200;
// Strangers write some of them: what is over it is counted as one.
constexpr std::size_t kMostReasons = 2000;

bool is_capital(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "ACME_KEY", but no word of ordinary text.
bool is_variable(std::string_view word) {
    return word.find('_') != std::string_view::npos &&
           std::all_of(word.begin(), word.end(), is_capital);
}

// One word without what is of one server alone.
std::string general(std::string_view word) {
    std::string_view bare = word;
    std::string_view behind;
    while (!bare.empty() && (bare.back() == ',' || bare.back() == ':' || bare.back() == ';')) {
        bare.remove_suffix(1);
        behind = word.substr(bare.size());
    }
    if (bare.find("://") != std::string_view::npos) return "ADDRESS" + std::string(behind);
    if (bare.starts_with('/')) return "PATH" + std::string(behind);
    if (is_variable(bare)) return "VARIABLE" + std::string(behind);
    if (const auto equals = bare.find('='); is_variable(bare.substr(0, equals))) {
        return "VARIABLE" + std::string(word.substr(equals));
    }
    std::string out;
    for (std::size_t i = 0; i < bare.size(); ++i) {
        if (!is_digit(bare[i])) {
            out += bare[i];
        } else if (out.empty() || out.back() != 'N') {
            out += 'N';
        }
    }
    return out + std::string(behind);
}

}  // namespace

std::string reach_reason(std::string_view failure) {
    // "asking NAME for its tools: …"
    constexpr std::string_view kTools = " for its tools: ";
    if (const auto at = failure.find(kTools);
        failure.starts_with("asking ") && at != std::string_view::npos) {
        failure.remove_prefix(at + kTools.size());
    }
    // What it said itself stands in quotes.
    std::string said;
    const auto first = failure.find('"');
    const auto last = failure.rfind('"');
    if (first != std::string_view::npos && last > first) {
        said = std::string(failure.substr(0, first)) + std::string(failure.substr(last + 1));
    } else {
        said = failure;
    }
    std::string out;
    std::string before;
    for (const std::string_view word : split(said, ' ')) {
        if (word.empty() || word == "saying") continue;
        std::string next = general(word);
        const bool repeated = next.starts_with("VARIABLE") && before.starts_with("VARIABLE");
        before = next;
        if (repeated) continue;
        if (next.starts_with(';') && out.ends_with(',')) out.pop_back();
        if (!out.empty() && !next.starts_with(';')) out += ' ';
        out += next;
    }
    return std::string(truncate_utf8(out, kLongestReason));
}

std::string reach_way(std::string_view started_with) {
    if (started_with.empty()) return "plainly";
    if (started_with.find("asked over HTTP") != std::string_view::npos) {
        return "over HTTP inside the sandbox";
    }
    return started_with.find("made-up") != std::string_view::npos ? "with made-up values"
                                                                  : "with another start";
}

void ReachCounts::add(std::string_view server,
                      Outcome outcome,
                      std::string_view failure,
                      std::string_view started_with) {
    ++servers_;
    if (outcome == Outcome::listed) {
        ++listed_;
        ++ways_[reach_way(started_with)];
        return;
    }
    std::pair key{outcome, reach_reason(failure)};
    if (reasons_.size() >= kMostReasons && !reasons_.contains(key)) key.second = "another reason";
    Seen& seen = reasons_[std::move(key)];
    ++seen.servers;
    // The first ones by name, whatever the order of their coming.
    auto& examples = seen.examples;
    examples.insert(std::upper_bound(examples.begin(), examples.end(), server),
                    std::string(server));
    if (examples.size() > kExamples) examples.pop_back();
}

std::vector<ReachReason> ReachCounts::reasons(std::size_t most) const {
    std::vector<ReachReason> all;
    for (const auto& [key, seen] : reasons_) {
        all.push_back({key.first, key.second, seen.servers, seen.examples});
    }
    std::stable_sort(all.begin(), all.end(), [](const ReachReason& a, const ReachReason& b) {
        return a.servers > b.servers;
    });
    if (all.size() > most) all.resize(most);
    return all;
}

}  // namespace mcprisk::engine
