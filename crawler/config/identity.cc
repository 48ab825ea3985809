#include "crawler/config/identity.h"

#include <algorithm>
#include <array>

#include "crawler/config/entry_identity.h"
#include "crawler/redact.h"
#include "crawler/secret_words.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using Words = std::span<const std::string>;

bool is_alnum(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool consists_of(std::string_view text, std::string_view marks) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return is_alnum(c) || marks.find(c) != std::string_view::npos;
    });
}

template <typename List>
bool is_one_of(std::string_view word, const List& list) {
    return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

std::optional<Package> parse_npm(std::string_view spec) {
    const auto at = spec.find('@', 1);
    const std::string_view name = spec.substr(0, at);
    std::string_view rest = name;
    if (rest.starts_with('@')) {
        const auto slash = rest.find('/');
        if (slash == std::string_view::npos) return std::nullopt;
        if (!consists_of(rest.substr(1, slash - 1), "-._~")) return std::nullopt;
        rest.remove_prefix(slash + 1);
    }
    constexpr std::size_t kLongestName = 214;  // the registry's own limit
    if (name.size() > kLongestName || !consists_of(rest, "-._~") || rest.front() == '.') {
        return std::nullopt;
    }
    std::string_view version;
    if (at != std::string_view::npos) version = spec.substr(at + 1);
    // name@git+https://…, name@file:…, name@npm:other
    if (version.find_first_of(":/") != std::string_view::npos) return std::nullopt;
    return Package{PackageKind::npm, std::string(name), std::string(version)};
}

std::optional<Package> parse_pypi(std::string_view spec) {
    const auto end = spec.find_first_of("[@=<>!~; ");
    const std::string_view written = spec.substr(0, end);
    if (!consists_of(written, "-._") || !is_alnum(written.front()) || !is_alnum(written.back())) {
        return std::nullopt;
    }
    std::string_view rest = end == std::string_view::npos ? std::string_view() : spec.substr(end);
    if (rest.starts_with('[')) {
        const auto close = rest.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        rest.remove_prefix(close + 1);
    }
    rest = trim(rest);
    if (rest.find('/') != std::string_view::npos) return std::nullopt;  // name @ https://…
    if (rest.starts_with("===")) {
        rest.remove_prefix(3);
    } else if (rest.starts_with("==")) {
        rest.remove_prefix(2);
    } else if (rest.starts_with('@')) {
        rest.remove_prefix(1);
    }
    std::string name;
    for (const char c : lower_ascii(written)) {
        const char mark = c == '_' || c == '.' ? '-' : c;
        if (mark != '-' || name.back() != '-') name += mark;
    }
    return Package{PackageKind::pypi, std::move(name), std::string(trim(rest))};
}

std::optional<Package> parse_oci(std::string_view spec) {
    if (!consists_of(spec, "-._/:@") || !is_alnum(spec.front())) return std::nullopt;
    std::string_view name = spec.substr(0, spec.find('@'));
    std::string_view digest = spec.substr(std::min(name.size() + 1, spec.size()));
    std::string_view tag;
    const auto colon = name.rfind(':');
    const auto slash = name.rfind('/');
    if (colon != std::string_view::npos && (slash == std::string_view::npos || slash < colon)) {
        tag = name.substr(colon + 1);
        name = name.substr(0, colon);
    }
    for (const std::string_view host : {"docker.io/", "index.docker.io/"}) {
        if (name.starts_with(host)) name.remove_prefix(host.size());
    }
    if (name.starts_with("library/")) name.remove_prefix(8);
    if (name.empty() || name.back() == '/' || name.find("//") != std::string_view::npos) {
        return std::nullopt;
    }
    return Package{PackageKind::oci, std::string(name), std::string(tag.empty() ? digest : tag)};
}

// Last step of a path without the suffixes of Windows, in lower case: "C:\x\NPX.cmd" is npx.
std::string program_name(std::string_view path) {
    const auto slash = path.find_last_of("/\\");
    if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
    std::string name = lower_ascii(path);
    for (const std::string_view suffix : {".exe", ".cmd", ".bat", ".ps1"}) {
        if (name.ends_with(suffix) && name.size() > suffix.size()) {
            name.resize(name.size() - suffix.size());
            break;
        }
    }
    return name;
}

// "./npx", "project\\docker": a program that somebody put there, whatever its name.
bool is_relative_path(std::string_view program) {
    const bool path = program.find_first_of("/\\") != std::string_view::npos;
    const bool drive = program.size() > 2 && program[1] == ':';
    return path && !drive && program.front() != '/' && program.front() != '\\';
}

// Options of a runner, in front of the word that names what to run.
struct OptionRules {
    std::span<const std::string_view> with_value;  // "--from" and "-p": the next word belongs to it
    std::span<const std::string_view> package;     // those of them that name the package
};

struct Options {
    std::string package;  // value of the first option that names one
    Words rest;           // from the first word that is no option
};

Options read_options(Words words, const OptionRules& rules) {
    Options result;
    std::size_t at = 0;
    while (at < words.size()) {
        const std::string& word = words[at];
        if (word == "--") {
            ++at;
            break;
        }
        if (word.size() < 2 || word.front() != '-') break;
        const auto equals = word.find('=');
        const std::string_view name = std::string_view(word).substr(0, equals);
        std::string value;
        if (equals != std::string::npos) {
            value = word.substr(equals + 1);
        } else if (is_one_of(name, rules.with_value) && at + 1 < words.size()) {
            value = words[++at];
        }
        if (result.package.empty() && is_one_of(name, rules.package)) result.package = value;
        ++at;
    }
    result.rest = words.subspan(std::min(at, words.size()));
    return result;
}

std::optional<RunnerCall> call_of(PackageKind kind, const Options& options) {
    const bool named = !options.package.empty();
    if (!named && options.rest.empty()) return std::nullopt;
    auto package = parse_package(kind, named ? options.package : options.rest.front());
    if (!package) return std::nullopt;
    RunnerCall call{std::move(*package), {}, {}};
    if (!options.rest.empty()) {
        if (named) call.command = options.rest.front();
        call.arguments.assign(options.rest.begin() + 1, options.rest.end());
    }
    return call;
}

// `npx --help`, npm 10; pnpm, yarn and bun take a subset.
std::optional<RunnerCall> read_npm(Words words) {
    constexpr std::array<std::string_view, 2> kPackage{"-p", "--package"};
    constexpr std::array<std::string_view, 12> kWithValue{"-p",
                                                          "--package",
                                                          "-w",
                                                          "--workspace",
                                                          "--registry",
                                                          "--cache",
                                                          "--prefix",
                                                          "--loglevel",
                                                          "--userconfig",
                                                          "--node-options",
                                                          "-n",
                                                          "--node-arg"};
    for (const std::string& word : words) {
        if (!word.starts_with('-') || word == "--") break;
        if (word == "-c" || word == "--call" || word.starts_with("--call=")) return std::nullopt;
    }
    return call_of(PackageKind::npm, read_options(words, {kWithValue, kPackage}));
}

// `uvx --help`, uv 0.8.
std::optional<RunnerCall> read_uvx(Words words) {
    constexpr std::array<std::string_view, 1> kPackage{"--from"};
    constexpr std::array<std::string_view, 43> kWithValue{"--from",
                                                          "--with",
                                                          "-w",
                                                          "--with-editable",
                                                          "--with-requirements",
                                                          "--python",
                                                          "-p",
                                                          "--index",
                                                          "--default-index",
                                                          "--index-url",
                                                          "-i",
                                                          "--extra-index-url",
                                                          "--find-links",
                                                          "-f",
                                                          "--refresh-package",
                                                          "--cache-dir",
                                                          "--directory",
                                                          "--project",
                                                          "--config-file",
                                                          "--link-mode",
                                                          "--resolution",
                                                          "--prerelease",
                                                          "--exclude-newer",
                                                          "--index-strategy",
                                                          "--keyring-provider",
                                                          "--env-file",
                                                          "--constraints",
                                                          "--constraint",
                                                          "-c",
                                                          "--overrides",
                                                          "--override",
                                                          "--color",
                                                          "--allow-insecure-host",
                                                          "--reinstall-package",
                                                          "--upgrade-package",
                                                          "-P",
                                                          "--python-platform",
                                                          "--torch-backend",
                                                          "--build-constraints",
                                                          "-b",
                                                          "--no-binary-package",
                                                          "--no-build-package",
                                                          "--config-setting"};
    return call_of(PackageKind::pypi, read_options(words, {kWithValue, kPackage}));
}

std::optional<RunnerCall> read_pipx(Words words) {
    constexpr std::array<std::string_view, 1> kPackage{"--spec"};
    constexpr std::array<std::string_view, 5> kWithValue{
        "--spec", "--python", "--pip-args", "--index-url", "-i"};
    return call_of(PackageKind::pypi, read_options(words, {kWithValue, kPackage}));
}

// `docker run`: nearly every option has a value, so those without are listed.
std::optional<RunnerCall> read_container(Words words) {
    constexpr std::array<std::string_view, 23> kSwitches{"--interactive",
                                                         "--tty",
                                                         "--rm",
                                                         "--detach",
                                                         "--init",
                                                         "--privileged",
                                                         "--publish-all",
                                                         "--read-only",
                                                         "--quiet",
                                                         "--no-healthcheck",
                                                         "--sig-proxy",
                                                         "--oom-kill-disable",
                                                         "--use-api-socket",
                                                         "--disable-content-trust",
                                                         "--help",
                                                         "--replace",
                                                         "--rmi",
                                                         "--no-hosts",
                                                         "--env-host",
                                                         "--http-proxy",
                                                         "--no-hostname",
                                                         "--read-only-tmpfs",
                                                         "--tls-verify"};
    constexpr std::string_view kShortSwitches = "itdPq";
    std::size_t at = 0;
    for (; at < words.size(); ++at) {
        const std::string& word = words[at];
        if (word == "--") {
            ++at;
            break;
        }
        if (word.size() < 2 || word.front() != '-') break;
        if (word.starts_with("--")) {
            if (word.find('=') == std::string::npos && !is_one_of(word, kSwitches)) ++at;
            continue;
        }
        const auto value = word.find_first_not_of(kShortSwitches, 1);  // -it, -ie NAME, -eNAME=v
        if (value != std::string::npos && value + 1 == word.size()) ++at;
    }
    if (at >= words.size()) return std::nullopt;
    return call_of(PackageKind::oci, Options{{}, words.subspan(at)});
}

// The words after `first second`, `first other` …; empty if they are not there.
std::optional<Words> after(Words words, std::initializer_list<std::string_view> choices) {
    if (words.empty() || !is_one_of(words.front(), choices)) return std::nullopt;
    return words.subspan(1);
}

std::optional<RunnerCall> read_deno(Words words) {
    const auto run = after(words, {"run", "serve"});
    if (!run) return std::nullopt;
    Options options = read_options(*run, {});
    if (options.rest.empty() || !options.rest.front().starts_with("npm:")) return std::nullopt;
    options.package = options.rest.front().substr(4);
    auto call = call_of(PackageKind::npm, options);
    if (call) call->command.clear();
    return call;
}

std::optional<RunnerCall> read_docker(Words words) {
    constexpr std::array<std::string_view, 9> kWithValue{"--context",
                                                         "-c",
                                                         "-H",
                                                         "--host",
                                                         "--config",
                                                         "-l",
                                                         "--log-level",
                                                         "--connection",
                                                         "--url"};
    Words rest = read_options(words, {kWithValue, {}}).rest;
    if (const auto inner = after(rest, {"container"})) rest = *inner;
    const auto run = after(rest, {"run"});
    return run ? read_container(*run) : std::nullopt;
}

}  // namespace

