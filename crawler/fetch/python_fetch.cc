#include "crawler/fetch/python_fetch.h"

#include <fmt/format.h>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "crawler/config/identity.h"
#include "crawler/process/program.h"
#include "crawler/process/sandbox.h"
#include "crawler/process/start_failure.h"
#include "crawler/redact.h"
#include "model/base/safe_name.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> pip_environment() {
    constexpr std::array<const char*, 13> kNames{"HTTP_PROXY",
                                                 "HTTPS_PROXY",
                                                 "NO_PROXY",
                                                 "http_proxy",
                                                 "https_proxy",
                                                 "no_proxy",
                                                 "SSL_CERT_FILE",
                                                 "SSL_CERT_DIR",
                                                 "UV_DEFAULT_INDEX",
                                                 "UV_INDEX_URL",
                                                 "PIP_INDEX_URL",
                                                 "PIP_CERT",
                                                 "REQUESTS_CA_BUNDLE"};
    std::map<std::string, std::string> environment = base_environment();
    for (const char* name : kNames) {
        if (const char* value = std::getenv(name)) environment.emplace(name, value);
    }
    return environment;
}

bool is_exact(std::string_view version) {
    return !version.empty() &&
           version.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz.+-_!") ==
               std::string_view::npos &&
           version.front() >= '0' && version.front() <= '9';
}

// "mcp_server_time-1.2.0.dist-info" of the package's own environment.
std::string installed_version(const fs::path& directory, const std::string& name) {
    std::error_code error;
    for (fs::recursive_directory_iterator at(directory / "tools", error), end; at != end && !error;
         at.increment(error)) {
        constexpr int kSitePackages = 6;
        if (at.depth() > kSitePackages) at.disable_recursion_pending();
        const std::string file = at->path().filename().string();
        if (!file.ends_with(".dist-info")) continue;
        at.disable_recursion_pending();
        const auto dash = file.find('-');
        const auto package = parse_package(PackageKind::pypi, file.substr(0, dash));
        if (package && package->name == name && dash != std::string::npos) {
            return file.substr(dash + 1, file.size() - dash - 1 - std::string(".dist-info").size());
        }
    }
    return {};
}

Result<std::string> find_entry(const fs::path& bin, const PythonCommand& package) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& file : fs::directory_iterator(bin, error)) {
        names.push_back(file.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
        const auto as_package = parse_package(PackageKind::pypi, name);
        const bool wanted = package.command.empty() ? as_package && as_package->name == package.name
                                                    : name == package.command;
        if (wanted) return (bin / name).string();
    }
    if (names.size() == 1 && package.command.empty()) return (bin / names.front()).string();
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    return fail(
        ErrorCode::not_found,
        names.empty()
            ? fmt::format("{} has no program to start; it may be a library", package.name)
            : fmt::format("{} has {}the programs {}; name one: uvx --from {} NAME",
                          package.name,
                          package.command.empty() ? "" : "no program " + package.command + " but ",
                          all,
                          package.name));
}

}  // namespace

std::optional<PythonCommand> read_python_command(const std::vector<std::string>& argv) {
    const auto call = recognise_runner(argv);
    if (!call || call->package.kind != PackageKind::pypi) return std::nullopt;
    const std::string program = fs::path(argv.front()).filename().string();
    const bool uvx = program == "uvx";
    const bool uv = program == "uv" && argv.size() > 2 && argv[1] == "tool" && argv[2] == "run";
    const bool pipx = program == "pipx" && argv.size() > 1 && argv[1] == "run";
    if (!uvx && !uv && !pipx) return std::nullopt;
    // Nothing but the package before its arguments.
    std::size_t at = uvx ? 1 : pipx ? 2 : 3;
    const std::string_view from = pipx ? "--spec" : "--from";
    if (at + 1 < argv.size() && argv[at] == from) {
        ++at;
    } else if (at < argv.size() && argv[at].starts_with(std::string(from) + "=")) {
        // the value is in the word itself
    } else if (at >= argv.size() || argv[at].starts_with('-')) {
        return std::nullopt;
    }
    std::string spec = argv[at];
    if (spec.starts_with(std::string(from) + "=")) spec.erase(0, from.size() + 1);
    PythonCommand command;
    command.runner = pipx ? "pipx" : "uv";
    command.name = call->package.name;
    command.version = is_exact(call->package.version) ? call->package.version : std::string();
    command.command = call->command;
    command.arguments = call->arguments;
    // `name@1.2` is uv's own spelling, `name@latest` says nothing to pip.
    const auto mark = spec.find('@');
    if (mark != std::string::npos) {
        const std::string version = spec.substr(mark + 1);
        spec.resize(mark);
        if (version != "latest") spec += "==" + version;
    }
    command.spec = std::move(spec);
    return command;
}

PythonFetch::PythonFetch(Loop& loop, PythonCommand package, FetchOptions options, Done done)
    : loop_(loop),
      package_(std::move(package)),
      options_(std::move(options)),
      done_(std::move(done)) {}

PythonFetch::~PythonFetch() { loop_.cancel(entry_); }

void PythonFetch::start() {
    entry_ = loop_.after(std::chrono::milliseconds{0}, [this] {
        const std::string folder = options_.cache_directory + "/pypi";
        std::error_code error;
        fs::create_directories(folder, error);
        if (error) {
            return give_up(Outcome::unreadable,
                           fmt::format("making the cache directory {}: {}; name another one",
                                       folder,
                                       error.message()));
        }
        if (!package_.version.empty()) {
            destination_ = fmt::format("{}/{}{}",
                                       folder,
                                       safe_file_name(package_.spec),
                                       options_.allow_scripts ? ".with-scripts" : "");
            if (fs::exists(destination_, error)) {
                return use(fs::canonical(destination_, error).string());
            }
        }
        install();
    });
}

