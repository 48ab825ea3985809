// guard, approve and inventory on a home folder with the files of eight clients.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/user.h"

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kToken = "canary-4f1d9c7e2b";

// Every client is set up with the same known server, and each leaves another door open.
class Machine : public User {
  public:
    Machine() {
        const json entry = {{"command", "npx"}, {"args", {"-y", "notes-server"}}};
        const json servers = {{"mcpServers", {{"notes", entry}}}};
        json with_key = servers;
        with_key["mcpServers"]["other"] = {
            {"command", "npx"}, {"args", {"-y", "other-server"}}, {"env", {{"OTHER_KEY", kToken}}}};
        put(".cursor/mcp.json", with_key.dump(2));
        put(".cursor/permissions.json", "{\"mcpAllowlist\": [\"*:*\"]}\n");
        put(".claude.json",
            json{{"mcpServers",
                  {{"notes", entry},
                   {"remote",
                    {{"url", "https://example.test/mcp"},
                     {"headers", {{"Authorization", kToken}}}}}}}}
                .dump(2));
        put(".claude/settings.json",
            "{\n  // mine\n  \"permissions\": {\"defaultMode\": \"bypassPermissions\"}\n}\n");
        put(".codex/config.toml",
            "approval_policy = \"never\"\n\n[mcp_servers.notes]\ncommand = \"npx\"\n"
            "args = [\"-y\", \"notes-server\"]\n");
        json trusted = servers;
        trusted["mcpServers"]["notes"]["trust"] = true;
        put(".gemini/settings.json", trusted.dump(2));
        put(".config/Code/User/mcp.json", json{{"servers", {{"notes", entry}}}}.dump(2));
        put(".config/Code/User/settings.json", "{\"chat.tools.global.autoApprove\": true}\n");
        put(".config/opencode/opencode.json",
            json{{"mcp",
                  {{"notes", {{"type", "local"}, {"command", {"npx", "-y", "notes-server"}}}}}}}
                .dump(2));
        put(".config/goose/config.yaml", "GOOSE_MODE: auto\nextensions: {}\n");
        put(".kiro/settings/mcp.json",
            json{{"mcpServers",
                  {{"notes",
                    {{"command", "npx"},
                     {"args", {"-y", "notes-server"}},
                     {"autoApprove", {"*"}}}}}}}
                .dump(2));
        write("notes.json",
              json{{"server", "npm:notes-server"},
                   {"version", "2.0.1"},
                   {"tools",
                    {{{"name", "get_note"}, {"description", "Get one note by its id."}},
                     {{"name", "delete_all_notes"},
                      {"description", "Permanently deletes every note of the account."}}}}}
                  .dump());
        if (run({"scan", "notes.json"}).code != 0) throw std::runtime_error("no catalogue");
    }

    void put(const std::string& name, const std::string& text) {
        fs::create_directories((home.path() / name).parent_path());
        write(name, text);
    }

    std::map<std::string, std::string> all_files() {
        std::map<std::string, std::string> files;
        for (const auto& entry : fs::recursive_directory_iterator(home.path())) {
            const std::string name = entry.path().lexically_relative(home.path()).string();
            if (entry.is_regular_file() && !name.starts_with(".local")) files[name] = read(name);
        }
        return files;
    }
};

BOOST_AUTO_TEST_SUITE(guard)

