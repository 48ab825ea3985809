#include "classifier/findings/directive_reader.h"

#include <fmt/format.h>
#include <algorithm>
#include <bit>

#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::string_view kReaderFile = "directive-words.tsv";
constexpr std::uint64_t kSeed = 1469598103934665603ULL;
constexpr std::uint64_t kPrime = 1099511628211ULL;

constexpr std::array<std::string_view, 8> kLeadNames{
    "none", "start", "forced", "joined", "infinitive", "passive", "able", "same"};

enum Kind : std::uint8_t {
    kGap,    // blanks and what only separates
    kWord,   // letters, digits, '_' and bytes above ASCII
    kStop,   // . ! ?
    kSlash,  // joins what is no word: / : @ ~ $ % + - =
    kMark,   // quotes and brackets
    kEscape,
    kLine,
};

constexpr std::array<std::uint8_t, 256> make_kinds() {
    std::array<std::uint8_t, 256> kinds{};
    for (int c = 0; c < 256; ++c) {
        const bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                          (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
        kinds[static_cast<std::size_t>(c)] = word ? kWord : kGap;
    }
    for (const char c : {'.', '!', '?'}) kinds[static_cast<unsigned char>(c)] = kStop;
    for (const char c : {'/', ':', '@', '~', '$', '%', '+', '-', '=', '&', '#'}) {
        kinds[static_cast<unsigned char>(c)] = kSlash;
    }
    for (const char c : {'"', '\'', '`', '<', '>', '[', ']', '(', ')', '|', '*', '{', '}'}) {
        kinds[static_cast<unsigned char>(c)] = kMark;
    }
    kinds['\\'] = kEscape;
    kinds['\n'] = kLine;
    return kinds;
}
constexpr auto kKinds = make_kinds();

Kind kind_of(char c) { return static_cast<Kind>(kKinds[static_cast<unsigned char>(c)]); }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Chinese, Japanese and Korean have no blanks between words.
bool is_wide(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0xe3 && byte <= 0xed;
}
bool is_wide_stop(std::string_view text) {
    return text.starts_with("\xe3\x80\x82") || text.starts_with("\xef\xbc\x81") ||
           text.starts_with("\xef\xbc\x9f");
}

std::uint64_t finish(std::uint64_t hash) { return (hash ^ (hash >> 29U)) | 1U; }

// Files that hold secrets, or that decide who may come in and what is run.
bool is_secret_place(std::string_view path) {
    for (const std::string_view part :
         {"ssh",         "id_rsa",   "id_ed25519", ".env",     "passwd",     "shadow",  ".aws",
          "credential",  ".netrc",   "authorized_keys", "bashrc", "zshrc",   "cron",    "mcp.json",
          ".git-",       ".kube",    ".gnupg",     "secret",   "token",      "wallet",  ".npmrc",
          "private",     "/etc/",    "profile",    "history",  "keychain",   ".pem",    "sudoers",
          ".docker",     "password", "hosts",      ".key",     "cookies",    ".config"}) {
        if (path.find(part) != std::string_view::npos) return true;
    }
    return false;
}

class Reader {
  public:
    Reader(const SignTable& table, std::string_view text, const OwnNames& own, SentenceSink& sink)
        : table_(table), text_(truncate_utf8(text, kReadBytes)), own_(own), sink_(sink) {}

    void read() {
        const std::size_t size = text_.size();
        while (at_ < size) {
            const char c = text_[at_];
            switch (kind_of(c)) {
                case kWord: word_or_chunk(); break;
                case kSlash: slash(); break;
                case kStop: stop(); break;
                case kMark: mark(c); break;
                case kEscape: escape(); break;
                case kLine: line_end(1); break;
                case kGap:
                    if (c == ',' || c == ';') {
                        lead_ = Lead::joined;
                        negated_ = kNever;
                    }
                    ++at_;
                    break;
            }
        }
        end_sentence(size);
    }

  private:
    void put(SignMask signs) {
        if (signs == 0) return;
        sentence_.signs |= signs;
        if (sentence_.count < SignSentence::kMostTokens) {
            sentence_.tokens[sentence_.count++] = {signs,
                                                   static_cast<std::uint16_t>(sentence_.words),
                                                   lead_,
                                                   sentence_.words - negated_ <= kReach};
        }
    }
    // After a word, or a name.
    void follow(const SignTable::Entry& entry) {
        if ((entry.signs & table_.shapes().never) != 0) negated_ = sentence_.words;
        if (entry.lead != Lead::same) lead_ = entry.lead;
    }

    void end_sentence(std::size_t at) {
        if (sentence_.words > 0) {
            sentence_.end = static_cast<std::uint32_t>(at);
            sink_.take(sentence_);
            sentence_.signs = 0;
            sentence_.words = 0;
            sentence_.count = 0;
        }
        sentence_.begin = static_cast<std::uint32_t>(at);
        this_ = false;
        lead_ = Lead::start;
        negated_ = kNever;
    }

    // A blank line, or a line that begins an item, ends a sentence.
    void line_end(std::size_t length) {
        const std::size_t here = at_;
        at_ += length;
        std::size_t next = at_;
        while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\t')) ++next;
        if (next >= text_.size()) return;
        const char c = text_[next];
        const bool line = c == '\n' || (c == '\\' && text_.substr(next + 1).starts_with('n'));
        if (line || c == '-' || c == '*' || c == '#' || c == '<' || is_digit(c)) {
            end_sentence(here);
        }
    }

    void escape() {
        const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
        if (next == 'n') {
            line_end(2);
        } else if (next == '"') {
            ++at_;
            mark('"');
        } else if (next == 'u') {
            at_ += 6;
        } else {
            at_ += 2;
        }
    }

    void stop() {
        const std::size_t next = at_ + 1;
        if (text_[at_] == '.' && next < text_.size() && (is_lower(text_[next]) || text_[next] == '.' || text_[next] == '/')) {
            chunk(at_);  // ".env", "../up"
            return;
        }
        ++at_;
        const bool ends = next >= text_.size() || kind_of(text_[next]) == kGap ||
                          kind_of(text_[next]) == kMark || kind_of(text_[next]) == kLine ||
                          kind_of(text_[next]) == kEscape;
        if (ends) end_sentence(at_);
    }

    void slash() {
        const char c = text_[at_];
        const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
        const auto& shapes = table_.shapes();
        if ((c == '/' || c == '~' || c == '+') && kind_of(next) != kGap) {
            chunk(at_);
            return;
        }
        if ((c == '&' && next == '&') || (c == '$' && (next == '(' || is_upper(next))) ||
            (c == '-' && is_lower(next) && at_ > 0 && text_[at_ - 1] == ' ')) {
            put(shapes.code);
        }
        if (c == '=' && at_ > 0 && kind_of(text_[at_ - 1]) == kWord && kind_of(next) != kGap) {
            put(shapes.quote);
        }
        if (c == ':') {
            lead_ = Lead::start;
            negated_ = kNever;
        }
        ++at_;
    }

    void mark(char c) {
        const auto& shapes = table_.shapes();
        const std::size_t open = at_++;
        if (at_ >= text_.size()) return;
        const char next = text_[at_];
        if ((c == '<' || c == '[') && (is_lower(next) || is_upper(next) || next == '/')) {
            tag(c);
        } else if (c == '|' || c == '>') {
            if (next == c || next == ' ') {
                if (open > 0 && (text_[open - 1] == ' ')) put(shapes.code);
            }
        } else if ((c == '"' || c == '\'' || c == '`') && kind_of(next) != kGap &&
                   (open == 0 || kind_of(text_[open - 1]) != kWord)) {
            quoted(c);
        }
    }

    // "<IMPORTANT>", "[SYSTEM OVERRIDE]": markup in somebody's voice.
    void tag(char open) {
        std::size_t at = at_ + (text_[at_] == '/' ? 1 : 0);
        const std::size_t begin = at;
        while (at < text_.size() && at < begin + 16 && (is_lower(text_[at]) || is_upper(text_[at]))) {
            ++at;
        }
        const std::string word = lower_ascii(text_.substr(begin, at - begin));
        for (const std::string_view one : {"important", "system", "hidden", "secret", "instructions",
                                           "instruction", "admin", "override", "sys", "inst",
                                           "critical", "internal", "assistant", "directive"}) {
            const char after = at < text_.size() ? text_[at] : ' ';
            if (word == one && (open == '<' || at_ == begin) && after != '_' && after != '-') {
                put(table_.shapes().tag);
                return;
            }
        }
    }

    // A literal of several words, a name in quotes.
    void quoted(char c) {
        constexpr std::size_t kLongestQuote = 160;
        const std::size_t end = text_.find(c, at_);
        if (end == std::string_view::npos || end - at_ > kLongestQuote || end == at_) return;
        const std::string_view inner = text_.substr(at_, end - at_);
        const auto& shapes = table_.shapes();
        if (inner.find(' ') != std::string_view::npos) {
            put(shapes.quote);
            return;
        }
        const bool name = std::all_of(inner.begin(), inner.end(), [](char one) {
            return kind_of(one) == kWord || one == '-' || one == '.';
        });
        if (!name || static_cast<unsigned char>(inner[0]) >= 0x80) return;
        if (inner.find('_') == std::string_view::npos && (c != '"' || inner.find('-') != std::string_view::npos)) {
            name_of(inner, end + 1);
        }
    }

    // An identifier: this tool, one of its parameters, or something of others.
    void name_of(std::string_view name, std::size_t after) {
        const std::uint64_t hash = sign_hash(name);
        const auto& shapes = table_.shapes();
        if (hash == own_.tool) {
            put(shapes.self);
        } else if (std::binary_search(own_.parameters.begin(), own_.parameters.end(), hash) ||
                   (after < text_.size() && (text_[after] == ':' || text_[after] == '='))) {
            put(shapes.own);
        } else {
            put(shapes.id);
        }
        lead_ = Lead::none;
    }

    // Letters: a word, an identifier, or the begin of an address.
    void word_or_chunk() {
        if (is_wide(text_[at_])) {
            wide();
            return;
        }
        const std::size_t begin = at_;
        std::uint64_t hash = kSeed;
        bool under = false;
        bool inner_upper = false;
        char before = 0;
        std::size_t at = at_;
        const std::size_t size = text_.size();
        for (; at < size; ++at) {
            const char c = text_[at];
            if (kind_of(c) != kWord) break;
            if (is_wide(c) || is_wide_stop(text_.substr(at))) break;
            under |= c == '_';
            inner_upper |= is_upper(c) && is_lower(before);
            before = c;
            hash = (hash ^ static_cast<unsigned char>(lower_ascii(c))) * kPrime;
        }
        if (at < size) {
            const char c = text_[at];
            const char next = at + 1 < size ? text_[at + 1] : ' ';
            if ((c == ':' && next == '/') || (c == '@' && kind_of(next) == kWord) ||
                (c == '/' && kind_of(next) == kWord) ||
                (c == '.' && (is_lower(next) || is_upper(next)) && address(begin))) {
                chunk(begin);
                return;
            }
            if (c == '\'' && is_lower(next)) {  // "don't", "user's"
                std::uint64_t longer = (hash ^ static_cast<unsigned char>('\'')) * kPrime;
                std::size_t end = at + 1;
                while (end < size && is_lower(text_[end])) {
                    longer = (longer ^ static_cast<unsigned char>(text_[end++])) * kPrime;
                }
                const auto entry = table_.find(finish(longer));
                if (entry.signs != 0) {
                    at_ = end;
                    ++sentence_.words;
                    put(entry.signs);
                    follow(entry);
                    return;
                }
            }
        }
        at_ = at == begin ? begin + 1 : at;
        const std::string_view word = text_.substr(begin, at - begin);
        // With a capital first it may be the name of a product.
        if (word.size() > 1 && (under || (inner_upper && is_lower(word[0])))) {
            ++sentence_.words;
            name_of(word, at_ + (at_ < size && (text_[at_] == '`' || text_[at_] == '\'') ? 1 : 0));
            parts(word);
            return;
        }
        if (is_account(word)) {
            ++sentence_.words;
            put(table_.shapes().mail);
            return;
        }
        one_word(finish(hash), word);
    }

    // The number of a wallet or of an account.
    static bool is_account(std::string_view word) {
        if (word.size() < 8 || !(is_digit(word[0]) || is_upper(word[0]))) return false;
        if (word.starts_with("0x")) return true;
        const auto digits = std::count_if(word.begin(), word.end(), is_digit);
        return digits >= 8 && word.size() >= 10;
    }

    void one_word(std::uint64_t hash, std::string_view word) {
        ++sentence_.words;
        const auto entry = table_.find(hash);
        SignMask signs = entry.signs;
        if (this_ && (signs & table_.shapes().tool) != 0) signs |= table_.shapes().self;
        this_ = word.size() == 4 && equals_ignoring_case(word, "this");
        if (signs == 0 && word.size() > 4 && hash == own_.tool) signs = table_.shapes().self;
        put(signs);
        follow(entry);
    }

    // The words that an identifier is made of.
    void parts(std::string_view name) {
        std::uint64_t hash = kSeed;
        char before = 0;
        SignMask signs = 0;
        const auto flush = [&] {
            if (hash != kSeed) signs |= table_.find(finish(hash)).signs;
            hash = kSeed;
        };
        for (const char c : name) {
            if (c == '_') {
                flush();
            } else {
                if (is_upper(c) && is_lower(before)) flush();
                hash = (hash ^ static_cast<unsigned char>(lower_ascii(c))) * kPrime;
            }
            before = c;
        }
        flush();
        put(signs);
    }

    // Whether "word.word" from here is an address or a file and not two sentences.
    bool address(std::size_t begin) const {
        std::size_t end = begin;
        bool at_sign = false;
        while (end < text_.size() && (kind_of(text_[end]) == kWord || kind_of(text_[end]) == kSlash ||
                                      text_[end] == '.')) {
            at_sign |= text_[end] == '@' || text_[end] == '/';
            ++end;
        }
        const std::string_view all = text_.substr(begin, end - begin);
        return at_sign || is_secret_place(all);
    }

    // What has the shape of a path, an address or a number of a telephone.
    void chunk(std::size_t begin) {
        std::size_t end = begin;
        bool mail = false;
        bool url = false;
        bool slash = false;
        std::size_t digits = 0;
        while (end < text_.size()) {
            const char c = text_[end];
            const Kind kind = kind_of(c);
            if (kind != kWord && kind != kSlash && kind != kStop) break;
            if (is_wide(c)) break;
            mail |= c == '@' && end > begin;
            url |= c == '/' && end > begin && text_[end - 1] == '/';
            slash |= c == '/' || c == '~';
            digits += is_digit(c) ? 1 : 0;
            ++end;
        }
        std::string_view all = text_.substr(begin, end - begin);
        const std::size_t last = all.find_last_not_of(".!?:-");
        const bool ends = last + 1 < all.size() && last != std::string_view::npos;
        all = all.substr(0, last == std::string_view::npos ? 0 : last + 1);
        const auto& shapes = table_.shapes();
        ++sentence_.words;
        const std::string lower = lower_ascii(all.substr(0, 200));
        if (url) {
            put(shapes.url);
        } else if (mail && lower.find('.', lower.find('@')) != std::string::npos) {
            put(shapes.mail);
        } else if (all.starts_with('+') && digits >= 7) {
            put(shapes.mail);
        } else if (is_secret_place(lower) && (slash || lower[0] == '.' || lower.find('.') != std::string::npos)) {
            put(shapes.secret);
        } else if (all.starts_with('/') || all.starts_with('~') || all.starts_with("..")) {
            if (all.size() > 2) put(shapes.path);
        } else {
            words(all);
        }
        at_ = std::max(end, begin + 1);
        if (ends && text_[begin + last + 1] != ':' && text_[begin + last + 1] != '-') {
            end_sentence(at_);
        }
    }

    void words(std::string_view all) {  // "and/or"
        std::uint64_t hash = kSeed;
        for (std::size_t i = 0; i <= all.size(); ++i) {
            if (i < all.size() && kind_of(all[i]) == kWord) {
                hash = (hash ^ static_cast<unsigned char>(lower_ascii(all[i]))) * kPrime;
            } else if (hash != kSeed) {
                one_word(finish(hash), {});
                hash = kSeed;
            }
        }
    }

    // The longest known word that begins here.
    void wide() {
        constexpr std::size_t kLongestWord = 15;  // bytes: five characters
        if (is_wide_stop(text_.substr(at_))) {
            at_ += 3;
            end_sentence(at_);
            return;
        }
        std::uint64_t hash = kSeed;
        SignTable::Entry best;
        std::size_t length = 3;
        for (std::size_t i = 0; i < kLongestWord && at_ + i < text_.size(); ++i) {
            if (i % 3 == 0 && !is_wide(text_[at_ + i])) break;
            hash = (hash ^ static_cast<unsigned char>(text_[at_ + i])) * kPrime;
            if (i % 3 != 2) continue;
            const auto entry = table_.find(finish(hash));
            if (entry.signs != 0) {
                best = entry;
                length = i + 1;
            }
        }
        ++sentence_.words;
        lead_ = Lead::joined;  // word order is another
        put(best.signs);
        follow(best);
        at_ += length;
    }

    const SignTable& table_;
    std::string_view text_;
    const OwnNames& own_;
    SentenceSink& sink_;
    SignSentence sentence_;
    std::size_t at_ = 0;
    bool this_ = false;
    Lead lead_ = Lead::start;
    static constexpr std::uint32_t kReach = 3;               // words that a "not" reaches
    static constexpr std::uint32_t kNever = ~std::uint32_t{0} / 2;  // so far before that it does not
    std::uint32_t negated_ = kNever;
};

}  // namespace

