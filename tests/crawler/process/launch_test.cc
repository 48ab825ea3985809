#include "crawler/process/launch.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "crawler/process/program.h"
#include "crawler/process/temporary_directory.h"
#include "model/base/text.h"

using namespace mcprisk;
using namespace mcprisk::crawler;

namespace {

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> result;
    for (const std::string_view word : split(text, ' ')) result.emplace_back(word);
    return result;
}

struct Sample {
    const char* command;
    const char* read;  // package|version|program|arguments, or empty for "not recognised"
};
std::ostream& operator<<(std::ostream& out, const Sample& sample) { return out << sample.command; }

const Sample kSamples[] = {
    {"npx -y server", "server|||"},
    {"/usr/bin/npx server@1.2.3 stdio --x", "server|1.2.3||stdio --x"},
    {"npx --yes @a/server@latest", "@a/server|latest||"},
    {"npx -y @a/server", "@a/server|||"},
    {"npx -p @a/b@^2 tool -v", "@a/b|^2|tool|-v"},
    {"npx --package=b tool", "b||tool|"},
    {"npx -y -- server -y", "server|||-y"},
    {"npm exec -y -- server@1 arg", "server|1||arg"},
    {"npm x -p b -- tool", "b||tool|"},
    {"npm exec server -- --port 1", "server|||--port 1"},
    {"npx", ""},
    {"npx -y", ""},
    {"npx -c server", ""},
    {"npx -p a -p b tool", ""},
    {"npx github:a/b", ""},
    {"npx ./server", ""},
    {"npx ../../etc", ""},
    {"npx https://example.com/a.tgz", ""},
    {"npx @a/../b", ""},
    {"npx server@file:../x", ""},
    {"npm install server", ""},
    {"./npx server", ""},
    {"npx -p b", ""},
    {"npx -p b --", ""},
    {"bin/npm exec server", ""},
    {"node server.js", ""},
    {"uvx server", ""},
};

class Package {
  public:
    Package(const std::string& name, const std::string& manifest) : name_(name) {
        write("package.json", manifest);
    }
    void write(const std::string& file, const std::string& text) const {
        const std::filesystem::path path =
            std::filesystem::path(directory_.path()) / "node_modules" / name_ / file;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
    }
    [[nodiscard]] Result<PackageProgram> find(const std::string& command = "") const {
        return find_package_program(directory_.path(), {.package = name_, .command = command});
    }

