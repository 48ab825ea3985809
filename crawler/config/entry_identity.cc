#include "crawler/config/entry_identity.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "crawler/config/identity.h"
#include "crawler/redact.h"
#include "crawler/secret_words.h"
#include "crawler/secrets.h"
#include "model/base/entry_id.h"
#include "model/base/hash.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using Words = std::span<const std::string>;

template <typename List>
bool is_among(std::string_view word, const List& list) {
    return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

bool is_url(std::string_view word) {
    const std::string start = lower_ascii(word.substr(0, 8));
    return start.starts_with("http://") || start.starts_with("https://");
}

std::string_view after_header_option(std::string_view word) {
    for (const std::string_view option : {"--header=", "-H=", "--headers="}) {
        if (word.starts_with(option)) return word.substr(option.size());
    }
    return {};
}

// What differs from the plain start, so that equal starts have equal texts.
class Difference {
  public:
    explicit Difference(const KnownSecrets& secrets) : secrets_(secrets) {}

    void argument(std::string_view word) {
        arguments_.push_back(redact(secrets_.hide(word)));
    }
    void variable(std::string_view pair) {
        names_.insert("variable " + std::string(pair.substr(0, pair.find('='))));
    }
    void header(std::string_view pair) {
        names_.insert("header " + lower_ascii(trim(pair.substr(0, pair.find_first_of(":=")))));
    }
    void url(std::string_view url) {
        const auto scheme = url.find("://");
        const auto end = url.find_first_of("/?#", scheme + 3);
        if (url.substr(0, end).find('@') != std::string_view::npos) names_.insert("user");
        const auto query = url.find('?');
        if (query == std::string_view::npos) return;
        url = url.substr(query + 1);
        url = url.substr(0, url.find('#'));
        for (const std::string_view pair : split(url, '&')) {
            if (pair.empty()) continue;
            const auto equals = std::min(pair.find('='), pair.size());
            const std::string_view name = pair.substr(0, equals);
            const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
            const bool secret = names_secret(name) || looks_like_key(value) || is_path_key(value);
            const std::string shown(secret ? kRedacted : value);
            names_.insert("query " + std::string(name) + "=" + secrets_.hide(shown));
        }
    }

    [[nodiscard]] std::string mark() const {
        if (arguments_.empty() && names_.empty()) return "";
        std::string text;
        for (const std::string& word : arguments_) text += word + '\0';
        for (const std::string& name : names_) text += '\0' + name;
        return sha256_hex(text).substr(0, kEntryMark);
    }

  private:
    const KnownSecrets& secrets_;
    std::vector<std::string> arguments_;
    std::set<std::string> names_;
};

// Options and words that change nothing of what is started in the end.
bool is_plain(std::string_view word) {
    constexpr std::array<std::string_view, 22> kPlain{
        "-y",     "--yes", "-q",   "--quiet", "-s",   "--silent",      "--",    "exec",
        "x",      "dlx",   "run",  "tool",    "serve", "container",    "-i",    "-t",
        "-it",    "-ti",   "--rm", "--init",  "--interactive", "--tty"};
    return is_among(word, kPlain);
}

// The runner's own words: what it is told besides the package.
void runner_words(Words head, const RunnerCall& call, Difference& difference) {
    const Package& package = call.package;
    const auto names_package = [&](std::string_view word) {
        const auto one = parse_package(package.kind, word);
        return one && one->name == package.name;
    };
    const std::string_view name = package.name;
    const std::string_view bare = name.substr(name.find('/') + 1);
    for (std::size_t i = 0; i < head.size(); ++i) {
        const std::string_view word = head[i];
        const auto equals = std::min(word.find('='), word.size());
        const std::string_view option = word.substr(0, equals);
        constexpr std::array<std::string_view, 4> kPackage{"-p", "--package", "--from", "--spec"};
        if (package.kind != PackageKind::oci && is_among(option, kPackage)) {
            const bool inside = equals < word.size();
            const std::string_view value =
                inside ? word.substr(equals + 1)
                       : (i + 1 < head.size() ? std::string_view(head[i + 1]) : "");
            if (names_package(value)) {
                i += inside ? 0 : 1;
                continue;
            }
        }
        if (is_plain(word) || names_package(word) || word == bare) continue;
        if (package.kind == PackageKind::oci) {
            if (word == "-e" || word == "--env" || word == "-ie") {
                if (i + 1 < head.size()) difference.variable(head[++i]);
                continue;
            }
            if (word.starts_with("--env=")) {
                difference.variable(word.substr(6));
                continue;
            }
            if (word.starts_with("-e") && word.size() > 2) {
                difference.variable(word.substr(2));
                continue;
            }
            if (word == "--name" || word == "--pull") {
                ++i;
                continue;
            }
            if (word.starts_with("--name=") || word.starts_with("--pull=")) continue;
        }
        if (word.starts_with("npm:") && names_package(word.substr(4))) continue;
        difference.argument(word);
    }
}

void program_words(Words argv, Difference& difference) {
    const Words words = without_wrappers(argv);
    for (const std::string& word : argv.first(argv.size() - words.size())) {
        if (word.find('=') != std::string::npos) difference.variable(word);
    }
    if (url_passed_on(argv)) {
        for (std::size_t i = 1; i < words.size(); ++i) {
            if (is_url(words[i])) difference.url(words[i]);
            if ((words[i] == "--header" || words[i] == "-H") && i + 1 < words.size()) {
                difference.header(words[++i]);
            } else if (const auto pair = after_header_option(words[i]); !pair.empty()) {
                difference.header(pair);
            }
        }
        return;
    }
    const auto call = recognise_runner(argv);
    if (!call) return;
    const Words behind = words.subspan(1);
    const std::size_t own = behind.size() - std::min(behind.size(), call->arguments.size());
    runner_words(behind.first(own), *call, difference);
    for (const std::string& word : behind.subspan(own)) difference.argument(word);
}

}  // namespace

