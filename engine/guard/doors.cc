#include "engine/guard/doors.h"

#include <fmt/format.h>
#include <algorithm>
#include <stdexcept>

#include "crawler/config/config_tree.h"
#include "engine/guard/settings_edit.h"
#include "model/base/json.h"

namespace mcprisk::engine {
namespace {

using nlohmann::json;

std::vector<std::string> texts(const json& row, const char* key) {
    std::vector<std::string> list;
    if (const auto* member = find_member(row, key)) {
        for (const json& one : *member) list.push_back(one.get<std::string>());
    }
    return list;
}

Opens read_opens(const std::string& word) {
    for (const Opens one : {Opens::everything, Opens::server, Opens::shell, Opens::start}) {
        if (to_string(one) == word) return one;
    }
    throw std::invalid_argument("opens nothing that is known: " + word);
}

DoorRow read_row(const json& row) {
    DoorRow out;
    out.id = row.at("id").get<std::string>();
    out.client = row.at("client").get<std::string>();
    out.files = texts(row, "files");
    out.at = texts(row, "at");
    out.equals = row.value("equals", json());
    out.holds = texts(row, "holds");
    out.absent = row.value("absent", false);
    out.opens = read_opens(row.at("opens").get<std::string>());
    out.says = row.at("says").get<std::string>();
    out.set = row.value("set", json());
    out.take = row.value("take", false);
    const int kinds =
        (out.equals.is_null() ? 0 : 1) + (out.holds.empty() ? 0 : 1) + (out.absent ? 1 : 0);
    if (kinds != 1) throw std::invalid_argument("wants one of equals, holds and absent");
    if (out.files.empty() || out.at.empty() || out.says.empty()) {
        throw std::invalid_argument("names no file, no place or no words");
    }
    if (out.take && out.holds.empty()) throw std::invalid_argument("takes out of no list");
    const bool starred = std::count(out.at.begin(), out.at.end(), "*") == 1;
    if ((out.opens == Opens::server) != starred) {
        throw std::invalid_argument("a server's door has one star in `at`, others have none");
    }
    return out;
}

// Every place that `at` fits, with the key that the star stands for.
struct Place {
    const json* value = nullptr;
    std::vector<std::string> at;
    std::string star;
};

void find_places(const json& value,
                 std::span<const std::string> rest,
                 Place so_far,
                 std::vector<Place>& found) {
    if (rest.empty()) {
        so_far.value = &value;
        found.push_back(std::move(so_far));
        return;
    }
    if (!value.is_object()) return;
    const std::string& key = rest.front();
    for (const auto& [name, member] : value.items()) {
        if (key != "*" && key != name) continue;
        Place next = so_far;
        next.at.push_back(name);
        if (key == "*") next.star = name;
        find_places(member, rest.subspan(1), std::move(next), found);
    }
}

// What of the value is open: the elements to take out, or that it is the value itself.
struct Open {
    bool open = false;
    std::vector<std::string> elements;
};

Open open_at(const DoorRow& row, const json& value) {
    if (!row.equals.is_null()) {
        // YAML's scalars keep their spelling.
        return {.open = value == row.equals, .elements = {}};
    }
    Open out;
    if (!value.is_array()) return out;
    for (const json& element : value) {
        if (!element.is_string()) continue;
        const auto text = element.get<std::string>();
        if (std::find(row.holds.begin(), row.holds.end(), text) != row.holds.end()) {
            out.elements.push_back(text);
        }
    }
    out.open = !out.elements.empty();
    return out;
}

}  // namespace

std::string_view to_string(Opens opens) {
    switch (opens) {
        case Opens::everything:
            return "everything";
        case Opens::server:
            return "server";
        case Opens::shell:
            return "shell";
        case Opens::start:
            return "start";
    }
    return "everything";
}

std::vector<DoorRow> read_door_rows(std::string_view text) {
    const auto table = parse_json(text);
    if (!table) throw std::invalid_argument(table.error().message);
    std::vector<DoorRow> rows;
    for (const json& row : table->at("doors")) {
        try {
            rows.push_back(read_row(row));
        } catch (const std::exception& error) {
            throw std::invalid_argument(
                fmt::format("door {}: {}", string_member(row, "id"), error.what()));
        }
    }
    return rows;
}

std::string Door::place() const { return fmt::format("{}", fmt::join(at, ".")); }

Result<std::vector<Door>> open_doors(std::span<const DoorRow* const> rows,
                                     std::string_view file,
                                     std::string_view text) {
    const auto tree = crawler::read_config_tree(text);
    if (!tree) return fail(tree.error());
    std::vector<Door> doors;
    for (const DoorRow* row : rows) {
        std::vector<Place> places;
        find_places(tree->value, row->at, {}, places);
        const auto add = [&](std::vector<std::string> at, std::string server, Open open) {
            doors.push_back(
                {.id = row->id,
                 .client = row->client,
                 .file = std::string(file),
                 .at = std::move(at),
                 .opens = row->opens,
                 .server = std::move(server),
                 .says = row->says,
                 .set = row->set,
                 .take = row->take ? std::move(open.elements) : std::vector<std::string>(),
                 .of_project = false});
        };
        if (row->absent) {
            if (places.empty() && tree->value.is_object()) add(row->at, {}, {});
            continue;
        }
        for (const Place& place : places) {
            if (Open open = open_at(*row, *place.value); open.open) {
                add(place.at, place.star, std::move(open));
            }
        }
    }
    return doors;
}

Result<std::string> close_door(const Door& door, std::string_view text) {
    if (!door.take.empty()) return take_from_list(text, door.at, door.take);
    if (!door.set.is_null()) return set_value(text, door.at, door.set);
    return fail(ErrorCode::unsupported, "nothing is known that closes it");
}

}  // namespace mcprisk::engine
