#include "crawler/config/document_stream.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cstring>
#include <istream>
#include <nlohmann/json.hpp>

#include "crawler/mcp/protocol.h"
#include "model/base/text.h"
#include "model/listing_flag.h"
#include "model/read_document.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

constexpr std::size_t kChunk = std::size_t{64} * 1024;

const json* tools_of(const json& value) {
    const json* tools = find_member(value, "tools");
    return tools != nullptr && tools->is_array() ? tools : nullptr;
}

const json* result_of(const json& message) {
    const json* result = find_member(message, "result");
    return result != nullptr && tools_of(*result) != nullptr ? result : nullptr;
}

bool is_tool(const json& value) {
    if (string_member(value, "name").empty()) return false;
    constexpr std::array<std::string_view, 6> kOfServers{
        "packages", "remotes", "repository", "installations", "version_detail", "command"};
    return std::none_of(kOfServers.begin(), kOfServers.end(), [&](std::string_view key) {
        return find_member(value, key) != nullptr;
    });
}

Error no_list(const json& value) {
    std::string why =
        "expected {\"tools\": [...]}, a JSON-RPC response to tools/list, an array of "
        "tools, or a server document";
    if (const json* error = find_member(value, "error"); error && error->is_object()) {
        why = "it is a JSON-RPC error; a list can only be read from a result";
    } else if (const json* result = find_member(value, "result"); result && result->is_object()) {
        why = "its JSON-RPC result has no \"tools\", so it answers something else than tools/list";
    } else if (find_member(value, "tools") != nullptr) {
        why = "its \"tools\" is not a list";
    }
    return {ErrorCode::invalid_input, "not a tools/list result: " + why};
}

// Tools of several answers as one value.
json merged_pages(const json& messages) {
    json tools = json::array();
    json merged = json::object();
    for (const json& message : messages) {
        const json* result = result_of(message);
        if (result == nullptr) continue;
        for (const json& tool : *tools_of(*result)) tools.push_back(tool);
        merged = *result;
    }
    merged["tools"] = std::move(tools);
    return merged;
}

void add_facts(const json& value, Listing& listing) {
    listing.protocol_version = string_member(value, "protocolVersion");
    if (const json* info = find_member(value, "serverInfo")) {
        listing.server_info_name = string_member(*info, "name");
        listing.server_info_version = string_member(*info, "version");
        if (listing.document.title.empty()) listing.document.title = string_member(*info, "title");
    }
    if (const json* capabilities = find_member(value, "capabilities")) {
        if (capabilities->is_object()) listing.server_capabilities = canonical_json(*capabilities);
    }
    if (!string_member(value, "nextCursor").empty()) add_flag(listing, ListingFlag::truncated);
    listing.pages = 1;
}

}  // namespace

bool LineReader::fill() {
    if (buffer_.empty()) buffer_.resize(kChunk);
    in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    at_ = 0;
    end_ = static_cast<std::size_t>(in_.gcount());
    return end_ > 0;
}

std::optional<LineReader::Line> LineReader::next() {
    line_.clear();
    bool any = false;
    bool too_long = false;
    while (at_ < end_ || fill()) {
        any = true;
        const char* begin = buffer_.data() + at_;
        const auto* newline = static_cast<const char*>(std::memchr(begin, '\n', end_ - at_));
        const std::size_t n =
            newline == nullptr ? end_ - at_ : static_cast<std::size_t>(newline - begin);
        too_long = too_long || line_.size() + n > longest_;
        if (!too_long) line_.append(begin, n);
        at_ += n + (newline == nullptr ? 0 : 1);
        if (newline != nullptr) break;
    }
    if (!any) return std::nullopt;
    if (too_long) line_.clear();
    if (line_.ends_with('\r')) line_.pop_back();
    if (++number_ == 1 && line_.starts_with("\xef\xbb\xbf")) line_.erase(0, 3);
    return Line{number_, line_, too_long};
}

Result<Listing> read_recorded_list(const json& value, std::vector<std::string>* problems) {
    json merged;
    const json* source = &value;
    if (value.is_array()) {
        if (value.empty()) {
            return fail(ErrorCode::invalid_input,
                        "an empty array says neither which server it is nor that it has no tools; "
                        "expected {\"tools\": []}");
        }
        if (std::any_of(value.begin(), value.end(), [](const json& m) { return result_of(m); })) {
            merged = merged_pages(value);
        } else if (std::any_of(value.begin(), value.end(), is_tool)) {
            merged = {{"tools", value}};
        } else {
            return fail(no_list(value));
        }
        source = &merged;
    } else if (tools_of(value) == nullptr) {
        source = result_of(value);
        if (source == nullptr) return fail(no_list(value));
    }
    auto document = read_server_document(*source, problems);
    if (!document) return fail(document.error());
    Listing listing;
    listing.document = std::move(*document);
    listing.transport = "file";
    add_facts(*source, listing);
    return listing;
}

