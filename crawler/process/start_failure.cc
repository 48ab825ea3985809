#include "crawler/process/start_failure.h"

#include <algorithm>
#include <array>

#include "model/base/regex.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

struct Patterns {
    std::optional<Regex> network;
    std::optional<Regex> missing;
    std::optional<Regex> setting;
    std::optional<Regex> variable;
    std::optional<Regex> option;
    std::optional<Regex> runtime;
    std::optional<Regex> scripts;
};

std::optional<Regex> compiled(std::string_view source, bool case_sensitive = false) {
    auto regex = Regex::compile(source, case_sensitive);
    return regex ? std::optional<Regex>(std::move(*regex)) : std::nullopt;
}

const Patterns& patterns() {
    static const Patterns all{
        compiled(
            R"(ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ECONNREFUSED|ECONNRESET|ETIMEDOUT|)"
            R"(getaddrinfo|network is unreachable|name resolution|resolve host|)"
            R"(no route to host|fetch failed|connection refused|dns error|)"
            R"(name or service not known|failed to fetch|error sending request)"),
        compiled(
            R"(missing|required|require[sd]?\b|must (be )?(set|provide|specif|configur|supply|have)|)"
            R"(not (set|provided|specified|configured|found|defined)|please (set|provide|)"
            R"(specify|configure|export|add|supply)|is empty|no .{0,30}(given|provided|set|found|)"
            R"(configured)|needs?\b|unset|invalid|usage:|set the|set [A-Z])"),
        compiled(R"(environment|env var|\benv\b|api[ _-]?key|token|credential|password|secret|)"
                 R"(config|argument|option|usage:|connection string|database url|parameter)"),
        compiled(R"(\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\b)", true),
        compiled(R"(--[a-z][a-z0-9-]+)", true),
        compiled(
            R"(env: .{1,60}: No such file or directory|)"
            R"(requires? node(\.js)? |unsupported node|node(\.js)? version|command not found)"),
        compiled(R"(bindings file|node-gyp|prebuild|\.node'|native (module|addon|binding)|)"
                 R"(could not load the .{1,40} module|build from source|npm rebuild)"),
    };
    return all;
}

// Words in capitals that are no variables: errno names have no underscore, but these do.
bool is_variable(std::string_view word) {
    constexpr std::array<std::string_view, 6> kPrefixes{
        "ERR_", "UV_", "EAI_", "MODULE_", "NODE_", "UNABLE_TO_"};
    return word.size() >= 4 &&
           std::none_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view prefix) {
               return word.starts_with(prefix);
           });
}

void add_matches(std::string_view text,
                 const Regex& regex,
                 const std::vector<std::string>& without,
                 std::vector<std::string>& out) {
    constexpr std::size_t kAtMost = 12;
    while (const auto found = regex.find(text)) {
        std::string word(text.substr(found->begin, found->end - found->begin));
        text.remove_prefix(std::max<std::size_t>(found->end, 1));
        if (out.size() < kAtMost && std::find(out.begin(), out.end(), word) == out.end() &&
            std::find(without.begin(), without.end(), word) == without.end()) {
            out.push_back(std::move(word));
        }
    }
}

bool some_line_misses_a_setting(std::string_view text) {
    for (const std::string_view line : split(text, '\n')) {
        if (patterns().missing->matches(line) && patterns().setting->matches(line)) return true;
    }
    return false;
}

bool is_stack_frame(std::string_view line) {
    return line.starts_with("at ") || line.starts_with("File \"") || line.starts_with("^") ||
           line.starts_with("node:internal") || line.starts_with("Node.js v") || line == "}" ||
           line == "{";
}

}  // namespace

StartFailure read_start_failure(std::string_view last_words,
                                bool network,
                                const std::vector<std::string>& known) {
    StartFailure failure;
    const Patterns& p = patterns();
    const std::string text = repair_utf8(last_words);
    if (p.missing->matches(text)) {
        std::vector<std::string> words;
        add_matches(text, *p.variable, known, words);
        for (std::string& word : words) {
            if (is_variable(word)) failure.variables.push_back(std::move(word));
        }
        if (p.setting->matches(text)) add_matches(text, *p.option, {}, failure.options);
    }
    if (!network && p.network->matches(text)) {
        failure.outcome = Outcome::needs_network;
    } else if (p.runtime->matches(text)) {
        failure.outcome = Outcome::no_runtime;
    } else if (!failure.variables.empty() || !failure.options.empty() ||
               some_line_misses_a_setting(text)) {
        failure.outcome = Outcome::needs_configuration;
    }
    return failure;
}

bool wants_scripts(std::string_view last_words) {
    return patterns().scripts->matches(repair_utf8(last_words));
}

std::string native_module(std::string_view last_words) {
    static const auto path = Regex::compile(
        R"(node_modules/(@[a-z0-9~._-]+/)?[a-z0-9~._-]+/(build|prebuilds|bin|lib|dist|binding|compiled)\b)");
    constexpr std::string_view kFolder = "node_modules/";
    const std::string text = repair_utf8(last_words);
    bool native = false;
    for (const std::string_view line : split(text, '\n')) {
        native = native || patterns().scripts->matches(line);
        if (!native || !path) continue;
        const auto found = path->find(line);
        if (!found) continue;
        std::string_view name = line.substr(found->begin, found->end - found->begin);
        name = name.substr(name.rfind(kFolder) + kFolder.size());
        name = name.substr(0, name.rfind('/'));
        // These only look for the binaries of others.
        if (name == "bindings" || name == "node-gyp-build" || name == "prebuild-install") continue;
        return std::string(name);
    }
    return {};
}

std::string last_line(std::string_view last_words, std::size_t bytes) {
    std::vector<std::string_view> lines;
    for (const std::string_view line : split(last_words, '\n')) {
        const std::string_view text = trim(line);
        if (!text.empty() && !is_stack_frame(text)) lines.push_back(text);
    }
    constexpr std::size_t kLines = 3;
    std::string out;
    const std::size_t first = lines.size() > kLines ? lines.size() - kLines : 0;
    for (std::size_t i = first; i < lines.size(); ++i) {
        if (!out.empty()) out += " / ";
        out += lines[i];
    }
    out = repair_utf8(out);
    return std::string(truncate_utf8(out, bytes));
}

}  // namespace mcprisk::crawler
