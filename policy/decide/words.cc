#include "policy/decide/words.h"

#include <algorithm>
#include <array>

#include "model/base/text.h"

namespace mcprisk::policy {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_word_byte(char c) {
    return is_upper(c) || is_lower_or_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

// The lists are sorted, so that a doubled word shows in review.
constexpr auto kRemoving = std::to_array<std::string_view>(
    {"burn",      "cancel", "clean",    "cleanup",   "clear",      "delete",    "destroy",
     "discard",   "drop",   "empty",    "erase",     "evict",      "expire",    "expunge",
     "factory",   "flush",  "forget",   "format",    "obliterate", "overwrite", "prune",
     "purge",     "remove", "reset",    "revoke",    "rm",         "rollback",  "shred",
     "terminate", "trash",  "truncate", "uninstall", "wipe"});

constexpr auto kPaying = std::to_array<std::string_view>(
    {"authorize", "bid",     "borrow",   "buy",      "capture",   "charge", "checkout",
     "claim",     "deposit", "donate",   "fund",     "invest",    "lend",   "mint",
     "order",     "pay",     "payout",   "purchase", "redeem",    "refund", "repay",
     "sell",      "settle",  "spend",    "stake",    "subscribe", "swap",   "tip",
     "topup",     "trade",   "transfer", "unstake",  "withdraw"});

constexpr auto kReading = std::to_array<std::string_view>(
    {"analyze", "audit",    "balance",   "browse",  "calculate", "check",    "compare",  "compute",
     "count",   "describe", "details",   "diff",    "discover",  "estimate", "examples", "explain",
     "fetch",   "filter",   "find",      "get",     "head",      "health",   "help",     "history",
     "info",    "inspect",  "is",        "lint",    "list",      "load",     "log",      "logs",
     "lookup",  "ls",       "metadata",  "options", "overview",  "ping",     "preview",  "price",
     "prices",  "progress", "query",     "quote",   "read",      "report",   "resolve",  "retrieve",
     "schema",  "search",   "select",    "show",    "simulate",  "stat",     "state",    "stats",
     "status",  "suggest",  "summarize", "summary", "tail",      "test",     "trace",    "tree",
     "usage",   "validate", "verify",    "version", "view",      "watch",    "whoami"});

constexpr auto kWriting = std::to_array<std::string_view>(
    {"acknowledge", "activate",   "add",    "append",     "apply",   "archive",  "assign",
     "attach",      "checkpoint", "clone",  "close",      "comment", "commit",   "complete",
     "configure",   "copy",       "create", "deactivate", "detach",  "disable",  "download",
     "duplicate",   "edit",       "enable", "export",     "fork",    "generate", "import",
     "insert",      "invite",     "link",   "lock",       "mark",    "merge",    "modify",
     "move",        "open",       "patch",  "pin",        "post",    "publish",  "put",
     "register",    "rename",     "reopen", "replace",    "reply",   "save",     "send",
     "set",         "share",      "store",  "submit",     "tag",     "unassign", "unlock",
     "update",      "upload",     "write"});

constexpr auto kExecuting = std::to_array<std::string_view>(
    {"build",  "call", "click",  "connect",  "deploy", "eval",   "exec",  "execute", "install",
     "invoke", "kill", "launch", "navigate", "pause",  "reboot", "rerun", "restart", "resume",
     "retry",  "run",  "scale",  "schedule", "start",  "stop",   "sync",  "trigger"});

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

template <std::size_t N>
bool any_of(const std::array<std::string_view, N>& list, const std::vector<std::string>& words) {
    return std::any_of(
        words.begin(), words.end(), [&](const std::string& word) { return one_of(list, word); });
}

Deed deed_of_word(std::string_view word) {
    if (one_of(kReading, word)) return Deed::reads;
    if (one_of(kWriting, word)) return Deed::writes;
    if (one_of(kExecuting, word)) return Deed::executes;
    return Deed::unknown;
}

}  // namespace

std::vector<std::string> words_of(std::string_view name) {
    std::vector<std::string> words;
    std::string word;
    const auto finish = [&] {
        if (!word.empty()) words.push_back(lower_ascii(word));
        word.clear();
    };
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (!is_word_byte(name[i])) {
            finish();
            continue;
        }
        if (!word.empty() && is_upper(name[i])) {
            const bool after_lower = is_lower_or_digit(name[i - 1]);
            const bool before_lower =
                i + 1 < name.size() && name[i + 1] >= 'a' && name[i + 1] <= 'z';
            if (after_lower || before_lower) finish();
        }
        word += name[i];
    }
    finish();
    return words;
}

bool has_one_of(std::string_view name, std::span<const std::string_view> wanted) {
    const auto words = words_of(name);
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
        return std::find(wanted.begin(), wanted.end(), word) != wanted.end();
    });
}

Deed deed_of(std::string_view choice) {
    const auto words = words_of(choice);
    if (words.empty()) return Deed::unknown;
    if (any_of(kRemoving, words)) return Deed::destroys;
    const Deed first = deed_of_word(words.front());
    if (first == Deed::reads && words.size() > 1) {
        // "get_or_create", "read_and_send": the second verb counts as well.
        const bool joined = std::find(words.begin(), words.end(), "and") != words.end() ||
                            std::find(words.begin(), words.end(), "or") != words.end();
        if (joined && any_of(kPaying, words)) return Deed::pays;
        Deed worst = first;
        for (const std::string& word : words) worst = std::max(worst, deed_of_word(word));
        if (joined) return worst;
    }
    if (first == Deed::reads) return first;
    if (any_of(kPaying, words)) return Deed::pays;
    if (first != Deed::unknown) return first;
    for (const std::string& word : words) {
        if (const Deed deed = deed_of_word(word); deed != Deed::unknown) return deed;
    }
    return Deed::unknown;
}

bool names_removal(std::string_view name) { return any_of(kRemoving, words_of(name)); }
bool names_payment(std::string_view name) { return any_of(kPaying, words_of(name)); }

bool is_risky_flag(std::string_view name, std::span<const std::string> words) {
    const auto parts = words_of(name);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (std::find(words.begin(), words.end(), parts[i]) == words.end()) continue;
        if (parts[i] != "all" || i + 1 == parts.size()) return true;
        if (i == 0 && parts[1].ends_with('s')) return true;
        if (i > 0 && one_of(kRemoving, parts[i - 1])) return true;
    }
    return false;
}

}  // namespace mcprisk::policy
