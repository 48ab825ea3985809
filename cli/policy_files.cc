#include "cli/policy_files.h"

#include <fmt/format.h>
#include <fstream>
#include <iterator>

#include "cli/session.h"
#include "model/base/text.h"
#include "policy/decide/combine.h"

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;

void refuse_link(const fs::path& path) {
    if (!fs::is_symlink(fs::symlink_status(path))) return;
    throw CommandFailure(ExitCode::failed,
                         fmt::format("writing policies into {}: it is a link, and what it leads to "
                                     "may be somebody else's; remove it first",
                                     path.string()));
}

}  // namespace

std::optional<std::string> read_if_there(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(in), {});
}

bool write_if_changed(const fs::path& file, std::string_view text) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (!error && size == text.size() && !fs::is_symlink(fs::symlink_status(file)) &&
        read_if_there(file) == text) {
        return false;
    }
    write_whole(file, text);
    return true;
}

std::size_t write_recommendation(const fs::path& directory,
                                 const policy::Recommendation& recommendation) {
    refuse_link(directory);
    // The reasons first: a policy.json that is there and new has its reasons beside it.
    std::size_t written = 0;
    if (write_if_changed(directory / "policy.reasons.json", recommendation.reasons_json)) ++written;
    if (write_if_changed(directory / "policy.json", recommendation.policy_json)) ++written;
    return written;
}

fs::path write_policy_files(const fs::path& directory,
                            std::string_view server,
                            const std::vector<policy::JudgedTool>& tools,
                            const policy::Options& options) {
    policy::Options merged = options;
    merged.ceiling = true;
    write_recommendation(directory, policy::recommend_server(server, tools, merged));
    return directory / "policy.json";
}

std::optional<policy::Preset> parse_preset(std::string_view word) {
    if (equals_ignoring_case(word, "recommended")) return policy::Preset::recommended;
    if (equals_ignoring_case(word, "strict")) return policy::Preset::strict;
    if (equals_ignoring_case(word, "permissive")) return policy::Preset::permissive;
    return std::nullopt;
}

}  // namespace mcprisk::cli
