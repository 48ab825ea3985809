// Fetching packages of npm and PyPI from a registry of our own on loopback: nothing of a package
// runs while it is fetched, nothing is asked but the registry, and nothing is used that was changed.
#include <unistd.h>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "crawler/fetch/fetch_cache.h"
#include "crawler/fetch/package_fetch.h"
#include "crawler/fetch/python_fetch.h"
#include "crawler/mcp/lister.h"
#include "crawler/process/program.h"
#include "crawler/process/sandbox_probe.h"
#include "crawler/process/temporary_directory.h"
#include "tests/support/fake_http_server.h"

namespace mcprisk::crawler {
namespace {

namespace fs = std::filesystem;
using test::FakeHttpServer;
using test::FakeRequest;

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Writes a registry as files: pages of a simple index, wheels, packuments and tarballs.
constexpr const char* kMaker = R"py(
import base64, hashlib, io, json, os, platform, sys, tarfile, zipfile
root, marks, base = sys.argv[1:4]
def save(path, data):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "wb").write(data if isinstance(data, bytes) else data.encode())
def wheel(name, version, needs=(), files={}, entry=""):
    out = io.BytesIO()
    plain = name.replace("-", "_")
    info = "%s-%s.dist-info/" % (plain, version)
    with zipfile.ZipFile(out, "w") as z:
        for path, text in files.items(): z.writestr(path, text)
        z.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: %s\nVersion: %s\n%s" % (
            name, version, "".join("Requires-Dist: %s\n" % n for n in needs)))
        z.writestr(info + "WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\nRoot-Is-Purelib: true\n")
        z.writestr(info + "RECORD", "")
        if entry: z.writestr(info + "entry_points.txt", entry)
    file = "%s-%s-py3-none-any.whl" % (plain, version)
    save("files/" + file, out.getvalue())
    page = os.path.join("simple", name, "index.html")
    known = open(os.path.join(root, page)).read() if os.path.exists(os.path.join(root, page)) else ""
    save(page, known + '<a href="/files/%s">%s</a>' % (file, file))
mark = "open(%r, 'a').write('ran')\n"
run = "[console_scripts]\nclock = clock:main\n"
wheel("clock", "1.0", ["hand>=1", 'dial; extra == "cli"'], {
    "clock.py": mark % (marks + "/imported") + "def main(): pass\n",
    "clock.pth": "import os; " + mark % (marks + "/pth"),
    "sitecustomize.py": mark % (marks + "/sitecustomize")}, run)
for version in ("1.0", "2.0"): wheel("hand", version, [], {"hand.py": ""})
wheel("dial", "1.0", ["hand<2"], {"dial.py": ""})
wheel("leads", "1.0", ["x @ %s/inside/x-1.0-py3-none-any.whl" % base], {}, run)
wheel("climbs", "1.0", [], {"../../../../climbed": "x"}, run)
serve = """import json, sys
def main():
    for line in sys.stdin:
        asked = json.loads(line)
        if "id" not in asked: continue
        answer = {"tools": [{"name": "tell_time", "inputSchema": {"type": "object"}}]}
        if asked["method"] == "initialize":
            answer = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                      "serverInfo": {"name": "tiny", "version": "1"}}
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": answer}), flush=True)
"""
wheel("tiny-mcp", "0.3", ["hand>=1"], {"tiny_mcp.py": serve},
      "[console_scripts]\ntiny-mcp = tiny_mcp:main\n")
def package(name, more={}, script=None):
    manifest = dict({"name": name, "version": "1.0.0", "bin": "x.js"}, **more)
    if script: manifest["scripts"] = {"postinstall": script}
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        for path, text in (("package.json", json.dumps(manifest)), ("x.js", "#!/usr/bin/env node\n")):
            one = tarfile.TarInfo("package/" + path)
            one.size, one.mode = len(text), 0o755
            t.addfile(one, io.BytesIO(text.encode()))
    hashed = base64.b64encode(hashlib.sha512(out.getvalue()).digest()).decode()
    save("npm/-/%s.tgz" % name, out.getvalue())
    dist = {"tarball": base + "/npm/-/%s.tgz" % name, "integrity": "sha512-" + hashed}
    save("npm/%s.json" % name, json.dumps({"name": name, "dist-tags": {"latest": "1.0.0"},
         "versions": {"1.0.0": dict(manifest, dist=dist)}}))
