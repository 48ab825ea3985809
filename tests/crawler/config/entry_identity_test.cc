#include "crawler/config/entry_identity.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "crawler/config/identity.h"
#include "crawler/net/http_message.h"
#include "model/base/entry_id.h"
#include "model/base/text.h"

using namespace mcprisk;
using namespace mcprisk::crawler;

namespace {

std::vector<std::string> words(std::string_view line) {
    std::vector<std::string> out;
    for (const std::string_view word : split(line, ' ')) out.emplace_back(word);
    return out;
}

std::string id_of(Target target) {
    set_identity(target, "named");
    mark_entry(target);
    return target.id;
}

std::string command(std::string_view line, std::map<std::string, std::string> env = {}) {
    Target target;
    target.how = StdioTarget{words(line), std::move(env), {}};
    return id_of(std::move(target));
}

std::string address(const std::string& url, HttpHeaders headers = {}) {
    Target target;
    target.how = HttpTarget{url, std::move(headers), {}};
    return id_of(std::move(target));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(entry_identity)

BOOST_AUTO_TEST_CASE(a_plain_start_has_the_id_of_its_group) {
    for (const char* line : {"npx -y pkg",
                             "npx pkg@1.2.3",
                             "npx --yes --quiet -- pkg@latest",
                             "npm exec -y -- pkg",
                             "pnpm dlx pkg",
                             "bunx pkg",
                             "cmd /c npx -y pkg",
                             "npx -p pkg pkg"}) {
        BOOST_TEST(command(line) == "npm:pkg", line);
    }
    BOOST_TEST(command("uvx --from mcp-server==2 mcp-server") == "pypi:mcp-server");
    BOOST_TEST(command("npx -y -p @a/pkg@2 pkg") == "npm:@a/pkg");
    BOOST_TEST(command("docker run -i --rm --name x mcp/fetch:2") == "oci:mcp/fetch");
    BOOST_TEST(command("deno run npm:pkg@2") == "npm:pkg");
    BOOST_TEST(address("https://h.example/mcp") == "https://h.example/mcp");
}

BOOST_AUTO_TEST_CASE(whatever_else_it_is_started_with_makes_it_another_entry) {
    std::set<std::string> ids{command("npx -y pkg"),
                              command("npx -y pkg --readOnly"),
                              command("npx -y pkg --root /a"),
                              command("npx -y pkg --root /b"),
                              command("npx -y pkg a b"),
                              command("npx -y pkg b a"),
                              command("npx -y pkg", {{"TOOLSETS", "x"}}),
                              command("npx -y pkg", {{"READ_ONLY", "1"}}),
                              command("npx -y --registry=http://r.example pkg"),
                              command("npx -y -p pkg other-program")};
    BOOST_TEST(ids.size() == 10U);
    for (const std::string& id : ids) BOOST_TEST(group_of(id) == "npm:pkg", id);
    ids = {command("docker run -i --rm img"),
           command("docker run -i --rm -v /a:/a img"),
           command("docker run -i --rm -e KEY img"),
           command("docker run -i --rm img --read-only")};
    BOOST_TEST(ids.size() == 4U);
    ids = {address("https://h.example/mcp"),
           address("https://h.example/mcp?readonly=true"),
           address("https://h.example/mcp?readonly=false"),
           address("https://h.example/mcp", {{"X-Toolsets", "a"}}),
           address("https://u:p@h.example/mcp")};
    BOOST_TEST(ids.size() == 5U);
    for (const std::string& id : ids) BOOST_TEST(group_of(id) == "https://h.example/mcp", id);
}

BOOST_AUTO_TEST_CASE(the_version_and_what_means_the_same_make_no_other_entry) {
    const std::string id = command("npx -y pkg --readOnly", {{"KEY", "a"}});
    BOOST_TEST(id.size() == std::string("npm:pkg#0000").size());
    BOOST_TEST(command("npx -y pkg@3.1.4 --readOnly", {{"KEY", "a"}}) == id);
    BOOST_TEST(command("bunx pkg --readOnly", {{"KEY", "a"}}) == id);
    BOOST_TEST(command("env KEY=b npx -y pkg --readOnly") == id);
    BOOST_TEST(command("docker run -i -e A -e B img") == command("docker run -i -e B -eA=1 img"));
    BOOST_TEST(command("docker run -i --env=A img") == command("docker run -i --rm -e A img:7"));
    BOOST_TEST(address("https://h.example/mcp?a=1&b=2") == address("https://h.example/mcp?b=2&a=1"));
    BOOST_TEST(address("https://h.example/mcp", {{"Authorization", "x"}}) ==
               address("https://h.example/mcp", {{"authorization", "y"}}));
}

// Somebody who knows the id must not be able to tell a value from it.
BOOST_AUTO_TEST_CASE(values_and_secrets_never_enter_the_mark) {
    BOOST_TEST(command("npx -y pkg", {{"TOKEN", "opensesame"}}) ==
               command("npx -y pkg", {{"TOKEN", "swordfish1"}}));
    BOOST_TEST(command("npx -y pkg --api-key opensesame") ==
               command("npx -y pkg --api-key swordfish1"));
    BOOST_TEST(command("npx -y pkg --token=opensesame") ==
               command("npx -y pkg --token=swordfish1"));
    BOOST_TEST(address("https://h.example/mcp?key=opensesame") ==
               address("https://h.example/mcp?key=swordfish1"));
    BOOST_TEST(address("https://h.example/mcp?u=k9Q2m4Z7x1P8r5T3") ==
               address("https://h.example/mcp?u=x1P8r5T3k9Q2m4Z7"));
    const auto filled = [](const std::string& value) {
        Target target;
        target.how = StdioTarget{{"npx", "-y", "pkg", "--root=" + value}, {}, {}};
        target.as_written = {"npx", "-y", "pkg", "--root=${ROOT}"};
        return id_of(std::move(target));
    };
    BOOST_TEST(filled("/home/a/x") == filled("/home/b/y"));
}

BOOST_AUTO_TEST_CASE(programs_that_pass_a_url_on_are_that_url) {
    BOOST_TEST(command("npx -y mcp-remote https://h.example/mcp") == "https://h.example/mcp");
    BOOST_TEST(command("npx mcp-remote@0.1.9 https://H.example/mcp 3334 --debug") ==
               "https://h.example/mcp");
    BOOST_TEST(command("npx -y mcp-remote https://h.example/mcp --header X-Key:abcd") ==
               address("https://h.example/mcp", {{"x-key", "efgh"}}));
    BOOST_TEST(command("npx -y mcp-remote https://h.example/mcp?a=1") ==
               address("https://h.example/mcp?a=1"));
    BOOST_TEST(command("npx -y supergateway --sse https://h.example/sse") ==
               "https://h.example/sse");
    BOOST_TEST(command("uvx mcp-proxy --transport streamablehttp https://h.example/mcp") ==
               "https://h.example/mcp");
    // What they do else is a server of its own.
    BOOST_TEST(group_of(command("npx -y mcp-remote")) == "npm:mcp-remote");
    BOOST_TEST(group_of(command("npx -y supergateway --stdio ./server")) == "npm:supergateway");
    BOOST_TEST(group_of(command("npx -y pkg https://h.example/mcp")) == "npm:pkg");
}

BOOST_AUTO_TEST_CASE(what_has_a_name_of_its_own_keeps_it) {
    BOOST_TEST(command("node server.js --x", {{"A", "b"}}) == "named");
}


BOOST_AUTO_TEST_CASE(a_mark_is_told_from_the_rest_of_an_id) {
    BOOST_TEST(group_of("npm:pkg#3f2a") == "npm:pkg");
    for (const char* id : {"npm:pkg", "npm:pkg#3f2", "npm:pkg#3F2A", "npm:pkg#xyzw", "#3f2a", ""}) {
        BOOST_TEST(group_of(id) == id, id);
    }
}

BOOST_AUTO_TEST_SUITE_END()
