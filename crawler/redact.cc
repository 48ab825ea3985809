#include "crawler/redact.h"

#include <array>

#include "crawler/secret_words.h"
#include "model/base/regex.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

struct Patterns {
    std::vector<Regex> list;
};

const Patterns& patterns() {
    static const Patterns compiled = [] {
        constexpr std::array<std::string_view, 7> kSources{
            // RFC 6750 and RFC 7617 credentials
            R"((bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,})",
            // PEM blocks
            R"(-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?)",
            // prefixes that vendors document for their keys
            R"(\b(gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk-|sk_|pk_live_|rk_|pat\.|npm_|hf_|AIza)[A-Za-z0-9_.-]{6,})",
            R"(\b(AKIA|ASIA)[A-Z0-9]{12,})",
            // JSON Web Tokens
            R"(\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]+)",
            // user info of a URL
            R"(://[^/\s:@]+(:[^/\s@]*)?@)",
            // key=value and "key": "value"
            R"re(([A-Za-z0-9_-]*(password|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)[A-Za-z0-9_-]*)["']?\s*[=:]\s*["']?[^\s"',;&]+)re",
        };
        Patterns result;
        for (const std::string_view source : kSources) {
            auto regex = Regex::compile(source);
            if (regex) result.list.push_back(std::move(*regex));
        }
        return result;
    }();
    return compiled;
}

std::string replace_all(std::string text, std::string_view what) {
    for (auto at = text.find(what); at != std::string::npos;
         at = text.find(what, at + kRedacted.size())) {
        text.replace(at, what.size(), kRedacted);
    }
    return text;
}

// What stays in front of the secret: "token=" of "token=abc", "://" of user info.
std::size_t kept_prefix(std::string_view match) {
    if (match.starts_with("://")) return 3;
    if (match.starts_with("-----")) return 0;
    const auto separator = match.find_first_of("=:");
    if (separator == std::string_view::npos) return 0;
    std::size_t end = separator + 1;
    while (end < match.size() && (match[end] == ' ' || match[end] == '"' || match[end] == '\''))
        ++end;
    return end;
}

std::string redact_pattern(std::string_view text, const Regex& regex) {
    std::string out;
    while (const auto found = regex.find(text)) {
        if (found->end == found->begin) break;
        const std::string_view match = text.substr(found->begin, found->end - found->begin);
        out.append(text.substr(0, found->begin));
        out.append(match.substr(0, kept_prefix(match)));
        out.append(kRedacted);
        if (match.starts_with("://")) out += '@';
        text.remove_prefix(found->end);
    }
    return out.append(text);
}

std::string quoted(const std::string& argument) {
    if (!argument.empty() && argument.find_first_of(" \t\n\"'\\$") == std::string::npos) {
        return argument;
    }
    return "'" + argument + "'";
}

}  // namespace

std::string redact(std::string_view text, const std::vector<std::string>& secrets) {
    std::string out(text);
    for (const std::string& secret : secrets) {
        if (secret.size() >= 4) out = replace_all(std::move(out), secret);
    }
    for (const Regex& regex : patterns().list) out = redact_pattern(out, regex);
    return out;
}

std::string redact_url(std::string_view url) {
    std::string out(url.substr(0, url.find_first_of("?#")));
    const auto scheme = out.find("://");
    if (scheme == std::string::npos) return out;
    const auto path = out.find('/', scheme + 3);
    const auto at = out.rfind('@', path == std::string::npos ? out.size() : path);
    if (at != std::string::npos && at > scheme) out.erase(scheme + 3, at - scheme - 2);
    return out;
}

std::string redact_command(const std::vector<std::string>& argv) {
    std::string out;
    bool hide_next = false;
    for (const std::string& argument : argv) {
        if (!out.empty()) out += ' ';
        const auto equals = argument.find('=');
        if (hide_next && !argument.starts_with("-")) {
            out += kRedacted;
            hide_next = false;
            continue;
        }
        hide_next = false;
        if (equals != std::string::npos && names_secret(argument.substr(0, equals))) {
            out += argument.substr(0, equals + 1);
            out += kRedacted;
            continue;
        }
        hide_next = argument.starts_with("-") && names_secret(argument);
        if (argument.find("://") != std::string::npos && !argument.starts_with("-")) {
            out += quoted(redact(argument.find('@') == std::string::npos &&
                                         argument.find('?') == std::string::npos
                                     ? argument
                                     : redact_url(argument)));
        } else {
            out += quoted(redact(argument));
        }
    }
    return out;
}

}  // namespace mcprisk::crawler
