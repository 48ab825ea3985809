#include "crawler/secrets.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "crawler/auth/crypto.h"
#include "crawler/redact.h"
#include "crawler/secret_words.h"
#include "crawler/unescape.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "model/read_document.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

constexpr std::size_t kWordBytes = 8;     // from here on a value may stand within a word
constexpr std::size_t kEncodedBytes = 6;  // shorter pieces of base64 are in ordinary words
constexpr std::size_t kPieceBytes = 8;    // parts of a secret that are secrets themselves
constexpr int kDecodings = 3;
constexpr std::string_view kSeparators = " \t\r\n\"'`,;=:{}[]()<>&?@|";

bool is_alnum(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_base64(char c) { return is_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_'; }

std::string hex_of(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        out += kDigits[static_cast<unsigned char>(c) >> 4];
        out += kDigits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

// The signs of base64 that `value` alone decides when it stands `offset` bytes behind a multiple of
// three (RFC 4648, 4): the first and the last one may hold bits of its neighbours.
std::string base64_core(std::string_view value, std::size_t offset) {
    std::string text = base64(std::string(offset, '\0') + std::string(value));
    text.resize(std::min(text.find('='), text.size()));
    const std::size_t begin = (offset * 8 + 5) / 6;
    const std::size_t end = (offset + value.size()) * 8 / 6;
    return end <= begin ? std::string() : text.substr(begin, end - begin);
}

std::string with_url_alphabet(std::string text) {
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

int base64_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

std::string from_base64(std::string_view text) {
    std::string out;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        const int value = base64_value(c);
        if (value < 0) break;
        bits = (bits << 6) | static_cast<unsigned>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>((bits >> count) & 0xFF);
    }
    return out;
}

// What was filled in for variables: what stands between the common beginning and end.
std::string_view filled_in(std::string_view text, std::string_view as_written) {
    std::size_t front = 0;
    while (front < text.size() && front < as_written.size() && text[front] == as_written[front]) {
        ++front;
    }
    std::size_t back = 0;
    while (back < text.size() - front && back < as_written.size() - front &&
           text[text.size() - 1 - back] == as_written[as_written.size() - 1 - back]) {
        ++back;
    }
    return text.substr(front, text.size() - front - back);
}

}  // namespace

KnownSecrets::KnownSecrets(const Target& target) {
    if (const auto* http = std::get_if<HttpTarget>(&target.how)) {
        add_url(http->url);
        // What an index says everybody may know.
        if (!target.from_index) add_path(http->url);
        if (target.as_written.size() == 1) {
            // Several variables and what stands between them.
            for (const std::string_view part :
                 split(filled_in(http->url, target.as_written.front()), '/')) {
                add_setting("", part);
            }
        }
        for (const auto& [name, value] : http->headers) add_setting(name, value);
        return;
    }
    const auto& stdio = std::get<StdioTarget>(target.how);
    for (const auto& [name, value] : stdio.env) {
        // What we made up ourselves is no secret, and may be an ordinary word.
        if (!stdio.made_up.contains(name)) add_setting(name, value);
    }
    add_arguments(stdio, target.as_written);
}

void KnownSecrets::add_needle(std::string text, Kind kind) {
    if (kind != Kind::encoded) text = lower_ascii(text);
    const auto known = [&](const Needle& one) { return one.text == text && one.kind == kind; };
    if (std::any_of(needles_.begin(), needles_.end(), known)) return;
    needles_.push_back({std::move(text), kind});
}

void KnownSecrets::add_whole(std::string_view value) {
    value = trim(value);
    if (value.size() < kShortestSecret) return;
    add_needle(std::string(value), value.size() < kWordBytes ? Kind::word : Kind::text);
    if (looks_like_key(value)) {
        const std::size_t half = std::max(kWordBytes, value.size() / 2);
        add_needle(std::string(value.substr(0, half)), Kind::start);
    }
    if (value.find(' ') != std::string_view::npos) {
        std::string form(value);
        std::replace(form.begin(), form.end(), ' ', '+');
        add_needle(std::move(form), Kind::text);
    }
    if (2 * value.size() >= kWordBytes) add_needle(hex_of(value), Kind::text);
    for (const std::size_t offset : {0U, 1U, 2U}) {
        const std::string core = base64_core(value, offset);
        if (core.size() < kEncodedBytes) continue;
        add_needle(core, Kind::encoded);
        add_needle(with_url_alphabet(core), Kind::encoded);
    }
}

void KnownSecrets::add(std::string_view value) {
    add_whole(value);
    // "Basic dXNlcjpwdw==": the password is in it, and may come back alone.
    if (lower_ascii(value.substr(0, 6)) == "basic ") {
        const std::string pair = from_base64(trim(value.substr(6)));
        const auto colon = pair.find(':');
        add_whole(pair);
        if (colon != std::string::npos) add_whole(std::string_view(pair).substr(colon + 1));
    }
    std::size_t pieces = 0;
    for (std::size_t at = 0; at < value.size();) {
        const std::size_t end = std::min(value.find_first_of(kSeparators, at), value.size());
        const std::string_view piece = value.substr(at, end - at);
        at = end + 1;
        if (piece.size() == value.size()) break;
        const std::string_view bare =
            piece.substr(std::min(piece.find_first_not_of('/'), piece.size()));
        if (bare.size() >= kPieceBytes && !is_ordinary(bare) && ++pieces <= 64) add_whole(bare);
    }
    // A decoded form is what a server sees that was given an encoded one.
    if (const auto decoded = unescape({std::string(value), {}}); decoded) add_whole(decoded->text);
}

void KnownSecrets::add_setting(std::string_view name, std::string_view value) {
    const std::string_view bare = trim(value);
    if (bare.find("://") != std::string_view::npos) add_url(bare);
    if (names_secret(name) ? bare.size() >= kShortestSecret : !is_ordinary(bare)) add(bare);
}

void KnownSecrets::add_url(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return;
    std::string_view rest = url.substr(scheme + 3);
    const auto authority_end = std::min(rest.find_first_of("/?#"), rest.size());
    const std::string_view authority = rest.substr(0, authority_end);
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        const std::string_view user_info = authority.substr(0, at);
        const auto colon = user_info.find(':');
        // Tokens are given as the user alone; beside a password the user is only a name.
        add(colon == std::string_view::npos ? user_info : user_info.substr(colon + 1));
        if (colon != std::string_view::npos && !is_ordinary(user_info.substr(0, colon))) {
            add(user_info.substr(0, colon));
        }
    }
    rest.remove_prefix(authority_end);
    const auto path_end = std::min(rest.find_first_of("?#"), rest.size());
    std::string_view query = rest.substr(path_end);
    while (!query.empty()) {
        query.remove_prefix(1);
        const auto end = std::min(query.find_first_of("&;#"), query.size());
        const std::string_view pair = query.substr(0, end);
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) {
            if (!is_ordinary(pair)) add(pair);
        } else if (const auto value = pair.substr(equals + 1);
                   names_secret(pair.substr(0, equals)) || !is_ordinary(value)) {
            add(value);
        }
        query.remove_prefix(end);
    }
}

