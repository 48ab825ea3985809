#include "model/finding_kinds.h"

#include <algorithm>
#include <array>

namespace mcprisk {
namespace {

constexpr auto kKinds = [] {
    using enum RiskLevel;
    using enum FindingKind::Carrier;
    return std::array{
        FindingKind{
            .id = "annotation-contradiction",
            .carrier = verdict,
            .least = low,
            .most = high,
            .alarm = false,
            .attention = true,
            .sarif_score = "5.0",
            .title = "A hint contradicts the definition",
            .what =
                "An annotation such as readOnlyHint says something else than the tool's name, text "
                "or schema. Clients that trust the hint would let the call through unasked.",
            .remedy = "Decide by the verdict and not by the hint; ask the author to correct it."},
        FindingKind{
            .id = "ansi-escape",
            .carrier = verdict,
            .least = high,
            .most = high,
            .alarm = true,
            .attention = true,
            .sarif_score = "8.0",
            .title = "Terminal control sequences in a definition",
            .what = "The definition carries escape sequences that a terminal obeys: they can "
                    "hide or overwrite what a person sees when reviewing it.",
            .remedy = "Do not connect the server before somebody has read the raw definition."},
        FindingKind{.id = "concealment",
                    .carrier = verdict,
                    .least = high,
                    .most = high,
                    .alarm = true,
                    .attention = true,
                    .sarif_score = "9.5",
                    .title = "The definition tells the model to hide something from the user",
                    .what =
                        "Text of the tool asks that the user is not told, not asked or not shown "
                        "what it does. No ordinary tool needs that.",
                    .remedy = "Do not connect the server; report it."},
        FindingKind{.id = "cross-tool-directive",
                    .carrier = verdict,
                    .least = medium,
                    .most = critical,
                    .alarm = true,
                    .attention = true,
                    .sarif_score = "8.0",
                    .title = "The definition gives orders about other tools",
                    .what =
                        "Text of this tool tells the model when or how to use a different tool, "
                        "which lets one server steer the tools of another.",
                    .remedy = "Block the tool, or connect the server alone."},
        FindingKind{
            .id = "definition-changed",
            .carrier = verdict,
            .least = low,
            .most = critical,
            .alarm = false,
            .attention = true,
            .sarif_score = "8.0",
            .title = "The definition is not the one that was known",
            .what =
                "The tool had another definition when it was last seen or pinned. A server that "
                "was approved once can change what its tools say and do at any time.",
            .remedy = "Read the difference (mcprisk diff SERVER). If it is wanted, pin it anew."},
        FindingKind{.id = "invisible-unicode",
                    .carrier = verdict,
                    .least = low,
                    .most = critical,
                    .alarm = true,
                    .attention = true,
                    .sarif_score = "8.0",
                    .title = "Signs that no reader sees",
                    .what =
                        "The definition contains characters without a shape or that reverse the "
                        "order of text: a model reads them, a person does not.",
                    .remedy = "Do not connect the server before the hidden text is understood."},
        FindingKind{.id = "name-collision",
                    .carrier = verdict,
                    .least = low,
                    .most = high,
                    .alarm = false,
                    .attention = true,
                    .sarif_score = "5.0",
                    .title = "Another server has a tool of this name",
                    .what =
                        "Two servers of one configuration offer tools that the model can confuse; "
                        "a malicious one can take calls that were meant for the other.",
                    .remedy = "Rename one, or allow only one of the two."},
        FindingKind{
            .id = "parameter-exfiltration",
            .carrier = verdict,
            .least = high,
            .most = critical,
            .alarm = true,
            .attention = true,
            .sarif_score = "8.0",
            .title = "A parameter asks for what the tool does not need",
            .what = "An input asks the model to hand over the conversation, the system prompt, "
                    "credentials or other context that has nothing to do with the tool's purpose.",
            .remedy = "Block the tool, or deny calls that fill this parameter."},
        FindingKind{.id = "preference-manipulation",
                    .carrier = verdict,
                    .least = medium,
                    .most = high,
                    .alarm = true,
                    .attention = true,
                    .sarif_score = "5.0",
                    .title = "The definition advertises itself to the model",
                    .what =
                        "Text of the tool urges the model to prefer it to others, which distorts "
                        "the choice of tools.",
                    .remedy = "Allow it only where you would have chosen it yourself."},
        FindingKind{.id = "secret-in-definition",
                    .carrier = verdict,
                    .least = medium,
                    .most = high,
                    .alarm = false,
                    .attention = true,
                    .sarif_score = "8.0",
                    .title = "A credential stands in the definition",
                    .what =
                        "The definition contains what looks like a key, token or password. Every "
                        "client and every model that lists the tools receives it.",
                    .remedy = "Revoke the credential; ask the author to remove it."},
        FindingKind{.id = "too-large-to-read",
                    .carrier = verdict,
                    .least = high,
                    .most = critical,
                    .alarm = false,
                    .attention = true,
                    .sarif_score = "8.0",
                    .title = "A definition that is too large to read",
                    .what = "The definition is larger, deeper or more repetitive than any honest "
                            "one. Nothing of it was read but its name and the beginning of its "
                            "description.",
                    .remedy = "Do not connect the server; every policy hides the tool."},
        FindingKind{.id = "tool-poisoning",
                    .carrier = verdict,
                    .least = medium,
                    .most = critical,
                    .alarm = true,
                    .attention = true,
                    .sarif_score = "9.5",
                    .title = "The definition gives orders to the model",
                    .what =
                        "Text of the tool instructs the model to do something beyond the tool's "
                        "own purpose, such as reading files or passing on data.",
                    .remedy = "Do not connect the server; report it."},
        FindingKind{
            .id = "toxic-combination",
            .carrier = verdict,
            .least = low,
            .most = medium,
            .alarm = false,
            .attention = false,
            .sarif_score = "8.0",
            .title = "Tools that are dangerous together",
            .what =
                "Together these tools let untrusted content reach private data and a way out, or "
                "the like, although each alone looks acceptable.",
            .remedy =
                "Take one of the legs away: deny one of the tools, or connect the servers apart."},
        FindingKind{.id = "unbounded-parameter",
                    .carrier = verdict,
                    .least = low,
                    .most = high,
                    .alarm = false,
                    .attention = false,
                    .sarif_score = "5.0",
                    .title = "An input without limits reaches something powerful",
                    .what =
                        "A free-form command, query, path, URL or amount is passed on without a "
                        "list of choices, pattern or maximum.",
                    .remedy = "Limit the argument in a policy (mcprisk policy SERVER writes one)."},
        FindingKind{
            .id = "critical-tool",
            .carrier = report,
            .least = critical,
            .most = critical,
            .alarm = false,
            .attention = false,
            .sarif_score = "9.5",
            .title = "A tool of level Critical",
            .what = "By its definition the tool can move money, run what it is given or "
                    "destroy what cannot be brought back.",
            .remedy = "Deny it, or require approval for each call (mcprisk policy SERVER)."},
        FindingKind{.id = "high-tool",
                    .carrier = report,
                    .least = high,
                    .most = high,
                    .alarm = false,
                    .attention = false,
                    .sarif_score = "8.0",
                    .title = "A tool of level High",
                    .what =
                        "By its definition the tool runs things, deletes, or acts where it cannot "
                        "be taken back.",
                    .remedy = "Limit it by a policy (mcprisk policy SERVER)."},
        FindingKind{
            .id = "tool-added",
            .carrier = report,
            .least = low,
            .most = low,
            .alarm = false,
            .attention = false,
            .sarif_score = "1.0",
            .title = "A tool that was not there before",
            .what = "The server offers a tool that was not there when it was last seen or pinned.",
            .remedy =
                "Look at it (mcprisk show SERVER TOOL). If it is wanted, pin the server anew."},
        FindingKind{.id = "tool-removed",
                    .carrier = report,
                    .least = low,
                    .most = low,
                    .alarm = false,
                    .attention = false,
                    .sarif_score = "1.0",
                    .title = "A tool that is no longer there",
                    .what = "The server no longer offers a tool that was there when it was last "
                            "seen or pinned.",
                    .remedy = "Check what relied on it. If it is wanted, pin the server anew."},
    };
}();

constexpr auto kAlarms = [] {
    constexpr auto kCount = std::count_if(
        kKinds.begin(), kKinds.end(), [](const FindingKind& kind) { return kind.alarm; });
    std::array<std::string_view, kCount> ids;
    std::size_t n = 0;
    for (const FindingKind& kind : kKinds) {
        if (kind.alarm) ids[n++] = kind.id;
    }
    return ids;
}();

}  // namespace

std::span<const FindingKind> finding_kinds() { return kKinds; }

const FindingKind* finding_kind(std::string_view id) {
    const auto found = std::find_if(
        kKinds.begin(), kKinds.end(), [&](const FindingKind& kind) { return kind.id == id; });
    return found == kKinds.end() ? nullptr : &*found;
}

std::span<const std::string_view> alarming_findings() { return kAlarms; }

bool is_alarming(std::string_view id) {
    return std::find(kAlarms.begin(), kAlarms.end(), id) != kAlarms.end();
}

bool raises_attention(const Finding& finding) {
    if (finding.severity < RiskLevel::high) return false;
    const FindingKind* kind = finding_kind(finding.id);
    return kind != nullptr && kind->attention;
}

RiskLevel attention_of(const Verdict& verdict) {
    RiskLevel level = verdict.risk;
    for (const Finding& finding : verdict.findings) {
        if (raises_attention(finding)) level = std::max(level, finding.severity);
    }
    return level;
}

}  // namespace mcprisk
