#include "engine/lock_file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "model/read_document.h"

namespace mcprisk::engine {
namespace {

using nlohmann::json;

constexpr std::string_view kSchema = "mcprisk-lock/1";
constexpr std::size_t kLargest = std::size_t{256} << 20;

json risk_of(const PinnedServer& server) {
    json levels = json::object();
    for (const Verdict& verdict : server.verdicts) {
        levels[verdict.tool] =
            fmt::format("{} {}", to_string(verdict.risk), to_string(verdict.category));
    }
    return levels;
}

}  // namespace

std::string lock_text(const LockFile& lock) {
    json servers = json::array();
    for (const auto& [id, server] : lock) {
        json one = to_json(server.document);
        // Where the definitions came from differs between machines, and is not pinned.
        one.erase("source");
        one["risk"] = risk_of(server);
        servers.push_back(std::move(one));
    }
    return pretty_json({{"schema", kSchema}, {"servers", std::move(servers)}});
}

bool looks_like_lock(std::string_view text) {
    return text.substr(0, std::size_t{1} << 16).find("\"mcprisk-lock/") != std::string_view::npos ||
           (text.size() > 256 &&
            text.substr(text.size() - 256).find("\"mcprisk-lock/") != std::string_view::npos);
}

Result<LockFile> parse_lock(std::string_view text) {
    auto value = parse_json(text, {.bytes = kLargest});
    if (!value) return fail(value.error());
    const std::string schema = string_member(*value, "schema");
    if (schema != kSchema) {
        return fail(ErrorCode::unsupported,
                    fmt::format("its schema is \"{}\" and this program reads {}: pin again, or use "
                                "the mcprisk that wrote it",
                                schema,
                                kSchema));
    }
    const json* servers = find_member(*value, "servers");
    if (servers == nullptr || !servers->is_array()) {
        return fail(ErrorCode::invalid_input, "it has no list \"servers\": pin again");
    }
    LockFile lock;
    for (const json& one : *servers) {
        std::vector<std::string> problems;
        auto document = read_server_document(one, &problems);
        if (!document) return fail(document.error());
        if (document->server.empty() || !problems.empty()) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("server \"{}\": {}: pin it again",
                                    document->server,
                                    problems.empty() ? "it has no id" : problems.front()));
        }
        const std::string id = document->server;
        lock[id].document = std::move(*document);
    }
    return lock;
}

}  // namespace mcprisk::engine
