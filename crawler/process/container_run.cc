#include "crawler/process/container_run.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <fstream>
#include <span>
#include <utility>

#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

std::size_t behind_run(const std::vector<std::string>& argv) {
    const std::size_t at = argv.size() > 1 && argv[1] == "container" ? 2 : 1;
    return at < argv.size() && argv[at] == "run" ? at + 1 : 0;
}

bool is_container_id(std::string_view text) {
    return text.size() >= 12 && text.size() <= 128 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

struct EngineWords {
    std::string_view part;  // in small letters
    ContainerFailure failure;
};

constexpr std::string_view kStartEngine =
    "start the container engine, or get the right to use it, and try again";
constexpr std::string_view kNoImage =
    "the registry has no such image, or keeps it private: check the name, or log in";
constexpr std::string_view kNoTag = "the image has no such tag or digest: check it";
constexpr std::string_view kNoBuild = "there is no build of the image for this machine";
constexpr std::string_view kNoRegistry = "check the network and the registry of the image";

// Of the engines' own sources and documents. The first that fits counts.
constexpr std::array<EngineWords, 24> kEngineWords{{
    {"cannot connect to the docker daemon", {Outcome::no_runtime, kStartEngine}},
    {"trying to connect to the docker daemon", {Outcome::no_runtime, kStartEngine}},
    {"trying to connect to the docker api", {Outcome::no_runtime, kStartEngine}},
    {"failed to connect to the docker api", {Outcome::no_runtime, kStartEngine}},
    {"cannot connect to podman", {Outcome::no_runtime, kStartEngine}},
    {"cannot access containerd socket", {Outcome::no_runtime, kStartEngine}},
    {"rootless containerd not running", {Outcome::no_runtime, kStartEngine}},
    {"no matching manifest for", {Outcome::no_runtime, kNoBuild}},
    {"no image found in manifest list", {Outcome::no_runtime, kNoBuild}},
    {"no image found in image index", {Outcome::no_runtime, kNoBuild}},
    {"manifest unknown", {Outcome::unreachable, kNoTag}},
    {"manifest for ", {Outcome::unreachable, kNoTag}},
    {"pull access denied", {Outcome::unreachable, kNoImage}},
    {"repository does not exist", {Outcome::unreachable, kNoImage}},
    {"requested access to the resource is denied", {Outcome::unreachable, kNoImage}},
    {"repository name not known", {Outcome::unreachable, kNoImage}},
    {"unauthorized", {Outcome::unreachable, kNoImage}},
    {"did not resolve to an alias",
     {Outcome::needs_configuration, "give the image with its registry: docker.io/NAME"}},
    {"toomanyrequests",
     {Outcome::unreachable, "its registry bounds how often is pulled: log in, or try later"}},
    {"no such host", {Outcome::unreachable, kNoRegistry}},
    {"dial tcp", {Outcome::unreachable, kNoRegistry}},
    {"name resolution", {Outcome::unreachable, kNoRegistry}},
    {"tls handshake", {Outcome::unreachable, kNoRegistry}},
    {"i/o timeout", {Outcome::unreachable, kNoRegistry}},
}};

// What a server prints within the container has none of these before it.
bool engine_speaks(std::string_view line) {
    constexpr std::array<std::string_view, 6> kMarks{"docker: ",
                                                     "error response from daemon",
                                                     "cannot connect to the docker daemon",
                                                     "cannot connect to podman",
                                                     "level=fatal",
                                                     "docker daemon socket"};
    return std::any_of(kMarks.begin(), kMarks.end(), [&](std::string_view mark) {
        return line.find(mark) != std::string_view::npos;
    });
}

// Podman begins with a word that servers begin with as well: then it must say what it was at.
bool podman_speaks(std::string_view line) {
    if (!line.starts_with("error: ")) return false;
    constexpr std::array<std::string_view, 5> kMarks{"initializing source",
                                                     "pinging container registry",
                                                     "short-name",
                                                     "unable to copy from source",
                                                     "choosing an image from manifest list"};
    return std::any_of(kMarks.begin(), kMarks.end(), [&](std::string_view mark) {
        return line.find(mark) != std::string_view::npos;
    });
}

}  // namespace

std::vector<std::string> with_run_options(std::vector<std::string> argv,
                                          const std::vector<std::string>& options) {
    const std::size_t at = behind_run(argv);
    if (at > 0) {
        argv.insert(
            argv.begin() + static_cast<std::ptrdiff_t>(at), options.begin(), options.end());
    }
    return argv;
}

bool names_network(const std::vector<std::string>& argv) {
    return std::any_of(argv.begin(), argv.end(), [](const std::string& word) {
        return word == "--network" || word == "--net" || word.starts_with("--network=") ||
               word.starts_with("--net=");
    });
}

std::optional<ContainerFailure> read_container_failure(std::string_view last_words) {
    const std::string text = lower_ascii(repair_utf8(last_words));
    for (const std::string_view one : split(text, '\n')) {
        const std::string_view line = trim(one);
        if (!engine_speaks(line) && !podman_speaks(line)) continue;
        for (const EngineWords& words : kEngineWords) {
            if (line.find(words.part) != std::string_view::npos) return words.failure;
        }
    }
    return std::nullopt;
}

std::vector<std::string> RunContainers::watched(std::vector<std::string> argv) {
    const bool has_one = std::any_of(argv.begin(), argv.end(), [](const std::string& word) {
        return word.starts_with("--cidfile");
    });
    if (behind_run(argv) == 0 || has_one) return argv;
    if (directory_.path().empty()) {
        auto made = TemporaryDirectory::make();
        if (!made) return argv;
        directory_ = std::move(*made);
    }
    // An engine refuses a file that is there.
    files_.push_back(fmt::format("{}/container-{}", directory_.path(), files_.size()));
    return with_run_options(std::move(argv), {"--cidfile", files_.back()});
}

std::vector<std::string> RunContainers::removal(const std::string& client) {
    std::vector<std::string> command{client, "rm", "--force"};
    const std::size_t words = command.size();
    for (const std::string& file : files_) {
        std::string id;
        std::ifstream(file) >> id;
        if (is_container_id(id)) command.push_back(id);
    }
    files_.clear();
    if (command.size() == words) command.clear();
    return command;
}

}  // namespace mcprisk::crawler