package("plain")
package("scripted", script="touch %s/script; echo poison > \"$npm_config_cache/poison\"; env > %s/env" % (marks, marks))
package("leading", {"dependencies": {"x": base + "/inside/x.tgz"}})
cpu = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), "none")
for system, kind in (("linux", cpu), ("win32", "ia32"), ("linux", cpu + "-musl")):
    package("built-%s-%s" % (system, kind), {"os": [system], "cpu": [kind.split("-")[0]], "bin": {}})
package("wrapper", {"optionalDependencies": {
    "built-linux-" + cpu: "1.0.0", "built-win32-ia32": "1.0.0", "elsewhere-linux-" + cpu: base + "/inside/y.tgz"}})
)py";

struct World {
    Loop loop;
    TemporaryDirectory folder = TemporaryDirectory::make().value();
    TemporaryDirectory cache = TemporaryDirectory::make().value();
    std::string files = folder.path() + "/registry";
    FakeHttpServer server{loop, [this](const FakeRequest& request, const auto& to) {
                              answer(request, to);
                          }};

    World() {
        const std::string maker = folder.path() + "/maker.py";
        std::ofstream(maker) << kMaker;
        const std::string base = server.url("");
        made = std::system(("python3 " + maker + " " + files + " " + folder.path() + " " + base)
                               .c_str()) == 0;
        setenv("PIP_INDEX_URL", (base + "/simple").c_str(), 1);
        setenv("npm_config_registry", (base + "/npm").c_str(), 1);
    }
    ~World() {
        unsetenv("PIP_INDEX_URL");
        unsetenv("npm_config_registry");
    }

    void answer(const FakeRequest& request, const std::shared_ptr<test::FakeConnection>& to) {
        std::string path = files + request.path;
        if (path.ends_with('/')) path += "index.html";
        if (request.path.starts_with("/npm/") && !path.ends_with(".tgz")) path += ".json";
        if (!missing_once.empty() && request.path.starts_with(missing_once)) {
            missing_once.clear();
            to->respond(404, "text/plain", "");
            return;
        }
        if (request.path.find("..") != std::string::npos || !fs::is_regular_file(path)) {
            to->respond(404, "text/plain", "");
            return;
        }
        to->respond(200, path.ends_with(".html") ? "text/html" : "application/json", read_file(path));
    }

    [[nodiscard]] bool was_there(const std::string& mark) const {
        return fs::exists(folder.path() + "/" + mark);
    }
    [[nodiscard]] std::size_t asked(const std::string& begin) const {
        std::size_t count = 0;
        for (const FakeRequest& one : server.requests()) count += one.path.starts_with(begin);
        return count;
    }

    using Fetched = tl::expected<FetchedPackage, FetchFailure>;
    Fetched wheel(const std::string& spec, const std::string& version = "") {
        const std::string name = spec.substr(0, spec.find_first_of("[="));
        std::optional<Fetched> result;
        PythonFetch fetch(loop,
                          {"python3", spec, name, version, "clock", {}},
                          {.cache_directory = cache.path()},
                          [&](Fetched done) { result = std::move(done); });
        fetch.start();
        loop.run_until([&] { return result.has_value(); });
        if (*result) {
            const fs::path site = fs::path((*result)->directory) / "tools" / "site";
            modules.clear();
            for (const auto& one : fs::directory_iterator(site)) {
                modules.push_back(one.path().filename().string());
            }
        }
        return std::move(*result);
    }
    Fetched npm(const std::string& name, bool scripts = false) {
        std::optional<Fetched> result;
        PackageFetch fetch(loop,
                           {name, "1.0.0", "", {}},
                           {.cache_directory = cache.path(), .allow_scripts = scripts},
                           [&](Fetched done) { result = std::move(done); });
        fetch.start();
        loop.run_until([&] { return result.has_value(); });
        return std::move(*result);
    }
    [[nodiscard]] bool has_module(const std::string& name) const {
        return std::find(modules.begin(), modules.end(), name) != modules.end();
    }

