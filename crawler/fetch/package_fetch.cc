#include "crawler/fetch/package_fetch.h"

#include <fmt/format.h>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "crawler/process/program.h"
#include "crawler/process/sandbox.h"
#include "crawler/process/start_failure.h"
#include "crawler/redact.h"
#include "model/base/safe_name.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

namespace fs = std::filesystem;

// What npm needs of ours to reach a registry. Reads the environment of this process.
std::map<std::string, std::string> npm_environment() {
    constexpr std::array<const char*, 14> kNames{"HTTP_PROXY",
                                                 "HTTPS_PROXY",
                                                 "NO_PROXY",
                                                 "http_proxy",
                                                 "https_proxy",
                                                 "no_proxy",
                                                 "NODE_EXTRA_CA_CERTS",
                                                 "SSL_CERT_FILE",
                                                 "SSL_CERT_DIR",
                                                 "npm_config_registry",
                                                 "NPM_CONFIG_REGISTRY",
                                                 "npm_config_cafile",
                                                 "npm_config_proxy",
                                                 "npm_config_https_proxy"};
    std::map<std::string, std::string> environment = base_environment();
    for (const char* name : kNames) {
        if (const char* value = std::getenv(name)) environment.emplace(name, value);
    }
    return environment;
}

// npm says what is wrong first, and then much else.
std::string npm_reason(std::string_view last_words) {
    constexpr std::size_t kLines = 2;
    std::string out;
    std::size_t lines = 0;
    for (const std::string_view line : split(last_words, '\n')) {
        constexpr std::string_view kError = "npm error ";
        if (lines == kLines || !line.starts_with(kError)) continue;
        if (lines++ > 0) out += " / ";
        out += trim(line.substr(kError.size()));
    }
    return out.empty() ? last_line(last_words) : std::string(truncate_utf8(out, 300));
}

}  // namespace

PackageFetch::PackageFetch(Loop& loop, PackageCommand package, FetchOptions options, Done done)
    : loop_(loop),
      package_(std::move(package)),
      options_(std::move(options)),
      done_(std::move(done)) {}

PackageFetch::~PackageFetch() { loop_.cancel(entry_); }

void PackageFetch::start() {
    entry_ = loop_.after(std::chrono::milliseconds{0}, [this] {
        std::error_code error;
        fs::create_directories(options_.cache_directory + "/npm", error);
        if (error) {
            return give_up(Outcome::unreadable,
                           fmt::format("making the cache directory {}: {}; name another one",
                                       options_.cache_directory,
                                       error.message()));
        }
        if (is_exact_version(package_.version)) {
            install_unless_cached(package_.version);
        } else {
            ask_version();
        }
    });
}

void PackageFetch::ask_version() {
    const std::string spec =
        package_.version.empty() ? package_.package : package_.package + "@" + package_.version;
    run_npm({"view", spec, "version", "--json"}, [this, spec](const CommandResult& result) {
        if (!result.ok()) return give_up(result, "looking up " + spec);
        const auto version = read_view_output(result.output);
        if (!version) {
            return give_up(
                Outcome::no_runtime,
                fmt::format("looking up {}: {}; check the version", spec, version.error().message));
        }
        install_unless_cached(*version);
    });
}

void PackageFetch::install_unless_cached(const std::string& version) {
    const std::string spec = package_.package + "@" + version;
    destination_ = fmt::format("{}/npm/{}{}",
                               options_.cache_directory,
                               safe_file_name(spec),
                               options_.allow_scripts ? ".with-scripts" : "");
    std::error_code error;
    if (fs::exists(destination_, error)) return use(destination_);
    auto unpacked = TemporaryDirectory::make(options_.cache_directory + "/npm");
    if (!unpacked) return give_up(Outcome::unreadable, unpacked.error().message);
    unpacked_ = std::move(*unpacked);
    std::vector<std::string> arguments{
        "install", "--prefix", unpacked_.path(), "--no-audit", "--no-fund", "--omit=dev"};
    if (!options_.allow_scripts) arguments.emplace_back("--ignore-scripts");
    arguments.push_back(spec);
    run_npm(std::move(arguments), [this, spec](const CommandResult& result) {
        if (!result.ok()) return give_up(result, "fetching " + spec);
        on_installed(result);
    });
}

