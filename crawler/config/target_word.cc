#include "crawler/config/target_word.h"

#include <fmt/format.h>
#include <algorithm>

#include "crawler/config/identity.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

constexpr std::size_t kNameShown = 60;

std::string shown(std::string_view name) { return printable(truncate_utf8(name, kNameShown)); }

bool is_token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

Result<std::optional<Target>> read_url(std::string_view word) {
    const std::string_view authority = word.substr(word.find("://") + 3);
    const std::string_view host = authority.substr(0, authority.find_first_of("/?#"));
    const auto at = host.rfind('@');
    const std::string_view bare = at == std::string_view::npos ? host : host.substr(at + 1);
    const bool clean = std::all_of(word.begin(), word.end(), [](char c) {
        return static_cast<unsigned char>(c) > ' ' && c != 0x7f;
    });
    if (bare.empty() || bare.front() == ':' || !clean) {
        return fail(ErrorCode::invalid_input,
                    "the URL has no host or holds blanks; expected https://HOST/PATH");
    }
    Target target;
    target.how = HttpTarget{std::string(word), {}, {}};
    target.given_on_command_line = true;
    if (at != std::string_view::npos) target.credential_class = "configured";
    set_identity(target, {});
    return std::optional(std::move(target));
}

std::vector<std::string> runner_command(const Package& package, std::string spec) {
    switch (package.kind) {
        case PackageKind::npm:
            return {"npx", "-y", std::move(spec)};
        case PackageKind::pypi:
            return {"uvx", std::move(spec)};
        case PackageKind::oci:
            break;
    }
    return {"docker", "run", "-i", "--rm", std::move(spec)};
}

}  // namespace

Result<std::optional<Target>> read_target_word(std::string_view word) {
    const std::string start = lower_ascii(word.substr(0, 8));
    if (start.starts_with("http://") || start.starts_with("https://")) return read_url(word);
    const auto scheme = word.find("://");
    if (scheme != std::string_view::npos && is_token(word.substr(0, scheme))) {
        return fail(
            ErrorCode::unsupported,
            fmt::format("{}:// is no scheme for an MCP server; expected http:// or https://",
                        shown(word.substr(0, scheme))));
    }
    const std::string_view kind = word.substr(0, std::min(word.find(':'), word.size()));
    const bool named =
        kind.size() < word.size() && (kind == "npm" || kind == "pypi" || kind == "oci");
    if (!named) return std::optional<Target>();
    const auto package = parse_package_id(word);
    if (!package) {
        return fail(
            ErrorCode::invalid_input,
            fmt::format("{} does not name a package; expected {}",
                        shown(word),
                        kind == "oci" ? "oci:IMAGE[:TAG]" : "npm:NAME[@VERSION] or pypi:NAME"));
    }
    return std::optional(
        target_of_command(runner_command(*package, std::string(word.substr(kind.size() + 1)))));
}

Target target_of_command(std::span<const std::string> argv) {
    Target target;
    target.how = StdioTarget{{argv.begin(), argv.end()}, {}, {}};
    target.given_on_command_line = true;
    set_identity(target, command_name(argv));
    return target;
}

Result<bool> check_header(std::string_view name, std::string_view value) {
    if (!is_token(name)) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} is no name of an HTTP header", shown(name)));
    }
    const bool clean = std::all_of(value.begin(), value.end(), [](char c) {
        return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7f);
    });
    if (!clean) {
        return fail(
            ErrorCode::invalid_input,
            fmt::format("the value of the header {} holds control characters", shown(name)));
    }
    return true;
}

Result<std::pair<std::string, std::string>> read_header_option(std::string_view text,
                                                               const VariableScope& scope) {
    const auto colon = text.find(':');
    const std::string name(trim(text.substr(0, colon)));
    if (colon == std::string_view::npos) {
        // The whole text may be a key that was meant to have a name.
        return fail(ErrorCode::invalid_input, "--header has no colon; expected 'NAME: VALUE'");
    }
    std::string_view written = trim(text.substr(colon + 1));
    std::string value;
    const auto blank = written.rfind(' ');
    if (blank != std::string_view::npos && is_token(written.substr(0, blank)) &&
        blank + 1 < written.size() && (written[blank + 1] == '$' || written[blank + 1] == '@')) {
        value = std::string(written.substr(0, blank + 1));
        written.remove_prefix(blank + 1);
    }
    std::optional<std::string> found;
    if (written.size() > 1 && written.front() == '$') {
        std::string_view variable = written.substr(1);
        if (variable.starts_with('{') && variable.ends_with('}')) {
            variable = variable.substr(1, variable.size() - 2);
        }
        if (scope.environment) found = scope.environment(variable);
        if (!found || found->empty()) {
            return fail(ErrorCode::not_found,
                        fmt::format("--header {}: the environment variable {} is not set",
                                    shown(name),
                                    shown(variable)));
        }
    } else if (written.size() > 1 && written.front() == '@') {
        const std::string path(written.substr(1));
        if (scope.read_file) found = scope.read_file(path);
        if (!found) {
            return fail(
                ErrorCode::io,
                fmt::format("--header {}: the file {} cannot be read", shown(name), shown(path)));
        }
        const std::string_view content = *found;
        found = std::string(trim(content.substr(0, content.find('\n'))));
        if (found->empty()) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("--header {}: the first line of the file {} is empty",
                                    shown(name),
                                    shown(path)));
        }
    }
    value += found ? *found : std::string(written);
    if (auto checked = check_header(name, value); !checked) return fail(checked.error());
    return std::pair(name, std::move(value));
}

Result<std::pair<std::string, std::string>> read_env_option(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) {
        return fail(ErrorCode::invalid_input, "--env has no name or no '='; expected NAME=VALUE");
    }
    if (text.find('\0') != std::string_view::npos) {
        return fail(ErrorCode::invalid_input, "--env holds a NUL byte");
    }
    return std::pair(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
}

}  // namespace mcprisk::crawler