void KnownSecrets::add_path(std::string_view url) {
    url = url.substr(0, url.find_first_of("?#"));
    for (const std::string_view part : split(url, '/')) {
        if (is_path_key(part)) add(part);
    }
}

void KnownSecrets::add_arguments(const StdioTarget& stdio,
                                 const std::vector<std::string>& as_written) {
    const std::vector<std::string>& argv = stdio.argv;
    for (std::size_t i = 0; i < argv.size(); ++i) {
        if (stdio.made_up_arguments.contains(i)) continue;
        const std::string& argument = argv[i];
        if (as_written.size() == argv.size() && as_written[i] != argument) {
            add_setting("", filled_in(argument, as_written[i]));
        }
        if (i == 0) continue;
        const std::string& option = argv[i - 1];
        if (argument.find("://") != std::string::npos) {
            add_url(argument);
            add_path(argument.substr(argument.find("://")));
        }
        const auto equals = argument.find('=');
        if (option == "-H" || option == "--header") {
            const auto colon = std::min(argument.find(':'), argument.size());
            add_setting(std::string_view(argument).substr(0, colon),
                        std::string_view(argument).substr(std::min(colon + 1, argument.size())));
        } else if (equals != std::string::npos && argument.find("://") > equals) {
            const std::string_view name = std::string_view(argument).substr(0, equals);
            const std::string_view value = std::string_view(argument).substr(equals + 1);
            if (names_secret(name) || looks_like_key(value)) add(value);
            if (option == "-e" || option == "--env") add_setting(name, value);
        } else if (redact_command({option, argument}).ends_with(kRedacted) ||
                   looks_like_key(argument)) {
            add(argument);
        }
    }
}