    bool made = false;
    std::string missing_once;  // what begins with this is not there the first time
    std::vector<std::string> modules;
};

bool skip(const char* program) {
    const bool there = find_program(program, base_environment()["PATH"]).has_value();
    const bool pip =
        std::system("python3 -c 'import sys\ntry:\n import pip\nexcept ImportError:\n import "
                    "ensurepip' >/dev/null 2>&1") == 0;
    if (!there || !pip) BOOST_TEST_MESSAGE("skipped: " << program << " or pip is not here");
    return !there || !pip;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fetch_walls)

BOOST_AUTO_TEST_CASE(no_code_of_a_wheel_runs_while_it_is_fetched) {
    if (skip("python3")) return;
    World world;
    BOOST_REQUIRE(world.made);
    const auto fetched = world.wheel("clock==1.0", "1.0");
    BOOST_REQUIRE_MESSAGE(fetched.has_value(), fetched.error().why);
    BOOST_TEST(fetched->program.argv.front().ends_with("/bin/clock"));
    BOOST_TEST(fetched->program.version == "1.0");
    BOOST_TEST(world.has_module("hand-2.0.dist-info"));
    BOOST_TEST(!world.has_module("dial.py"));
    for (const char* mark : {"imported", "pth", "sitecustomize"}) {
        BOOST_TEST(!world.was_there(mark), mark);
    }
    BOOST_TEST(std::system(fetched->program.argv.front().c_str()) == 0);
    BOOST_TEST(world.was_there("imported"));  // the mark would have been seen
}

BOOST_AUTO_TEST_CASE(extras_and_bounds_of_versions_are_kept) {
    if (skip("python3")) return;
    World world;
    const auto fetched = world.wheel("clock[cli]==1.0");
    BOOST_REQUIRE_MESSAGE(fetched.has_value(), fetched.error().why);
    BOOST_TEST(world.has_module("dial.py"));
    BOOST_TEST(world.has_module("hand-1.0.dist-info"));
}

