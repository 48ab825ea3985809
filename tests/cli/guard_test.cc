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

BOOST_AUTO_TEST_CASE(what_a_package_offers_is_switched_on_with_a_yes_of_its_own) {
    Machine user;
    const json database = {{"command", "npx"}, {"args", {"-y", "mongodb-mcp-server@3.0.4"}}};
    user.put(".cursor/mcp.json", json{{"mcpServers", {{"db", database}}}}.dump(2));
    user.put(".codex/config.toml",
             "# mine\n[mcp_servers.db]\ncommand = \"npx\"\n"
             "args = [\"-y\", \"mongodb-mcp-server@3.0.4\"]\n");
    user.write("db.json",
               json{{"server", "npm:mongodb-mcp-server"},
                    {"version", "3.0.4"},
                    {"tools",
                     {{{"name", "drop-database"},
                       {"description", "Permanently deletes a database."}}}}}
                   .dump());
    BOOST_TEST(user.run({"scan", "db.json"}).code == 0);
    const auto before = user.all_files();
    const auto page = user.run({"guard"});
    BOOST_TEST(page.out.find("OFFERED  db: --readOnly: ") != std::string::npos, page.out);
    // Without that yes it stays an offer.
    BOOST_TEST(user.run({"guard", "--write"}).code == 0);
    BOOST_TEST(user.read(".cursor/mcp.json").find("--readOnly") == std::string::npos);
    BOOST_TEST(user.run({"guard", "undo"}).code == 0);
    BOOST_TEST((user.all_files() == before));
    BOOST_TEST(user.run({"guard", "--harden", "--write"}).code == 0);
    for (const char* file : {".cursor/mcp.json", ".codex/config.toml"}) {
        BOOST_TEST(user.read(file).find("--readOnly") != std::string::npos, user.read(file));
    }
    BOOST_TEST(user.read(".codex/config.toml").starts_with("# mine\n"));
    // The entry is started in another way now, so nothing is known of it until it is listed.
    BOOST_TEST(user.run({"guard"}).out.find("OFFERED") == std::string::npos);
    BOOST_TEST(user.run({"guard", "undo"}).code == 0);
    BOOST_TEST((user.all_files() == before));
}

BOOST_AUTO_TEST_CASE(why_an_entry_could_not_be_listed_stands_on_the_screen) {
    Machine user;
    user.put(".cursor/mcp.json",
             R"({"mcpServers": {"gone": {"command": "no-such-program-4711"},
                 "keyed": {"command": "no-such-program-4712", "env": {"KEY": "canary-4f1d9c7e2b"}}}})");
    const auto page = user.run({"guard", "--start"});
    BOOST_TEST(page.code == 0, page.err);
    BOOST_TEST(page.out.find("FAILED") != std::string::npos, page.out);
    BOOST_TEST(page.out.find("gone: ") != std::string::npos, page.out);
    BOOST_TEST(page.out.find("no-such-program-4711") != std::string::npos, page.out);
    BOOST_TEST(page.out.find("keyed: it was left alone") != std::string::npos, page.out);
    BOOST_TEST(page.out.find(kToken) == std::string::npos);
    const json report = user.json_of({"guard", "--json"});
    BOOST_TEST(report["failed"].empty());
}

BOOST_AUTO_TEST_CASE(a_combination_of_harmless_tools_is_said) {
    Machine user;
    user.write("notes.json",
               json{{"server", "npm:notes-server"},
                    {"version", "2.0.1"},
                    {"tools",
                     {{{"name", "read_inbox_messages"},
                       {"description", "Read the messages in the user's inbox."}},
                      {{"name", "send_message"},
                       {"description", "Send a message to somebody."}}}}}
                   .dump());
    BOOST_TEST(user.run({"scan", "notes.json"}).code == 0);
    const auto page = user.run({"guard"});
    BOOST_TEST(page.out.find("  together  ") != std::string::npos, page.out);
    BOOST_TEST(page.out.find("notes: send_message") != std::string::npos, page.out);
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
