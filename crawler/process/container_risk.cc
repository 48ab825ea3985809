#include "crawler/process/container_risk.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <vector>

#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

namespace fs = std::filesystem;

enum class Kind : std::uint8_t {
    flag,  // without a value
    free,  // any value is harmless
    variable,
    volume,
    mount,
    network,
    security,
};

struct Option {
    std::string_view name;
    char letter;  // 0: none
    Kind kind;
};

// What `docker run`, `podman run` and `nerdctl run` agree on and what gives a container nothing of
// the machine but processor, memory and a network of its own. Source: docs of the three commands.
constexpr std::array kOptions{
    Option{"interactive", 'i', Kind::flag},
    Option{"tty", 't', Kind::flag},
    Option{"quiet", 'q', Kind::flag},
    Option{"rm", 0, Kind::flag},
    Option{"init", 0, Kind::flag},
    Option{"read-only", 0, Kind::flag},
    Option{"no-healthcheck", 0, Kind::flag},
    Option{"sig-proxy", 0, Kind::flag},
    Option{"env", 'e', Kind::variable},
    Option{"volume", 'v', Kind::volume},
    Option{"mount", 0, Kind::mount},
    Option{"network", 0, Kind::network},
    Option{"net", 0, Kind::network},
    Option{"security-opt", 0, Kind::security},
    Option{"name", 0, Kind::free},
    Option{"hostname", 'h', Kind::free},
    Option{"label", 'l', Kind::free},
    Option{"workdir", 'w', Kind::free},
    Option{"user", 'u', Kind::free},
    Option{"entrypoint", 0, Kind::free},
    Option{"platform", 0, Kind::free},
    Option{"pull", 0, Kind::free},
    Option{"publish", 'p', Kind::free},
    Option{"expose", 0, Kind::free},
    Option{"add-host", 0, Kind::free},
    Option{"dns", 0, Kind::free},
    Option{"dns-option", 0, Kind::free},
    Option{"dns-search", 0, Kind::free},
    Option{"tmpfs", 0, Kind::free},
    Option{"ulimit", 0, Kind::free},
    Option{"memory", 'm', Kind::free},
    Option{"memory-swap", 0, Kind::free},
    Option{"memory-reservation", 0, Kind::free},
    Option{"cpus", 0, Kind::free},
    Option{"cpu-shares", 'c', Kind::free},
    Option{"cpuset-cpus", 0, Kind::free},
    Option{"pids-limit", 0, Kind::free},
    Option{"shm-size", 0, Kind::free},
    Option{"cap-drop", 0, Kind::free},
    Option{"stop-signal", 0, Kind::free},
    Option{"stop-timeout", 0, Kind::free},
};

const Option* option_named(std::string_view name) {
    const auto* found = std::find_if(
        kOptions.begin(), kOptions.end(), [&](const Option& o) { return o.name == name; });
    return found == kOptions.end() ? nullptr : found;
}

const Option* option_lettered(char letter) {
    const auto* found = std::find_if(kOptions.begin(), kOptions.end(), [&](const Option& o) {
        return o.letter != 0 && o.letter == letter;
    });
    return found == kOptions.end() ? nullptr : found;
}

bool is_name(std::string_view text) {
    const auto fits = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '_' || c == '-' || c == '.';
    };
    return !text.empty() && text.front() != '.' && text.front() != '-' &&
           std::all_of(text.begin(), text.end(), fits);
}

class Judge {
  public:
    explicit Judge(const ContainerPlace& place) : place_(place) {}

    using Risk = std::optional<std::string>;

    Risk run(std::span<const std::string> words) const {
        std::size_t at = 0;
        for (; at < words.size(); ++at) {
            const std::string_view word = words[at];
            if (word.size() < 2 || word.front() != '-') break;
            if (word == "--") {
                ++at;
                break;
            }
            std::size_t taken = 1;
            Risk risk = word.starts_with("--") ? long_option(words.subspan(at), taken)
                                               : letters(words.subspan(at), taken);
            if (risk) return risk;
            at += taken - 1;
        }
        if (at >= words.size()) return "it names no image";
        return image(words[at]);
    }