void PythonFetch::install() {
    ProcessSpec spec;
    spec.environment = pip_environment();
    const std::string path = spec.environment["PATH"];
    auto runner = find_program(package_.runner, path);
    if (!runner) return give_up(Outcome::no_runtime, runner.error().message);
    auto unpacked = TemporaryDirectory::make(options_.cache_directory + "/pypi");
    if (!unpacked) return give_up(Outcome::unreadable, unpacked.error().message);
    unpacked_ = std::move(*unpacked);
    auto home = TemporaryDirectory::make();
    if (!home) return give_up(Outcome::unreadable, home.error().message);
    home_ = std::move(*home);
    const std::string cache = options_.cache_directory + "/" + package_.runner + "-cache";
    std::error_code error;
    fs::create_directories(cache, error);
    const std::string own_home = spec.environment["HOME"];
    const std::string tools = unpacked_.path() + "/tools";
    const std::string bin = unpacked_.path() + "/bin";
    if (package_.runner == "uv") {
        spec.environment["UV_TOOL_DIR"] = tools;
        spec.environment["UV_TOOL_BIN_DIR"] = bin;
        spec.environment["UV_CACHE_DIR"] = cache;
        spec.environment["UV_PYTHON_INSTALL_DIR"] = unpacked_.path() + "/python";
        spec.environment["UV_NO_PROGRESS"] = "1";
        spec.environment["UV_LINK_MODE"] = "copy";
        spec.argv = {*runner, "tool", "install"};
        if (!options_.allow_scripts) spec.argv.emplace_back("--no-build");
    } else {
        spec.environment["PIPX_HOME"] = tools;
        spec.environment["PIPX_BIN_DIR"] = bin;
        spec.environment["PIPX_MAN_DIR"] = unpacked_.path() + "/man";
        spec.environment["PIP_CACHE_DIR"] = cache;
        spec.argv = {*runner, "install"};
        if (!options_.allow_scripts) spec.argv.emplace_back("--pip-args=--only-binary=:all:");
    }
    spec.argv.push_back(package_.spec);
    spec.working_directory = home_.path();
    if (options_.bwrap.empty()) {
        spec.environment["HOME"] = home_.path();
    } else {
        SandboxPlan plan;
        plan.argv = {*runner};
        plan.network = true;
        show_command(plan, path, own_home);
        plan.argv = spec.argv;
        plan.writable = {cache, unpacked_.path()};
        for (const char* name : {"SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"}) {
            const auto file = spec.environment.find(name);
            if (file != spec.environment.end() && fs::is_regular_file(file->second, error)) {
                plan.readable.push_back(file->second);
            }
        }
        plan.environment = sandbox_environment(std::move(spec.environment), {});
        if (auto done = enclose(spec, options_.bwrap, std::move(plan)); !done) {
            return give_up(Outcome::refused, done.error().message);
        }
    }
    auto command = Command::run(loop_, spec, options_.longest, [this](const CommandResult& result) {
        on_installed(result);
    });
    if (!command) return give_up(Outcome::no_runtime, command.error().message);
    command_ = std::move(*command);
}

void PythonFetch::on_installed(const CommandResult& result) {
    const std::string doing = fmt::format("fetching {} with {}", package_.spec, package_.runner);
    if (result.timed_out) {
        return give_up(
            Outcome::timed_out,
            fmt::format("{} took longer than {} s", doing, options_.longest.count() / 1000));
    }
    if (!result.ok()) {
        const std::string words = redact(repair_utf8(result.last_words));
        const std::string why =
            fmt::format("{} ended with {}: {}", doing, describe(result.status), last_line(words));
        if (read_start_failure(result.last_words, false).outcome == Outcome::needs_network) {
            return give_up(Outcome::unreachable, why + "; check the network and the index of PyPI");
        }
        return give_up(Outcome::no_runtime,
                       why + (options_.allow_scripts
                                  ? "; check the name and the version"
                                  : "; check the name and the version; a package without wheels "
                                    "needs --allow-scripts"));
    }
    if (destination_.empty()) return use(unpacked_.path());
    // Scripts in it name their interpreter by its full path, so that it stays where it is and the
    // cache gets a link.
    const std::string place = unpacked_.path();
    const std::string link = place + ".link";
    std::error_code error;
    fs::create_directory_symlink(fs::path(place).filename(), link, error);
    if (!error) fs::rename(link, destination_, error);
    if (error) {
        return give_up(Outcome::unreadable,
                       fmt::format("moving {} into the cache: {}", package_.spec, error.message()));
    }
    static_cast<void>(unpacked_.release());
    use(place);
}

void PythonFetch::use(const std::string& directory) {
    auto entry = find_entry(directory + "/bin", package_);
    if (!entry) return give_up(Outcome::no_runtime, entry.error().message);
    FetchedPackage fetched;
    fetched.program.argv = {std::move(*entry)};
    fetched.program.version = installed_version(directory, package_.name);
    if (fetched.program.version.empty()) fetched.program.version = package_.version;
    fetched.directory = directory;
    tell(std::move(fetched));
}

void PythonFetch::give_up(Outcome outcome, std::string why) {
    tell(tl::unexpected<FetchFailure>(FetchFailure{outcome, std::move(why)}));
}

void PythonFetch::tell(tl::expected<FetchedPackage, FetchFailure> result) {
    entry_ = loop_.after(std::chrono::milliseconds{0}, [this, result = std::move(result)] {
        const Done done = std::move(done_);
        done(result);
    });
}

}  // namespace mcprisk::crawler
