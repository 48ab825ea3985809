// Settings of clients that let tools or commands run without a question (data/guard/doors.json).
// Pure functions of texts.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace mcprisk::engine {

// What runs unasked through an open door.
enum class Opens {
    everything,  // tools of all servers, and commands
    server,      // tools of one server
    shell,       // commands
    start,       // servers are started unasked
};
std::string_view to_string(Opens opens);

struct DoorRow {
    std::string id;
    std::string client;              // as to_string(crawler::Client) says it
    std::vector<std::string> files;  // in the notation of crawler/config/known_configs.h
    std::vector<std::string> at;     // keys from the root; "*" is any key
    nlohmann::json equals;           // null: not asked
    std::vector<std::string> holds;  // a list with one of these
    bool absent = false;             // open if there is nothing
    Opens opens = Opens::everything;
    std::string says;
    nlohmann::json set;  // what closes it; null: `take`, or nothing that we could write
    bool take = false;   // taking `holds` out of the list closes it
};

// Throws std::invalid_argument with the row's id for a table that is not sound.
std::vector<DoorRow> read_door_rows(std::string_view json);

struct Door {
    std::string id;
    std::string client;
    std::string file;
    std::vector<std::string> at;  // without stars
    Opens opens = Opens::everything;
    std::string server;  // as the file has it, for Opens::server
    std::string says;
    nlohmann::json set;
    std::vector<std::string> take;
    bool of_project = false;

    // The place as a person would look for it: "permissions.defaultMode".
    [[nodiscard]] std::string place() const;
    [[nodiscard]] bool can_be_closed() const { return !set.is_null() || !take.empty(); }
};

// The open ones of one file, in the order of the rows. A file that cannot be read as JSON, TOML or
// YAML has none and says why.
Result<std::vector<Door>> open_doors(std::span<const DoorRow* const> rows,
                                     std::string_view file,
                                     std::string_view text);

// The same file with the door closed; every other byte stays. ErrorCode::unsupported for YAML.
Result<std::string> close_door(const Door& door, std::string_view text);

}  // namespace mcprisk::engine
