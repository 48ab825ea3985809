#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "build_places.h"
#include "crawler/mcp/lister.h"
#include "crawler/process/command.h"
#include "crawler/process/program.h"
#include "crawler/process/sandbox.h"
#include "crawler/process/temporary_directory.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
using std::chrono::milliseconds;

namespace {

namespace fs = std::filesystem;

bool bubblewrap_works() {
    const auto bwrap = find_program("bwrap", base_environment()["PATH"]);
    if (!bwrap) return false;
    Loop loop;
    std::optional<CommandResult> result;
    ProcessSpec spec;
    if (!enclose(spec, *bwrap, probe_plan())) return false;
    const auto command = Command::run(
        loop, spec, milliseconds{5000}, [&](CommandResult ended) { result = std::move(ended); });
    loop.run_until([&] { return result.has_value(); });
    return result && result->ok();
}

// Tests that need it do nothing but say so where it does not work.
bool skip_without_bubblewrap() {
    static const bool works = bubblewrap_works();
    if (!works) BOOST_TEST_MESSAGE("skipped: bubblewrap does not work here");
    return !works;
}

// A program called `name` first in PATH, for as long as this lives.
class Shadow {
  public:
    Shadow(const std::string& name, const std::string& script) {
        if (const char* path = std::getenv("PATH")) before_ = path;
        const std::string file = directory_.path() + "/" + name;
        std::ofstream(file) << "#!/bin/sh\n" << script;
        chmod(file.c_str(), 0755);
        setenv("PATH", (directory_.path() + ":" + before_).c_str(), 1);
    }
    ~Shadow() { setenv("PATH", before_.c_str(), 1); }
    Shadow(const Shadow&) = delete;
    Shadow& operator=(const Shadow&) = delete;

  private:
    TemporaryDirectory directory_ = TemporaryDirectory::make().value();
    std::string before_;
};

// The fake server itself as "fake-server" first in PATH.
class ServerInPath {
  public:
    ServerInPath() {
        if (const char* path = std::getenv("PATH")) before_ = path;
        fs::copy_file(MCPRISK_FAKE_STDIO_SERVER, directory_.path() + "/fake-server");
        setenv("PATH", (directory_.path() + ":" + before_).c_str(), 1);
    }
    ~ServerInPath() { setenv("PATH", before_.c_str(), 1); }
    ServerInPath(const ServerInPath&) = delete;
    ServerInPath& operator=(const ServerInPath&) = delete;

  private:
    TemporaryDirectory directory_ = TemporaryDirectory::make().value();
    std::string before_;
};

// A port of loopback that accepts connections.
class Listener {
  public:
    Listener() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* general = reinterpret_cast<sockaddr*>(&address);
        BOOST_REQUIRE_EQUAL(bind(fd_, general, size), 0);
        BOOST_REQUIRE_EQUAL(::listen(fd_, 8), 0);
        BOOST_REQUIRE_EQUAL(getsockname(fd_, general, &size), 0);
        port_ = std::to_string(ntohs(address.sin_port));
    }
    ~Listener() { close(fd_); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    [[nodiscard]] const std::string& port() const { return port_; }

  private:
    int fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::string port_;
};

StdioOptions quick_options() {
    StdioOptions options;
    options.sandbox = Sandbox::bubblewrap;
    options.limits.start = milliseconds{10000};
    options.limits.request = milliseconds{10000};
    options.limits.grace = milliseconds{400};
    return options;
}

Target target(std::vector<std::string> argv) {
    Target result;
    result.id = "fake";
    result.how = StdioTarget{.argv = std::move(argv)};
    return result;
}

Listing list(const Target& what, const StdioOptions& options) {
    Loop loop;
    std::optional<Listing> result;
    const auto lister = make_stdio_lister(
        loop, what, options, [&](Listing listing) { result = std::move(listing); });
    lister->start();
    loop.run_until([&] { return result.has_value(); });
    BOOST_REQUIRE(result.has_value());
    return *result;
}

bool has_tool(const Listing& listing, const std::string& name) {
    return std::any_of(listing.document.tools.begin(),
                       listing.document.tools.end(),
                       [&](const Tool& tool) { return tool.name == name; });
}

bool has_flag(const Listing& listing, const std::string& flag) {
    return std::find(listing.flags.begin(), listing.flags.end(), flag) != listing.flags.end();
}

bool says(const Listing& listing, const std::string& words) {
    return listing.failure.find(words) != std::string::npos;
}

// Does what `npm` does for a package "fake-server" with the versions 1.0.0 and 2.0.0, and notes
// each call in a file.
std::string fake_npm(const std::string& log) {
    return "echo \"$@\" >> " + log +
           R"(
case "$1 $2" in
"view fake-server") echo '"2.0.0"'; exit 0;;
"view offline") echo 'npm error request failed: getaddrinfo EAI_AGAIN registry' >&2; exit 1;;
"view unknown") printf 'npm error code E404\nnpm error 404 Not Found\n' >&2; exit 1;;
"rebuild --prefix") exit 0;;
esac
[ "$1 $2" = "install --prefix" ] || exit 9
dir=$3
for spec; do :; done
version=${spec#fake-server@}
mkdir -p "$dir/node_modules/fake-server"
echo '{"version": "'$version'", "bin": "run"}' > "$dir/node_modules/fake-server/package.json"
printf '#!/bin/sh\nexec ")" MCPRISK_FAKE_STDIO_SERVER
           R"(" "$@"\n' > "$dir/node_modules/fake-server/run"
chmod +x "$dir/node_modules/fake-server/run"
)";
}

