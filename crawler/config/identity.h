// Who a server is, told from its command line or URL (docs/cli.md, Identity). Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/target.h"

namespace mcprisk::crawler {

enum class PackageKind : std::uint8_t { npm, pypi, oci };
std::string_view to_string(PackageKind kind);

struct Package {
    PackageKind kind = PackageKind::npm;
    std::string name;     // in the one spelling that its registry treats as equal to all others
    std::string version;  // version, range, tag or digest as written; may be empty

    [[nodiscard]] std::string id() const;  // "npm:NAME"
};

// What a runner takes as a package: `NAME@VERSION` for npm, also `NAME[extra]==VERSION` for PyPI,
// `IMAGE:TAG` or `IMAGE@sha256:…` for images. Empty for paths, URLs, git sources and whatever else
// does not name something in a registry. Names from PyPI are normalised as PEP 503 says; images
// lose the host of the default registry.
std::optional<Package> parse_package(PackageKind kind, std::string_view spec);

// "npm:NAME@V", "pypi:NAME", "oci:IMAGE"; empty for anything else.
std::optional<Package> parse_package_id(std::string_view word);

// A package that a runner fetches and starts.
struct RunnerCall {
    Package package;
    std::string command;  // the program wanted out of the package; empty for its default one
    std::vector<std::string> arguments;  // for the server
};

// Knows npx, npm exec, pnpm dlx, yarn dlx, bunx, deno run npm:…, uvx, uv tool run, pipx run and
// docker, podman or nerdctl run, also by full path, with a Windows suffix, and behind `cmd /c` or
// `env`. A relative path means a program of a project, not a runner.
// Empty for every other program, and when the package is not from a registry.
std::optional<RunnerCall> recognise_runner(std::span<const std::string> argv);

// The words behind `cmd /c` and `env A=b`, which start a program that has its own name.
std::span<const std::string> without_wrappers(std::span<const std::string> argv);

// Scheme and host in lower case; no user info, query or fragment; what looks like a key redacted.
std::string url_id(std::string_view url);

// A name for a command without a package: the stem of the script that an interpreter is given, else
// of the program. Never empty.
std::string command_name(std::span<const std::string> argv);

// A path, or a URL without query, with its parts that are keys by their form replaced: whoever has
// such an address has what is behind it.
std::string without_path_keys(std::string_view url);

// Sets `id` and `version` from package or URL; without either, the id is `otherwise` and the
// version stays. The tag "latest" is no version. A program that only passes on what a URL says, as
// `npx mcp-remote URL`, is that URL. The id is that of the group: see entry_identity.h.
void set_identity(Target& target, std::string_view otherwise);

}  // namespace mcprisk::crawler
