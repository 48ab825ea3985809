// Whose .mcprisk.toml counts: that of the person running, not that of the project being looked at.
#include <sys/stat.h>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "tests/cli/user.h"

using namespace mcprisk;
using namespace mcprisk::cli;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr const char* kLoosening = R"(
trusted = ["*"]
[[override]]
tool = "run_command"
level = "Low"
category = "Read"
rule = "allow"
reason = "harmless, believe me"
expires = 2099-12-31
[[suppress]]
server = "notes"
finding = "level"
reason = "nothing to see"
expires = 2099-12-31
[policy]
approver = "mallory"
)";

// A user in a project of somebody else.
struct Visitor : User {
    Visitor() {
        fs::create_directories(project() / ".git");
        fs::create_directories(project() / "deep/er");
        std::ofstream(project() / "notes.json") << json{
            {"server", "notes"},
            {"tools",
             {{{"name", "run_command"},
               {"description", "Runs any shell command."},
               {"inputSchema",
                {{"type", "object"},
                 {"properties", {{"command", {{"type", "string"}}}}},
                 {"required", {"command"}}}}}}}}.dump();
        BOOST_REQUIRE(in("", {"scan", "notes.json"}).code == 0);
    }
    [[nodiscard]] fs::path project() const { return home.path() / "project"; }

    void settle(const fs::path& file, const std::string& text) const {
        std::ofstream(file, std::ios::binary) << text;
    }

    Run in(const std::string& folder, const std::vector<std::string>& arguments) {
        Console console;
        console.variables = variables;
        console.variables["HOME"] = home.path();
        console.environment.directory = project() / folder;
        const int code = cli::run(arguments, console.environment);
        return {code, console.out.str(), console.err.str()};
    }
};

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

const std::vector<std::string> kScan{
    "scan", "notes.json", "--no-store", "--format", "json", "--fail-on", "high"};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(settings, Visitor)

BOOST_AUTO_TEST_CASE(a_project_cannot_make_its_own_tools_look_harmless) {
    const auto before = json::parse(in("", kScan).out)["verdicts"][0];
    BOOST_TEST(before["risk"] == "Critical");
    const std::string policy = in("", {"policy", "notes"}).out;
    settle(project() / ".mcprisk.toml", kLoosening);
    const auto scan = in("", kScan);
    BOOST_TEST(scan.code == 1, scan.err);
    const json all = json::parse(scan.out);
    BOOST_TEST(all["verdicts"][0] == before);
    BOOST_TEST(has(all["settings"].get<std::string>(), ".mcprisk.toml was found here"));
    BOOST_TEST(has(scan.err, "may only tighten; not counted: 1 trusted server, 1 suppression"),
               scan.err);
    BOOST_TEST(in("", {"policy", "notes"}).out == policy);
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"show", "notes", "run_command"},
                                               {"query", "command"},
                                               {"policy", "explain", "notes", "run_command"},
                                               {"scan", "notes.json", "--no-store"},
                                               {"scan", "notes.json", "--format", "markdown"}}) {
        const auto shown = in("", words);
        BOOST_TEST_INFO(words[0] << shown.out << shown.err);
        BOOST_TEST(!has(shown.out, "believe me"));
        BOOST_TEST(!has(shown.out, "mallory"));
        BOOST_TEST(has(shown.err, "was found here"));
        if (words[0] == "scan") BOOST_TEST(has(shown.out, "was found here"));
    }
    const auto sarif = in("", {"scan", "notes.json", "--no-store", "--format", "sarif"});
    BOOST_TEST(!has(sarif.out, "nothing to see"));
    // Said once a run, however often it is read.
    BOOST_TEST(sarif.err.find("was found here") == sarif.err.rfind("was found here"), sarif.err);
}

BOOST_AUTO_TEST_CASE(a_repository_counts_as_a_whole_and_no_further) {
    settle(project() / ".mcprisk.toml",
           "[[override]]\nserver = \"notes\"\nrule = \"hide\"\n"
           "reason = \"not here\"\nexpires = 2099-12-31\n");
    const auto deep = in("deep/er", {"policy", "notes"});
    BOOST_TEST(has(deep.err, "was found here"), deep.err);
    BOOST_TEST(json::parse(deep.out)["hide"][0] == "run_command");
    // Above the repository there is no project.
    fs::rename(project() / ".mcprisk.toml", home.path() / "x");
    fs::create_directories(home.path() / "elsewhere");
    fs::rename(home.path() / "x", home.path() / "elsewhere/.mcprisk.toml");
    fs::rename(project(), home.path() / "elsewhere/project");
    fs::create_directory_symlink(home.path() / "elsewhere/project", project());
    Console console;
    console.variables["HOME"] = home.path();
    console.environment.directory = home.path() / "elsewhere/project/deep";
    BOOST_TEST(cli::run(std::vector<std::string>{"policy", "notes"}, console.environment) == 0);
    BOOST_TEST(!has(console.err.str(), "was found"), console.err.str());
}

