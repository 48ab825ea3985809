#include "store/server_names.h"

#include <fmt/format.h>
#include <algorithm>
#include <utility>
#include <vector>

#include "model/base/text.h"

namespace mcprisk::store {
namespace {

constexpr std::size_t kNamed = 5;
// Ids of strangers have any length, and comparing takes the product of both.
constexpr std::size_t kCompared = 64;

std::string list_of(const std::vector<std::string_view>& ids) {
    std::string text;
    for (std::size_t i = 0; i < std::min(ids.size(), kNamed); ++i) {
        text += (i == 0 ? "" : ", ") + std::string(ids[i]);
    }
    if (ids.size() > kNamed) text += fmt::format(" and {} more", ids.size() - kNamed);
    return text;
}

// How far `wanted` is from an id as a whole or from a word of it: people leave out the rest.
std::size_t distance(std::string_view wanted, std::string_view id) {
    std::size_t least = edit_distance(wanted, truncate_utf8(id, kCompared));
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= id.size() && begin < 4 * kCompared; ++i) {
        const bool inside =
            i < id.size() && std::string_view(":/@.-_").find(id[i]) == std::string_view::npos;
        if (inside) continue;
        if (i > begin) {
            const std::string_view word = truncate_utf8(id.substr(begin, i - begin), kCompared);
            least = std::min(least, edit_distance(wanted, word));
        }
        begin = i + 1;
    }
    return least;
}

std::vector<std::string_view> nearest(std::span<const std::string> ids, std::string_view part) {
    const std::string wanted = lower_ascii(truncate_utf8(part, kCompared));
    const std::size_t allowed = std::max<std::size_t>(1, wanted.size() / 3);
    std::vector<std::pair<std::size_t, std::string_view>> near;
    for (const std::string& id : ids) {
        const std::size_t d = distance(wanted, lower_ascii(id));
        if (d <= allowed) near.emplace_back(d, id);
    }
    std::sort(near.begin(), near.end());
    std::vector<std::string_view> names;
    for (const auto& [d, id] : near) {
        if (names.size() < kNamed) names.push_back(id);
    }
    return names;
}

Result<std::string> one_of(const std::vector<std::string_view>& fitting, std::string_view part) {
    if (fitting.size() == 1) return std::string(fitting.front());
    return fail(ErrorCode::ambiguous,
                fmt::format("\"{}\" fits {} servers: {}; give more of the id",
                            part,
                            fitting.size(),
                            list_of(fitting)));
}

}  // namespace

Result<std::string> only_server(std::span<const std::string> ids, std::string_view part) {
    return one_of({ids.begin(), ids.end()}, part);
}

Result<std::string> choose_server(std::span<const std::string> ids, std::string_view part) {
    if (std::binary_search(ids.begin(), ids.end(), part)) return std::string(part);
    if (ids.empty()) {
        return fail(
            ErrorCode::not_found,
            fmt::format("no server \"{}\": the catalogue is empty; run `mcprisk scan` first",
                        part));
    }
    const std::string wanted = lower_ascii(part);
    std::vector<std::string_view> equal;
    std::vector<std::string_view> containing;
    if (!wanted.empty()) {
        for (const std::string& id : ids) {
            const std::string lower = lower_ascii(id);
            if (lower == wanted) equal.emplace_back(id);
            if (lower.find(wanted) != std::string::npos) containing.emplace_back(id);
        }
    }
    const std::vector<std::string_view>& fitting = equal.empty() ? containing : equal;
    if (!fitting.empty()) return one_of(fitting, part);
    const std::vector<std::string_view> near = nearest(ids, part);
    return fail(ErrorCode::not_found,
                near.empty() ? fmt::format("no server \"{}\" in the catalogue; `mcprisk servers` "
                                           "lists the {} it has",
                                           part,
                                           ids.size())
                             : fmt::format("no server \"{}\" in the catalogue; did you mean {}?",
                                           part,
                                           list_of(near)));
}

}  // namespace mcprisk::store
