// `policy` and its subcommands, called as a user calls them.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/app.h"
#include "model/base/json.h"
#include "tests/cli/console.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::cli;
using nlohmann::json;
namespace fs = std::filesystem;

// A user whose catalogue has three servers, two of them in mcp.json.
class Owner {
  public:
    struct Run {
        int code = 0;
        std::string out;
        std::string err;
    };

    Owner() {
        const auto tool = [](const char* name, const char* text, json properties = json::object()) {
            json required = json::array();
            for (const auto& [key, value] : properties.items()) required.push_back(key);
            return json{{"name", name},
                        {"description", text},
                        {"inputSchema",
                         {{"type", "object"}, {"properties", properties}, {"required", required}}}};
        };
        const json text = {{"type", "string"}};
        write("mail.json",
              json{{"server", "https://mail.example/mcp"},
                   {"tools",
                    {tool("search_emails", "Searches the emails of the user's inbox."),
                     tool("delete_email", "Deletes an email.", {{"id", text}})}}}
                  .dump());
        write("notes.json",
              json{{"server", "https://notes.example/mcp"},
                   {"tools",
                    {tool("list_notes", "Lists the notes of the user."),
                     tool("create_note", "Creates a note.", {{"text", text}}),
                     tool("run_command", "Runs a shell command.", {{"command", text}})}}}
                  .dump());
        write("mcp.json",
              R"({"mcpServers": {"post": {"url": "https://mail.example/mcp"},
                  "notes": {"url": "https://notes.example/mcp"},
                  "new": {"url": "https://new.example/mcp"}}})");
        BOOST_REQUIRE(run({"scan", "mail.json", "notes.json"}).code == 0);
    }

    Run run(const std::vector<std::string>& arguments) {
        Console console;
        console.variables = {{"PATH", "/usr/bin:/bin"}, {"HOME", home.path()}};
        console.environment.directory = home.path();
        const int code = cli::run(arguments, console.environment);
        return {code, console.out.str(), console.err.str()};
    }

    void write(const std::string& name, const std::string& text) {
        std::ofstream(home.path() / name, std::ios::binary) << text;
    }

    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream in(home.path() / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    TemporaryFolder home;
};

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

// Without line ends, so that where a line was wrapped does not matter.
std::string flat(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\n';
        if (!blank || out.empty() || out.back() != ' ') out += blank ? ' ' : c;
    }
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(policy_command)

BOOST_AUTO_TEST_CASE(a_configuration_gives_one_file_under_its_own_names) {
    Owner owner;
    const auto result = owner.run({"policy", "--config", "mcp.json", "--for", "claude-code"});
    BOOST_TEST(result.code == 0);
    const json lists = json::parse(result.out).at("permissions");
    BOOST_TEST(contains(lists.at("ask").dump(), "mcp__post__delete_email"));
    BOOST_TEST(contains(lists.at("deny").dump(), "mcp__notes__run_command"));
    BOOST_TEST(contains(result.err, "no rules are written for: new"));
    BOOST_TEST(contains(result.err, ".claude/settings.json"));
    BOOST_TEST(contains(result.err, "/permissions"));
}

BOOST_AUTO_TEST_CASE(merging_shows_first_and_then_keeps_what_is_not_ours) {
    Owner owner;
    const std::string before =
        "{\n  // mine\n  \"permissions\": {\n    \"allow\": [\n      \"Read\"\n    ]\n  }\n}\n";
    owner.write("settings.json", before);
    std::vector<std::string> words{"policy",
                                   "--config",
                                   "mcp.json",
                                   "--for",
                                   "claude-code",
                                   "--merge-into",
                                   "settings.json",
                                   "--diff"};
    const auto shown = owner.run(words);
    BOOST_TEST(shown.code == 0);
    BOOST_TEST(contains(shown.out, "+      \"mcp__post__delete_email\""));
    BOOST_TEST(owner.read("settings.json") == before);
    words.pop_back();
    BOOST_TEST(owner.run(words).code == 0);
    const auto after = owner.read("settings.json");
    BOOST_TEST(contains(after, "// mine"));
    BOOST_TEST(contains(after, "\"Read\""));
    BOOST_TEST(contains(after, "mcp__post__delete_email"));
    BOOST_TEST(contains(owner.run(words).err, "unchanged: settings.json"));
    owner.write("broken.json", "{");
    words.back() = "broken.json";
    BOOST_TEST(owner.run(words).code == 3);
    BOOST_TEST(owner.read("broken.json") == "{");
}

BOOST_AUTO_TEST_CASE(toml_that_leaves_no_room_is_not_touched) {
    Owner owner;
    const std::string before = "mcp_servers = { notes = { command = \"x\" } }\n";
    owner.write("config.toml", before);
    const auto result = owner.run(
        {"policy", "--config", "mcp.json", "--for", "codex", "--merge-into", "config.toml"});
    BOOST_TEST(result.code == 3);
    BOOST_TEST(contains(result.err, "[mcp_servers.NAME]"));
    BOOST_TEST(owner.read("config.toml") == before);
}