std::vector<KnownSecrets::Range> KnownSecrets::find(std::string_view text) const {
    std::vector<Range> ranges;
    const std::string lower = lower_ascii(text);
    for (const Needle& needle : needles_) {
        const bool encoded = needle.kind == Kind::encoded;
        const std::string_view hay = encoded ? text : std::string_view(lower);
        for (std::size_t at = 0; (at = hay.find(needle.text, at)) != std::string_view::npos;) {
            Range range{at, at + needle.text.size()};
            at = range.end;
            if (needle.kind == Kind::word &&
                ((range.begin > 0 && is_alnum(hay[range.begin - 1])) ||
                 (range.end < hay.size() && is_alnum(hay[range.end])))) {
                continue;
            }
            // The rest of the same run holds the bits at its edges, or what follows the beginning.
            while (needle.kind == Kind::start && range.end < text.size() &&
                   is_base64(text[range.end])) {
                ++range.end;
            }
            while (encoded && range.begin > 0 && is_base64(text[range.begin - 1])) --range.begin;
            while (encoded && range.end < text.size() &&
                   (is_base64(text[range.end]) || text[range.end] == '=')) {
                ++range.end;
            }
            ranges.push_back(range);
        }
    }
    return ranges;
}

std::string KnownSecrets::hide(std::string_view text) const {
    if (needles_.empty() || text.size() < kShortestSecret) return std::string(text);
    std::vector<Range> ranges = find(text);
    std::optional<Unescaped> view = unescape({std::string(text), {}});
    for (int depth = 0; view && depth < kDecodings; ++depth) {
        for (const Range& found : find(view->text)) {
            ranges.push_back({view->origin[found.begin], view->origin[found.end]});
        }
        view = unescape(std::move(*view));
    }
    std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::string out;
    std::size_t done = 0;
    for (const Range& range : ranges) {
        if (range.end <= done) continue;
        if (range.begin >= done) {
            out.append(text.substr(done, range.begin - done));
            out.append(kRedacted);
        }
        done = range.end;
    }
    return out.append(text.substr(done));
}

bool KnownSecrets::hide_in(json& value) const {
    if (value.is_string()) {
        std::string hidden = hide(value.get_ref<const std::string&>());
        if (hidden == value.get_ref<const std::string&>()) return false;
        value = std::move(hidden);
        return true;
    }
    if (value.is_number()) {
        const std::string digits = value.dump();
        if (hide(digits) == digits) return false;
        value = std::string(kRedacted);
        return true;
    }
    bool changed = false;
    if (value.is_array()) {
        for (json& item : value) changed = hide_in(item) || changed;
    } else if (value.is_object()) {
        std::vector<std::pair<std::string, std::string>> renamed;
        for (auto& [key, item] : value.items()) {
            changed = hide_in(item) || changed;
            if (std::string hidden = hide(key); hidden != key) {
                renamed.emplace_back(key, std::move(hidden));
            }
        }
        for (auto& [key, hidden] : renamed) {
            json item = std::move(value[key]);
            value.erase(key);
            std::string name = hidden;
            for (int n = 2; value.contains(name); ++n) name = hidden + " " + std::to_string(n);
            value[name] = std::move(item);
        }
        changed = changed || !renamed.empty();
    }
    return changed;
}

void KnownSecrets::hide_json_text(std::string& text) const {
    auto value = parse_json(text);
    if (!value) {
        text = hide(text);
    } else if (hide_in(*value)) {
        text = canonical_json(*value);
    }
}

void KnownSecrets::hide_in(Listing& listing) const {
    if (needles_.empty()) return;
    ServerDocument& document = listing.document;
    for (std::string* text : {&document.title,
                              &document.description,
                              &document.version,
                              &document.instructions,
                              &listing.failure,
                              &listing.origin,
                              &listing.protocol_version,
                              &listing.server_info_name,
                              &listing.server_info_version,
                              &listing.challenge,
                              &listing.last_words,
                              &listing.cache_scope}) {
        *text = hide(*text);
    }
    hide_json_text(listing.server_capabilities);
    hide_json_text(listing.declared_capabilities);
    hide_json_text(listing.authorization);
    constexpr JsonLimits kOwn{.bytes = std::size_t{1} << 30, .depth = 1000};
    for (Tool& tool : document.tools) {
        auto definition = parse_json(tool.definition, kOwn);
        if (!definition || !hide_in(*definition)) continue;
        auto again = read_tool(*definition);
        if (!again) continue;
        // What was mended while the answer was read is no longer to be seen in it.
        for (std::string& defect : tool.defects) {
            auto& known = again->defects;
            if (std::find(known.begin(), known.end(), defect) == known.end()) {
                known.push_back(hide(defect));
            }
        }
        tool = std::move(*again);
    }
}

}  // namespace mcprisk::crawler