BOOST_AUTO_TEST_CASE(a_wheel_that_needs_an_address_or_climbs_out_is_refused) {
    if (skip("python3")) return;
    World world;
    const auto leads = world.wheel("leads");
    BOOST_REQUIRE(!leads.has_value());
    BOOST_TEST(leads.error().why.find("from an address of its own") != std::string::npos,
               leads.error().why);
    BOOST_TEST(world.asked("/inside") == 0U);
    const auto climbs = world.wheel("climbs");
    BOOST_REQUIRE(!climbs.has_value());
    BOOST_TEST(climbs.error().why.find("a wheel holds the path") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_was_changed_in_the_cache_is_fetched_anew) {
    if (skip("npm")) return;
    World world;
    const auto first = world.npm("plain");
    BOOST_REQUIRE_MESSAGE(first.has_value(), first.error().why);
    const std::size_t asked = world.server.requests().size();
    BOOST_TEST(world.npm("plain").has_value());
    BOOST_TEST(world.server.requests().size() == asked);  // taken as it was
    const fs::path file = fs::path(first->directory) / "node_modules/plain/x.js";
    std::ofstream(file) << "poison";
    BOOST_TEST(world.npm("plain").has_value());
    BOOST_TEST(read_file(file) == "#!/usr/bin/env node\n");
    const auto wheel = world.wheel("clock==1.0", "1.0");
    BOOST_REQUIRE_MESSAGE(wheel.has_value(), wheel.error().why);
    std::ofstream(fs::path(wheel->directory) / "tools/site/clock.py") << "poison";
    const auto again = world.wheel("clock==1.0", "1.0");
    BOOST_REQUIRE(again.has_value());
    BOOST_TEST(read_file(fs::path(again->directory) / "tools/site/clock.py") != "poison");
}

// Scripts run when all is there: with a cache of their own, and without the keys of registries.
BOOST_AUTO_TEST_CASE(scripts_reach_neither_the_cache_of_others_nor_the_keys) {
    if (skip("npm")) return;
    World world;
    const std::string config = world.folder.path() + "/npmrc";
    std::ofstream(config) << "//registry.invalid/:_authToken=${MCPRISK_TEST_KEY}\n";
    setenv("NPM_CONFIG_USERCONFIG", config.c_str(), 1);
    setenv("MCPRISK_TEST_KEY", "canary-8731", 1);
    const auto quiet = world.npm("scripted");
    const bool ran = world.was_there("script");
    const auto loud = world.npm("scripted", true);
    unsetenv("NPM_CONFIG_USERCONFIG");
    unsetenv("MCPRISK_TEST_KEY");
    BOOST_REQUIRE_MESSAGE(quiet.has_value(), quiet.error().why);
    BOOST_REQUIRE_MESSAGE(loud.has_value(), loud.error().why);
    BOOST_TEST(!ran);
    BOOST_TEST(world.was_there("script"));
    BOOST_TEST(quiet->directory != loud->directory);
    BOOST_TEST(!fs::exists(world.cache.path() + "/npm-cache/poison"));
    const std::string seen = read_file(world.folder.path() + "/env");
    BOOST_TEST(seen.find("canary-8731") == std::string::npos);
    BOOST_TEST(seen.find(config) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_dependency_by_address_is_not_asked_for) {
    if (skip("npm")) return;
    World world;
    const auto leading = world.npm("leading");
    BOOST_REQUIRE(!leading.has_value());
    BOOST_TEST((leading.error().outcome == Outcome::refused), leading.error().why);
    BOOST_TEST(leading.error().why.find("address of its own") != std::string::npos);
    // An npm that knows the bar; an older one has asked by the time it is refused.
    if (leading.error().why.find("EALLOW") != std::string::npos) {
        BOOST_TEST(world.asked("/inside") == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_scope_of_npmrc_keeps_its_registry_with_scripts_allowed) {
    if (skip("npm")) return;
    World world;
    const std::string config = world.folder.path() + "/npmrc";
    std::ofstream(config) << "@ours:registry=" << world.server.url("/private/") << "\n";
    setenv("NPM_CONFIG_USERCONFIG", config.c_str(), 1);
    for (const bool scripts : {false, true}) {
        BOOST_TEST(!world.npm("@ours/inside", scripts).has_value());
    }
    unsetenv("NPM_CONFIG_USERCONFIG");
    BOOST_TEST(world.asked("/private/@ours%2finside") == 2U);
    BOOST_TEST(world.asked("/npm/") == 0U);
}

std::vector<std::string> builds_in(const std::string& directory) {
    std::vector<std::string> names;
    for (const auto& one : fs::directory_iterator(directory + "/node_modules")) {
        const std::string name = one.path().filename().string();
        if (name.starts_with("built-") || name.starts_with("elsewhere-")) names.push_back(name);
    }
    return names;
}

// The binary of a program is mostly an optional package for one kind of machine: no script of the
// package is needed to have it, and no .npmrc of the caller's leaves it out.
BOOST_AUTO_TEST_CASE(a_build_for_this_machine_comes_without_a_script) {
    if (skip("npm")) return;
    for (const char* config : {"", "omit=optional\n"}) {
        World world;
        const std::string file = world.folder.path() + "/npmrc";
        std::ofstream(file) << config;
        setenv("NPM_CONFIG_USERCONFIG", file.c_str(), 1);
        const auto fetched = world.npm("wrapper");
        unsetenv("NPM_CONFIG_USERCONFIG");
        BOOST_REQUIRE_MESSAGE(fetched.has_value(), fetched.error().why);
        const auto builds = builds_in(fetched->directory);
        BOOST_REQUIRE_EQUAL(builds.size(), 1U);
        BOOST_TEST(builds[0].starts_with("built-linux-"), builds[0]);
        BOOST_TEST(world.asked("/inside") == 0U);
    }
}

// npm goes on without a word where an optional package cannot be had.
BOOST_AUTO_TEST_CASE(a_build_that_was_not_there_for_once_is_asked_for_again) {
    if (skip("npm")) return;
    World world;
    world.missing_once = "/npm/built-linux-";
    const auto fetched = world.npm("wrapper");
    BOOST_REQUIRE_MESSAGE(fetched.has_value(), fetched.error().why);
    BOOST_TEST(world.missing_once.empty());
    BOOST_TEST(builds_in(fetched->directory).size() == 1U);
}

Listing list_from_index(World& world, const std::string& bwrap) {
    StdioOptions options;
    options.sandbox = bwrap.empty() ? Sandbox::none : Sandbox::bubblewrap;
    options.probed_bwrap = bwrap;
    options.cache_directory = world.cache.path();
    Target target;
    target.id = "pypi:tiny-mcp";
    target.how = StdioTarget{.argv = {"pipx", "run", "tiny-mcp==0.3"}};
    std::optional<Listing> result;
    const auto lister = make_stdio_lister(
        world.loop, target, options, [&](Listing listing) { result = std::move(listing); });
    lister->start();
    world.loop.run_until([&] { return result.has_value(); });
    return std::move(*result);
}

// From the name to the tools, through an index that is ours: looked up, fetched, started, listed.
BOOST_AUTO_TEST_CASE(a_server_of_pypi_is_listed_from_a_local_index) {
    if (skip("python3")) return;
    std::vector<std::string> sandboxes{""};
    {
        Loop loop;
        if (const auto bwrap = probe_sandbox(loop, std::chrono::milliseconds{5000})) {
            sandboxes.push_back(*bwrap);
        }
    }
    for (const std::string& bwrap : sandboxes) {
        World world;
        const Listing listing = list_from_index(world, bwrap);
        BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
        BOOST_REQUIRE_EQUAL(listing.document.tools.size(), 1U);
        BOOST_TEST(listing.document.tools[0].name == "tell_time");
        BOOST_TEST(listing.document.version == "0.3");
        BOOST_TEST(world.asked("/simple/tiny-mcp") > 0U);
    }
}

BOOST_AUTO_TEST_CASE(without_an_index_the_outcome_says_so) {
    if (skip("python3")) return;
    World world;
    setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple", 1);
    const Listing listing = list_from_index(world, "");
    BOOST_TEST(to_string(listing.outcome) == "unreachable");
    BOOST_TEST(listing.failure.find("check the network and the index of PyPI") != std::string::npos,
               listing.failure);
    // One that answers and does not have it is something else.
    setenv("PIP_INDEX_URL", world.server.url("/empty").c_str(), 1);
    const Listing unknown = list_from_index(world, "");
    BOOST_TEST(to_string(unknown.outcome) == "no_runtime", unknown.failure);
    BOOST_TEST(unknown.failure.find("check the name and the version") != std::string::npos,
               unknown.failure);
}

BOOST_AUTO_TEST_CASE(a_folder_of_packages_is_kept_within_its_bound) {
    const TemporaryDirectory folder = TemporaryDirectory::make().value();
    const auto now = fs::file_time_type::clock::now();
    for (const int age : {1, 2, 3, 0}) {  // days; today's is in use
        const std::string entry = folder.path() + "/p" + std::to_string(age);
        fs::create_directory(entry);
        std::ofstream(entry + "/file") << std::string(1000, 'x');
        BOOST_TEST(seal_entry(entry));
        fs::last_write_time(entry + ".seal", now - std::chrono::hours{24 * age});
    }
    bound_folder(folder.path(), 2500);
    BOOST_TEST(!fs::exists(folder.path() + "/p3"));
    BOOST_TEST(!fs::exists(folder.path() + "/p3.seal"));
    BOOST_TEST(!fs::exists(folder.path() + "/p2"));
    BOOST_TEST(fs::exists(folder.path() + "/p1"));
    bound_folder(folder.path(), 0);
    BOOST_TEST(!fs::exists(folder.path() + "/p1"));
    BOOST_TEST(take_entry(folder.path() + "/p0"));
    bound_downloads(folder.path() + "/p0", 1000);
    BOOST_TEST(fs::exists(folder.path() + "/p0"));
    bound_downloads(folder.path() + "/p0", 999);
    BOOST_TEST(!fs::exists(folder.path() + "/p0"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::crawler