std::string text_of(const std::string& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sandboxed_lister)

BOOST_AUTO_TEST_CASE(a_server_in_the_sandbox_sees_little_and_reaches_nobody) {
    if (skip_without_bubblewrap()) return;
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    const std::string file = directory.path() + "/named";
    std::ofstream(file) << "text";
    const Listener listener;
    const Listing listing = list(
        target({MCPRISK_FAKE_STDIO_SERVER, "look-around", file, listener.port()}), quick_options());
    BOOST_TEST(listing.failure == "");
    BOOST_TEST(has_flag(listing, "sandboxed"));
    BOOST_TEST(!has_flag(listing, "network_allowed"));
    for (const char* fact : {"home:/home/mcprisk",
                             "sees-file=yes",
                             "writes-file=no",
                             "writes-usr=no",
                             "writes-tmp=yes",
                             "sees-shadow=no",
                             "sees-run=no",
                             "first-processes=yes",
                             "reaches-port=no",
                             "has-loopback=yes"}) {
        BOOST_TEST(has_tool(listing, fact), fact);
    }
    BOOST_TEST(!fs::exists("/tmp/mcprisk-test"));
    BOOST_TEST(text_of(file) == "text");
}

// The loader would obey them in bubblewrap too, which runs outside.
BOOST_AUTO_TEST_CASE(variables_of_the_server_reach_the_server_alone) {
    if (skip_without_bubblewrap()) return;
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    Target what = target({MCPRISK_FAKE_STDIO_SERVER, "variables", "LD_DEBUG", "TOKEN", "PATH"});
    std::get<StdioTarget>(what.how).env = {{"LD_DEBUG", "files"},
                                           {"LD_DEBUG_OUTPUT", directory.path() + "/trace"},
                                           {"LD_PRELOAD", directory.path() + "/none.so"},
                                           {"TOKEN", "a b=c\nd"}};
    const Listing listing = list(what, quick_options());
    BOOST_TEST(listing.failure == "");
    BOOST_TEST(has_flag(listing, "sandboxed"));
    BOOST_TEST(has_tool(listing, "LD_DEBUG=files"));
    // It came back as it was given, to the letter: nothing else is known to be secret.
    BOOST_TEST(has_tool(listing, "TOKEN=[redacted]"));
    BOOST_TEST(fs::is_empty(directory.path()));
}

BOOST_AUTO_TEST_CASE(what_a_folders_configuration_names_outside_of_it_is_not_shown) {
    if (skip_without_bubblewrap()) return;
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    const std::string file = directory.path() + "/id_rsa";
    std::ofstream(file) << "text";
    fs::create_directory(directory.path() + "/project");
    std::ofstream(directory.path() + "/project/own") << "text";
    const auto before = fs::current_path();
    fs::current_path(directory.path() + "/project");
    const auto sees = [&](const std::string& argument, const std::string& work) {
        Target what = target({MCPRISK_FAKE_STDIO_SERVER, "look-around", argument});
        std::get<StdioTarget>(what.how).working_directory = work;
        what.of_project = true;
        const Listing listing = list(what, quick_options());
        BOOST_TEST(listing.failure == "");
        return has_tool(listing, "sees-file=yes");
    };
    BOOST_TEST(sees("own", ""));
    BOOST_TEST(sees("own", fs::current_path()));
    BOOST_TEST(!sees(file, ""));
    BOOST_TEST(!sees("../id_rsa", ""));
    BOOST_TEST(!sees("id_rsa", directory.path()));
    fs::current_path(before);
}

