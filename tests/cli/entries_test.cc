// Entries of one package, from the configuration to the policy; and taking servers out again.
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "cli/commands/command_text.h"
#include "crawler/config/entry_identity.h"
#include "crawler/config/identity.h"
#include "tests/cli/user.h"

using namespace mcprisk;
using namespace mcprisk::cli;
using nlohmann::json;

namespace {

struct TwoEntries : User {
    std::string plain = id_of({"npx", "-y", "@acme/db"});
    std::string reading = id_of({"npx", "-y", "@acme/db", "--readOnly"});

    TwoEntries() {
        record(plain, "drop_table", "Drops a table for good.");
        record(reading, "get_row", "Gets a row.");
    }

    static std::string id_of(std::vector<std::string> argv) {
        crawler::Target target;
        target.how = crawler::StdioTarget{std::move(argv), {}, {}};
        crawler::set_identity(target, "");
        crawler::mark_entry(target);
        return target.id;
    }

    void record(const std::string& id, const std::string& tool, const std::string& description) {
        const json one{
            {"name", tool}, {"description", description}, {"inputSchema", {{"type", "object"}}}};
        write("list.json", json{{"server", id}, {"tools", json::array({one})}}.dump());
        BOOST_REQUIRE(run({"scan", "list.json"}).code == 0);
    }

    std::string config(const json& servers) {
        return write("mcp.json", json{{"mcpServers", servers}}.dump());
    }
};

json npx(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "-y");
    return {{"command", "npx"}, {"args", arguments}};
}

bool says(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(entries, TwoEntries)

BOOST_AUTO_TEST_CASE(each_entry_is_looked_up_as_it_is_started) {
    const std::string file = config({{"all", npx({"@acme/db@2.1"})},
                                     {"careful", npx({"@acme/db", "--readOnly"})},
                                     {"other", npx({"@acme/db", "--verbose"})}});
    const json seen = json_of({"scan", file, "--no-run", "--format", "json"});
    BOOST_REQUIRE(seen["verdicts"].size() == 2U);
    for (const json& verdict : seen["verdicts"]) {
        BOOST_TEST(verdict["server"] == (verdict["tool"] == "get_row" ? reading : plain));
    }
    for (const json& server : seen["servers"]) {
        if (server["config_name"] != "other") continue;
        BOOST_TEST(server["outcome"] == "not_started");
        BOOST_TEST(says(server["failure"], "which is started in another way"));
    }
    const auto table = run({"scan", file, "--no-run"});
    BOOST_TEST(says(table.out, reading + ": 1 tool"), table.out);
}

BOOST_AUTO_TEST_CASE(a_policy_of_the_package_is_one_of_each_entry) {
    BOOST_TEST(run({"policy", "npm:@acme/db", "-o", "policies"}).code == 0);
    std::size_t folders = 0;
    for (const auto& entry : std::filesystem::directory_iterator(home.path() / "policies")) {
        folders += std::filesystem::exists(entry.path() / "policy.json") ? 1 : 0;
    }
    BOOST_TEST(folders == 2U);
    BOOST_TEST(run({"policy", reading}).code == 0);
    const std::string file =
        config({{"all", npx({"@acme/db"})}, {"careful", npx({"@acme/db", "--readOnly"})}});
    const auto rules = run({"policy", "--config", file, "--for", "claude-code"});
    BOOST_TEST(says(rules.out, "mcp__all__drop_table"), rules.out);
    BOOST_TEST(says(rules.out, "mcp__careful__get_row"), rules.out);
    BOOST_TEST(!says(rules.out, "mcp__careful__drop_table"), rules.out);
}

BOOST_AUTO_TEST_CASE(an_entry_cannot_be_asked_again_by_its_id_alone) {
    const json seen = nlohmann::json::parse(run({"scan", reading, "--format", "json"}).out);
    BOOST_TEST(seen["servers"][0]["outcome"] == "needs_configuration");
    BOOST_TEST(run({"show", reading}).code == 0);
}

BOOST_AUTO_TEST_CASE(a_forgotten_package_takes_its_entries_along) {
    record("other", "keep_me", "Keeps.");
    const auto gone = run({"forget", "npm:@acme/db"});
    BOOST_TEST(gone.code == 0, gone.err);
    BOOST_TEST(says(gone.out, "forgot 2 servers"), gone.out);
    BOOST_TEST(run({"servers", "--names"}).out == "other\n");
    BOOST_TEST(run({"query", "drop"}).out.empty());
    BOOST_TEST(run({"check"}).code == 0);
    BOOST_TEST(run({"forget", "nobody"}).code == 3);
    BOOST_TEST(run({"forget"}).code == 2);
    BOOST_TEST(run({"forget", "other", "--older-than", "1d"}).code == 2);
    BOOST_TEST(run({"forget", "--older-than", "1d"}).code == 0);
    BOOST_TEST(run({"servers", "--names"}).out == "other\n");
}

BOOST_AUTO_TEST_CASE(unknown_words_of_a_question_are_refused) {
    const auto wrong = [&](const std::string& option, const std::string& word) {
        const auto result = run({"query", option, word});
        BOOST_TEST(result.code == 2, option);
        BOOST_TEST(result.out.empty());
        return result.err;
    };
    BOOST_TEST(says(wrong("--finding", "tool-poisonning"), "did you mean tool-poisoning?"));
    BOOST_TEST(says(wrong("--finding", "foo"), "one of "));
    BOOST_TEST(says(wrong("--capability", "exec.shel"), "did you mean exec.shell"));
    BOOST_TEST(says(wrong("--attack", "agent-wallet"), "did you mean agent-wallet-drain?"));
    for (const auto& [option, word] : {std::pair{"--finding", "Tool-Poisoning"},
                                       std::pair{"--capability", "exec.shell"},
                                       std::pair{"--attack", "agent-wallet-drain"}}) {
        BOOST_TEST(run({"query", option, word}).code == 0, option);
    }
}

BOOST_AUTO_TEST_CASE(lists_of_words_are_read_off_descriptions) {
    const auto words = [](const std::string& text) {
        std::string all;
        for (const std::string& word : choices_in(text)) all += word + " ";
        return all;
    };
    BOOST_TEST(words("table, json or sarif") == "table json sarif ");
    BOOST_TEST(words("Colours: auto, always or never") == "auto always never ");
    BOOST_TEST(words("name, grade (worst first), tools or seen") == "name grade tools seen ");
    BOOST_TEST(words("The format: policy.json, cedar") == "policy.json cedar ");
    for (const char* text : {"A date or an age such as 7d", "Words that must occur", "", "this, that"}) {
        BOOST_TEST(words(text).empty(), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
