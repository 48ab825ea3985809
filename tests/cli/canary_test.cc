// Credentials go to servers that give them back in every form and place; the whole program is then
// called as people call it, and none may be found in anything that it printed or wrote.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "build_places.h"
#include "tests/cli/user.h"
#include "tests/crawler/fake_mcp.h"
#include "tests/support/mirror.h"

using namespace mcprisk;
using namespace mcprisk::cli;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

const std::string kHeader = "canary-Header-71/+x";
const std::string kBearer = "cAnaryBearer4711zz";
const std::string kQuery = "canary-Query-99z";
const std::string kPassword = "canary-Pass-word-8";
const std::string kVariable = "canary-Env-3355 and \"more\"";
const std::string kArgument = "canary-Arg-5566";

// An MCP server on loopback that gives back every header and its path.
class MirrorServer {
  public:
    MirrorServer()
        : server_(loop_, [this](const auto& request, const auto& to) { answer(request, to); }) {
        url = server_.url("");
        thread_ = std::thread([this] {
            while (!stop_) loop_.run_once(std::chrono::milliseconds{20});
        });
    }
    ~MirrorServer() {
        stop_ = true;
        thread_.join();
    }
    MirrorServer(const MirrorServer&) = delete;
    MirrorServer& operator=(const MirrorServer&) = delete;

    std::string url;

  private:
    static std::string words_of(const test::FakeRequest& request) {
        std::string given = request.path + "\n";
        for (const auto& [name, value] : request.headers) given += name + ": " + value + "\n";
        std::string words = given;
        for (const std::string& secret : {kHeader, kBearer, kQuery, kPassword}) {
            for (const std::string& form : test::mirrored(secret)) words += " " + form;
        }
        return words;
    }

    static void answer(const test::FakeRequest& request, const test::Connection& to) {
        const std::string words = words_of(request);
        const json body = json::parse(request.body, nullptr, false);
        if (request.path.starts_with("/refuse")) {
            std::string line;
            for (const char c : words) line += c == '\n' || c == '"' || c == '\\' ? ' ' : c;
            to->respond(
                401,
                "text/plain",
                words,
                "WWW-Authenticate: Bearer realm=\"" + line + "\", scope=\"" + line + "\"\r\n");
        } else if (!body.is_object()) {
            to->respond(405, "text/plain", words);
        } else if (!body.contains("id")) {
            to->respond(202, "text/plain", "");
        } else if (request.path.starts_with("/error") || body["method"] == "server/discover") {
            test::send_json(to,
                            test::error_of(body["id"], -32000, words, {{"supported", {words}}}));
        } else if (body["method"] == "initialize") {
            json result = test::initialize_result();
            result["instructions"] = words;
            result["serverInfo"] = {{"name", words}, {"version", words}};
            test::send_json(to, test::result_of(body["id"], result));
        } else {
            json one = test::tool_named("delete_all");
            one["description"] = "Deletes all files. " + words;
            one["inputSchema"]["properties"][kBearer] = {{"type", "string"}, {"default", words}};
            one["annotations"] = {{"title", words}};
            test::send_json(to, test::result_of(body["id"], {{"tools", {one}}}));
        }
    }

    crawler::Loop loop_;
    test::FakeHttpServer server_;
    std::atomic<bool> stop_ = false;
    std::thread thread_;
};

struct Keeper : User {
    // Nothing that a run says may hold a canary.
    Run quiet(const std::vector<std::string>& words, const std::string& input = "") {
        Run result = run(words, input);
        std::string what;
        for (const std::string& word : words) what += word + " ";
        expect_none(result.out, "stdout of " + what);
        expect_none(result.err, "stderr of " + what);
        return result;
    }

    static void expect_none(const std::string& text, const std::string& where) {
        for (const std::string& canary :
             {kHeader, kBearer, kQuery, kPassword, kVariable, kArgument}) {
            const auto at = test::find_mirrored(text, canary);
            BOOST_TEST(at == std::string::npos,
                       where << " holds " << canary << ": "
                             << text.substr(std::min(text.size(), at > 60 ? at - 60 : 0), 200));
        }
    }

    // Nor any file, but for those that the user wrote.
    void expect_clean_files() const {
        std::size_t seen = 0;
        for (const auto& entry : fs::recursive_directory_iterator(home.path())) {
            if (!entry.is_regular_file() || entry.path().filename() == "given.json") continue;
            std::ifstream in(entry.path(), std::ios::binary);
            expect_none({std::istreambuf_iterator<char>(in), {}}, entry.path().string());
            ++seen;
        }
        BOOST_TEST(seen > 0U);
    }

