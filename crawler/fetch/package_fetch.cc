#include "crawler/fetch/package_fetch.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>
#include <utility>

#include "crawler/fetch/fetch_cache.h"
#include "crawler/process/program.h"
#include "crawler/process/sandbox.h"
#include "crawler/process/start_failure.h"
#include "crawler/redact.h"
#include "model/base/json.h"
#include "model/base/regex.h"
#include "model/base/safe_name.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

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

// "${NAME}" in a .npmrc: npm puts the variable's value there.
std::vector<std::string> variables_in(const std::string& config) {
    static const auto pattern = Regex::compile(R"(^\$\{[A-Za-z_][A-Za-z0-9_]*\??\}$)");
    constexpr std::size_t kLongest = std::size_t{1} << 20;
    std::ifstream in(config, std::ios::binary);
    std::string text(kLongest, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    std::vector<std::string> names;
    for (std::size_t at = text.find("${"); at != std::string::npos; at = text.find("${", at + 2)) {
        const std::size_t end = text.find('}', at);
        if (end == std::string::npos) break;
        if (!pattern || !pattern->matches(text.substr(at, end + 1 - at))) continue;
        std::string name = text.substr(at + 2, end - at - 2);
        if (name.ends_with('?')) name.pop_back();
        names.push_back(std::move(name));
    }
    return names;
}

// The lock that npm keeps within an installation, which no .npmrc switches off: each package by its
// place. Null where it cannot be read; `too_large` then says whether that is why.
json installed_packages(const std::string& directory, bool& too_large) {
    constexpr std::size_t kLongest = std::size_t{64} << 20;
    std::ifstream in(directory + "/node_modules/.package-lock.json", std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    too_large = text.size() > kLongest;
    if (too_large) return nullptr;
    const auto lock = parse_json(text, {.bytes = kLongest});
    const json* packages = lock ? find_member(*lock, "packages") : nullptr;
    return packages != nullptr && packages->is_object() ? *packages : json();
}

// Whether `name`, which the package at `place` needs, is there: below it or below what holds it.
bool is_installed(const json& packages, std::string_view place, const std::string& name) {
    const std::string own = "node_modules/" + name;
    if (packages.contains(own)) return true;
    for (std::string at(place); !at.empty();) {
        if (packages.contains(at + "/" + own)) return true;
        const auto outer = at.rfind("/node_modules/");
        at.resize(outer == std::string::npos ? 0 : outer);
    }
    return false;
}

// The first package of an installation that names no version of a registry: what it is, empty if
// there is none.
std::string from_elsewhere(const std::string& directory) {
    bool too_large = false;
    const json packages = installed_packages(directory, too_large);
    if (too_large) return "its list of dependencies is larger than 64 MiB";
    for (const auto& [place, one] : packages.items()) {
        for (const char* kind : {"dependencies", "optionalDependencies", "peerDependencies"}) {
            const json* named = find_member(one, kind);
            if (named == nullptr || !named->is_object()) continue;
            for (const auto& [name, wanted] : named->items()) {
                const std::string spec = wanted.is_string() ? wanted.get<std::string>() : "";
                const bool other_name = spec.starts_with("npm:");
                // "https://…", "git+ssh://…", "file:…", "owner/repository"
                if (other_name || spec.find_first_of(":/") == std::string::npos) continue;
                // What npm left out, since it is optional, does no harm.
                if (!is_installed(packages, place, name)) continue;
                return fmt::format("{} needs {} from an address of its own ({})",
                                   place.empty() ? "it" : printable(place),
                                   printable(name),
                                   printable(truncate_utf8(redact_url(spec), 200)));
            }
        }
    }
    return {};
}

// Bytes of the files below, while somebody is writing them. Follows no link.
std::uintmax_t size_below(const std::string& folder) {
    std::uintmax_t bytes = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
         at.increment(error)) {
        std::error_code gone;
        if (at->is_symlink(gone) || !at->is_regular_file(gone)) continue;
        const std::uintmax_t size = at->file_size(gone);
        if (!gone) bytes += size;
    }
    return bytes;
}

// Whether a package is called like the build of something for this kind of machine:
// "@scope/tool-linux-x64", "tool-linux-arm64-gnu".
bool is_built_for_here(std::string_view name) {
    utsname machine{};
    if (uname(&machine) != 0) return false;
    const std::string_view kind(machine.machine);
    const bool intel = kind == "x86_64";
    if (!intel && kind != "aarch64") return false;
    bool system = false;
    bool processor = false;
    for (std::size_t at = 0; at < name.size();) {
        const std::size_t end = std::min(name.find_first_of("-_/.@", at), name.size());
        const std::string_view word = name.substr(at, end - at);
        if (word == "musl" || word == "android") return false;
        system = system || word == "linux";
        processor = processor || (intel ? word == "x64" || word == "amd64"
                                        : word == "arm64" || word == "aarch64");
        at = end + 1;
    }
    return system && processor;
}

// Optional packages with a build for this machine that npm left out without a word: since a list
// of versions was made on another machine, or since the registry did not answer for once.
std::vector<std::string> builds_left_out(const std::string& directory) {
    constexpr std::size_t kMost = 16;
    bool too_large = false;
    std::set<std::string> specs;
    const json packages = installed_packages(directory, too_large);
    for (const auto& [place, one] : packages.items()) {
        const json* named = find_member(one, "optionalDependencies");
        if (named == nullptr || !named->is_object()) continue;
        for (const auto& [name, wanted] : named->items()) {
            const bool good = wanted.is_string() && is_built_for_here(name) &&
                              !is_installed(packages, place, name);
            if (!good || specs.size() == kMost) continue;
            auto word = name + "@" + wanted.get<std::string>();
            // Nothing but a name and a version of the registry.
            if (const auto read = read_package_command({"npx", word}); read) specs.insert(word);
        }
    }
    return {specs.begin(), specs.end()};
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

PackageFetch::~PackageFetch() {
    loop_.cancel(entry_);
    loop_.cancel(watch_);
}

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
    if (take_entry(destination_)) return use(destination_);
    auto unpacked = TemporaryDirectory::make(options_.cache_directory + "/npm");
    if (!unpacked) return give_up(Outcome::unreadable, unpacked.error().message);
    unpacked_ = std::move(*unpacked);
    if (options_.unpacked) watch_size();
    run_npm({"install",
             "--prefix",
             unpacked_.path(),
             "--no-audit",
             "--no-fund",
             "--omit=dev",
             "--include=optional",
             "--ignore-scripts",
             spec},
            [this, spec](const CommandResult& result) {
                if (!result.ok()) return give_up(result, "fetching " + spec);
                add_builds(spec);
            });
}

void PackageFetch::watch_size() {
    constexpr std::chrono::milliseconds kBetween{500};
    watch_ = loop_.after(kBetween, [this] {
        options_.unpacked(size_below(unpacked_.path()));
        watch_size();
    });
}

// Without them a program mostly starts only to say that one is missing. They are optional: whether
// they can be had decides nothing.
void PackageFetch::add_builds(const std::string& spec) {
    const std::vector<std::string> builds = builds_left_out(unpacked_.path());
    if (builds.empty()) return run_scripts(spec);
    std::vector<std::string> words{"install",
                                   "--prefix",
                                   unpacked_.path(),
                                   "--no-save",
                                   "--no-audit",
                                   "--no-fund",
                                   "--omit=dev",
                                   "--include=optional",
                                   "--ignore-scripts"};
    words.insert(words.end(), builds.begin(), builds.end());
    run_npm(std::move(words), [this, spec](const CommandResult&) { run_scripts(spec); });
}

// By now all is there: scripts get neither the registry's keys nor a cache that others use.
void PackageFetch::run_scripts(const std::string& spec) {
    if (const std::string odd = from_elsewhere(unpacked_.path()); !odd.empty()) {
        return give_up(Outcome::refused,
                       fmt::format("fetching {}: {}, which is not fetched", spec, odd));
    }
    if (!options_.allow_scripts) return on_installed();
    runs_scripts_ = true;
    run_npm({"rebuild", "--prefix", unpacked_.path(), "--no-audit", "--no-fund"},
            [this, spec](const CommandResult& result) {
                if (!result.ok()) return give_up(result, "running the install scripts of " + spec);
                on_installed();
            });
}

void PackageFetch::on_installed() {
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
    if (!error && !seal_entry(destination_)) {
        return give_up(Outcome::unreadable,
                       fmt::format("reading {} back: it cannot be read whole", destination_));
    }
    bound_folder(options_.cache_directory + "/npm", kMostFetched);
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
    const std::string shared = options_.cache_directory + "/npm-cache";
    const std::string cache = runs_scripts_ ? home_.path() + "/npm-cache" : shared;
    std::error_code error;
    if (!runs_scripts_) bound_downloads(shared, kMostDownloads);
    fs::create_directories(cache, error);
    spec.environment["npm_config_cache"] = cache;
    spec.environment["npm_config_update_notifier"] = "false";
    spec.environment["npm_config_loglevel"] = "error";
    std::vector<std::string> readable;
    // The user's registry and its key are for npm alone: not where a package's scripts can read
    // them.
    const char* named = std::getenv("NPM_CONFIG_USERCONFIG");
    if (named == nullptr) named = std::getenv("npm_config_userconfig");
    const std::string config = named != nullptr ? named : own_home + "/.npmrc";
    if (!runs_scripts_ && fs::is_regular_file(config, error)) {
        spec.environment["npm_config_userconfig"] = config;
        readable.push_back(config);
        for (const std::string& name : variables_in(config)) {
            if (const char* value = std::getenv(name.c_str())) spec.environment[name] = value;
        }
    }
    // Only what a registry serves: an address among the dependencies could be any of this machine.
    // (npm knows these since 11; what an older one lets through is found in the lock.)
    for (const char* name : {"remote", "git", "file", "directory"}) {
        spec.environment[std::string("npm_config_allow_") + name] = "none";
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
    if (has("EALLOW")) {
        return give_up(Outcome::refused,
                       why + "; it needs a package from an address of its own, which is not fetched");
    }
    if (has("E404")) {
        return give_up(Outcome::unreachable,
                       fmt::format("{} with npm: the registry has no such package, or keeps it "
                                   "private; check the name ({})",
                                   doing,
                                   words));
    }
    if (has("ETARGET")) {
        return give_up(Outcome::unreachable,
                       fmt::format("{} with npm: the package has no such version; check it ({})",
                                   doing,
                                   words));
    }
    if (has("EINVALIDPACKAGENAME")) {
        return give_up(Outcome::needs_configuration, why + "; check the name");
    }
    give_up(Outcome::exited, why + "; try npm by hand");
}

void PackageFetch::give_up(Outcome outcome, std::string why) {
    tell(tl::unexpected<FetchFailure>(FetchFailure{outcome, std::move(why)}));
}

// From a callback of its own, so that whoever is told may destroy this object with its command.
void PackageFetch::tell(tl::expected<FetchedPackage, FetchFailure> result) {
    loop_.cancel(watch_);
    entry_ = loop_.after(std::chrono::milliseconds{0}, [this, result = std::move(result)] {
        const Done done = std::move(done_);
        done(result);
    });
}

}  // namespace mcprisk::crawler