std::span<const std::string> without_wrappers(std::span<const std::string> argv) {
    while (argv.size() > 1) {
        const std::string program = program_name(argv.front());
        if (program == "cmd" && equals_ignoring_case(argv[1], "/c") && argv.size() > 2) {
            argv = argv.subspan(2);
        } else if (program == "env") {
            std::size_t at = 1;
            while (at < argv.size() && !argv[at].starts_with('-') &&
                   argv[at].find('=') != std::string::npos) {
                ++at;
            }
            if (at == argv.size() || argv[at].starts_with('-')) return argv;
            argv = argv.subspan(at);
        } else {
            return argv;
        }
    }
    return argv;
}

std::string_view to_string(PackageKind kind) {
    constexpr std::array<std::string_view, 3> kNames{"npm", "pypi", "oci"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::string Package::id() const { return std::string(to_string(kind)) + ":" + name; }

std::optional<Package> parse_package(PackageKind kind, std::string_view spec) {
    switch (kind) {
        case PackageKind::npm:
            return parse_npm(spec);
        case PackageKind::pypi:
            return parse_pypi(spec);
        case PackageKind::oci:
            return parse_oci(spec);
    }
    return std::nullopt;
}

std::optional<Package> parse_package_id(std::string_view word) {
    for (const PackageKind kind : {PackageKind::npm, PackageKind::pypi, PackageKind::oci}) {
        const std::string prefix = std::string(to_string(kind)) + ":";
        if (word.starts_with(prefix)) return parse_package(kind, word.substr(prefix.size()));
    }
    return std::nullopt;
}

std::optional<RunnerCall> recognise_runner(std::span<const std::string> argv) {
    const Words words = without_wrappers(argv);
    if (words.size() < 2 || is_relative_path(words.front())) return std::nullopt;
    const std::string program = program_name(words.front());
    const Words rest = words.subspan(1);
    std::optional<Words> arguments;
    if (program == "npx" || program == "pnpx" || program == "bunx") return read_npm(rest);
    if (program == "npm" && (arguments = after(rest, {"exec", "x"}))) return read_npm(*arguments);
    if (program == "pnpm" && (arguments = after(rest, {"dlx"}))) return read_npm(*arguments);
    if (program == "yarn" && (arguments = after(rest, {"dlx"}))) return read_npm(*arguments);
    if (program == "bun" && (arguments = after(rest, {"x"}))) return read_npm(*arguments);
    if (program == "deno") return read_deno(rest);
    if (program == "uvx") return read_uvx(rest);
    if (program == "uv" && (arguments = after(rest, {"tool"})) &&
        (arguments = after(*arguments, {"run"}))) {
        return read_uvx(*arguments);
    }
    if (program == "pipx" && (arguments = after(rest, {"run"}))) return read_pipx(*arguments);
    if (program == "docker" || program == "podman" || program == "nerdctl")
        return read_docker(rest);
    return std::nullopt;
}

std::string url_id(std::string_view url) {
    std::string id = redact_url(url);
    const auto scheme = id.find("://");
    if (scheme == std::string::npos) return redact(id);
    const auto path = std::min(id.find('/', scheme + 3), id.size());
    std::transform(
        id.begin(), id.begin() + static_cast<std::ptrdiff_t>(path), id.begin(), [](char c) {
            return lower_ascii(c);
        });
    return redact(id);
}

std::string command_name(std::span<const std::string> argv) {
    constexpr std::array<std::string_view, 11> kInterpreters{
        "node", "nodejs", "python", "python3", "py", "deno", "bun", "ruby", "php", "java", "tsx"};
    const Words words = without_wrappers(argv);
    if (words.empty()) return "server";
    std::string_view chosen = words.front();
    if (is_one_of(program_name(chosen), kInterpreters)) {
        // The script: the first word after the options that looks like a file.
        for (const std::string& word : words.subspan(1)) {
            if (!word.starts_with('-') && word.find('.') != std::string::npos) {
                chosen = word;
                break;
            }
        }
    }
    const auto slash = chosen.find_last_of("/\\");
    if (slash != std::string_view::npos) chosen.remove_prefix(slash + 1);
    const auto dot = chosen.rfind('.');
    if (dot != std::string_view::npos && dot > 0) chosen = chosen.substr(0, dot);
    return chosen.empty() ? "server" : std::string(chosen);
}

std::string without_path_keys(std::string_view url) {
    std::string out;
    while (true) {
        const auto slash = std::min(url.find('/'), url.size());
        const std::string_view part = url.substr(0, slash);
        out += is_path_key(part) ? kRedacted : part;
        if (slash == url.size()) return out;
        out += '/';
        url.remove_prefix(slash + 1);
    }
}

void set_identity(Target& target, std::string_view otherwise) {
    if (const auto* http = std::get_if<HttpTarget>(&target.how)) {
        target.id = without_path_keys(url_id(http->url));
        return;
    }
    const auto& stdio = std::get<StdioTarget>(target.how);
    const auto& argv = target.as_written.empty() ? stdio.argv : target.as_written;
    if (const auto url = url_passed_on(argv)) {
        target.id = without_path_keys(url_id(*url));
        return;
    }
    if (auto call = recognise_runner(stdio.argv)) {
        target.id = call->package.id();
        target.version = call->package.version == "latest" ? "" : std::move(call->package.version);
        return;
    }
    target.id = otherwise;
}

}  // namespace mcprisk::crawler
