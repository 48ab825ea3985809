#include "crawler/process/container_risk.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <string_view>

#include "crawler/process/launch.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

bool lies_below(std::string_view path, std::string_view directory) {
    return path == directory || (path.starts_with(directory) && path.size() > directory.size() &&
                                 path[directory.size()] == '/');
}

// The machine's side of a mount.
std::optional<std::string> judge_mount(std::string_view source) {
    while (source.size() > 1 && source.ends_with('/')) source.remove_suffix(1);
    if (source.ends_with("docker.sock") || source.ends_with("podman.sock") ||
        source.ends_with("containerd.sock")) {
        return "it mounts the container engine's socket, which is power over the whole machine";
    }
    if (source == "/" || lies_below(source, "/etc") || lies_below(source, "/proc") ||
        lies_below(source, "/sys") || lies_below(source, "/dev") || lies_below(source, "/run") ||
        lies_below(source, "/var/run") || lies_below(source, "/boot") || source == "/root" ||
        source == "/home" || source == "~" || source == "$HOME" || source == "${HOME}") {
        return fmt::format("it mounts {} of this machine", source);
    }
    constexpr std::array<std::string_view, 9> kSecrets{"/.ssh",
                                                       "/.aws",
                                                       "/.gnupg",
                                                       "/.kube",
                                                       "/.docker",
                                                       "/.config/gcloud",
                                                       "/.azure",
                                                       "/.netrc",
                                                       "/.npmrc"};
    for (const std::string_view secret : kSecrets) {
        if (source.find(secret) != std::string_view::npos) {
            return fmt::format("it mounts {}, where keys are kept", source);
        }
    }
    return std::nullopt;
}

std::string_view source_of(std::string_view mount) {
    for (const std::string_view piece : split(mount, ',')) {
        for (const std::string_view key : {"source=", "src="}) {
            if (piece.starts_with(key)) return piece.substr(key.size());
        }
    }
    return {};
}

}  // namespace

std::optional<std::string> container_risk(std::span<const std::string> argv) {
    if (argv.empty() || !is_container_runner(argv.front())) return std::nullopt;
    for (std::size_t i = 1; i < argv.size(); ++i) {
        const std::string_view word = argv[i];
        if (!word.starts_with('-')) {
            // The image ends the options of `run`; the words before it are commands.
            constexpr std::array<std::string_view, 8> kSwitches{
                "-i", "--interactive", "-t", "--tty", "-it", "--rm", "--init", "-d"};
            const std::string_view before = argv[i - 1];
            const bool value_of_option =
                before.starts_with('-') && before.find('=') == std::string_view::npos &&
                std::find(kSwitches.begin(), kSwitches.end(), before) == kSwitches.end();
            if (word == "run" || word == "container" || value_of_option) continue;
            break;
        }
        const auto equals = word.find('=');
        const std::string_view name = word.substr(0, equals);
        std::string_view value;
        if (equals != std::string_view::npos) {
            value = word.substr(equals + 1);
        } else if (i + 1 < argv.size()) {
            value = argv[i + 1];
        }
        if (name == "--privileged" && value != "false") {
            return "it asks for --privileged, which is the rights of the machine's administrator";
        }
        if (name == "-v" || name == "--volume") {
            if (auto risk = judge_mount(value.substr(0, value.find(':')))) return risk;
        }
        if (name == "--mount") {
            if (auto risk = judge_mount(source_of(value))) return risk;
        }
        constexpr std::array<std::string_view, 7> kNamespaces{
            "--pid", "--ipc", "--uts", "--userns", "--network", "--net", "--cgroupns"};
        if (value == "host" &&
            std::find(kNamespaces.begin(), kNamespaces.end(), name) != kNamespaces.end()) {
            return fmt::format("it shares the machine's own {} ({}=host)", name.substr(2), name);
        }
        if (name == "--cap-add" || name == "--device" || name == "--volumes-from") {
            return fmt::format("it asks for {} {}", name, value);
        }
        if (name == "--security-opt" && value.find("unconfined") != std::string_view::npos) {
            return "it switches the container's confinement off";
        }
    }
    return std::nullopt;
}

}  // namespace mcprisk::crawler
