#include "crawler/index/index_parts.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "crawler/net/http_message.h"
#include "crawler/net/http_url.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "model/listing_flag.h"
#include "model/read_document.h"

namespace mcprisk::crawler {
namespace {

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '_' || c == '-' || c == '.';
    });
}

std::string fill(std::string_view text, std::string_view open, const BraceLookup& find) {
    std::string out;
    while (!text.empty()) {
        const auto begin = text.find(open);
        const auto end = begin == std::string_view::npos ? begin : text.find('}', begin);
        if (end == std::string_view::npos) break;
        const std::string_view name = text.substr(begin + open.size(), end - begin - open.size());
        out += text.substr(0, begin);
        const auto value = is_name(name) ? find(std::string(name)) : std::nullopt;
        out += value ? std::string_view(*value) : text.substr(begin, end - begin + 1);
        text.remove_prefix(end + 1);
    }
    return out + std::string(text);
}

}  // namespace

std::string fill_braces(std::string_view text, const BraceLookup& find) {
    return fill(text, "{", find);
}

std::string fill_dollar_braces(std::string_view text, const BraceLookup& find) {
    return fill(text, "${", find);
}

IndexWay http_way(std::string url, std::string_view type) {
    IndexWay way;
    way.remote = true;
    std::string hint;
    if (type == "sse") hint = "sse";
    if (type.starts_with("streamable") || type == "http") hint = "http";
    way.target.how = HttpTarget{std::move(url), {}, std::move(hint)};
    return way;
}

void add_way(IndexEntry& entry, IndexWay way, std::string_view source) {
    if (const auto* http = std::get_if<HttpTarget>(&way.target.how)) {
        if (way.target.unresolved.empty() && !parse_http_url(http->url)) {
            entry.no_way = "its address is not usable";
            return;
        }
    }
    way.target.from_index = true;
    way.target.source = source;
    way.target.config_name = entry.name;
    entry.ways.push_back(std::move(way));
}

bool is_plain_header(std::string_view name, std::string_view value) {
    constexpr std::array<std::string_view, 6> kNever{
        "authorization", "proxy-authorization", "cookie", "host", "content-length", "origin"};
    const std::string lower = lower_ascii(name);
    if (std::find(kNever.begin(), kNever.end(), lower) != kNever.end()) return false;
    if (lower.find("key") != std::string::npos || lower.find("token") != std::string::npos ||
        lower.find("secret") != std::string::npos) {
        return false;
    }
    return is_http_token(name) && !value.empty() && value.size() <= 256 &&
           value.find_first_of("{}$<>") == std::string_view::npos &&
           std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

std::optional<Listing> told_listing(const IndexEntry& entry,
                                    const nlohmann::json& tools,
                                    std::string_view source) {
    if (!tools.is_array() || tools.empty()) return std::nullopt;
    Listing listing;
    for (const nlohmann::json& value : tools) {
        if (!value.is_object()) continue;
        if (auto tool = read_tool(value)) listing.document.tools.push_back(std::move(*tool));
    }
    if (listing.document.tools.empty()) return std::nullopt;
    listing.document.title = entry.title;
    listing.document.description = entry.description;
    listing.document.version = entry.version;
    listing.document.source = source;
    listing.transport = "file";
    listing.origin = source;
    add_flag(listing, ListingFlag::told_by_index);
    return listing;
}

void finish_entry(IndexEntry& entry) {
    const std::string id = entry_id(entry);
    for (IndexWay& way : entry.ways) {
        way.target.id = id;
        way.target.title = entry.title;
        way.target.description = entry.description;
        if (way.target.version.empty()) way.target.version = entry.version;
    }
    if (entry.told) entry.told->document.server = id;
}

}  // namespace mcprisk::crawler