  private:
    Risk long_option(std::span<const std::string> words, std::size_t& taken) const {
        const std::string_view word = std::string_view(words.front()).substr(2);
        const auto equals = word.find('=');
        const std::string_view name = word.substr(0, equals);
        const Option* option = option_named(name);
        if (option == nullptr) return unknown(fmt::format("--{}", name));
        if (option->kind == Kind::flag) return std::nullopt;  // --tty=false too
        if (equals != std::string_view::npos) return value(*option, word.substr(equals + 1));
        if (words.size() < 2) return fmt::format("--{} has no value", name);
        taken = 2;
        return value(*option, words[1]);
    }

    // "-it", "-eNAME", "-e=NAME", "-itv /:/h"
    Risk letters(std::span<const std::string> words, std::size_t& taken) const {
        std::string_view rest = std::string_view(words.front()).substr(1);
        while (!rest.empty()) {
            const Option* option = option_lettered(rest.front());
            if (option == nullptr) return unknown(fmt::format("-{}", rest.front()));
            rest.remove_prefix(1);
            if (option->kind == Kind::flag) {
                if (rest.starts_with('=')) return std::nullopt;
                continue;
            }
            if (rest.starts_with('=')) rest.remove_prefix(1);
            if (!rest.empty()) return value(*option, rest);
            if (words.size() < 2) return fmt::format("-{} has no value", option->letter);
            taken = 2;
            return value(*option, words[1]);
        }
        return std::nullopt;
    }

    static Risk unknown(std::string_view option) {
        return fmt::format("it is given {}, which is not known to keep a container closed", option);
    }

    Risk value(const Option& option, std::string_view text) const {
        switch (option.kind) {
            case Kind::flag:
            case Kind::free:
                return std::nullopt;
            case Kind::variable:
                return variable(text);
            case Kind::volume:
                return volume(text);
            case Kind::mount:
                return mount(text);
            case Kind::network:
                return network(text);
            case Kind::security:
                if (text == "no-new-privileges" || text == "no-new-privileges:true" ||
                    text == "no-new-privileges=true") {
                    return std::nullopt;
                }
                return fmt::format("it changes the container's confinement (--security-opt {})",
                                   text);
        }
        return std::nullopt;
    }

    // Podman passes on every variable that fits "A*".
    static Risk variable(std::string_view text) {
        const std::string_view name = text.substr(0, text.find('='));
        if (name.find('*') != std::string_view::npos) {
            return fmt::format("it passes on variables of this machine by a pattern ({})", name);
        }
        return std::nullopt;
    }

    Risk volume(std::string_view text) const {
        const auto colon = text.find(':');
        if (colon == std::string_view::npos) return std::nullopt;  // a new, empty one
        constexpr std::array<std::string_view, 10> kModes{
            "ro", "rw", "z", "Z", "cached", "delegated", "consistent", "nocopy", "noexec", "nodev"};
        const auto second = text.find(':', colon + 1);
        if (second != std::string_view::npos) {
            for (const std::string_view mode : split(text.substr(second + 1), ',')) {
                if (std::find(kModes.begin(), kModes.end(), mode) == kModes.end()) {
                    return fmt::format("it mounts with \"{}\"", mode);
                }
            }
        }
        return source(text.substr(0, colon));
    }

    // "type=bind,source=/a,target=/b": comma-separated values, so quotes can hide a key.
    Risk mount(std::string_view text) const {
        if (text.find('"') != std::string_view::npos) return "it quotes a mount";
        std::string_view type = "volume";
        std::optional<std::string_view> from;
        for (const std::string_view piece : split(text, ',')) {
            const auto equals = piece.find('=');
            const std::string_view key = piece.substr(0, equals);
            const std::string_view rest =
                equals == std::string_view::npos ? std::string_view() : piece.substr(equals + 1);
            if (key == "type") {
                type = rest;
            } else if (key == "source" || key == "src") {
                if (from) return "it names two sources of one mount";
                from = rest;
            } else if (key != "target" && key != "dst" && key != "destination" &&
                       key != "readonly" && key != "ro" && key != "tmpfs-size" &&
                       key != "tmpfs-mode") {
                return fmt::format("it mounts with \"{}\"", key);
            }
        }
        if (type != "bind" && type != "volume" && type != "tmpfs") {
            return fmt::format("it mounts a \"{}\"", type);
        }
        return from ? source(*from) : std::nullopt;
    }