  private:
    TemporaryDirectory directory_ = TemporaryDirectory::make().value();
    std::string name_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(launch)

BOOST_DATA_TEST_CASE(reads_what_a_runner_is_asked_to_run, kSamples) {
    const auto command = read_package_command(words(sample.command));
    std::string read;
    if (command) {
        read = command->package + "|" + command->version + "|" + command->command + "|";
        for (std::size_t i = 0; i < command->arguments.size(); ++i) {
            read += (i == 0 ? "" : " ") + command->arguments[i];
        }
    }
    BOOST_TEST(read == sample.read);
}

BOOST_AUTO_TEST_CASE(exact_versions) {
    BOOST_TEST(is_exact_version("1.2.3"));
    BOOST_TEST(is_exact_version("2026.8.31-beta.1"));
    BOOST_TEST(!is_exact_version("1.2"));
    BOOST_TEST(!is_exact_version("^1.2.3"));
    BOOST_TEST(!is_exact_version("latest"));
    BOOST_TEST(!is_exact_version("1.2.3/.."));
}

BOOST_AUTO_TEST_CASE(npm_prints_one_version_or_several) {
    BOOST_TEST(read_view_output("\"1.2.3\"\n").value() == "1.2.3");
    BOOST_TEST(read_view_output("[\"1.0.0\", \"1.1.0\"]").value() == "1.1.0");
    BOOST_TEST(read_view_output("").error().message.find("that npm printed") != std::string::npos);
    BOOST_TEST(!read_view_output("[]").has_value());
    BOOST_TEST(!read_view_output("\"../x\"").has_value());
}

BOOST_AUTO_TEST_CASE(the_program_is_the_one_npx_would_start) {
    Package one("@a/server", R"({"version": "1.2.3", "bin": {"x": "dist/x.js"}})");
    one.write("dist/x.js", "#!/usr/bin/env node\n");
    const auto program = one.find().value();
    BOOST_TEST(program.version == "1.2.3");
    BOOST_REQUIRE_EQUAL(program.argv.size(), 2U);
    BOOST_TEST(program.argv[0] == "node");
    BOOST_TEST(program.argv[1].ends_with("/node_modules/@a/server/dist/x.js"));

    Package same("@a/server", R"({"bin": {"other": "o.js", "server": "s.js"}})");
    same.write("o.js", "");
    same.write("s.js", "");
    BOOST_TEST(same.find()->argv[1].ends_with("/s.js"));
    BOOST_TEST(same.find("other")->argv[1].ends_with("/o.js"));

    Package text("tool", R"({"bin": "run.sh"})");
    text.write("run.sh", "#!/bin/sh\n");
    BOOST_REQUIRE_EQUAL(text.find()->argv.size(), 1U);
    BOOST_TEST(text.find()->argv[0].ends_with("/run.sh"));
}

BOOST_AUTO_TEST_CASE(no_program_several_programs_and_one_outside_are_refused) {
    const auto why = [](const Package& package) {
        const auto program = package.find();
        return program ? std::string("found") : program.error().message;
    };
    BOOST_TEST(why(Package("a", R"({"version": "1.0.0"})")).find("no program to start") !=
               std::string::npos);
    BOOST_TEST(why(Package("a", "")).find("there is no such file") != std::string::npos);
    BOOST_TEST(why(Package("a", "{\"bin\": ")).find("package.json: ") != std::string::npos,
               why(Package("a", "{\"bin\": ")));
    BOOST_TEST(!read_package_command({}).has_value());
    const Package several("a", R"({"bin": {"x": "x.js", "y": "y.js"}})");
    const auto ambiguous = several.find();
    BOOST_REQUIRE(!ambiguous.has_value());
    BOOST_TEST(ambiguous.error().message ==
               "a has several programs (x, y); name one: npx -p a NAME");
    const auto outside = Package("a", R"({"bin": "../../../../../../bin/sh"})").find();
    BOOST_REQUIRE(!outside.has_value());
    BOOST_TEST(outside.error().message.find("does not bring") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(where_npx_gives_up_the_likely_program_is_taken_and_said) {
    Package several("@a/tools", R"({"bin": {"a-cli": "c.js", "a-mcp-server": "m.js"}})");
    several.write("c.js", "");
    several.write("m.js", "");
    const auto likely = several.find();
    BOOST_REQUIRE(likely.has_value());
    BOOST_TEST(likely->argv.back().ends_with("/m.js"));
    BOOST_TEST(likely->chosen == "program a-mcp-server of its 2");
    Package alike("@a/tools", R"({"bin": {"one-mcp": "c.js", "two-mcp": "m.js"}})");
    alike.write("c.js", "");
    alike.write("m.js", "");
    BOOST_TEST(!alike.find().has_value());

    Package library("@a/served",
                    R"({"main": "lib.js", "dependencies": {"@modelcontextprotocol/sdk": "1"}})");
    library.write("lib.js", "");
    const auto main_file = library.find();
    BOOST_REQUIRE(main_file.has_value());
    BOOST_TEST(main_file->argv.back().ends_with("/lib.js"));
    BOOST_TEST(main_file->chosen == "its main file, since it has no program");
    Package exported("@a/served",
                     R"({"exports": {".": {"import": "./e.js"}}, "dependencies": {"fastmcp": "1"}})");
    exported.write("e.js", "");
    BOOST_TEST(exported.find().value().argv.back().ends_with("/e.js"));
    Package plain("@a/plain", R"({"main": "lib.js"})");
    plain.write("lib.js", "");
    BOOST_TEST(!plain.find().has_value());
}

BOOST_AUTO_TEST_CASE(paths_of_arguments_hold_in_the_directory_of_the_server) {
    const std::filesystem::path here = std::filesystem::current_path();
    std::filesystem::create_directory(here / "typed-folder");
    BOOST_TEST(absolute_argument("typed-folder", true) == (here / "typed-folder").string());
    BOOST_TEST(absolute_argument("typed-folder", false) == "typed-folder");
    BOOST_TEST(absolute_argument("./typed-folder", false) == (here / "typed-folder").string());
    BOOST_TEST(absolute_argument("no-such-folder", true) == "no-such-folder");
    BOOST_TEST(absolute_argument("--typed-folder", true) == "--typed-folder");
    std::filesystem::remove(here / "typed-folder");
}

BOOST_AUTO_TEST_SUITE_END()
