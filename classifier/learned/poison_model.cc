#include "classifier/learned/poison_model.h"

#include <fmt/format.h>
#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <string>

#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::size_t kShortText = 500;  // bytes
constexpr double kChance = 0.6;          // score that a text must have more when e times as long

constexpr std::string_view kPoisonFile = "poison.tsv";
constexpr std::size_t kLongestText = std::size_t{64} << 10;

constexpr std::array<WordClass, 18> kClasses{{
    {"refusal", "not no never don't dont doesn't without nothing none nobody cannot can't avoid"},
    {"tell",
     "tell mention inform notify reveal show disclose report say explain display announce "
     "mentioning telling informing notifying asking ask"},
    {"user", "user users human operator customer person user's people owner"},
    {"covert",
     "secretly silently silent quietly hidden hide conceal discreetly background "
     "unnoticed unaware invisible covert confidential quiet aware notice private"},
    {"time", "before first prior after whenever when every once until each afterwards later then"},
    {"other", "other another any all others everything"},
    {"tool", "tool tools function functions call calls called server servers <id>"},
    {"secret",
     "password passwords passphrase secret secrets credential credentials token tokens "
     "key keys ssh env seed cookie cookies wallet pin cvv mnemonic keychain rsa aws"},
    {"chat",
     "conversation chat history messages prompt transcript dialogue reasoning thoughts "
     "system instructions context said wrote"},
    {"send",
     "send forward post upload transmit email mail copy share attach append bcc cc include "
     "embed submit deliver relay pass put place supply provide add insert"},
    {"take",
     "read open load fetch cat collect gather retrieve take extract grab look find content "
     "contents"},
    {"override",
     "ignore disregard forget override supersede supersedes bypass overrule precedence "
     "instead regardless obsolete skip replace replaced change disable"},
    {"prefer",
     "prefer best only favour favor rather choose select recommend superior alternative "
     "alternatives unreliable deprecated outdated highest priority better"},
    {"you", "you your yours model assistant agent llm ai claude gpt yourself"},
    {"must", "must always should required mandatory need needs have please ensure sure"},
    {"place", "<url> <mail> <path> address endpoint webhook domain mirror"},
    {"run", "run execute curl bash sudo install download eval rm delete transfer"},
    {"pretext",
     "audit compliance telemetry debug debugging diagnostics diagnostic analytics "
     "licence license verification quality security policy legal important critical "
     "urgent"},
}};
static_assert(kClasses.size() <= 32);

bool is_letter(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '\'' || c >= 0x80;
}

// Chinese, Japanese and Korean: each character is read as a word.
bool is_wide(unsigned char c) { return c >= 0xe3 && c <= 0xed; }

bool is_cjk_stop(std::string_view text) {
    return text.starts_with("\xe3\x80\x82") || text.starts_with("\xef\xbc\x81") ||
           text.starts_with("\xef\xbc\x9f");
}

std::uint64_t hash_lower(std::string_view word) {
    std::uint64_t hash = 1469598103934665603ULL;
    for (const char c : word) {
        hash ^= static_cast<unsigned char>(lower_ascii(c));
        hash *= 1099511628211ULL;
    }
    return hash | 1U;
}

// Cuts a text into words and sentences.
class Cutter {
  public:
    Cutter(std::string_view text, PoisonReader& reader) : text_(text), reader_(reader) {}

