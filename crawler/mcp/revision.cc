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

}  // namespace

std::span<const Revision> revisions() { return kRevisions; }

const Revision* find_revision(std::string_view name, RevisionTable table) {
    const auto found = std::find_if(
        table.begin(), table.end(), [&](const Revision& one) { return one.name == name; });
    return found == table.end() ? nullptr : &*found;
}

bool opens(std::string_view name, Opening opening, RevisionTable table) {
    const Revision* found = find_revision(name, table);
    return found != nullptr && found->opening == opening;
}

bool is_modern(std::string_view name) { return opens(name, Opening::each_request); }

std::string_view newest(Opening opening, RevisionTable table) {
    const auto found = std::find_if(
        table.begin(), table.end(), [&](const Revision& one) { return one.opening == opening; });
    return found == table.end() ? std::string_view() : found->name;
}

std::string_view newest_legacy() { return newest(Opening::handshake); }

std::string_view newest_modern() { return newest(Opening::each_request); }

std::string_view newest_among(std::span<const std::string> names,
                              Opening opening,
                              RevisionTable table) {
    for (const Revision& one : table) {
        if (one.opening != opening) continue;
        if (std::find(names.begin(), names.end(), one.name) != names.end()) return one.name;
    }
    return {};
}

}  // namespace mcprisk::crawler