BOOST_AUTO_TEST_CASE(every_format_is_written_for_one_server) {
    Owner owner;
    for (const char* format : {"policy.json",
                               "intercept",
                               "claude-code",
                               "codex",
                               "gemini",
                               "cursor",
                               "openai",
                               "cedar",
                               "agentgateway"}) {
        const auto result = owner.run({"policy", "notes", "--for", format});
        BOOST_TEST_INFO(format << result.err);
        BOOST_TEST(result.code == 0);
        BOOST_TEST(result.out.size() > 20U);
    }
    BOOST_TEST(owner.run({"policy", "notes", "--for", "xacml"}).code == 2);
    BOOST_TEST(owner.run({"policy", "notes", "mail", "--for", "cedar"}).code == 2);
    BOOST_TEST(owner.run({"policy", "notes", "--for", "cedar", "--merge-into", "x"}).code == 2);
    BOOST_TEST(contains(owner.run({"policy", "notes", "--for", "cedar"}).err,
                        "denied because Cedar has no limit"));
    BOOST_TEST(
        contains(owner.run({"policy", "notes", "--for", "cedar", "--inexpressible", "allow"}).out,
                 "permit(principal, action == Action::\\\"call_tool\\\", resource == "
                 "Tool::\\\"create_note"));
}

BOOST_AUTO_TEST_CASE(all_writes_only_what_changed) {
    Owner owner;
    const auto first = owner.run({"policy", "--all", "-o", "out"});
    BOOST_TEST(first.code == 0);
    BOOST_TEST(contains(first.err, "2 servers: 4 files written, 0 unchanged, in out"));
    const auto folder = *fs::directory_iterator(owner.home.path() / "out");
    const auto file = folder.path() / "policy.json";
    const auto time = fs::last_write_time(file);
    BOOST_TEST(
        contains(owner.run({"policy", "--all", "-o", "out"}).err, "0 files written, 4 unchanged"));
    BOOST_TEST((fs::last_write_time(file) == time));
    fs::remove(file);
    BOOST_TEST(
        contains(owner.run({"policy", "--all", "-o", "out"}).err, "1 file written, 3 unchanged"));
    BOOST_TEST(fs::exists(file));
    BOOST_TEST(owner.run({"policy", "--all"}).code == 2);
}

BOOST_AUTO_TEST_CASE(explain_gives_every_choice_a_reason) {
    Owner owner;
    const auto all = owner.run({"policy", "explain", "notes"});
    for (const char* part : {"run_command: deny",
                             "execute-critical (Execute, Critical)",
                             "create_note: limit",
                             "at most 30 calls a minute"}) {
        BOOST_TEST_INFO(all.out);
        BOOST_TEST(contains(all.out, part));
    }
    const auto one = owner.run({"policy", "explain", "notes", "run_command"});
    BOOST_TEST(!contains(one.out, "create_note"));
    const json reasons = json::parse(owner.run({"policy", "explain", "notes", "--json"}).out);
    BOOST_TEST(reasons.at("schema") == "mcprisk-policy-reasons/1");
}

BOOST_AUTO_TEST_CASE(diff_tells_what_changes_after_drift) {
    Owner owner;
    BOOST_TEST(owner.run({"policy", "notes", "-o", "out"}).code == 0);
    const auto file =
        "out/" + (*fs::directory_iterator(owner.home.path() / "out")).path().filename().string() +
        "/policy.json";
    const auto same = owner.run({"policy", "diff", file, "--exit-code"});
    BOOST_TEST(same.code == 0);
    BOOST_TEST(same.out.empty());
    owner.write(file,
                R"({"version":"1","default":"deny","tools":{"list_notes":{},"run_command":{}}})");
    const auto changed = owner.run({"policy", "diff", file, "--exit-code"});
    BOOST_TEST(changed.code == 1);
    for (const char* part :
         {"run_command (stricter)\n  in force     allowed\n  recommended  denied",
          "create_note (looser)",
          "why          Write"}) {
        BOOST_TEST_INFO(changed.out);
        BOOST_TEST(contains(changed.out, part));
    }
    owner.write("alone.json", owner.read(file));
    BOOST_TEST(owner.run({"policy", "diff", "alone.json"}).code == 2);
    BOOST_TEST(owner.run({"policy", "diff", "alone.json", "--server", "notes"}).code == 0);
}