BOOST_AUTO_TEST_CASE(the_file_at_home_or_named_by_option_loosens) {
    settle(home.path() / ".mcprisk.toml", kLoosening);
    const auto own = in("", kScan);
    BOOST_TEST(own.code == 0, own.err);
    BOOST_TEST(json::parse(own.out)["verdicts"][0]["risk"] == "Low");
    BOOST_TEST(json::parse(own.out)["settings"].is_null());
    fs::remove(home.path() / ".mcprisk.toml");
    // The found one counts in full once the person names it.
    settle(project() / ".mcprisk.toml", kLoosening);
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"--settings", ".mcprisk.toml"}, {"--settings", "../project/.mcprisk.toml"}}) {
        std::vector<std::string> all = words;
        all.insert(all.end(), kScan.begin(), kScan.end());
        const auto named = in("", all);
        BOOST_TEST(json::parse(named.out)["verdicts"][0]["risk"] == "Low");
        BOOST_TEST(!has(named.err, "was found"), named.err);
    }
    std::vector<std::string> behind = kScan;
    behind.insert(behind.end(), {"--settings", ".mcprisk.toml"});
    BOOST_TEST(json::parse(in("", behind).out)["verdicts"][0]["risk"] == "Low");
    BOOST_TEST(in("", {"policy", "notes", "--settings", "nothing.toml"}).code == 3);
}

BOOST_AUTO_TEST_CASE(a_file_at_home_that_others_can_write_only_tightens) {
    settle(home.path() / ".mcprisk.toml", kLoosening);
    chmod((home.path() / ".mcprisk.toml").c_str(), 0666);
    const auto scan = in("", kScan);
    BOOST_TEST(scan.code == 1, scan.err);
    BOOST_TEST(has(scan.err, "was found here"), scan.err);
}

BOOST_AUTO_TEST_CASE(what_lies_there_instead_of_a_file_does_not_stop_the_program_for_good) {
    mkfifo((project() / ".mcprisk.toml").c_str(), 0600);
    const auto scan = in("", kScan);
    BOOST_TEST(scan.code == 3);
    BOOST_TEST(has(scan.err, "it is no file"), scan.err);
}

constexpr const char* kHidden =
    "[[override]]\nrule = \"hide\"\nreason = \"nobody here needs it\"\nexpires = 2099-12-31\n";

BOOST_AUTO_TEST_CASE(policies_for_agents_go_by_them) {
    const std::string call =
        json{{"jsonrpc", "2.0"},
             {"id", 1},
             {"method", "tools/call"},
             {"params", {{"name", "recommend_policy"}, {"arguments", {{"server", "notes"}}}}}}
            .dump() +
        "\n";
    const auto hidden = [&] {
        const json answer = json::parse(run({"mcp"}, call).out);
        return answer["result"]["structuredContent"]["policy"]["hide"];
    };
    BOOST_TEST(hidden() != json({"run_command"}));
    settle(home.path() / ".mcprisk.toml", kHidden);
    BOOST_TEST(hidden() == json({"run_command"}));
    settle(home.path() / ".mcprisk.toml", "[[override]]\n");
    BOOST_TEST(run({"mcp"}, call).code == 3);
}

BOOST_AUTO_TEST_CASE(policies_of_a_crawl_go_by_them) {
    write("told.json", R"({"qualifiedName": "@a/b",
        "connections": [{"type": "http", "deploymentUrl": "http://127.0.0.1:9/mcp"}],
        "tools": [{"name": "look", "description": "d", "inputSchema": {"type": "object"}}]})");
    const auto written = [&](const std::string& folder) {
        run({"crawl", "told.json", "--allow-private", "--policy", folder, "--refresh", "0s"});
        for (const auto& entry : fs::recursive_directory_iterator(home.path() / folder)) {
            if (entry.path().filename() == "policy.json") {
                std::ifstream in(entry.path());
                return json::parse(in);
            }
        }
        return json();
    };
    const json before = written("before");
    BOOST_REQUIRE(before.is_object());
    BOOST_TEST(before.value("hide", json::array()).empty());
    settle(home.path() / ".mcprisk.toml", kHidden);
    BOOST_TEST(written("after")["hide"] == json({"look"}));
}

BOOST_AUTO_TEST_CASE(changes_of_policies_go_by_them) {
    const auto list = [&](const char* description) {
        return json{{"server", "notes"},
                    {"tools",
                     {{{"name", "work"},
                       {"description", description},
                       {"inputSchema", {{"type", "object"}}}}}}}
            .dump();
    };
    write("a.json", list("Gets a note."));
    write("b.json", list("Deletes every note forever."));
    const auto rules = [&] {
        return json_of(
            {"diff", "a.json", "b.json", "--format", "json"})["servers"][0]["tools"][0]["policy"];
    };
    const json before = rules();
    BOOST_REQUIRE(before.is_object());
    BOOST_TEST(before["before"] != before["after"]);
    settle(home.path() / ".mcprisk.toml", kHidden);
    BOOST_TEST(rules().is_null());
}

BOOST_AUTO_TEST_SUITE_END()
