#include "policy/decide/reach.h"

#include <algorithm>
#include <array>
#include <string>

#include "model/base/text.h"
#include "policy/decide/words.h"

namespace mcprisk::policy {
namespace {

bool has_word(const std::vector<std::string>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

template <std::size_t N>
bool says_one_of(const Tool& tool, const std::array<std::string_view, N>& phrases) {
    const std::string text = lower_ascii(tool.description);
    return std::any_of(phrases.begin(), phrases.end(), [&](std::string_view phrase) {
        return text.find(phrase) != std::string::npos;
    });
}

}  // namespace

bool path_is_remote(const Tool& tool) {
    static constexpr auto kHolders =
        std::to_array<std::string_view>({"bucket", "gist", "owner", "repo", "repository"});
    bool held = false;
    for (const Parameter& parameter : tool.parameters) {
        const auto words = words_of(parameter.name);
        const bool holder = std::any_of(kHolders.begin(), kHolders.end(), [&](std::string_view w) {
            return has_word(words, w);
        });
        const bool project = has_word(words, "project") && has_word(words, "id");
        // repo_path is a folder of this machine.
        if (holder && (has_word(words, "path") || has_word(words, "dir") ||
                       has_word(words, "directory"))) {
            return false;
        }
        held = held || holder || project;
    }
    return held;
}

bool is_bounded(const Tool& tool, std::string_view by) {
    static constexpr auto kFolders = std::to_array<std::string_view>({"allowed director",
                                                                      "allowed folder",
                                                                      "allowed path",
                                                                      "allowed root",
                                                                      "inside the workspace",
                                                                      "workspace root",
                                                                      "within the workspace"});
    static constexpr auto kRefusals = std::to_array<std::string_view>({"only select statements",
                                                                       "query_only",
                                                                       "read only connection",
                                                                       "read only replica",
                                                                       "read only role",
                                                                       "read only transaction",
                                                                       "read-only connection",
                                                                       "read-only replica",
                                                                       "read-only role",
                                                                       "read-only transaction"});
    if (by == "folder") return says_one_of(tool, kFolders);
    return by == "sql" && says_one_of(tool, kRefusals);
}

}  // namespace mcprisk::policy
