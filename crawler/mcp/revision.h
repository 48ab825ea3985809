// The revisions of MCP that we speak, in one table: as a client (protocol.h) and as a server
// (cli/mcp_server). Source: the MCP specification, revisions 2024-10-07 to 2026-07-28.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mcprisk::crawler {

// How a conversation opens. With a handshake (`initialize`) both sides agree on a revision once and
// the server may ask us things; without, `server/discover` tells and every request carries revision
// and capabilities in `_meta`. Also called legacy and modern.
enum class Opening { handshake, each_request };

struct Revision {
    std::string_view name;  // the date by which both sides know it
    Opening opening = Opening::handshake;
    bool served = true;  // our own server answers in it
};

// Newest first. A new revision is a row here.
std::span<const Revision> revisions();

using RevisionTable = std::span<const Revision>;  // newest first; of both openings

// Null for one that is not in the table.
const Revision* find_revision(std::string_view name, RevisionTable table = revisions());
bool opens(std::string_view name, Opening opening, RevisionTable table = revisions());
bool is_modern(std::string_view name);  // known, without a handshake

// What we ask for first.
std::string_view newest(Opening opening, RevisionTable table = revisions());
std::string_view newest_legacy();
std::string_view newest_modern();

// The newest of `table` that `names` has and that opens like this; empty if there is none.
std::string_view newest_among(std::span<const std::string> names,
                              Opening opening,
                              RevisionTable table = revisions());

}  // namespace mcprisk::crawler
