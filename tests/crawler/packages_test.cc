// Packages of PyPI with runners that are only pretended, containers, and what is left behind.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "build_places.h"
#include "crawler/fetch/python_fetch.h"
#include "crawler/mcp/lister.h"
#include "crawler/process/program.h"
#include "crawler/process/temporary_directory.h"
#include "model/base/text.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
using std::chrono::milliseconds;

namespace {

namespace fs = std::filesystem;

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> list;
    for (const std::string_view word : split(text, ' ')) list.emplace_back(word);
    return list;
}

// Programs that stand alone in PATH beside the few that their scripts need: which runners this
// machine has makes no difference.
class FakePath {
  public:
    FakePath() {
        before_ = std::getenv("PATH");
        fs::create_directory(system_);
        for (const char* name : {"sh", "env", "mkdir", "chmod", "cat", "setpriv"}) {
            fs::create_symlink(std::string("/usr/bin/") + name, system_ + "/" + name);
        }
        setenv("PATH", (directory_.path() + ":" + system_).c_str(), 1);
    }
    ~FakePath() { setenv("PATH", before_.c_str(), 1); }
    FakePath(const FakePath&) = delete;
    FakePath& operator=(const FakePath&) = delete;

    void add(const std::string& name, const std::string& script) const {
        const std::string file = directory_.path() + "/" + name;
        std::ofstream(file) << "#!/bin/sh\n" << script;
        chmod(file.c_str(), 0755);
    }

    // An installer that makes programs of fake servers and notes how it was called.
    void add_installer(const std::string& name,
                       const std::string& bin_variable,
                       const std::string& tool_variable,
                       const std::string& program) const {
        add(name,
            "echo \"$@\" >> '" + log() + "'\n" + "mkdir -p \"$" + bin_variable + "\" \"$" +
                tool_variable + "/t/lib/python3.11/site-packages/mcp_clock-1.4.0.dist-info\"\n" +
                "printf '#!/bin/sh\\nexec " MCPRISK_FAKE_STDIO_SERVER " plain\\n' > \"$" +
                bin_variable + "/" + program + "\"\n" + "chmod 755 \"$" + bin_variable + "/" +
                program + "\"\n");
    }

    [[nodiscard]] std::string log() const { return directory_.path() + "/log"; }
    [[nodiscard]] std::string logged() const {
        std::ifstream in(log());
        std::stringstream text;
        text << in.rdbuf();
        return text.str();
    }

  private:
    TemporaryDirectory directory_ = TemporaryDirectory::make().value();
    std::string system_ = directory_.path() + "/system";
    std::string before_;
};

struct World {
    FakePath path;
    TemporaryDirectory cache = TemporaryDirectory::make().value();
    StdioOptions options;

    World() {
        options.sandbox = Sandbox::none;
        options.cache_directory = cache.path();
    }