bool looks_like_json_lines(std::string_view beginning) {
    if (beginning.starts_with("\xef\xbb\xbf")) beginning.remove_prefix(3);
    bool object_seen = false;
    while (!beginning.empty()) {
        const auto end = beginning.find('\n');
        const std::string_view line = trim(beginning.substr(0, end));
        beginning = end == std::string_view::npos ? "" : beginning.substr(end + 1);
        if (line.empty()) continue;
        if (object_seen) return true;
        if (line.front() != '{' || line.back() != '}') return false;
        const auto value = parse_json(line);
        if (!value || !value->is_object()) return false;
        object_seen = true;
    }
    return false;
}

namespace {

class DocumentReader {
  public:
    DocumentReader(const StreamOptions& options,
                   Diagnostics& diagnostics,
                   const std::function<bool(StreamedDocument&)>& take)
        : options_(options), diagnostics_(diagnostics), take_(take) {}

    // False when the caller wants no more.
    bool read(std::string_view text, std::size_t line) {
        std::vector<std::string> problems;
        if (auto plain = parser_.read(text, options_.limits, &problems)) {
            return take({line, text, std::move(*plain)}, problems);
        }
        problems.clear();
        const auto value = parse_json(text, options_.limits);
        if (!value) return bad(line, value.error().message);
        auto listing = read_recorded_list(*value, &problems);
        if (!listing) return bad(line, listing.error().message);
        return take({line, text, std::move(listing->document)}, problems);
    }

    bool bad(std::size_t line, std::string message) {
        ++counts.bad_lines;
        warn(line, std::move(message));
        return true;
    }

    StreamCounts counts;

  private:
    bool take(StreamedDocument one, const std::vector<std::string>& problems) {
        for (const std::string& problem : problems) warn(one.line, problem);
        if (one.document.server.empty()) one.document.server = options_.id;
        if (one.document.server.empty()) {
            return bad(one.line, "the document has no \"server\" and no id was given for it");
        }
        ++counts.documents;
        return take_(one);
    }

    void warn(std::size_t line, std::string message) {
        if (warnings_++ >= options_.max_warnings) return;
        diagnostics_.warn({Severity::warning, options_.file, line, {}, std::move(message)});
    }

    const StreamOptions& options_;
    Diagnostics& diagnostics_;
    const std::function<bool(StreamedDocument&)>& take_;
    std::size_t warnings_ = 0;
    DocumentParser parser_;
};

// How every printer that indents begins.
bool begins_block(std::string_view line) { return line == "{" || line == "[" || line == "[{"; }

}  // namespace

Result<StreamCounts> read_documents(std::istream& in,
                                    const StreamOptions& options,
                                    Diagnostics& diagnostics,
                                    const std::function<bool(StreamedDocument&)>& take) {
    LineReader lines(in, options.limits.bytes);
    DocumentReader reader(options, diagnostics, take);
    std::string block;
    std::size_t block_line = 0;
    while (const auto line = lines.next()) {
        const std::string_view text = trim(line->text);
        if (block_line == 0 && reader.counts.documents + reader.counts.bad_lines == 0 &&
            begins_block(text)) {
            block_line = line->number;
        }
        if (block_line > 0) {
            if (line->too_long || block.size() + line->text.size() >= options.limits.bytes) {
                return fail(
                    ErrorCode::too_large,
                    fmt::format("a JSON value over several lines, larger than the limit of {} "
                                "bytes; write one document a line",
                                options.limits.bytes));
            }
            block.append(line->text).append("\n");
        } else if (line->too_long) {
            reader.bad(
                line->number,
                fmt::format("the line is longer than the limit of {} bytes", options.limits.bytes));
        } else if (!text.empty() && !reader.read(text, line->number)) {
            return reader.counts;
        }
    }
    if (block_line > 0) reader.read(block, block_line);
    if (reader.counts.documents + reader.counts.bad_lines == 0) {
        return fail(ErrorCode::invalid_input,
                    "the input is empty; expected server documents as JSON Lines");
    }
    return reader.counts;
}

}  // namespace mcprisk::crawler
