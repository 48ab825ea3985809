#include "cli/output/finding_text.h"

#include <algorithm>
#include <array>

namespace mcprisk::cli {
namespace {

constexpr std::array kTexts{
    FindingText{"annotation-contradiction",
                "A hint contradicts the definition",
                "An annotation such as readOnlyHint says something else than the tool's name, text "
                "or schema. Clients that trust the hint would let the call through unasked.",
                "Decide by the verdict and not by the hint; ask the author to correct it."},
    FindingText{"ansi-escape",
                "Terminal control sequences in a definition",
                "The definition carries escape sequences that a terminal obeys: they can hide or "
                "overwrite what a person sees when reviewing it.",
                "Do not connect the server before somebody has read the raw definition."},
    FindingText{"concealment",
                "The definition tells the model to hide something from the user",
                "Text of the tool asks that the user is not told, not asked or not shown what it "
                "does. No ordinary tool needs that.",
                "Do not connect the server; report it."},
    FindingText{"cross-tool-directive",
                "The definition gives orders about other tools",
                "Text of this tool tells the model when or how to use a different tool, which lets "
                "one server steer the tools of another.",
                "Block the tool, or connect the server alone."},
    FindingText{"definition-changed",
                "The definition is not the one that was known",
                "The tool had another definition when it was last seen or pinned. A server that "
                "was approved once can change what its tools say and do at any time.",
                "Read the difference (mcprisk diff SERVER). If it is wanted, pin it anew."},
    FindingText{"invisible-unicode",
                "Signs that no reader sees",
                "The definition contains characters without a shape or that reverse the order of "
                "text: a model reads them, a person does not.",
                "Do not connect the server before the hidden text is understood."},
    FindingText{"name-collision",
                "Another server has a tool of this name",
                "Two servers of one configuration offer tools that the model can confuse; a "
                "malicious one can take calls that were meant for the other.",
                "Rename one, or allow only one of the two."},
    FindingText{"parameter-exfiltration",
                "A parameter asks for what the tool does not need",
                "An input asks the model to hand over the conversation, the system prompt, "
                "credentials or other context that has nothing to do with the tool's purpose.",
                "Block the tool, or deny calls that fill this parameter."},
    FindingText{"preference-manipulation",
                "The definition advertises itself to the model",
                "Text of the tool urges the model to prefer it to others, which distorts the "
                "choice of tools.",
                "Allow it only where you would have chosen it yourself."},
    FindingText{"secret-in-definition",
                "A credential stands in the definition",
                "The definition contains what looks like a key, token or password. Every client "
                "and every model that lists the tools receives it.",
                "Revoke the credential; ask the author to remove it."},
    FindingText{"too-large-to-read",
                "A definition that is too large to read",
                "The definition is larger, deeper or more repetitive than any honest one. Nothing "
                "of it was read but its name and the beginning of its description.",
                "Do not connect the server; every policy hides the tool."},
    FindingText{"tool-poisoning",
                "The definition gives orders to the model",
                "Text of the tool instructs the model to do something beyond the tool's own "
                "purpose, such as reading files or passing on data.",
                "Do not connect the server; report it."},
    FindingText{"toxic-combination",
                "Tools that are dangerous together",
                "Together these tools let untrusted content reach private data and a way out, or "
                "the like, although each alone looks acceptable.",
                "Take one of the legs away: deny one of the tools, or connect the servers apart."},
    FindingText{"unbounded-parameter",
                "An input without limits reaches something powerful",
                "A free-form command, query, path, URL or amount is passed on without a list of "
                "choices, pattern or maximum.",
                "Limit the argument in a policy (mcprisk policy SERVER writes one)."},
    FindingText{"critical-tool",
                "A tool of level Critical",
                "By its definition the tool can move money, run what it is given or destroy what "
                "cannot be brought back.",
                "Deny it, or require approval for each call (mcprisk policy SERVER)."},
    FindingText{"high-tool",
                "A tool of level High",
                "By its definition the tool runs things, deletes, or acts where it cannot be taken "
                "back.",
                "Limit it by a policy (mcprisk policy SERVER)."},
    FindingText{"tool-added",
                "A tool that was not there before",
                "The server offers a tool that was not there when it was last seen or pinned.",
                "Look at it (mcprisk show SERVER TOOL). If it is wanted, pin the server anew."},
    FindingText{
        "tool-removed",
        "A tool that is no longer there",
        "The server no longer offers a tool that was there when it was last seen or pinned.",
        "Check what relied on it. If it is wanted, pin the server anew."},
};

}  // namespace

std::span<const FindingText> finding_texts() { return kTexts; }

const FindingText* finding_text(std::string_view id) {
    const auto found = std::find_if(
        kTexts.begin(), kTexts.end(), [&](const FindingText& text) { return text.id == id; });
    return found == kTexts.end() ? nullptr : &*found;
}

}  // namespace mcprisk::cli
