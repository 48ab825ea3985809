// A file that a person names, recognised by its content.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/config/client_config.h"
#include "crawler/target.h"
#include "model/base/diagnostics.h"
#include "model/base/result.h"
#include "model/listing.h"

namespace mcprisk::crawler {

enum class InputKind : std::uint8_t { client_config, recorded, index };

struct Input {
    InputKind kind = InputKind::recorded;
    std::vector<Target> targets;  // client_config
    // recorded: one for each server, transport "file". client_config: the entries that could not be
    // understood, outcome `unreadable`, so that a report need not forget them.
    std::vector<Listing> listings;
    std::string index_name;  // index: "official registry" …
    std::size_t index_servers = 0;
    Diagnostics diagnostics;  // lines, tools and entries that could not be read
};

struct InputOptions {
    std::string id;        // for a list that names no server; the file's stem if empty
    ConfigContext config;  // `file` is set from the name
};

// Recognises a client configuration (JSON, JSONC, TOML, YAML), a tools/list result in its forms
// (document_stream.h), a server document, JSON Lines or an array of them, and the indexes of
// servers. `name` is the path, for messages, ids and origins. Fails on anything else and says what
// was expected. Large files of JSON Lines are better streamed (read_documents).
Result<Input> read_input(std::string_view name, std::string_view text, const InputOptions& options);

// "tools" of "/a/tools.json"; "input" if the name has none.
std::string stem_of(std::string_view name);

// The whole file. Fails on what is missing, a directory, not readable, or larger than `limit`.
Result<std::string> read_text_file(const std::string& path, std::size_t limit);

}  // namespace mcprisk::crawler