BOOST_AUTO_TEST_CASE(what_an_index_names_is_not_shown) {
    if (skip_without_bubblewrap()) return;
    const ServerInPath server;  // an index has its programs from a registry, or from PATH
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    const std::string file = directory.path() + "/id_rsa";
    std::ofstream(file) << "text";
    const auto before = fs::current_path();
    fs::current_path(directory.path());
    for (const std::string& argument : {file, std::string("id_rsa"), std::string("./id_rsa")}) {
        Target what = target({"fake-server", "look-around", argument});
        std::get<StdioTarget>(what.how).working_directory = directory.path();
        Listing listing = list(what, quick_options());
        BOOST_TEST(has_tool(listing, "sees-file=yes"), argument);
        what.from_index = true;
        listing = list(what, quick_options());
        BOOST_TEST(listing.failure == "");
        BOOST_TEST(has_tool(listing, "sees-file=no"), argument);
    }
    Target option = target({"fake-server", "arguments", "--key=" + file, "id_rsa"});
    option.from_index = true;
    Listing listing = list(option, quick_options());
    BOOST_TEST(has_tool(listing, "arg:id_rsa"));  // as it was, not made a path of ours
    option.how = StdioTarget{{MCPRISK_FAKE_STDIO_SERVER, "plain"}, {}, {}};
    listing = list(option, quick_options());
    BOOST_TEST(to_string(listing.outcome) == "refused");
    BOOST_TEST(says(listing, "by its path"), listing.failure);
    fs::current_path(before);
}

BOOST_AUTO_TEST_CASE(an_index_does_not_say_what_code_runs) {
    StdioOptions options = quick_options();
    options.sandbox = Sandbox::none;
    for (const char* name : {"LD_PRELOAD", "NODE_OPTIONS", "PYTHONSTARTUP", "BASH_ENV", "PATH"}) {
        Target what = target({"node", "plain"});
        std::get<StdioTarget>(what.how).env = {{name, "/tmp/x"}};
        what.from_index = true;
        const Listing listing = list(what, options);
        BOOST_TEST(to_string(listing.outcome) == "refused", name);
        BOOST_TEST(says(listing, name), listing.failure);
    }
}

BOOST_AUTO_TEST_CASE(with_the_network_allowed_it_reaches_others) {
    if (skip_without_bubblewrap()) return;
    const Listener listener;
    StdioOptions options = quick_options();
    options.allow_network = true;
    const Listing listing =
        list(target({MCPRISK_FAKE_STDIO_SERVER, "look-around", "-", listener.port()}), options);
    BOOST_TEST(has_tool(listing, "reaches-port=yes"));
    BOOST_TEST(has_flag(listing, "network_allowed"));
}

BOOST_AUTO_TEST_CASE(want_of_network_names_the_option_that_gives_it) {
    if (skip_without_bubblewrap()) return;
    const Listing listing =
        list(target({MCPRISK_FAKE_STDIO_SERVER, "no-network"}), quick_options());
    BOOST_TEST(to_string(listing.outcome) == "needs_network");
    BOOST_TEST(says(listing, "--allow-net"), listing.failure);
}

BOOST_AUTO_TEST_CASE(a_stubborn_server_does_not_survive_the_sandbox) {
    if (skip_without_bubblewrap()) return;
    const Listing listing = list(target({MCPRISK_FAKE_STDIO_SERVER, "stubborn"}), quick_options());
    BOOST_TEST(listing.document.tools.size() == 3U);
}

BOOST_AUTO_TEST_CASE(without_bubblewrap_automatic_goes_on_and_the_other_refuses) {
    const Shadow broken("bwrap", "echo 'bwrap: no permission' >&2; exit 1\n");
    StdioOptions options = quick_options();
    const Target plain = target({MCPRISK_FAKE_STDIO_SERVER, "plain"});
    Listing listing = list(plain, options);
    BOOST_TEST(to_string(listing.outcome) == "refused");
    BOOST_TEST(says(listing, "bwrap: no permission"), listing.failure);
    BOOST_TEST(says(listing, "--sandbox none"), listing.failure);
    options.sandbox = Sandbox::automatic;
    listing = list(plain, options);
    BOOST_TEST(listing.document.tools.size() == 3U);
    BOOST_TEST(has_flag(listing, "not_sandboxed"));
}

