#include "model/listing.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "model/base/hash.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk {
namespace {

constexpr std::array<std::string_view, 14> kOutcomeNames{"listed",
                                                         "auth_required",
                                                         "unreachable",
                                                         "timed_out",
                                                         "wrong_protocol",
                                                         "server_error",
                                                         "exited",
                                                         "needs_network",
                                                         "needs_configuration",
                                                         "no_runtime",
                                                         "not_started",
                                                         "disabled",
                                                         "refused",
                                                         "unreadable"};

}  // namespace

std::string_view to_string(Outcome outcome) {
    return kOutcomeNames[static_cast<std::size_t>(outcome)];
}

std::optional<Outcome> parse_outcome(std::string_view word) {
    for (std::size_t i = 0; i < kOutcomeNames.size(); ++i) {
        if (equals_ignoring_case(word, kOutcomeNames[i])) return static_cast<Outcome>(i);
    }
    return std::nullopt;
}

std::string listing_hash(const Listing& listing) {
    std::vector<std::pair<std::string, std::string>> tools;
    tools.reserve(listing.document.tools.size());
    for (const Tool& tool : listing.document.tools) {
        tools.emplace_back(tool.name, tool.definition_hash);
    }
    std::sort(tools.begin(), tools.end());
    const nlohmann::json value = {
        {"tools", tools},
        {"instructions", listing.document.instructions},
        {"title", listing.document.title},
        {"description", listing.document.description},
        {"version", listing.document.version},
        {"serverInfo", {listing.server_info_name, listing.server_info_version}},
        {"protocol", listing.protocol_version},
        {"capabilities", listing.server_capabilities},
        {"declared", listing.declared_capabilities},
        {"transport", listing.transport}};
    return content_hash(canonical_json(value));
}

}  // namespace mcprisk