    void cut() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '\\') {
                if (text_.substr(at_ + 1).starts_with('n')) line_end(2);
                at_ += 2;
            } else if (c == '\n') {
                line_end(1);
                ++at_;
            } else if (static_cast<unsigned char>(c) <= ' ' || is_edge(c)) {
                ++at_;
            } else {
                chunk();
            }
        }
        reader_.end_sentence(text_.size());
    }

  private:
    static bool is_edge(char c) {
        return c == '"' || c == '`' || c == '(' || c == ')' || c == ',' || c == ';' || c == '<' ||
               c == '>' || c == '[' || c == ']' || c == '{' || c == '}' || c == '|' || c == '*';
    }

    // A blank line, or a line that begins an item, ends a sentence.
    void line_end(std::size_t length) {
        std::size_t next = at_ + length;
        while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\t')) ++next;
        if (next >= text_.size()) return;
        const bool escaped_line = text_.substr(next).starts_with("\\n");
        if (escaped_line ||
            std::string_view("\n-*#<0123456789").find(text_[next]) != std::string_view::npos) {
            reader_.end_sentence(at_);
        }
    }

    void mark(std::string_view what, std::size_t at) { reader_.word(hash_lower(what), what, at); }

    // What stands between blanks.
    void chunk() {
        const std::size_t begin = at_;
        bool under = false;
        bool at_sign = false;
        bool slash = false;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (static_cast<unsigned char>(c) <= ' ' || is_edge(c) || c == '\\') break;
            under |= c == '_';
            at_sign |= c == '@';
            slash |= c == '/';
            ++at_;
        }
        const std::string_view all = text_.substr(begin, at_ - begin);
        const std::size_t last = all.find_last_not_of(".!?:'");
        const std::string_view inner = all.substr(0, last == std::string_view::npos ? 0 : last + 1);
        const std::size_t stop = all.find_last_of(".!?");
        const bool ends = stop != std::string_view::npos && (inner.empty() || stop > last);
        const bool url = slash && inner.find("://") != std::string_view::npos;
        const bool mail = at_sign && inner.find('.', inner.find('@')) != std::string_view::npos;
        const bool dot = inner.size() > 3 && inner[0] == '.' && inner[1] >= 'a';
        const bool path =
            inner.starts_with("~/") || dot || (slash && inner.size() > 4 && inner.front() == '/');
        if (url) {
            mark("<url>", begin);
        } else if (mail) {
            mark("<mail>", begin);
        } else {
            if (path) mark("<path>", begin);
            if (under && !path) mark("<id>", begin);
            words(inner, begin);
        }
        if (ends) reader_.end_sentence(at_);
    }

    void words(std::string_view chunk, std::size_t begin) {
        std::size_t i = 0;
        while (i < chunk.size()) {
            const auto c = static_cast<unsigned char>(chunk[i]);
            if (is_cjk_stop(chunk.substr(i))) {
                i += 3;
                reader_.end_sentence(begin + i);
            } else if (is_wide(c)) {
                const std::string_view one = chunk.substr(i, 3);
                reader_.word(hash_lower(one), one, begin + i);
                i += one.size();
            } else if (is_letter(c) && c != '\'') {
                std::size_t end = i + 1;
                while (end < chunk.size() && is_letter(static_cast<unsigned char>(chunk[end])) &&
                       !is_wide(static_cast<unsigned char>(chunk[end])) &&
                       !is_cjk_stop(chunk.substr(end))) {
                    ++end;
                }
                std::string_view word = chunk.substr(i, end - i);
                if (word.ends_with('\'')) word.remove_suffix(1);
                const bool number = word.find_first_not_of("0123456789") == std::string_view::npos;
                if (number) word = "0";
                reader_.word(hash_lower(word), word, begin + i);
                i = end;
            } else {
                ++i;
            }
        }
    }

    std::string_view text_;
    PoisonReader& reader_;
    std::size_t at_ = 0;
};

template <typename Take>
void each_word(std::string_view words, const Take& take) {
    while (!words.empty()) {
        const std::size_t end = words.find(' ');
        take(words.substr(0, end));
        words = end == std::string_view::npos ? std::string_view() : words.substr(end + 1);
    }
}

}  // namespace

std::span<const WordClass> poison_word_classes() { return kClasses; }

std::uint64_t poison_word_hash(std::string_view lower) { return hash_lower(lower); }

std::uint64_t poison_pair_hash(char kind, std::uint64_t first, std::uint64_t second) {
    std::uint64_t hash = first * 0x9e3779b97f4a7c15ULL + second;
    hash ^= hash >> 29U;
    hash = (hash + static_cast<unsigned char>(kind)) * 0xbf58476d1ce4e5b9ULL;
    return (hash ^ (hash >> 32U)) | 1U;
}

void read_poison_words(std::string_view text, PoisonReader& reader) {
    Cutter(truncate_utf8(text, kLongestText), reader).cut();
}

// Keeps the sums of the last three sentences.
class PoisonScorer final : public PoisonReader {
  public:
    explicit PoisonScorer(const PoisonModel& model) : model_(model) {}

    void word(std::uint64_t hash, std::string_view /*word*/, std::size_t /*at*/) override {
        Sentence& now = last_[count_ % kPassageSentences];
        ++now.words;
        if (const auto* slot = model_.find(hash)) {
            now.sum += slot->weight;
            classes_ |= slot->classes;
        }
        const auto pair = [&](char kind, std::uint64_t first) {
            if (first == 0) return;
            if (const auto* slot = model_.find(poison_pair_hash(kind, first, hash))) {
                now.sum += slot->weight;
            }
        };
        pair('b', before_[0]);
        pair('s', before_[1]);
        pair('s', before_[2]);
        before_ = {hash, before_[0], before_[1]};
    }

    void end_sentence(std::size_t at) override {
        Sentence& now = last_[count_ % kPassageSentences];
        if (now.words == 0) return;
        for (std::uint32_t a = classes_; a != 0; a &= a - 1) {
            const auto first = static_cast<std::size_t>(std::countr_zero(a));
            for (std::uint32_t b = a; b != 0; b &= b - 1) {
                now.sum += model_.pairs_[first][static_cast<std::size_t>(std::countr_zero(b))];
            }
        }
        now.end = at;
        double sum = 0;
        std::size_t words = 0;
        for (const Sentence& one : last_) {
            sum += one.sum;
            words += one.words;
        }
        const double score = model_.bias_ + poison_scale(words) * sum;
        ++count_;
        Sentence& oldest = last_[count_ % kPassageSentences];
        if (score > best.score) {
            best = {score, count_ < kPassageSentences ? 0 : oldest.begin, at};
        }
        oldest = {0, 0, at, at};
        classes_ = 0;
        before_ = {};
    }