    void every_command(const std::string& server, const std::string& tool) {
        for (const char* format : {"table", "json", "jsonl", "csv", "markdown", "sarif"}) {
            quiet({"query", "--format", format});
            quiet({"query", "canary", "--format", format});
            quiet({"diff", server, "--format", format});
        }
        quiet({"show", server});
        quiet({"show", server, "--json"});
        BOOST_TEST(quiet({"show", server, tool}).code == 0);
        quiet({"show", server, tool, "--json"});
        quiet({"servers"});
        quiet({"servers", "--json"});
        quiet({"stats"});
        quiet({"stats", "--json"});
        quiet({"history", server});
        quiet({"history", server, "--json"});
        BOOST_TEST(quiet({"pin", "--all", "-o", "mcprisk.lock"}).code == 0);
        quiet({"diff", "--lock", "mcprisk.lock"});
        for (const char* format : {"policy.json",
                                   "intercept",
                                   "claude-code",
                                   "codex",
                                   "gemini",
                                   "cursor",
                                   "openai",
                                   "cedar",
                                   "agentgateway"}) {
            quiet({"policy", server, "--for", format});
            quiet({"policy", "--all", "--for", format, "-o", std::string("out-") + format});
        }
        quiet({"policy", "explain", server});
        quiet({"policy", "explain", server, tool});
        for (const char* format : {"jsonl", "csv", "sarif"}) {
            BOOST_TEST(quiet({"export", format, "-o", std::string("all.") + format}).code == 0);
        }
        quiet({"export", "site", "-o", "site"});
        BOOST_TEST(quiet({"backup", "copy.db"}).code == 0);
        quiet({"--db", "merged.db", "merge", "copy.db"});
        quiet({"check"});
        quiet({"reclassify", "--history"});
        std::string input;
        int id = 0;
        const auto call = [&](const char* name, const json& arguments) {
            input += json{{"jsonrpc", "2.0"},
                          {"id", ++id},
                          {"method", "tools/call"},
                          {"params", {{"name", name}, {"arguments", arguments}}}}
                         .dump() +
                     "\n";
        };
        input += json{{"jsonrpc", "2.0"},
                      {"id", ++id},
                      {"method", "initialize"},
                      {"params", {{"protocolVersion", "2025-11-25"}}}}
                     .dump() +
                 "\n";
        for (const json& one : tools_of_mcp()) {
            const json& properties = one["inputSchema"]["properties"];
            json arguments = json::object();
            if (properties.contains("server")) arguments["server"] = server;
            if (properties.contains("tool")) arguments["tool"] = tool;
            if (properties.contains("query")) arguments["query"] = "canary";
            call(one["name"].get_ref<const std::string&>().c_str(), arguments);
        }
        quiet({"mcp"}, input);
        expect_clean_files();
    }

