#include "policy/targets/formats.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <stdexcept>

#include "model/base/text.h"
#include "policy/targets/format_parts.h"

namespace mcprisk::policy {
namespace {

struct Target {
    Format format;
    std::string_view word;
    std::string_view file;
    bool many;
};

constexpr std::array<Target, 9> kTargets{{
    {Format::policy_json, "policy.json", "policy.json", false},
    {Format::intercept, "intercept", "intercept.yaml", false},
    {Format::claude_code, "claude-code", "settings.json", true},
    {Format::codex, "codex", "config.toml", true},
    {Format::gemini, "gemini", "mcprisk.toml", true},
    {Format::cursor, "cursor", "permissions.json", true},
    {Format::openai, "openai", "openai-tools.json", true},
    {Format::cedar, "cedar", "authz-config.json", false},
    {Format::agentgateway, "agentgateway", "agentgateway.yaml", false},
}};

const Target& target(Format format) { return kTargets.at(static_cast<std::size_t>(format)); }

}  // namespace

std::string_view to_string(Format format) { return target(format).word; }

std::optional<Format> parse_format(std::string_view word) {
    for (const Target& one : kTargets) {
        if (equals_ignoring_case(one.word, word)) return one.format;
    }
    return std::nullopt;
}

std::string known_formats() {
    std::string all;
    for (const Target& one : kTargets) all += (all.empty() ? "" : ", ") + std::string(one.word);
    return all;
}

bool holds_many_servers(Format format) { return target(format).many; }
std::string_view file_name(Format format) { return target(format).file; }

Rendered render(Format format, std::span<const NamedServer> servers, const FormatOptions& options) {
    if (format == Format::policy_json || (!holds_many_servers(format) && servers.size() != 1)) {
        throw std::logic_error("render: this format is written one server at a time");
    }
    switch (format) {
        case Format::intercept:
            return render_intercept(servers.front(), options);
        case Format::claude_code:
            return render_claude_code(servers);
        case Format::codex:
            return render_codex(servers);
        case Format::gemini:
            return render_gemini(servers);
        case Format::cursor:
            return render_cursor(servers);
        case Format::openai:
            return render_openai(servers);
        case Format::cedar:
            return render_cedar(servers.front(), options);
        case Format::agentgateway:
        case Format::policy_json:
            break;
    }
    return render_agentgateway(servers.front(), options);
}

Verb without_limit(Verb verb) { return verb == Verb::limit ? Verb::ask : verb; }

std::string tools_word(std::size_t count) {
    return fmt::format("{} tool{}", count, count == 1 ? "" : "s");
}

void Losses::count(const Decision& decision) {
    if (decision.has_conditions() && unattended(decision.rest)) {
        ++conditions;
    } else if (decision.verb == Verb::limit) {
        ++limits;
    }
}

std::vector<std::string> Losses::notes(std::string_view name) const {
    std::vector<std::string> out;
    if (limits > 0) {
        out.push_back(fmt::format(
            "{} ask{} because {} has no limits", tools_word(limits), limits == 1 ? "s" : "", name));
    }
    if (conditions > 0) {
        out.push_back(
            fmt::format("{} {} not let through in part because {} has no conditions on "
                        "arguments",
                        tools_word(conditions),
                        conditions == 1 ? "is" : "are",
                        name));
    }
    return out;
}

std::vector<std::string> Unsaid::notes(std::string_view name, Inexpressible choice) const {
    const char* done = choice == Inexpressible::deny ? "denied" : "allowed without";
    std::vector<std::string> out;
    const auto add = [&](std::size_t count, std::string_view what) {
        if (count == 0) return;
        out.push_back(
            choice == Inexpressible::deny
                ? fmt::format("{} {} because {} has no {}", tools_word(count), done, name, what)
                : fmt::format("{} {} {}, which {} has not", tools_word(count), done, what, name));
    };
    add(limits, "limit");
    add(questions, "question to a person");
    if (conditions > 0) {
        out.push_back(fmt::format(
            "{} denied because {} cannot express their conditions", tools_word(conditions), name));
    }
    return out;
}

Step step_of(const nlohmann::json& condition) {
    Step step{.op = condition.at("op"), .value = &condition.at("value")};
    const auto& path = condition.at("path").get_ref<const std::string&>();
    for (const std::string_view part :
         split(std::string_view(path).substr(path.find('.') + 1), '.')) {
        step.path.emplace_back(part);
    }
    return step;
}

}  // namespace mcprisk::policy
