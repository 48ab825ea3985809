// Putting what was recommended into a file that somebody keeps: entries that are not ours, their
// order and all comments stay as they are.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "policy/targets/formats.h"

namespace mcprisk::policy {

struct Merged {
    std::string text;
    std::vector<std::string> notes;  // what of the file is stricter and was kept, what shadows ours
};

// `text` is the file as it is, empty if there is none yet. Fails if the file cannot be understood:
// then nothing of it may be changed. A rule in the file that is stricter than ours for the same
// tool is kept. Only for claude-code, codex, gemini and cursor; unsupported for the other formats.
Result<Merged> merge_into(Format format,
                          std::string_view text,
                          std::span<const NamedServer> servers);

// Rules of a Claude Code settings file that do not do what they look like: skipped wildcards, rules
// in the shadow of another, argument lists that are ignored. One sentence each.
Result<std::vector<std::string>> lint_claude_settings(std::string_view text);

// A unified diff with three lines of context, empty if nothing changes.
std::string unified_diff(std::string_view before, std::string_view after, std::string_view name);

}  // namespace mcprisk::policy