    json tools_of_mcp() {
        const auto answer = run(
            {"mcp"},
            json{{"jsonrpc", "2.0"}, {"id", 1}, {"method", "tools/list"}, {"params", {}}}.dump() +
                "\n");
        std::istringstream lines(answer.out);
        for (std::string line; std::getline(lines, line);) {
            const json message = json::parse(line);
            if (message.contains("result")) return message["result"]["tools"];
        }
        return json::array();
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(canary, Keeper)

// The search itself must be able to find.
BOOST_AUTO_TEST_CASE(what_is_looked_for_would_be_found) {
    for (const std::string& form : test::mirrored(kVariable)) {
        BOOST_TEST(test::find_mirrored("x " + form + " y", kVariable) != std::string::npos, form);
    }
    BOOST_TEST(test::find_mirrored("nothing of the kind", kVariable) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(headers_and_queries_that_a_server_gives_back_are_nowhere) {
    MirrorServer mirror;
    const std::string url = mirror.url + "/mcp?key=" + kQuery + "&plain=" + kPassword;
    for (const char* format : {"table", "json", "jsonl", "csv", "markdown", "sarif"}) {
        const auto scan = quiet({"-v",
                                 "scan",
                                 url,
                                 "--header",
                                 "X-Mirror: " + kHeader,
                                 "--header",
                                 "Authorization: Bearer " + kBearer,
                                 "--format",
                                 format,
                                 "--policy",
                                 "policies"});
        BOOST_TEST(scan.code == 0, scan.err);
    }
    // The server did give them back, and was understood all the same.
    const auto shown = run({"show", "mcp", "delete_all", "--json"});
    BOOST_TEST(shown.out.find("[redacted]") != std::string::npos);
    BOOST_TEST(json::parse(shown.out)["verdict"]["category"] == "Destructive");
    every_command("mcp", "delete_all");
}

BOOST_AUTO_TEST_CASE(refusals_and_errors_that_repeat_a_credential_are_cleaned) {
    MirrorServer mirror;
    for (const char* path : {"/refuse", "/error"}) {
        const std::string url = mirror.url + path + "?key=" + kQuery + "&plain=" + kPassword;
        for (const char* format : {"table", "json", "sarif"}) {
            const auto scan = quiet({"-v",
                                     "scan",
                                     url,
                                     "--header",
                                     "X-Mirror: " + kHeader,
                                     "--header",
                                     "Authorization: Bearer " + kBearer,
                                     "--format",
                                     format});
            BOOST_TEST(scan.code == 3, scan.err);
        }
    }
    quiet({"servers", "--json"});
    quiet({"show", "refuse", "--json"});
    quiet({"history", "refuse", "--json"});
    quiet({"history", "error"});
    quiet({"export", "jsonl", "-o", "all.jsonl"});
    quiet({"login", mirror.url + "/refuse?key=" + kQuery});
    expect_clean_files();
}

BOOST_AUTO_TEST_CASE(variables_and_arguments_that_a_program_gives_back_are_nowhere) {
    for (const char* format : {"table", "json", "jsonl", "csv", "markdown", "sarif"}) {
        const auto scan = quiet({"-v",
                                 "scan",
                                 "--id",
                                 "mirror",
                                 "--env",
                                 "MIRROR_PLAIN=" + kVariable,
                                 "--format",
                                 format,
                                 "--policy",
                                 "policies",
                                 "--",
                                 MCPRISK_FAKE_STDIO_SERVER,
                                 "mirror",
                                 "--token",
                                 kArgument});
        BOOST_TEST(scan.code == 0, scan.err);
    }
    every_command("mirror", "run_command");
    for (const char* mode : {"mirror-error", "repeats-arguments"}) {
        const auto scan = quiet({"-v",
                                 "scan",
                                 "--id",
                                 mode,
                                 "--env",
                                 "MIRROR_PLAIN=" + kVariable,
                                 "--",
                                 MCPRISK_FAKE_STDIO_SERVER,
                                 mode,
                                 "--token",
                                 kArgument});
        BOOST_TEST(scan.code == 3, scan.err);
        quiet({"show", mode, "--json"});
        quiet({"history", mode});
    }
    expect_clean_files();
}

BOOST_AUTO_TEST_CASE(credentials_of_a_configuration_are_nowhere) {
    MirrorServer mirror;
    const json config{
        {"mcpServers",
         {{"remote",
           {{"url", mirror.url + "/mcp?key=" + kQuery + "&plain=" + kPassword},
            {"headers", {{"Authorization", "Bearer ${CANARY_TOKEN}"}, {"X-Mirror", kHeader}}}}},
          {"program",
           {{"command", MCPRISK_FAKE_STDIO_SERVER},
            {"args", {"mirror", "--api-key", "${CANARY_ARGUMENT}"}},
            {"env", {{"MIRROR_A", kVariable}}}}}}}};
    variables["CANARY_TOKEN"] = kBearer;
    variables["CANARY_ARGUMENT"] = kArgument;
    write("given.json", config.dump());
    for (const char* format : {"table", "json", "markdown", "sarif"}) {
        const auto scan = quiet({"-v", "scan", "given.json", "--yes", "--format", format});
        BOOST_TEST(scan.out.find("listed 0") == std::string::npos, scan.out);
    }
    for (const char* format :
         {"policy.json", "claude-code", "codex", "gemini", "cursor", "openai", "cedar"}) {
        quiet({"policy",
               "--config",
               "given.json",
               "--for",
               format,
               "-o",
               std::string("out-") + format});
    }
    quiet({"-v", "crawl", "given.json", "--yes", "--allow-private", "--policy", "crawled"});
    quiet({"scan", "given.json"});
    quiet({"servers", "--json"});
    quiet({"backup", "copy.db"});
    expect_clean_files();
}

BOOST_AUTO_TEST_SUITE_END()