std::uint64_t sign_hash(std::string_view word) {
    std::uint64_t hash = kSeed;
    for (const char c : word) hash = (hash ^ static_cast<unsigned char>(lower_ascii(c))) * kPrime;
    return finish(hash);
}

SignMask SignTable::sign(std::string_view name) const {
    const auto at = std::find(names_.begin(), names_.end(), name);
    return at == names_.end() ? 0 : SignMask{1} << static_cast<unsigned>(at - names_.begin());
}

SignTable::Entry& SignTable::add(std::string_view word) {
    const std::uint64_t hash = sign_hash(word);
    std::size_t at = hash & mask_;
    while (slots_[at].hash != 0 && slots_[at].hash != hash) at = (at + 1) & mask_;
    slots_[at].hash = hash;
    return slots_[at].entry;
}

std::optional<SignTable> SignTable::read(std::string_view text, Diagnostics& diagnostics) {
    SignTable table;
    const auto words = static_cast<std::size_t>(std::count(text.begin(), text.end(), ' '));
    table.slots_.resize(std::bit_ceil((words + 256) * 2));
    table.mask_ = table.slots_.size() - 1;
    std::size_t number = 0;
    bool failed = false;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        if (line.empty() || line.front() == '#') continue;
        const std::size_t tab = line.find('\t');
        if (line.front() == '@' && tab != std::string_view::npos) {
            const auto at = std::find(kLeadNames.begin(), kLeadNames.end(), line.substr(1, tab - 1));
            for (const std::string_view word : split(line.substr(tab + 1), ' ')) {
                if (at == kLeadNames.end() || word.empty()) continue;
                table.add(word).lead = static_cast<Lead>(at - kLeadNames.begin());
            }
            continue;
        }
        if (tab == std::string_view::npos || table.names_.size() >= kMostSigns) {
            failed = true;
            diagnostics.error({Severity::error,
                               std::string(kReaderFile),
                               number,
                               {},
                               fmt::format("a line needs a sign, a tab and words; at most {} signs",
                                           kMostSigns)});
            continue;
        }
        const SignMask sign = SignMask{1} << table.names_.size();
        table.names_.emplace_back(line.substr(0, tab));
        for (const std::string_view word : split(line.substr(tab + 1), ' ')) {
            if (!word.empty()) table.add(word).signs |= sign;
        }
    }
    const auto shape = [&](std::string_view name) {
        const SignMask sign = table.sign(name);
        if (sign == 0) {
            failed = true;
            diagnostics.error({Severity::error,
                               std::string(kReaderFile),
                               0,
                               {},
                               fmt::format("there is no sign \"{}\"", name)});
        }
        return sign;
    };
    table.shapes_ = {shape("self"), shape("id"),   shape("own-param"), shape("secret-place"),
                     shape("path"), shape("url"),  shape("mail"),      shape("code"),
                     shape("quote"), shape("tag"), shape("tool"),      shape("never")};
    if (failed) return std::nullopt;
    return table;
}

void read_signs(const SignTable& table,
                std::string_view text,
                const OwnNames& own,
                SentenceSink& sink) {
    Reader(table, text, own, sink).read();
}

}  // namespace mcprisk::classifier
