#include "engine/guard/doors.h"

#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <vector>

#include "crawler/config/known_configs.h"
#include "data/data.h"

namespace mcprisk::engine {
namespace {

std::vector<DoorRow> built_in() {
    for (const EmbeddedFile& file : embedded::guard()) {
        if (file.name == "doors.json") return read_door_rows(file.text);
    }
    return {};
}

std::vector<Door> open_in(const std::vector<DoorRow>& rows,
                          const std::string& client,
                          const std::string& text) {
    std::vector<const DoorRow*> of_client;
    for (const DoorRow& row : rows) {
        if (row.client == client) of_client.push_back(&row);
    }
    auto doors = open_doors(of_client, "settings", text);
    const std::string why = doors ? "" : doors.error().message;
    BOOST_REQUIRE_MESSAGE(doors.has_value(), why);
    return std::move(*doors);
}

BOOST_AUTO_TEST_SUITE(doors)

BOOST_AUTO_TEST_CASE(every_row_names_a_client_that_is_known) {
    std::set<std::string> known;
    for (int i = 0; i <= static_cast<int>(crawler::Client::bundle); ++i) {
        known.emplace(to_string(static_cast<crawler::Client>(i)));
    }
    std::set<std::string> ids;
    const auto rows = built_in();
    BOOST_REQUIRE(!rows.empty());
    for (const DoorRow& row : rows) {
        BOOST_TEST(known.contains(row.client), row.id);
        BOOST_TEST(ids.insert(row.id).second, row.id);
    }
}

BOOST_AUTO_TEST_CASE(what_is_open_is_found_and_closed_and_nothing_else_moves) {
    const auto rows = built_in();
    struct Case {
        const char* client;
        const char* open;
        const char* closed;
    };
    for (const Case& one : {
             Case{"Claude Code",
                  "{\n  // mine\n  \"permissions\": {\"defaultMode\": \"bypassPermissions\"}\n}\n",
                  "{\n  // mine\n  \"permissions\": {\"defaultMode\": \"default\"}\n}\n"},
             Case{"Codex",
                  "approval_policy = \"never\"\nmodel = \"x\" # mine\n",
                  "approval_policy = \"on-request\"\nmodel = \"x\" # mine\n"},
             Case{"Gemini CLI",
                  "{\"mcpServers\": {\"a\": {\"trust\": true}, \"b\": {\"trust\": false}}}",
                  "{\"mcpServers\": {\"a\": {\"trust\": false}, \"b\": {\"trust\": false}}}"},
             Case{"VS Code",
                  "{\"chat.tools.global.autoApprove\": true, \"editor.tabSize\": 2,}",
                  "{\"chat.tools.global.autoApprove\": false, \"editor.tabSize\": 2,}"},
             Case{"Cursor",
                  "{\"mcpAllowlist\": [\n  \"a:b\",\n  \"*:*\"\n]}",
                  "{\"mcpAllowlist\": [\n  \"a:b\"\n]}"},
             Case{"opencode",
                  "{\"permission\": {\"bash\": \"allow\", \"edit\": \"ask\"}}",
                  "{\"permission\": {\"bash\": \"ask\", \"edit\": \"ask\"}}"},
         }) {
        const auto found = open_in(rows, one.client, one.open);
        BOOST_REQUIRE_MESSAGE(found.size() == 1U, one.client);
        const auto closed = close_door(found.front(), one.open);
        BOOST_REQUIRE_MESSAGE(closed.has_value(), one.client);
        BOOST_TEST(*closed == one.closed);
        BOOST_TEST(open_in(rows, one.client, *closed).empty(), one.client);
    }
}

BOOST_AUTO_TEST_CASE(a_missing_setting_is_a_door_where_the_client_allows_by_default) {
    const auto rows = built_in();
    const auto found = open_in(rows, "opencode", R"({"mcp": {}})");
    BOOST_REQUIRE(found.size() == 1U);
    BOOST_TEST(to_string(found.front().opens) == "everything");
    const auto closed = close_door(found.front(), R"({"mcp": {}})");
    BOOST_REQUIRE(closed.has_value());
    BOOST_TEST(open_in(rows, "opencode", *closed).empty());
}

BOOST_AUTO_TEST_CASE(harmless_settings_are_no_doors) {
    const auto rows = built_in();
    BOOST_TEST(open_in(rows,
                       "Claude Code",
                       R"j({"permissions": {"defaultMode": "acceptEdits",
                           "allow": ["Bash(git status)", "mcp__github__get_issue"]}})j")
                   .empty());
    BOOST_TEST(open_in(rows, "Codex", "approval_policy = \"on-request\"\n").empty());
    BOOST_TEST(open_in(rows, "Zed", R"({"agent": {"always_allow_tool_actions": false}})").empty());
    // The right key with another kind of value.
    BOOST_TEST(open_in(rows, "VS Code", R"({"chat.tools.global.autoApprove": "true"})").empty());
}

BOOST_AUTO_TEST_CASE(yaml_is_read_and_left_to_a_person) {
    const auto rows = built_in();
    const auto found = open_in(rows, "Goose", "GOOSE_MODE: auto\nextensions: {}\n");
    BOOST_REQUIRE(found.size() == 1U);
    BOOST_TEST(!found.front().can_be_closed());
}

BOOST_AUTO_TEST_CASE(a_table_that_is_not_sound_is_refused_with_the_row) {
    const auto fails = [](const char* row) {
        BOOST_CHECK_EXCEPTION(read_door_rows(std::string("{\"doors\": [") + row + "]}"),
                              std::invalid_argument,
                              [](const std::exception& error) {
                                  return std::string(error.what()).find("door x") !=
                                         std::string::npos;
                              });
    };
    fails(R"({"id": "x", "client": "Zed", "files": ["~/a"], "at": ["a"], "opens": "shell",
              "says": "s"})");
    fails(R"({"id": "x", "client": "Zed", "files": ["~/a"], "at": ["a"], "opens": "windows",
              "says": "s", "absent": true})");
    fails(R"({"id": "x", "client": "Zed", "files": ["~/a"], "at": ["a"], "opens": "server",
              "says": "s", "equals": true})");
    fails(R"({"id": "x", "client": "Zed", "files": ["~/a"], "at": ["a"], "opens": "shell",
              "says": "s", "equals": true, "take": true})");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace mcprisk::engine
