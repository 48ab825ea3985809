// JSON Lines of server documents, read one line at a time: memory does not grow with the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/diagnostics.h"
#include "model/base/json.h"
#include "model/base/result.h"
#include "model/listing.h"
#include "model/tool.h"

namespace mcprisk::crawler {

// Lines of a stream with a bound on each. Line ends are \n or \r\n and do not belong to the line; a
// byte-order mark at the beginning is dropped.
class LineReader {
  public:
    // `in` must outlive the reader and be positioned at its beginning.
    LineReader(std::istream& in, std::size_t longest) : in_(in), longest_(longest) {}

    struct Line {
        std::size_t number = 0;  // from 1
        std::string_view text;   // valid until the next call; empty if too long
        bool too_long = false;   // skipped to its end
    };
    std::optional<Line> next();

  private:
    bool fill();

    std::istream& in_;
    std::size_t longest_;
    std::vector<char> buffer_;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
    std::size_t number_ = 0;
    std::string line_;
};

struct StreamedDocument {
    std::size_t line = 0;
    std::string_view text;  // the line itself, valid during the call
    ServerDocument document;
};

struct StreamOptions {
    std::string file;                 // for diagnostics; empty for standard input
    std::string id;                   // of documents that have no `server`
    JsonLimits limits;                // of one line
    std::size_t max_warnings = 1000;  // the rest is counted only
};

struct StreamCounts {
    std::size_t documents = 0;
    std::size_t bad_lines = 0;
};

// Calls `take` for each document in the order of the file; returning false ends the reading. A line
// that cannot be read is a warning with its number and the rest goes on; empty lines are passed
// over. Input that is not JSON Lines but one document or tools/list result over several lines is
// read as that, within the limits of one line. Fails on input without any line.
Result<StreamCounts> read_documents(std::istream& in,
                                    const StreamOptions& options,
                                    Diagnostics& diagnostics,
                                    const std::function<bool(StreamedDocument&)>& take);

// Whether the first line with anything on it is an object of its own and another line follows.
bool looks_like_json_lines(std::string_view beginning);

// A server document, or a tools/list result in one of its forms: {"tools": […]}, a JSON-RPC
// response, an array of tools, an array of the responses of several pages. What a recording says
// beside the tools (serverInfo, protocolVersion, capabilities) comes along. `document.server` is
// empty if the value names none.
Result<Listing> read_recorded_list(const nlohmann::json& value, std::vector<std::string>* problems);

}  // namespace mcprisk::crawler