BOOST_AUTO_TEST_CASE(a_container_is_not_put_into_the_sandbox) {
    const Shadow docker("docker", "exec '" MCPRISK_FAKE_STDIO_SERVER "' plain\n");
    StdioOptions options = quick_options();
    Listing listing = list(target({"docker", "run", "-i", "image"}), options);
    BOOST_TEST(to_string(listing.outcome) == "refused");
    options.sandbox = Sandbox::automatic;
    listing = list(target({"docker", "run", "-i", "image"}), options);
    BOOST_TEST(listing.document.tools.size() == 3U);
    BOOST_TEST(has_flag(listing, "not_sandboxed"));
}

BOOST_AUTO_TEST_CASE(a_package_is_fetched_once_and_its_version_told) {
    const TemporaryDirectory cache = TemporaryDirectory::make().value();
    const std::string log = cache.path() + "/log";
    const Shadow npm("npm", fake_npm(log));
    StdioOptions options = quick_options();
    options.sandbox = Sandbox::none;
    options.cache_directory = cache.path() + "/cache";
    Listing listing = list(target({"npx", "-y", "fake-server@1.0.0", "arguments", "a b"}), options);
    BOOST_TEST(listing.failure == "");
    BOOST_TEST(has_tool(listing, "arg:a b"));
    BOOST_TEST(listing.document.version == "1.0.0");
    BOOST_TEST(listing.origin == "npx -y fake-server@1.0.0 arguments 'a b'");
    const std::string once = text_of(log);
    BOOST_TEST(once.find("--ignore-scripts") != std::string::npos);
    listing = list(target({"npx", "-y", "fake-server@1.0.0", "plain"}), options);
    BOOST_TEST(listing.document.tools.size() == 3U);
    BOOST_TEST(text_of(log) == once);
    // Without a version npm is asked, but what is there is not fetched again.
    listing = list(target({"npx", "fake-server", "plain"}), options);
    BOOST_TEST(listing.document.version == "2.0.0");
    listing = list(target({"npx", "fake-server", "plain"}), options);
    const std::string calls = text_of(log).substr(once.size());
    BOOST_TEST(std::count(calls.begin(), calls.end(), '\n') == 3);
    options.allow_scripts = true;
    listing = list(target({"npx", "fake-server@1.0.0", "plain"}), options);
    const std::string last = text_of(log).substr(once.size() + calls.size());
    // Scripts run in a step of their own, when all is there.
    BOOST_TEST(last.find("--ignore-scripts") < last.find("rebuild"));
    BOOST_TEST(last.find("rebuild") != std::string::npos);
    for (const auto& entry : fs::directory_iterator(options.cache_directory + "/npm")) {
        BOOST_TEST(entry.path().filename().string().starts_with("fake-server@"));
    }
}

BOOST_AUTO_TEST_CASE(a_package_starts_in_the_sandbox_and_is_fetched_in_one) {
    if (skip_without_bubblewrap()) return;
    const TemporaryDirectory cache = TemporaryDirectory::make().value();
    const Shadow npm("npm", fake_npm("/tmp/log"));
    StdioOptions options = quick_options();
    options.cache_directory = cache.path();
    // The fake program is not in the package: only naming it makes it readable.
    const Listing listing =
        list(target({"npx", "fake-server@1.0.0", "arguments", MCPRISK_FAKE_STDIO_SERVER}), options);
    BOOST_TEST(listing.failure == "");
    BOOST_TEST(has_flag(listing, "sandboxed"));
    BOOST_TEST(!fs::exists("/tmp/log"));
}

BOOST_AUTO_TEST_CASE(failures_to_fetch_are_told_apart) {
    const TemporaryDirectory cache = TemporaryDirectory::make().value();
    StdioOptions options = quick_options();
    options.sandbox = Sandbox::none;
    options.cache_directory = cache.path();
    {
        const Shadow npm("npm", fake_npm("/dev/null"));
        Listing listing = list(target({"npx", "offline"}), options);
        BOOST_TEST(to_string(listing.outcome) == "unreachable");
        BOOST_TEST(says(listing, "looking up offline with npm"), listing.failure);
        listing = list(target({"npx", "unknown"}), options);
        BOOST_TEST(to_string(listing.outcome) == "unreachable");
        BOOST_TEST(says(listing, "the registry has no such package"), listing.failure);
    }
    const std::string path = std::getenv("PATH");
    setenv("PATH", "/nowhere", 1);
    const Listing listing = list(target({"npx", "fake-server"}), options);
    setenv("PATH", path.c_str(), 1);
    BOOST_TEST(to_string(listing.outcome) == "no_runtime");
    BOOST_TEST(says(listing, "install Node.js"), listing.failure);
}

BOOST_AUTO_TEST_SUITE_END()