void PackageFetch::on_installed(const CommandResult&) {
    std::error_code error;
    fs::rename(unpacked_.path(), destination_, error);
    if (!error) {
        unpacked_.release();
    } else if (!fs::exists(destination_)) {
        return give_up(
            Outcome::unreadable,
            fmt::format("moving {} into the cache: {}", package_.package, error.message()));
    }
    // Otherwise somebody else was quicker, and ours goes.
    use(destination_);
}

void PackageFetch::use(const std::string& directory) {
    auto program = find_package_program(directory, package_);
    if (!program) return give_up(Outcome::no_runtime, program.error().message);
    tell(FetchedPackage{std::move(*program), directory});
}

void PackageFetch::run_npm(std::vector<std::string> arguments,
                           std::function<void(CommandResult)> done) {
    ProcessSpec spec;
    spec.environment = npm_environment();
    const std::string path = spec.environment["PATH"];
    auto npm = find_program("npm", path);
    if (!npm) return give_up(Outcome::no_runtime, npm.error().message);
    if (home_.path().empty()) {
        auto home = TemporaryDirectory::make();
        if (!home) return give_up(Outcome::unreadable, home.error().message);
        home_ = std::move(*home);
    }
    const std::string own_home = spec.environment["HOME"];
    const std::string cache = options_.cache_directory + "/npm-cache";
    std::error_code error;
    fs::create_directories(cache, error);
    spec.environment["npm_config_cache"] = cache;
    spec.environment["npm_config_update_notifier"] = "false";
    spec.environment["npm_config_loglevel"] = "error";
    std::vector<std::string> readable;
    // The user's registry and its key are for npm alone: not where a package's scripts can read
    // them.
    const std::string config = own_home + "/.npmrc";
    if (!options_.allow_scripts && fs::exists(config, error)) {
        spec.environment["npm_config_userconfig"] = config;
        readable.push_back(config);
    }
    for (const char* name : {"NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "npm_config_cafile"}) {
        const auto file = spec.environment.find(name);
        if (file != spec.environment.end() && fs::is_regular_file(file->second, error)) {
            readable.push_back(file->second);
        }
    }
    spec.argv = {*npm};
    spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
    spec.working_directory = home_.path();
    if (options_.bwrap.empty()) {
        spec.environment["HOME"] = home_.path();
    } else {
        SandboxPlan plan;
        plan.argv = {*npm};
        plan.network = true;
        show_command(plan, path, own_home);
        plan.argv = spec.argv;
        plan.readable.insert(plan.readable.end(), readable.begin(), readable.end());
        plan.writable = {cache};
        if (!unpacked_.path().empty()) plan.writable.push_back(unpacked_.path());
        plan.environment = sandbox_environment(std::move(spec.environment), {});
        if (auto done = enclose(spec, options_.bwrap, std::move(plan)); !done) {
            return give_up(Outcome::refused, done.error().message);
        }
    }
    command_.reset();
    auto command = Command::run(loop_, spec, options_.longest, std::move(done));
    if (!command) return give_up(Outcome::no_runtime, command.error().message);
    command_ = std::move(*command);
}

void PackageFetch::give_up(const CommandResult& result, std::string_view doing) {
    const std::string words = npm_reason(redact(repair_utf8(result.last_words)));
    if (result.timed_out) {
        return give_up(Outcome::timed_out,
                       fmt::format("{} with npm took longer than {} s; try again",
                                   doing,
                                   options_.longest.count() / 1000));
    }
    const std::string why =
        fmt::format("{} with npm ended with {}: {}", doing, describe(result.status), words);
    if (read_start_failure(result.last_words, false).outcome == Outcome::needs_network) {
        return give_up(Outcome::unreachable, why + "; check the network and npm's registry");
    }
    const auto has = [&](std::string_view code) {
        return result.last_words.find(code) != std::string::npos;
    };
    if (has("E404") || has("ETARGET") || has("EINVALIDPACKAGENAME")) {
        return give_up(Outcome::no_runtime, why + "; check the name and the version");
    }
    give_up(Outcome::exited, why + "; try npm by hand");
}

void PackageFetch::give_up(Outcome outcome, std::string why) {
    tell(tl::unexpected<FetchFailure>(FetchFailure{outcome, std::move(why)}));
}

// From a callback of its own, so that whoever is told may destroy this object with its command.
void PackageFetch::tell(tl::expected<FetchedPackage, FetchFailure> result) {
    entry_ = loop_.after(std::chrono::milliseconds{0}, [this, result = std::move(result)] {
        const Done done = std::move(done_);
        done(result);
    });
}

}  // namespace mcprisk::crawler