std::optional<std::string> url_passed_on(std::span<const std::string> argv) {
    const auto call = recognise_runner(argv);
    if (!call || !call->command.empty()) return std::nullopt;
    constexpr std::array<std::string_view, 4> kFirst{
        "npm:mcp-remote", "npm:@geelen/mcp-remote", "pypi:mcp-proxy", "npm:mcp-proxy"};
    const std::vector<std::string>& words = call->arguments;
    if (is_among(call->package.id(), kFirst)) {
        // The first word that is an address: options may stand before it, and their values.
        const auto found = std::find_if(words.begin(), words.end(), is_url);
        if (found == words.end()) return std::nullopt;
        return *found;
    }
    if (call->package.id() != "npm:supergateway") return std::nullopt;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const bool names = words[i] == "--sse" || words[i] == "--streamableHttp";
        if (names && is_url(words[i + 1])) return words[i + 1];
    }
    return std::nullopt;
}

void mark_entry(Target& target) {
    const KnownSecrets secrets(target);
    Difference difference(secrets);
    if (const auto* http = std::get_if<HttpTarget>(&target.how)) {
        if (!is_url(target.id)) return;
        difference.url(target.as_written.empty() ? http->url : target.as_written.front());
        for (const auto& [name, value] : http->headers) difference.header(name);
    } else {
        const auto& stdio = std::get<StdioTarget>(target.how);
        if (!recognise_runner(stdio.argv)) return;
        // What a variable holds may be secret: the words as they were written.
        program_words(target.as_written.empty() ? stdio.argv : target.as_written, difference);
        for (const auto& [name, value] : stdio.env) difference.variable(name);
    }
    const std::string mark = difference.mark();
    if (!mark.empty()) target.id += "#" + mark;
}

}  // namespace mcprisk::crawler
