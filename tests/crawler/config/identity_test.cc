#include "crawler/config/identity.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>

#include "model/base/text.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
namespace data = boost::unit_test::data;

namespace {

std::vector<std::string> words(std::string_view line) {
    std::vector<std::string> out;
    for (const std::string_view word : split(line, ' ')) out.emplace_back(word);
    return out;
}

struct Case {
    const char* line;
    const char* id;  // empty: not recognised
    const char* version;
    const char* arguments;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.line; }

const std::vector<Case> kCases{
    {"npx -y pkg", "npm:pkg", "", ""},
    {"npx -y @scope/pkg@1.2.3 start --port 1", "npm:@scope/pkg", "1.2.3", "start --port 1"},
    {"npx pkg@latest", "npm:pkg", "latest", ""},
    {"/opt/node/bin/npx --yes --quiet pkg@^2", "npm:pkg", "^2", ""},
    {"C:\\nodejs\\NPX.CMD -y pkg", "npm:pkg", "", ""},
    {"cmd /c npx -y pkg", "npm:pkg", "", ""},
    {"env A=b C=d npx -y pkg", "npm:pkg", "", ""},
    {"npx -p @scope/pkg@1.0.0 other-bin --x", "npm:@scope/pkg", "1.0.0", "--x"},
    {"npx --package=pkg bin", "npm:pkg", "", ""},
    {"npx -y --registry http://r.example pkg a", "npm:pkg", "", "a"},
    {"npx -y -- pkg a", "npm:pkg", "", "a"},
    {"npm exec --yes -- pkg@3 a", "npm:pkg", "3", "a"},
    {"npm x pkg", "npm:pkg", "", ""},
    {"npm run pkg", "", "", ""},
    {"pnpm dlx pkg", "npm:pkg", "", ""},
    {"yarn dlx pkg", "npm:pkg", "", ""},
    {"bunx pkg", "npm:pkg", "", ""},
    {"bun x pkg", "npm:pkg", "", ""},
    {"deno run -A npm:@a/b@1 c", "npm:@a/b", "1", "c"},
    {"deno run -A main.ts", "", "", ""},
    {"npx -c rm", "", "", ""},
    {"npx -y ./here", "", "", ""},
    {"npx -y github:a/b", "", "", ""},
    {"npx -y a/b", "", "", ""},
    {"npx -y pkg@git+https://h.example/x", "", "", ""},
    {"npx", "", "", ""},
    {"npx -y", "", "", ""},
    {"uvx mcp-server-fetch", "pypi:mcp-server-fetch", "", ""},
    {"uvx Mcp_Server.Fetch@1.0 --x", "pypi:mcp-server-fetch", "1.0", "--x"},
    {"uvx --from pkg[cli]==1.2 bin a", "pypi:pkg", "1.2", "a"},
    {"uvx --python 3.12 --with x pkg", "pypi:pkg", "", ""},
    {"uvx --from git+https://h.example/x bin", "", "", ""},
    {"uv tool run pkg>=2", "pypi:pkg", ">=2", ""},
    {"uv run server.py", "", "", ""},
    {"pipx run --spec pkg==1 app", "pypi:pkg", "1", ""},
    {"pipx run pkg", "pypi:pkg", "", ""},
    {"docker run -i --rm mcp/fetch", "oci:mcp/fetch", "", ""},
    {"docker run --rm -it -e KEY -v /a:/b --name n ghcr.io/o/i:1.2 stdio",
     "oci:ghcr.io/o/i",
     "1.2",
     "stdio"},
    {"docker run -ie KEY --env=A=b --network none localhost:5000/i",
     "oci:localhost:5000/i",
     "",
     ""},
    {"docker run -eKEY=v img@sha256:abc", "oci:img", "sha256:abc", ""},
    {"docker run docker.io/library/img:2", "oci:img", "2", ""},
    {"podman --log-level debug container run --replace img", "oci:img", "", ""},
    {"docker mcp gateway run", "", "", ""},
    {"./docker run -i img", "", "", ""},
    {"project/npx -y pkg", "", "", ""},
    {".\\npx.cmd -y pkg", "", "", ""},
    {"env A=b ./bunx pkg", "", "", ""},
    {"/usr/local/bin/docker run -i img", "oci:img", "", ""},
    {"docker run -i", "", "", ""},
    {"docker run --name", "", "", ""},
    {"deno task npm:pkg", "", "", ""},
    {"deno run jsr:@a/b", "", "", ""},
    {"env A=b", "", "", ""},
    {"node build/index.js", "", "", ""},
    {"sh -c npx", "", "", ""},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(identity)

BOOST_DATA_TEST_CASE(package_runners_are_recognised, data::make(kCases), c) {
    const auto argv = words(c.line);
    const auto call = recognise_runner(argv);
    BOOST_TEST((call ? call->package.id() : "") == c.id);
    if (!call) return;
    BOOST_TEST(call->package.version == c.version);
    std::string arguments;
    for (const std::string& argument : call->arguments) {
        arguments += arguments.empty() ? argument : " " + argument;
    }
    BOOST_TEST(arguments == c.arguments);
}

BOOST_AUTO_TEST_CASE(the_program_wanted_out_of_a_package_is_told) {
    BOOST_TEST(recognise_runner(words("npx -p pkg bin"))->command == "bin");
    BOOST_TEST(recognise_runner(words("uvx --from pkg bin"))->command == "bin");
    BOOST_TEST(recognise_runner(words("npx pkg"))->command.empty());
    BOOST_TEST(recognise_runner(words("deno run npm:pkg"))->command.empty());
}

BOOST_AUTO_TEST_CASE(package_ids_are_parsed) {
    BOOST_TEST(parse_package_id("npm:@a/b@1")->id() == "npm:@a/b");
    BOOST_TEST(parse_package_id("pypi:a==2")->version == "2");
    BOOST_TEST(parse_package_id("oci:a/b:3")->version == "3");
    for (const char* bad : {"npm:",
                            "npm:a b",
                            "npm:@a",
                            "npm:@/b",
                            "pypi:-a",
                            "pypi:a[",
                            "pypi:a[b",
                            "pypi:a @ https://h.example/a.whl",
                            "oci:",
                            "oci:/a",
                            "oci:a//b",
                            "oci:$(x)",
                            "nuget:a",
                            "a"}) {
        BOOST_TEST(!parse_package_id(bad).has_value(), bad);
    }
}

BOOST_AUTO_TEST_CASE(urls_lose_what_is_secret_and_case_that_means_nothing) {
    BOOST_TEST(url_id("HTTPS://u:p@Host.Example:8443/Mcp?key=1#x") ==
               "https://host.example:8443/Mcp");
    BOOST_TEST(url_id("https://h.example/ghp_abcdef123456/mcp") ==
               "https://h.example/[redacted]/mcp");
    BOOST_TEST(url_id("https://h.example") == "https://h.example");
    BOOST_TEST(url_id("No.Address/Path") == "No.Address/Path");
}

BOOST_AUTO_TEST_CASE(keys_in_a_path_stay_out_of_the_id) {
    const auto id = [](const std::string& url) {
        Target target;
        target.how = HttpTarget{url, {}, {}};
        set_identity(target, "");
        return target.id;
    };
    BOOST_TEST(id("https://h.example/s/5b6c7d8e-0f1a-4b2c-8d3e-9f0a1b2c3d4e/mcp") ==
               "https://h.example/s/[redacted]/mcp");
    BOOST_TEST(id("https://h.example/k9Q2m4Z7x1P8r5T3w6Y0/mcp") ==
               "https://h.example/[redacted]/mcp");
    for (const char* url : {"https://h.example/2025-03-26-preview/mcp",
                            "https://h.example/api/v2/organizations/mcp",
                            "https://server.example.com/@a/mcp-server-3d-print-2024"}) {
        BOOST_TEST(id(url) == url, url);
    }
}

BOOST_AUTO_TEST_CASE(commands_without_a_package_have_a_name) {
    BOOST_TEST(command_name(words("node --inspect build/weather.js")) == "weather");
    BOOST_TEST(command_name(words("C:\\tools\\Server.exe")) == "Server");
    BOOST_TEST(command_name(words("./my-server --x a.json")) == "my-server");
    BOOST_TEST(command_name(words("python3 -m module")) == "python3");
    BOOST_TEST(command_name({}) == "server");
    BOOST_TEST(command_name(words("env A=b ./my-server")) == "my-server");
    BOOST_TEST(command_name(words("env -i ./my-server")) == "env");
    BOOST_TEST(command_name(words("env A=b")) == "env");
}

BOOST_AUTO_TEST_CASE(targets_get_package_url_or_name) {
    Target target;
    target.how = StdioTarget{words("npx -y pkg@1.0"), {}, {}};
    set_identity(target, "mine");
    BOOST_TEST(target.id == "npm:pkg");
    BOOST_TEST(target.version == "1.0");
    target = {};
    target.how = StdioTarget{words("uvx pkg@latest"), {}, {}};
    set_identity(target, "mine");
    BOOST_TEST(target.version == "");
    target.how = StdioTarget{words("./run"), {}, {}};
    set_identity(target, "mine");
    BOOST_TEST(target.id == "mine");
    target.how = HttpTarget{"https://h.example/mcp?k=v", {}, {}};
    set_identity(target, "mine");
    BOOST_TEST(target.id == "https://h.example/mcp");
}

BOOST_AUTO_TEST_SUITE_END()
