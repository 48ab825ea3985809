#include "engine/view/server_json.h"

#include <nlohmann/json.hpp>

#include "engine/grade.h"
#include "model/base/json.h"

namespace mcprisk::engine {
namespace {

using nlohmann::json;

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

}  // namespace

json server_json(const store::ServerRow& server) {
    const engine::Grade grade = engine::grade_of(server);
    json categories = json::object();
    for (const auto& [category, n] : server.by_category) {
        categories[std::string(to_string(category))] = n;
    }
    json levels = json::object();
    for (const auto& [level, n] : server.by_risk) levels[std::string(to_string(level))] = n;
    return {{"id", server.id},
            {"title", text_or_null(server.title)},
            {"description", text_or_null(server.description)},
            {"source", text_or_null(server.source)},
            {"version", text_or_null(server.version)},
            {"transport", text_or_null(server.transport)},
            {"origin", text_or_null(server.origin)},
            {"protocol_version", text_or_null(server.protocol_version)},
            {"server_info",
             {{"name", server.server_info_name}, {"version", server.server_info_version}}},
            {"flags", server.flags},
            {"outcome", to_string(server.last_outcome)},
            {"failure", text_or_null(server.last_failure)},
            {"last_seen", server.last_seen},
            {"last_listed", server.last_listed ? json(*server.last_listed) : json(nullptr)},
            {"tools", server.tools},
            {"grade", grade.letter == '?' ? json(nullptr) : json(std::string(1, grade.letter))},
            {"grade_points", grade.points},
            {"by_category", std::move(categories)},
            {"by_risk", std::move(levels)}};
}

json server_json(const Listing& listing) {
    return {{"id", listing.document.server},
            {"title", text_or_null(listing.document.title)},
            {"source", text_or_null(listing.document.source)},
            {"version", text_or_null(listing.document.version)},
            {"outcome", to_string(listing.outcome)},
            {"failure", text_or_null(listing.failure)},
            {"transport", text_or_null(listing.transport)},
            {"origin", text_or_null(listing.origin)},
            {"protocol_version", text_or_null(listing.protocol_version)},
            {"server_info",
             {{"name", listing.server_info_name}, {"version", listing.server_info_version}}},
            {"credential_class", listing.credential_class},
            {"started_with", text_or_null(listing.started_with)},
            {"flags", listing.flags},
            {"challenge", text_or_null(listing.challenge)},
            {"authorization",
             listing.authorization.empty() ? json(nullptr)
                                           : parse_json(listing.authorization).value_or(json())},
            {"last_words", text_or_null(listing.last_words)},
            {"tools", listing.document.tools.size()},
            {"pages", listing.pages},
            {"elapsed_ms", listing.elapsed_ms},
            {"bytes_received", listing.bytes_received}};
}

}  // namespace mcprisk::engine
