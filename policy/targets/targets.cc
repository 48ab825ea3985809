#include <fmt/format.h>
#include <array>
#include <stdexcept>

#include "model/base/text.h"
#include "policy/targets/parts.h"
#include "policy/targets/target.h"

// A row a target: X(name) stands for `const Target name_target` in a file of its own.
#define MCPRISK_POLICY_TARGETS(X) \
    X(policy_json)                \
    X(intercept)                  \
    X(claude_code)                \
    X(codex)                      \
    X(gemini)                     \
    X(cursor)                     \
    X(openai)                     \
    X(cedar)                      \
    X(agentgateway)               \
    X(copilot)                    \
    X(opencode)                   \
    X(claude_managed)             \
    X(codex_managed)              \
    X(gemini_managed)             \
    X(agentcore)                  \
    X(cursor_cli)                 \
    X(vscode)

namespace mcprisk::policy {

#define MCPRISK_DECLARE(name) extern const Target name##_target;
MCPRISK_POLICY_TARGETS(MCPRISK_DECLARE)
#undef MCPRISK_DECLARE

std::span<const Target* const> targets() {
#define MCPRISK_ADDRESS(name) &name##_target,
    static constexpr std::array kAll{MCPRISK_POLICY_TARGETS(MCPRISK_ADDRESS)};
#undef MCPRISK_ADDRESS
    return kAll;
}

const Target* find_target(std::string_view word) {
    for (const Target* one : targets()) {
        if (equals_ignoring_case(one->word, word)) return one;
    }
    return nullptr;
}

std::string known_targets() {
    std::string all;
    for (const Target* one : targets()) all += (all.empty() ? "" : ", ") + std::string(one->word);
    return all;
}

Rendered render(const Target& target,
                std::span<const NamedServer> servers,
                const FormatOptions& options) {
    if (target.render == nullptr || (!target.many && servers.size() != 1)) {
        throw std::logic_error("render: this format is written one server at a time");
    }
    return target.render(servers, options);
}

Result<Merged> merge_into(const Target& target,
                          std::string_view text,
                          std::span<const NamedServer> servers) {
    if (target.merge != nullptr) return target.merge(text, servers);
    return fail(
        ErrorCode::unsupported,
        fmt::format("{} has no file that others write into too; write it with -o", target.word));
}

std::string to_string(const Loss& loss) {
    return fmt::format("{} {}", tools_word(loss.tools), loss.tools == 1 ? loss.one : loss.many);
}

std::vector<std::string> told(const Rendered& rendered) {
    std::vector<std::string> out;
    for (const Loss& loss : rendered.losses) out.push_back(to_string(loss));
    out.insert(out.end(), rendered.notes.begin(), rendered.notes.end());
    return out;
}

Verb without_limit(Verb verb) { return verb == Verb::limit ? Verb::ask : verb; }

std::optional<std::string> cedar_when(
    const Decision& decision,
    const std::function<std::optional<std::string>(const Condition&)>& holds) {
    std::string all;
    const auto add = [&](const std::string& part) { all += (all.empty() ? "" : " && ") + part; };
    for (const Condition& condition : decision.conditions.require) {
        const auto part = holds(condition);
        if (!part) return std::nullopt;
        add("(" + *part + ")");
    }
    for (const Denial& entry : decision.conditions.deny_if) {
        std::string together;
        for (const Condition& condition : entry.conditions) {
            const auto part = holds(condition);
            if (!part) return std::nullopt;
            together += (together.empty() ? "" : " && ") + *part;
        }
        add("!(" + together + ")");
    }
    return all.empty() ? all : " when { " + all + " }";
}

std::string tools_word(std::size_t count) {
    return fmt::format("{} tool{}", count, count == 1 ? "" : "s");
}

Loss lost(std::size_t tools, std::string_view verb, std::string_view why) {
    return {tools, fmt::format("{}s {}", verb, why), fmt::format("{} {}", verb, why)};
}

void note_kept(std::size_t kept, std::vector<std::string>& notes) {
    if (kept == 0) return;
    notes.push_back(fmt::format("{} stay{} stricter than recommended, as the file has {}",
                                tools_word(kept),
                                kept == 1 ? "s" : "",
                                kept == 1 ? "it" : "them"));
}

void Softened::count(const Decision& decision) {
    if (decision.has_conditions() && unattended(decision.rest)) {
        ++conditions;
    } else if (decision.verb == Verb::limit) {
        ++limits;
    }
}

std::vector<Loss> Softened::losses(std::string_view target) const {
    std::vector<Loss> out;
    if (limits > 0) out.push_back(lost(limits, "ask", fmt::format("because {} has no limits", target)));
    if (conditions > 0) {
        const auto why = fmt::format(
            "not let through in part because {} has no conditions on arguments", target);
        out.push_back({conditions, "is " + why, "are " + why});
    }
    return out;
}

std::vector<Loss> Unsaid::losses(std::string_view target, Inexpressible choice) const {
    std::vector<Loss> out;
    const auto add = [&](std::size_t count, std::string_view what) {
        if (count == 0) return;
        const auto text = choice == Inexpressible::deny
                              ? fmt::format("denied because {} has no {}", target, what)
                              : fmt::format("allowed without {}, which {} has not", what, target);
        out.push_back({count, text, text});
    };
    add(limits, "limit");
    add(questions, "question to a person");
    if (conditions > 0) {
        const auto text =
            fmt::format("denied because {} cannot express their conditions", target);
        out.push_back({conditions, text, text});
    }
    return out;
}

}  // namespace mcprisk::policy