    Listing list(const std::string& command,
                 bool typed = false,
                 std::map<std::string, std::string> variables = {}) {
        Loop loop;
        Target target;
        target.id = "package";
        target.how = StdioTarget{words(command), std::move(variables), {}};
        target.given_on_command_line = typed;
        std::optional<Listing> result;
        const auto lister = make_stdio_lister(
            loop, target, options, [&](Listing listing) { result = std::move(listing); });
        lister->start();
        loop.run_until([&] { return result.has_value(); });
        return std::move(*result);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(packages)

BOOST_AUTO_TEST_CASE(what_runners_of_python_are_asked) {
    const auto read = [](std::string_view line) { return read_python_command(words(line)); };
    BOOST_TEST(read("uvx mcp-clock")->spec == "mcp-clock");
    BOOST_TEST(read("uvx mcp_clock@1.4.0 --x y")->spec == "mcp_clock==1.4.0");
    BOOST_TEST(read("uvx mcp_clock@1.4.0 --x y")->version == "1.4.0");
    BOOST_TEST(read("uvx mcp_clock@1.4.0 --x y")->arguments.size() == 2U);
    BOOST_TEST(read("uvx mcp-clock@latest")->spec == "mcp-clock");
    BOOST_TEST(read("uvx --from clock[cli]==2.0 clockd run")->spec == "clock[cli]==2.0");
    BOOST_TEST(read("uvx --from clock[cli]==2.0 clockd run")->command == "clockd");
    BOOST_TEST(read("uvx --from=clock>=2 clockd")->version.empty());
    BOOST_TEST(read("uv tool run mcp-clock")->runner == "uv");
    BOOST_TEST(read("pipx run mcp-clock==1.0")->runner == "python3");
    BOOST_TEST(read("pipx run --spec clock==1.0 clockd")->command == "clockd");
    for (const char* other : {"uvx --with other mcp-clock",
                              "uvx --from git+https://h.example/r clockd",
                              "uv run server.py",
                              "npx -y a",
                              "python -m clock"}) {
        BOOST_TEST(!read(other).has_value(), other);
    }
}

BOOST_AUTO_TEST_CASE(uvx_is_fetched_once_and_started_directly) {
    World world;
    world.path.add_installer("uv", "UV_TOOL_BIN_DIR", "UV_TOOL_DIR", "mcp-clock");
    for (int i = 0; i < 2; ++i) {
        const Listing listing = world.list("uvx mcp-clock@1.4.0");
        BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
        BOOST_TEST(listing.document.version == "1.4.0");
        BOOST_TEST(listing.origin == "uvx mcp-clock@1.4.0");
    }
    BOOST_TEST(world.path.logged() == "tool install --no-build mcp-clock==1.4.0\n");
}

BOOST_AUTO_TEST_CASE(without_a_version_it_is_fetched_each_time) {
    World world;
    world.path.add_installer("python3", "MCPRISK_BIN_DIR", "MCPRISK_TOOL_DIR", "clockd");
    world.options.allow_scripts = true;
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST((world.list("pipx run mcp-clock").outcome == Outcome::listed));
    }
    const std::string logged = world.path.logged();
    std::size_t times = 0;
    for (std::size_t at = 0; (at = logged.find("-I -c", at)) != std::string::npos; ++at) ++times;
    BOOST_TEST(times == 2U);
    BOOST_TEST(logged.ends_with(" mcp-clock\n"));
    BOOST_TEST(fs::is_empty(world.cache.path() + "/pypi"));
}

BOOST_AUTO_TEST_CASE(a_runner_that_is_not_there_is_an_outcome) {
    World world;
    for (const char* command :
         {"uvx mcp-clock", "dnx A.B --yes --", "podman run -i --rm a/b"}) {
        const Listing listing = world.list(command);
        BOOST_TEST((listing.outcome == Outcome::no_runtime), command);
        BOOST_TEST(listing.failure.find("no such command") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(without_uv_pip_fetches_the_same) {
    World world;
    world.path.add_installer("python3", "MCPRISK_BIN_DIR", "MCPRISK_TOOL_DIR", "mcp-clock");
    for (const char* command : {"uvx mcp-clock@1.4.0", "uv tool run mcp-clock@1.4.0"}) {
        const Listing listing = world.list(command);
        BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
        BOOST_TEST(listing.origin == command);
    }
    BOOST_TEST(world.path.logged().ends_with(" mcp-clock==1.4.0\n"));
}

BOOST_AUTO_TEST_CASE(a_package_that_is_not_there) {
    World world;
    world.path.add("uv", "echo 'error: clock was not found in the package registry' >&2\nexit 2\n");
    const Listing listing = world.list("uvx clock@9.9");
    BOOST_TEST((listing.outcome == Outcome::no_runtime));
    BOOST_TEST(listing.failure.find("was not found") != std::string::npos);
    BOOST_TEST(fs::is_empty(world.cache.path() + "/pypi"));
}

BOOST_AUTO_TEST_CASE(a_program_that_the_package_does_not_bring) {
    World world;
    world.path.add_installer("uv", "UV_TOOL_BIN_DIR", "UV_TOOL_DIR", "mcp-clock");
    const Listing listing = world.list("uvx --from mcp-clock==1.4.0 other");
    BOOST_TEST((listing.outcome == Outcome::no_runtime));
    BOOST_TEST(listing.failure.find("the programs mcp-clock") != std::string::npos);
}

// A client of a container engine: notes how it is called, and a container gets an id.
std::string fake_client(const std::string& log, const std::string& then) {
    return "echo \"$@\" >> '" + log +
           "'\n[ \"$1\" = run ] || exit 0\nshift\n"
           "if [ \"$1\" = --cidfile ]; then echo 0123456789abcdef > \"$2\"; fi\n" +
           then + "\n";
}

// The log without the place of the file that an engine writes.
std::string without_place(const std::string& log) {
    std::string out;
    for (const std::string_view line : split(log, '\n')) {
        std::size_t at = 0;
        for (const std::string_view word : split(line, ' ')) {
            out += (at++ > 0 ? " " : "");
            out += word.starts_with('/') ? "FILE" : word;
        }
        if (!line.empty()) out += '\n';
    }
    return out;
}

BOOST_AUTO_TEST_CASE(a_container_is_started_as_it_is_and_none_is_left) {
    World world;
    world.path.add(
        "docker",
        fake_client(world.path.log(), "exec " MCPRISK_FAKE_STDIO_SERVER " plain"));
    const Listing listing = world.list("docker run -i --rm -e KEY a/b:1");
    BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
    BOOST_TEST(without_place(world.path.logged()) ==
               "run --cidfile FILE -i --rm -e KEY a/b:1\nrm --force 0123456789abcdef\n");
}

// What an engine's client says when it starts nothing, and what an operator then reads.
BOOST_AUTO_TEST_CASE(an_engine_that_cannot_start_an_image_is_told_from_a_server_that_fails) {
    struct Case {
        const char* words;
        Outcome outcome;
        const char* says;
    };
    const Case cases[] = {
        {"docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker "
         "daemon running?.",
         Outcome::no_runtime,
         "start the container engine"},
        {"Unable to find image \"a/b:1\" locally\ndocker: Error response from daemon: pull access "
         "denied for a/b, repository does not exist or may require \"docker login\".",
         Outcome::unreachable,
         "no such image"},
        {"docker: Error response from daemon: Get \"https://registry.invalid/v2/\": dial tcp: "
         "lookup registry.invalid: no such host.",
         Outcome::unreachable,
         "check the network and the registry"},
        {"docker: Error response from daemon: manifest for a/b:1 not found: manifest unknown.",
         Outcome::unreachable,
         "no such tag"},
        {"docker: no matching manifest for linux/arm64/v8 in the manifest list entries.",
         Outcome::no_runtime,
         "no build of the image for this machine"},
        {"Error: short-name \"a\" did not resolve to an alias and no unqualified-search registries "
         "are defined",
         Outcome::needs_configuration,
         "docker.io/NAME"},
        // From within the container.
        {"Error: dial tcp 10.0.0.1:5432: i/o timeout", Outcome::exited, "start it by hand"},
    };
    for (const Case& one : cases) {
        World world;
        const std::string words = world.path.log() + ".words";
        std::ofstream(words) << one.words << '\n';
        world.path.add("docker", fake_client(world.path.log(), "cat '" + words + "' >&2; exit 125"));
        const Listing listing = world.list("docker run -i --rm a/b:1");
        BOOST_TEST_INFO(one.words);
        BOOST_TEST(to_string(listing.outcome) == to_string(one.outcome));
        BOOST_TEST(listing.failure.find(one.says) != std::string::npos, listing.failure);
    }
}

BOOST_AUTO_TEST_CASE(another_try_of_a_container_has_no_network_and_hands_variables_in) {
    World world;
    world.options.placeholder_credentials = true;
    world.path.add("docker",
                   fake_client(world.path.log(),
                               "[ -n \"$ACME_KEY\" ] && exec " MCPRISK_FAKE_STDIO_SERVER
                               " plain\necho 'Error: ACME_KEY is required' >&2\nexit 1"));
    const Listing listing = world.list("docker run -i --rm a/b:1 --quiet");
    BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
    BOOST_TEST(listing.started_with == "made-up values for ACME_KEY");
    BOOST_TEST(listing.credential_class == "placeholder");
    BOOST_TEST(without_place(world.path.logged()) ==
               "run --cidfile FILE -i --rm a/b:1 --quiet\nrm --force 0123456789abcdef\n"
               "run --cidfile FILE --network=none --env ACME_KEY -i --rm a/b:1 --quiet\n"
               "rm --force 0123456789abcdef\n");
    // Where it joins a network of its own choice there is no other try.
    const Listing joined = world.list("docker run -i --network bridge a/b:1");
    BOOST_TEST((joined.outcome == Outcome::needs_configuration), joined.failure);
}

BOOST_AUTO_TEST_CASE(a_container_without_walls_is_refused_unless_typed) {
    World world;
    world.path.add("docker", "exec " MCPRISK_FAKE_STDIO_SERVER " plain\n");
    const std::string command = "docker run -i -v /var/run/docker.sock:/s a/b";
    const Listing refused = world.list(command);
    BOOST_TEST((refused.outcome == Outcome::refused));
    BOOST_TEST(refused.failure.find("engine's socket") != std::string::npos);
    const Listing typed = world.list(command, true);
    BOOST_TEST((typed.outcome == Outcome::listed));
    BOOST_TEST(typed.flags.front() == "container_not_contained");
}

// The client runs outside of every wall: what a configuration sets would direct it.
BOOST_AUTO_TEST_CASE(variables_that_direct_the_engines_client_are_refused_unless_typed) {
    World world;
    world.path.add("docker", "exec " MCPRISK_FAKE_STDIO_SERVER " plain\n");
    for (const char* name : {"LD_PRELOAD", "DOCKER_HOST", "DOCKER_CONFIG", "PATH", "HOME"}) {
        const Listing refused = world.list("docker run -i a/b", false, {{name, "/tmp/x"}});
        BOOST_TEST((refused.outcome == Outcome::refused), name);
        BOOST_TEST(refused.failure.find(name) != std::string::npos, refused.failure);
    }
    const Listing plain = world.list("docker run -i -e KEY a/b", false, {{"KEY", "v"}});
    BOOST_TEST((plain.outcome == Outcome::listed), plain.failure);
    const Listing typed = world.list("docker run -i a/b", true, {{"DOCKER_HOST", "unix:///x"}});
    BOOST_TEST((typed.outcome == Outcome::listed), typed.failure);
}

// "docker" that a configuration finds in its own PATH would be a program of its own.
BOOST_AUTO_TEST_CASE(a_program_that_is_only_called_like_a_runtime_is_a_program) {
    World world;
    const TemporaryDirectory elsewhere = TemporaryDirectory::make().value();
    const std::string file = elsewhere.path() + "/docker";
    std::ofstream(file) << "#!/bin/sh\nexec " MCPRISK_FAKE_STDIO_SERVER " plain\n";
    chmod(file.c_str(), 0755);
    world.options.sandbox = Sandbox::bubblewrap;
    world.options.probed_bwrap = "/nonexistent/bwrap";
    for (const std::string& command : {file + " run -i a/b", file + " run --privileged a/b"}) {
        const Listing listing = world.list(command);
        // It was to be started in the sandbox, which is not there, and in nothing else.
        BOOST_TEST((listing.outcome != Outcome::listed), command);
        BOOST_TEST(listing.failure.find("/nonexistent/bwrap") != std::string::npos,
                   listing.failure);
    }
}

BOOST_AUTO_TEST_CASE(what_a_killed_program_left_is_removed) {
    const auto base = TemporaryDirectory::make().value();
    // A child that makes a directory and is killed.
    const pid_t child = fork();
    if (child == 0) {
        const auto made = TemporaryDirectory::make(base.path());
        kill(getpid(), SIGKILL);
    }
    waitpid(child, nullptr, 0);
    const auto ours = TemporaryDirectory::make(base.path()).value();
    fs::create_directory(base.path() + "/mcprisk-notes-abcdef");
    fs::create_directory(base.path() + "/other-1-abcdef");
    BOOST_TEST(TemporaryDirectory::remove_leftovers(base.path()) == 1U);
    BOOST_TEST(fs::exists(ours.path()));
    BOOST_TEST(std::distance(fs::directory_iterator(base.path()), fs::directory_iterator{}) == 3);
}

BOOST_AUTO_TEST_CASE(children_die_with_a_program_that_is_killed) {
    int ends[2];
    BOOST_REQUIRE_EQUAL(pipe(ends), 0);
    const pid_t crawler = fork();
    if (crawler == 0) {
        Loop loop;
        ProcessSpec spec{.argv = {"/bin/sleep", "60"},
                         .environment = base_environment(),
                         .working_directory = "/"};
        die_with_us(spec);
        const auto process = Process::spawn(loop, spec, {});
        const pid_t pid = process ? (*process)->pid() : -1;
        // Until setpriv has become sleep.
        std::string name;
        while (name != "sleep") {
            std::ifstream in("/proc/" + std::to_string(pid) + "/comm");
            std::getline(in, name);
        }
        if (write(ends[1], &pid, sizeof pid) != sizeof pid) _exit(1);
        kill(getpid(), SIGKILL);
    }
    close(ends[1]);
    pid_t child = -1;
    BOOST_REQUIRE_EQUAL(read(ends[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
    waitpid(crawler, nullptr, 0);
    // Its last descriptor of the pipe goes with it.
    char byte = 0;
    BOOST_TEST(read(ends[0], &byte, 1) == 0);
    close(ends[0]);
    BOOST_REQUIRE_GT(child, 0);
    for (int i = 0; i < 1000 && fs::exists("/proc/" + std::to_string(child)); ++i) {
        std::ifstream in("/proc/" + std::to_string(child) + "/stat");
        std::string pid;
        std::string name;
        std::string state;
        in >> pid >> name >> state;
        if (state == "Z" || state.empty()) break;
        usleep(1000);
    }
    std::ifstream in("/proc/" + std::to_string(child) + "/stat");
    std::string pid;
    std::string name;
    std::string state;
    in >> pid >> name >> state;
    BOOST_TEST((state.empty() || state == "Z"));
}

BOOST_AUTO_TEST_SUITE_END()
