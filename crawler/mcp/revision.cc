#include "crawler/mcp/revision.h"

#include <algorithm>
#include <array>

namespace mcprisk::crawler {
namespace {

constexpr std::array<Revision, 6> kRevisions{{{"2026-07-28", Opening::each_request},
                                              {"2025-11-25"},
                                              {"2025-06-18"},
                                              {"2025-03-26"},
                                              {"2024-11-05"},
                                              {"2024-10-07", Opening::handshake, false}}};

std::string_view newest(Opening opening) {
    return std::find_if(kRevisions.begin(),
                        kRevisions.end(),
                        [&](const Revision& one) { return one.opening == opening; })
        ->name;
}

bool opens(std::string_view name, Opening opening) {
    const Revision* found = find_revision(name);
    return found != nullptr && found->opening == opening;
}

}  // namespace

std::span<const Revision> revisions() { return kRevisions; }

const Revision* find_revision(std::string_view name) {
    const auto* found = std::find_if(kRevisions.begin(),
                                     kRevisions.end(),
                                     [&](const Revision& one) { return one.name == name; });
    return found == kRevisions.end() ? nullptr : found;
}

bool is_legacy(std::string_view name) { return opens(name, Opening::handshake); }

bool is_modern(std::string_view name) { return opens(name, Opening::each_request); }

std::string_view newest_legacy() { return newest(Opening::handshake); }

std::string_view newest_modern() { return newest(Opening::each_request); }

std::string_view newest_among(std::span<const std::string> names,
                              Opening opening,
                              std::span<const Revision> table) {
    for (const Revision& one : table) {
        if (one.opening != opening) continue;
        if (std::find(names.begin(), names.end(), one.name) != names.end()) return one.name;
    }
    return {};
}

}  // namespace mcprisk::crawler