BOOST_AUTO_TEST_CASE(settings_of_the_folder_count_and_their_faults_stop) {
    Owner owner;
    owner.write(".mcprisk.toml", R"(
[policy]
approver = "the night shift"
[[override]]
server = "https://notes.*"
tool = "run_*"
rule = "ask"
reason = "a sandbox without network"
expires = 2099-12-31
)");
    const auto policy = owner.run({"policy", "notes"});
    BOOST_TEST(contains(policy.out, "when the night shift changes its rule"));
    BOOST_TEST(contains(owner.run({"policy", "explain", "notes", "run_command"}).out,
                        "until 2099-12-31: a sandbox without network"));
    owner.write(".mcprisk.toml", R"(
[[override]]
tool = "run_*"
level = "Low"
reason = "a sandbox without network"
expires = 2099-12-31
)");
    // Wherever the verdict is shown, with its reason.
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"show", "notes", "run_command"},
             {"show", "notes", "--json"},
             {"query", "command", "--format", "json"},
             {"scan", "notes.json", "--format", "json", "--no-store"}}) {
        const auto shown = owner.run(words);
        BOOST_TEST_INFO(words[0] << shown.out << shown.err);
        BOOST_TEST(contains(flat(shown.out),
                            "Overridden: Low by .mcprisk.toml until 2099-12-31: a sandbox"));
    }
    owner.write(".mcprisk.toml", "trustd = []\n");
    const auto broken = owner.run({"policy", "notes"});
    BOOST_TEST(broken.code == 3);
    BOOST_TEST(contains(broken.err, "trustd: unknown key"));
    owner.write(".mcprisk.toml", R"([[override]]
tool = "x"
rule = "allow"
reason = "was tried"
expires = "2020-01-01"
)");
    BOOST_TEST(contains(owner.run({"policy", "notes"}).err, "ran out on 2020-01-01"));
}

BOOST_AUTO_TEST_CASE(what_somebody_accepted_fails_nothing_and_is_still_said) {
    Owner owner;
    const std::vector<std::string> scan{
        "scan", "notes.json", "--no-store", "--fail-on", "high", "--format", "sarif"};
    BOOST_TEST(owner.run(scan).code == 1);
    owner.write(".mcprisk.toml", R"(
[[suppress]]
server = "*notes*"
finding = "level"
reason = "runs on a throw-away machine"
expires = 2099-12-31
)");
    const auto accepted = owner.run(scan);
    BOOST_TEST_INFO(accepted.out << accepted.err);
    BOOST_TEST(accepted.code == 0);
    BOOST_TEST(contains(accepted.out, "runs on a throw-away machine (until 2099-12-31)"));
    owner.write(".mcprisk.toml", R"(
[[suppress]]
server = "*notes*"
finding = "level"
reason = "runs on a throw-away machine"
expires = 2001-01-01
)");
    const auto over = owner.run(scan);
    BOOST_TEST(over.code == 1);
    BOOST_TEST(contains(over.err, "ran out on 2001-01-01"));
    owner.write(".mcprisk.toml", "[[suppress]]\nserver = \"notes\"\nfinding = \"level\"\n");
    BOOST_TEST(owner.run(scan).code == 3);
}

BOOST_AUTO_TEST_CASE(calls_are_counted_over_time) {
    Owner owner;
    owner.write("p.json", owner.run({"policy", "notes"}).out);
    std::string calls;
    for (int i = 0; i < 31; ++i)
        calls += R"({"at": 60, "tool": "create_note", "args": {"text": "x"}})"
                 "\n";
    calls += R"({"at": 120, "tool": "create_note"})"
             "\n";
    owner.write("calls.jsonl", calls);
    const auto result = owner.run({"policy", "test", "p.json", "--calls", "calls.jsonl"});
    BOOST_TEST(result.code == 1);
    BOOST_TEST(contains(result.out, "60 create_note denied by tools.create_note.limits[0]"));
    BOOST_TEST(contains(result.out, "120 create_note allowed"));
    BOOST_TEST(owner.run({"policy", "validate", "p.json", "--server", "notes"}).code == 0);
    BOOST_TEST(owner.run({"policy", "validate", "p.json", "--server", "mail"}).code == 1);
    owner.write("s.json", R"({"permissions": {"allow": ["mcp__*"]}})");
    BOOST_TEST(owner.run({"policy", "validate", "s.json", "--for", "claude-code"}).code == 1);
}

BOOST_AUTO_TEST_CASE(eval_compares_decisions) {
    Owner owner;
    owner.write(
        "gold.jsonl",
        R"({"server":"s","tools":[{"name":"list_notes","description":"Lists notes."},)"
        R"({"name":"delete_note","description":"Deletes a note."}],"labels":{)"
        R"("list_notes":{"category":"Read","risk":"Low","alt":null,"conf":3,"weight":1},)"
        R"("delete_note":{"category":"Destructive","risk":"High","alt":null,"conf":3,"weight":1}}})"
        "\n");
    const auto text = owner.run({"eval", "gold.jsonl", "--policy"});
    BOOST_TEST(text.code == 0);
    BOOST_TEST(text.out.starts_with("unsafe allow"));
    const json numbers = json::parse(owner.run({"eval", "gold.jsonl", "--policy", "--json"}).out);
    BOOST_TEST(numbers.at("unsafe_allow").at("count") == 0);
    BOOST_TEST(numbers.at("unsafe_allow").at("of") == 2);
    BOOST_TEST(numbers.at("confusion").at("ask").at("ask") == 1);
}

BOOST_AUTO_TEST_SUITE_END()
