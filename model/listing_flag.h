// What was odd about a listing, each under one word for store, outputs and docs
// (docs/listing-flags.md).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/listing.h"

namespace mcprisk {

// A new flag is a value here and a row in listing_flag.cc.
enum class ListingFlag : std::uint8_t {
    bad_cursor,
    bad_x_mcp_header,
    container_not_contained,
    duplicate_tool_names,
    host_remembered,
    json_repaired,
    list_unstable,
    multiline_json,
    network_allowed,
    not_sandboxed,
    overlong_line,
    redirected,
    refused_json,
    repeated_page,
    request_flood,
    sandboxed,
    stdout_noise,
    stray_messages,
    told_by_index,
    tools_undeclared,
    truncated,
    unknown_protocol_version,
    unreadable_tool,
    wrong_content_type,
    wrong_id_type,
};

// How much of it a person has to know.
enum class FlagWeight : std::uint8_t {
    note,        // in the catalogue and in JSON
    caveat,      // also said beside a scan's result
    incomplete,  // said there, and the list may lack tools
};

struct FlagRow {
    ListingFlag flag{};
    std::string_view word;
    FlagWeight weight = FlagWeight::note;
    std::string_view meaning;
};

std::span<const FlagRow> listing_flags();  // by value, as the enum
std::string_view to_string(ListingFlag flag);

// Kept sorted, without doubles.
void add_flag(Listing& listing, ListingFlag flag);
[[nodiscard]] bool has_flag(const Listing& listing, ListingFlag flag);

// Whether it was listed, but not to the end.
[[nodiscard]] bool is_incomplete(const Listing& listing);

}  // namespace mcprisk
