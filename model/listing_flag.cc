#include "model/listing_flag.h"

#include <algorithm>
#include <array>
#include <string>

namespace mcprisk {
namespace {

using enum ListingFlag;
using enum FlagWeight;

constexpr std::array kRows{
    FlagRow{bad_cursor, "bad_cursor", note, "the next page is named by what is no text"},
    FlagRow{bad_x_mcp_header,
            "bad_x_mcp_header",
            note,
            "a tool whose `x-mcp-header` makes conforming clients hide it; it is kept here"},
    FlagRow{container_not_contained,
            "container_not_contained",
            note,
            "the container that it runs in is given more than a container should have"},
    FlagRow{duplicate_tool_names, "duplicate_tool_names", caveat, "two tools have one name"},
    FlagRow{host_remembered,
            "host_remembered",
            note,
            "not asked: its host had failed often enough in this crawl"},
    FlagRow{json_repaired, "json_repaired", note, "bad UTF-8 or numbers were mended"},
    FlagRow{list_unstable, "list_unstable", note, "it still changed after the last asking"},
    FlagRow{multiline_json, "multiline_json", note, "a message came on several lines"},
    FlagRow{network_allowed, "network_allowed", caveat, "it ran in the sandbox with a network"},
    FlagRow{not_sandboxed, "not_sandboxed", caveat, "it ran with all rights of the caller"},
    FlagRow{overlong_line, "overlong_line", note, "a line longer than allowed was dropped"},
    FlagRow{redirected, "redirected", caveat, "another origin answered; it got no credentials"},
    FlagRow{refused_json, "refused_json", note, "a value nested deeper than allowed was dropped"},
    FlagRow{repeated_page, "repeated_page", incomplete, "a page came twice, and no more was asked"},
    FlagRow{request_flood,
            "request_flood",
            note,
            "more than 1000 requests of the server (64 over HTTP); the rest was not answered"},
    FlagRow{sandboxed, "sandboxed", note, "it ran in the sandbox"},
    FlagRow{stdout_noise, "stdout_noise", note, "lines on stdout that are no MCP"},
    FlagRow{stray_messages, "stray_messages", note, "answers or requests that nobody asked for"},
    FlagRow{told_by_index,
            "told_by_index",
            note,
            "an index gave the tools; the server itself has not answered"},
    FlagRow{tools_undeclared, "tools_undeclared", note, "it did not declare that it has tools"},
    FlagRow{truncated, "truncated", incomplete, "a limit or an error ended the list early"},
    FlagRow{unknown_protocol_version,
            "unknown_protocol_version",
            note,
            "it speaks a revision of MCP that mcprisk does not know"},
    FlagRow{unreadable_tool, "unreadable_tool", incomplete, "a tool could not be read"},
    FlagRow{wrong_content_type, "wrong_content_type", note, "JSON-RPC under another type"},
    FlagRow{wrong_id_type, "wrong_id_type", note, "it made text of our numbers"},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kRows.size(); ++i) {
        if (static_cast<std::size_t>(kRows[i].flag) != i) return false;
    }
    return static_cast<std::size_t>(wrong_id_type) + 1 == kRows.size();
}
static_assert(in_order());

}  // namespace

std::span<const FlagRow> listing_flags() { return kRows; }

std::string_view to_string(ListingFlag flag) { return kRows[static_cast<std::size_t>(flag)].word; }

void add_flag(Listing& listing, ListingFlag flag) {
    const std::string_view word = to_string(flag);
    const auto at = std::lower_bound(listing.flags.begin(), listing.flags.end(), word);
    if (at == listing.flags.end() || *at != word) listing.flags.insert(at, std::string(word));
}

bool has_flag(const Listing& listing, ListingFlag flag) {
    return std::find(listing.flags.begin(), listing.flags.end(), to_string(flag)) !=
           listing.flags.end();
}

bool is_incomplete(const Listing& listing) {
    if (listing.outcome != Outcome::listed) return false;
    return std::any_of(kRows.begin(), kRows.end(), [&](const FlagRow& row) {
        return row.weight == incomplete && has_flag(listing, row.flag);
    });
}

}  // namespace mcprisk
