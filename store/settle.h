// What follows from a server's attempts, made anew from all of them: for attempts that came in any
// order, as from another catalogue.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "store/catalogue.h"
#include "store/sqlite.h"

namespace mcprisk::store {

// How one catalogue describes a server, and as of when: what no attempt holds.
struct ServerClaim {
    std::string title;
    std::string description;
    std::string version;
    std::string transport;
    std::string source;
    std::string config_name;
    bool entry_known = false;
    Timestamp last_seen = 0;
    std::optional<Timestamp> last_listed;
    bool operator==(const ServerClaim&) const = default;
};

std::optional<ServerClaim> read_claim(Database& database, std::string_view server_name);

// One claim out of several, whatever their order. What was listed last describes the server; of one
// that never listed each word is the newest that says something. A tie goes to the greater text.
ServerClaim newest_claim(std::span<const ServerClaim> claims);

// Brings the rows of `servers`, `listings` and `current_tools` of one server to what its attempts
// and judgements say, within the caller's transaction. Attempts of the same second get an order of
// their own content: what an index told, then failures, then what the server listed.
void settle_server(Database& database, std::int64_t server, const ServerClaim& claim);

// Servers with several attempts in one second, by row id.
std::vector<std::int64_t> servers_with_ties(Database& database);

}  // namespace mcprisk::store
