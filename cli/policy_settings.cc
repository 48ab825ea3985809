#include "cli/policy_settings.h"

#include <fmt/format.h>
#include <filesystem>

#include "cli/exit_code.h"
#include "crawler/config/config_tree.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

constexpr const char* kDefaultFile = ".mcprisk.toml";

void override_one(Verdict& verdict, const policy::Settings& settings, const std::string& today) {
    const auto* one = policy::override_for(settings, verdict.server, verdict.tool, today);
    if (one != nullptr) verdict = policy::overridden(std::move(verdict), *one);
}

}  // namespace

policy::Settings load_settings(const std::string& file, Session& session) {
    const std::string name = file.empty() ? kDefaultFile : file;
    std::error_code error;
    if (file.empty() &&
        !std::filesystem::exists(session.environment().directory / kDefaultFile, error)) {
        return {};
    }
    constexpr std::size_t kMost = std::size_t{1} << 20;
    const auto tree = crawler::read_toml_tree(read_whole(session.environment(), name, kMost), {});
    if (!tree) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("reading {}: {}", name, tree.error().message));
    }
    Diagnostics faults;
    auto settings = policy::read_settings(tree->value, faults);
    if (!settings) {
        for (const Diagnostic& one : faults.items()) {
            session.warn(fmt::format("{}: {}: {}", name, one.path, one.message));
        }
        throw CommandFailure(ExitCode::failed,
                             fmt::format("{} has faults; nothing was written", name));
    }
    for (const policy::Override* one : policy::expired(*settings, today(session))) {
        session.warn(fmt::format("{}: an override of {} on {} ran out on {} and no longer counts",
                                 name,
                                 one->tool,
                                 one->server,
                                 one->expires));
    }
    for (const policy::Suppression& one : settings->suppressions) {
        if (one.expires >= today(session)) continue;
        session.warn(fmt::format("{}: what accepts {} of {} on {} ran out on {}",
                                 name,
                                 one.finding,
                                 one.tool,
                                 one.server,
                                 one.expires));
    }
    return std::move(*settings);
}

std::string today(const Session& session) {
    constexpr std::size_t kDate = 10;
    return format_time(session.environment().now()).substr(0, kDate);
}

void apply_overrides(std::vector<Verdict>& verdicts,
                     const policy::Settings& settings,
                     const std::string& today) {
    for (Verdict& verdict : verdicts) override_one(verdict, settings, today);
}

void apply_overrides(std::vector<store::ToolRow>& rows,
                     const policy::Settings& settings,
                     const std::string& today) {
    for (store::ToolRow& row : rows) override_one(row.verdict, settings, today);
}

std::vector<Verdict> without_accepted(std::vector<Verdict> verdicts,
                                      const policy::Settings& settings,
                                      const std::string& today) {
    for (Verdict& verdict : verdicts) {
        const auto accepted = [&](std::string_view what) {
            return policy::suppression_for(settings, verdict.server, verdict.tool, what, today) !=
                   nullptr;
        };
        std::erase_if(verdict.findings, [&](const Finding& one) { return accepted(one.id); });
        if (accepted("level")) verdict.risk = RiskLevel::low;
    }
    return verdicts;
}

void mark_accepted(std::vector<SarifResult>& results,
                   const policy::Settings& settings,
                   const std::string& today) {
    for (SarifResult& one : results) {
        const bool level = one.rule == "critical-tool" || one.rule == "high-tool";
        const auto* accepted = policy::suppression_for(
            settings, one.server, one.tool, level ? "level" : one.rule, today);
        if (accepted != nullptr) {
            one.suppressed = fmt::format("{} (until {})", accepted->reason, accepted->expires);
        }
    }
}

std::function<void(std::vector<SarifResult>&)> acceptance(Session& session) {
    return [settings = load_settings("", session), day = today(session)](
               std::vector<SarifResult>& results) { mark_accepted(results, settings, day); };
}

}  // namespace mcprisk::cli
