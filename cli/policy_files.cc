#include "cli/policy_files.h"

#include <fmt/format.h>

#include "cli/session.h"
#include "model/text.h"

namespace mcprisk::cli {

std::filesystem::path write_policy_files(const std::filesystem::path& directory,
                                         std::string_view server,
                                         const std::vector<policy::JudgedTool>& tools,
                                         const policy::Options& options) {
    const policy::Recommendation recommendation = policy::recommend(server, tools, options);
    if (std::filesystem::is_symlink(std::filesystem::symlink_status(directory))) {
        throw CommandFailure(
            ExitCode::failed,
            fmt::format("writing policies into {}: it is a link, and what it leads to "
                        "may be somebody else's; remove it first",
                        directory.string()));
    }
    write_whole(directory / "policy.json", recommendation.policy_json);
    write_whole(directory / "policy.reasons.json", recommendation.reasons_json);
    return directory / "policy.json";
}

std::optional<policy::Preset> parse_preset(std::string_view word) {
    if (equals_ignoring_case(word, "recommended")) return policy::Preset::recommended;
    if (equals_ignoring_case(word, "strict")) return policy::Preset::strict;
    if (equals_ignoring_case(word, "permissive")) return policy::Preset::permissive;
    return std::nullopt;
}

}  // namespace mcprisk::cli