    PoisonModel::Passage best;

  private:
    struct Sentence {
        double sum = 0;
        std::size_t words = 0;
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    const PoisonModel& model_;
    std::array<Sentence, kPassageSentences> last_{};
    std::size_t count_ = 0;
    std::uint32_t classes_ = 0;
    std::array<std::uint64_t, 3> before_{};
};

const PoisonModel::Slot* PoisonModel::find(std::uint64_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = (hash >> 1U) & mask; slots_[at].hash != 0; at = (at + 1) & mask) {
        if (slots_[at].hash == hash) return &slots_[at];
    }
    return nullptr;
}

PoisonModel::Slot& PoisonModel::place(std::uint64_t hash) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = (hash >> 1U) & mask;
    while (slots_[at].hash != 0 && slots_[at].hash != hash) at = (at + 1) & mask;
    slots_[at].hash = hash;
    return slots_[at];
}

bool PoisonModel::put(std::string_view key, double weight) {
    if (key.size() < 3 || key[1] != ':') return false;
    const std::string_view words = key.substr(2);
    const std::size_t gap = words.find(' ');
    if (key[0] == 'u') {
        place(hash_lower(words)).weight = static_cast<float>(weight);
        return gap == std::string_view::npos;
    }
    if (gap == std::string_view::npos) return false;
    const std::string_view first = words.substr(0, gap);
    const std::string_view second = words.substr(gap + 1);
    if (key[0] == 'b' || key[0] == 's') {
        const auto hash = poison_pair_hash(key[0], hash_lower(first), hash_lower(second));
        place(hash).weight = static_cast<float>(weight);
        return true;
    }
    const auto index = [](std::string_view name) {
        return static_cast<std::size_t>(
            std::find_if(
                kClasses.begin(), kClasses.end(), [&](const auto& c) { return c.name == name; }) -
            kClasses.begin());
    };
    if (key[0] != 'c' || index(first) > index(second) || index(second) >= kClasses.size()) {
        return false;
    }
    pairs_[index(first)][index(second)] = static_cast<float>(weight);
    return true;
}

std::optional<PoisonModel> PoisonModel::read(std::string_view text, Diagnostics& diagnostics) {
    PoisonModel model;
    constexpr std::size_t kClassWords = 1024;
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    model.slots_.resize(std::bit_ceil((lines + kClassWords) * 2));
    for (std::size_t i = 0; i < kClasses.size(); ++i) {
        each_word(kClasses[i].words, [&](std::string_view word) {
            if (!word.empty()) model.place(hash_lower(word)).classes |= 1U << i;
        });
    }
    std::size_t number = 0;
    bool failed = false;
    bool bias = false;
    bool threshold = false;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        ++number;
        if (line.empty() || line.front() == '#') continue;
        const auto fault = [&](std::string message) {
            failed = true;
            diagnostics.error(
                {Severity::error, std::string(kPoisonFile), number, {}, std::move(message)});
        };
        const std::size_t tab = line.find('\t');
        double value = 0;
        const char* stop = line.data() + line.size();
        if (tab == std::string_view::npos) {
            fault("a line needs a name, a tab and a number");
            continue;
        }
        const auto [read, error] = std::from_chars(line.data() + tab + 1, stop, value);
        if (error != std::errc() || read != stop || !std::isfinite(value)) {
            fault(fmt::format("\"{}\" needs one number", printable(line.substr(0, tab))));
            continue;
        }
        const std::string_view key = line.substr(0, tab);
        if (key == "bias" || key == "threshold") {
            (key == "bias" ? model.bias_ : model.threshold_) = value;
            (key == "bias" ? bias : threshold) = true;
        } else if (!model.put(key, value / 100)) {
            fault(
                fmt::format("\"{}\" is no feature: u:word, b:word word, s:word word or c:class "
                            "class is",
                            printable(key)));
        }
    }
    if (!failed && !(bias && threshold)) {
        diagnostics.error({Severity::error,
                           std::string(kPoisonFile),
                           0,
                           {},
                           "a bias and a threshold are needed; train_poison writes both"});
        failed = true;
    }
    if (failed) return std::nullopt;
    return model;
}

PoisonModel::Passage PoisonModel::strongest(std::string_view text) const {
    if (text.size() < kShortestPoison) return {};
    PoisonScorer scorer(*this);
    read_poison_words(text, scorer);
    // The most of many passages is large by chance.
    if (text.size() > kShortText) {
        scorer.best.score -= kChance * std::log(static_cast<double>(text.size()) / kShortText);
    }
    return scorer.best;
}

}  // namespace mcprisk::classifier
