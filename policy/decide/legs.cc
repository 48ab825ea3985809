#include "policy/decide/legs.h"

#include <algorithm>
#include <array>
#include <string>

#include "policy/decide/table.h"
#include "policy/decide/words.h"

namespace mcprisk::policy {
namespace {

template <std::size_t N>
bool can_any(const Verdict& verdict, const std::array<std::string_view, N>& wanted) {
    return std::any_of(wanted.begin(), wanted.end(), [&](std::string_view tag) {
        return std::find(verdict.capabilities.begin(), verdict.capabilities.end(), tag) !=
               verdict.capabilities.end();
    });
}

// Moves nothing anywhere but on a screen.
bool is_gesture(const JudgedTool& tool) {
    static constexpr auto kGestures = std::to_array<std::string_view>(
        {"back",    "close",  "emulate", "focus",  "forward", "hover",      "maximize", "minimize",
         "refresh", "reload", "resize",  "rotate", "scroll",  "screenshot", "snapshot", "wait",
         "zoom"});
    static constexpr auto kCarrying = std::to_array<std::string_view>(
        {"click", "drag", "drop", "fill", "navigate", "press", "submit", "type", "upload"});
    const bool on_screen =
        can_any(*tool.verdict, std::to_array<std::string_view>({"exec.browser"})) ||
        (tool.verdict->category == Category::execute && tool.verdict->risk == RiskLevel::low);
    if (!on_screen || !has_one_of(tool.tool->name, kGestures)) return false;
    const bool back = has_one_of(tool.tool->name,
                                 std::to_array<std::string_view>({"back", "forward", "refresh"}));
    return (back || !has_one_of(tool.tool->name, kCarrying)) &&
           free_arguments(*tool.tool, ValueKind::hosts).empty();
}

bool reads_private(const JudgedTool& tool) {
    static constexpr auto kCan = std::to_array<std::string_view>(
        {"data.private_read", "data.secret_read", "data.db_read", "fs.read", "mem.read"});
    // What a repository holds is private wherever the repository is.
    static constexpr auto kKept = std::to_array<std::string_view>({"code",
                                                                   "commit",
                                                                   "commits",
                                                                   "contents",
                                                                   "file",
                                                                   "files",
                                                                   "issue",
                                                                   "issues",
                                                                   "pull"});
    const bool path = !free_arguments(*tool.tool, ValueKind::roots).empty();
    const bool reads = tool.verdict->category == Category::read;
    const bool uploads =
        has_one_of(tool.tool->name, std::to_array<std::string_view>({"upload", "attach"}));
    return can_any(*tool.verdict, kCan) || (reads && path) || uploads ||
           (reads && has_one_of(tool.tool->name, kKept));
}

bool reads_strangers(const JudgedTool& tool) {
    static constexpr auto kCan =
        std::to_array<std::string_view>({"data.untrusted_read", "net.fetch"});
    static constexpr auto kWritten = std::to_array<std::string_view>(
        {"comment", "comments", "email",   "emails", "feed",    "inbox",  "issue",   "issues",
         "mail",    "message",  "messages", "news",  "posts",  "pull",    "review",
         "reviews", "rss",      "thread",  "threads", "ticket", "tickets", "tweet",  "tweets"});
    return can_any(*tool.verdict, kCan) ||
           (tool.verdict->category == Category::read && has_one_of(tool.tool->name, kWritten));
}

bool leads_out(const JudgedTool& tool) {
    static constexpr auto kCan = std::to_array<std::string_view>({"net.send",
                                                                  "net.fetch",
                                                                  "msg.send",
                                                                  "msg.publish",
                                                                  "exec.shell",
                                                                  "exec.code",
                                                                  "exec.browser",
                                                                  "exec.proxy",
                                                                  "exec.agent",
                                                                  "vcs.write"});
    static constexpr auto kCarries = std::to_array<std::string_view>({"comment",
                                                                      "email",
                                                                      "forward",
                                                                      "gist",
                                                                      "invite",
                                                                      "post",
                                                                      "publish",
                                                                      "reply",
                                                                      "send",
                                                                      "share",
                                                                      "submit",
                                                                      "tweet",
                                                                      "upload",
                                                                      "webhook"});
    // A free address carries data out in its path or query, whatever the tool is for.
    return can_any(*tool.verdict, kCan) ||
           !free_arguments(*tool.tool, ValueKind::hosts).empty() ||
           (tool.verdict->category != Category::read && has_one_of(tool.tool->name, kCarries));
}

}  // namespace

std::string_view to_string(Leg leg) {
    switch (leg) {
        case Leg::private_data:
            return "private data";
        case Leg::untrusted_content:
            return "untrusted content";
        case Leg::way_out:
            break;
    }
    return "a way out";
}

bool is_leg(const JudgedTool& tool, Leg leg) {
    switch (leg) {
        case Leg::private_data:
            return reads_private(tool);
        case Leg::untrusted_content:
            return reads_strangers(tool);
        case Leg::way_out:
            break;
    }
    return !is_gesture(tool) && leads_out(tool);
}

std::vector<Leg> legs_of(const JudgedTool& tool) {
    std::vector<Leg> legs;
    for (const Leg leg : {Leg::private_data, Leg::untrusted_content, Leg::way_out}) {
        if (is_leg(tool, leg)) legs.push_back(leg);
    }
    return legs;
}

}  // namespace mcprisk::policy