    Risk network(std::string_view text) const {
        const bool own = text == "none" || text == "bridge" || text == "default";
        if (own) return std::nullopt;
        if (text == "host" || !is_name(text)) {
            return fmt::format("it shares a network that is not its own ({})", text);
        }
        if (place_.by == NamedBy::index) {
            return fmt::format("it joins a network of this machine ({})", text);
        }
        return std::nullopt;
    }

    static Risk image(std::string_view text) {
        // "dir:/etc", "docker-archive:…": podman takes an image from a file.
        const auto colon = text.find(':');
        const bool transport = colon != std::string_view::npos && colon + 1 < text.size() &&
                               text[colon + 1] == '/';
        constexpr std::array<std::string_view, 6> kTransports{
            "dir:", "oci:", "oci-archive:", "docker-archive:", "docker-daemon:", "sif:"};
        const bool named = std::any_of(kTransports.begin(),
                                       kTransports.end(),
                                       [&](std::string_view t) { return text.starts_with(t); });
        const bool path = text.empty() || text.front() == '/' || text.front() == '.';
        if (transport || named || path) {
            return fmt::format("it takes its image from this machine ({})", text);
        }
        return std::nullopt;
    }

    Risk source(std::string_view text) const {
        if (text.find_first_of("/~$%\\") == std::string_view::npos && is_name(text)) {
            if (place_.by == NamedBy::index) {
                return fmt::format("it mounts a volume of this machine ({})", text);
            }
            return std::nullopt;
        }
        if (text.ends_with("docker.sock") || text.ends_with("podman.sock") ||
            text.ends_with("containerd.sock")) {
            return "it mounts the container engine's socket, which is power over the whole machine";
        }
        if (place_.by == NamedBy::index || text.empty() || text.front() != '/') {
            return fmt::format("it mounts {} of this machine", text);
        }
        std::string path = fs::path(text).lexically_normal().string();
        if (place_.resolve) path = place_.resolve(path);
        while (path.size() > 1 && path.ends_with('/')) path.pop_back();
        if (path.empty() || path.ends_with(".sock")) {
            return fmt::format("it mounts {}, which is no file and no directory", text);
        }
        return directory(path);
    }

    // A directory that may hold a project.
    Risk directory(const std::string& path) const {
        const Risk refused = fmt::format("it mounts {} of this machine", path);
        if (path == "/" || path == place_.home || (place_.home + "/").starts_with(path + "/")) {
            return refused;
        }
        std::vector<std::string_view> steps = split(std::string_view(path).substr(1), '/');
        constexpr std::array<std::string_view, 7> kWhole{
            "home", "Users", "mnt", "media", "srv", "opt", "tmp"};
        constexpr std::array<std::string_view, 18> kSystem{
            "bin",  "boot",   "dev",  "etc",    "lib",     "lib32",   "lib64", "libx32", "nix",
            "proc", "root",   "run",  "sbin",   "sys",     "usr",     "var",   "snap",   "gnu"};
        const std::string_view top = steps.front();
        const bool in_home = !place_.home.empty() && path.starts_with(place_.home + "/");
        const bool system =
            std::find(kSystem.begin(), kSystem.end(), top) != kSystem.end() && !in_home;
        const bool whole = std::find(kWhole.begin(), kWhole.end(), top) != kWhole.end() &&
                           steps.size() == 1;
        const bool a_home = (top == "home" || top == "Users") && steps.size() == 2;
        if (system || whole || a_home) return refused;
        if (std::any_of(steps.begin(), steps.end(), [](std::string_view step) {
                return step.starts_with('.');
            })) {
            return fmt::format("it mounts {}, where settings and keys are kept", path);
        }
        return std::nullopt;
    }

    const ContainerPlace& place_;
};

}  // namespace

std::optional<std::string> container_risk(std::span<const std::string> argv,
                                          const ContainerPlace& place) {
    std::size_t at = 1;
    if (at < argv.size() && argv[at] == "container") ++at;
    if (at >= argv.size() || argv[at] != "run") {
        return fmt::format("it asks for \"{}\", which is not the run of a container",
                           at < argv.size() ? argv[at] : "nothing");
    }
    return Judge(place).run(argv.subspan(at + 1));
}

}  // namespace mcprisk::crawler