BOOST_AUTO_TEST_CASE(one_screen_says_doors_first_and_the_worst_that_runs_unasked) {
    Machine user;
    const auto before = user.all_files();
    const auto page = user.run({"guard"});
    BOOST_TEST(page.code == 0);
    const auto door = page.out.find("FIRST");
    const auto worst = page.out.find("AT WORST, unasked today");
    BOOST_REQUIRE(door != std::string::npos);
    BOOST_REQUIRE(worst != std::string::npos);
    BOOST_TEST(door < worst);
    BOOST_TEST(page.out.find("delete_all_notes") > worst);
    BOOST_TEST(page.out.find("UNKNOWN  remote, other") != std::string::npos);
    BOOST_TEST(page.out.find(kToken) == std::string::npos);
    BOOST_TEST((user.all_files() == before));
    const json report = user.json_of({"guard", "--json"});
    BOOST_TEST(report["doors"].size() == 8U);
    BOOST_TEST(report["clients"].size() == 8U);
    BOOST_TEST(report.dump().find(kToken) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_written_is_gone_the_next_time_and_undo_restores_every_byte) {
    Machine user;
    const auto before = user.all_files();
    const auto diff = user.run({"guard", "--diff"});
    BOOST_TEST(diff.out.find("+") != std::string::npos);
    BOOST_TEST(diff.out.find(kToken) == std::string::npos);
    BOOST_TEST((user.all_files() == before));
    BOOST_TEST(user.run({"guard", "--write"}).code == 0);
    const json after = user.json_of({"guard", "--json"});
    // What stays open is YAML, which is left to a person.
    BOOST_REQUIRE(after["doors"].size() == 1U);
    BOOST_TEST(after["doors"][0]["client"] == "Goose");
    for (const json& line : after["unasked"]) {
        BOOST_TEST(line["tool"] != "delete_all_notes", line.dump());
    }
    BOOST_TEST(user.read(".claude/settings.json").find("// mine") != std::string::npos);
    BOOST_TEST(user.run({"guard", "undo"}).code == 0);
    BOOST_TEST((user.all_files() == before));
    BOOST_TEST(user.run({"guard", "undo"}).code == 0);
}

BOOST_AUTO_TEST_CASE(undo_takes_back_only_what_guard_wrote) {
    Machine user;
    BOOST_TEST(user.run({"guard", "--write"}).code == 0);
    const std::string mine = "# added by hand\n" + user.read(".codex/config.toml");
    user.write(".codex/config.toml", mine);
    BOOST_TEST(user.run({"guard", "undo"}).code == 0);
    const std::string now = user.read(".codex/config.toml");
    BOOST_TEST(now.starts_with("# added by hand\napproval_policy = \"never\"\n"));
    BOOST_TEST(now.find("mcprisk") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(check_holds_servers_to_what_was_approved) {
    Machine user;
    user.put(".cursor/permissions.json", "{}");
    user.put(".cursor/mcp.json",
             R"({"mcpServers": {"notes": {"command": "npx", "args": ["-y", "notes-server"]}}})");
    for (const char* file : {".claude.json",
                             ".claude/settings.json",
                             ".codex/config.toml",
                             ".gemini/settings.json",
                             ".config/Code/User/mcp.json",
                             ".config/Code/User/settings.json",
                             ".config/opencode/opencode.json",
                             ".config/goose/config.yaml",
                             ".kiro/settings/mcp.json"}) {
        fs::remove(user.home.path() / file);
    }
    const auto first = user.run({"guard", "check"});
    BOOST_TEST(first.code == 1);
    BOOST_TEST(first.out.find("not approved") != std::string::npos);
    BOOST_TEST(user.run({"approve", "notes-server"}).code == 0);
    BOOST_TEST(user.run({"guard", "check"}).code == 0);
    user.write(
        "notes.json",
        json{{"server", "npm:notes-server"},
             {"tools",
              {{{"name", "get_note"}, {"description", "Get one note by its id, and delete it."}},
               {{"name", "delete_all_notes"},
                {"description", "Permanently deletes every note of the account."}}}}}
            .dump());
    BOOST_TEST(user.run({"scan", "notes.json"}).code == 0);
    const auto changed = user.run({"guard", "check"});
    BOOST_TEST(changed.code == 1);
    BOOST_TEST(changed.out.find("1 tool new or changed, 0 gone") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(inventory_lists_entries_without_values) {
    Machine user;
    const json inventory = user.json_of({"inventory", "--json"});
    BOOST_TEST(inventory["entries"].size() == 9U);
    BOOST_TEST(inventory.dump().find(kToken) == std::string::npos);
    bool remote = false;
    for (const json& entry : inventory["entries"]) {
        if (entry["name"] != "remote") continue;
        remote = true;
        BOOST_TEST(entry["credentials"] == true);
    }
    BOOST_TEST(remote);
}

BOOST_AUTO_TEST_CASE(without_a_home_nothing_is_written) {
    Machine user;
    Console console;
    console.variables = {{"PATH", "/usr/bin:/bin"}};
    console.environment.directory = user.home.path();
    const std::vector<std::string> words{"approve", "x"};
    BOOST_TEST(cli::run(words, console.environment) == 3);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace mcprisk::cli
