#include "policy/document/line_index.h"

#include <nlohmann/json.hpp>
#include <set>

#include "policy/document/json_path.h"

namespace mcprisk::policy {
namespace {

// Beyond this many places the nearest known one around stands in.
constexpr std::size_t kMostPlaces = 100000;

}  // namespace

// Recursion is bounded by the depth that parse_json allows. A text that is no JSON ends the scan
// early and does no harm.
class LineIndex::Scanner {
  public:
    Scanner(std::string_view text, LineIndex& index) : text_(text), index_(index) {}

    void run() {
        if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
        skip_blanks();
        value("");
    }

  private:
    void skip_blanks() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' ||
                                      text_[at_] == '\r' || text_[at_] == '\n')) {
            line_ += text_[at_] == '\n' ? 1 : 0;
            ++at_;
        }
    }

    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char c) {
        if (peek() != c) return false;
        ++at_;
        skip_blanks();
        return true;
    }

    // The string with its quotes.
    std::string_view string() {
        const std::size_t start = at_++;
        while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
        at_ = std::min(at_ + 1, text_.size());
        const auto token = text_.substr(start, at_ - start);
        skip_blanks();
        return token;
    }

    void remember(const std::string& path, std::size_t line) {
        if (index_.lines_.size() < kMostPlaces) index_.lines_.try_emplace(path, line);
    }

    void value(const std::string& path) {
        remember(path, line_);
        if (peek() == '{') {
            object(path);
        } else if (peek() == '[') {
            list(path);
        } else if (peek() == '"') {
            string();
        } else {
            while (at_ < text_.size() &&
                   std::string_view(",]} \t\r\n").find(text_[at_]) == std::string_view::npos) {
                ++at_;
            }
            skip_blanks();
        }
    }

    void object(const std::string& path) {
        take('{');
        std::set<std::string> keys;
        while (peek() == '"') {
            const std::size_t key_line = line_;
            const auto token = string();
            const auto key = nlohmann::json::parse(token, nullptr, false);
            const auto member =
                member_path(path, key.is_string() ? key.get<std::string>() : std::string(token));
            remember(member, key_line);
            if (!keys.insert(member).second && index_.doubled_.size() < kMostPlaces) {
                index_.doubled_.push_back(member);
            }
            if (!take(':')) return;
            value(member);
            if (!take(',')) break;
        }
        take('}');
    }

    void list(const std::string& path) {
        take('[');
        for (std::size_t i = 0; at_ < text_.size() && peek() != ']'; ++i) {
            value(element_path(path, i));
            if (!take(',')) break;
        }
        take(']');
    }

    std::string_view text_;
    LineIndex& index_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

LineIndex::LineIndex(std::string_view text) { Scanner(text, *this).run(); }

std::size_t LineIndex::line_of(const std::string& path) const {
    std::string place = path;
    while (true) {
        if (const auto found = lines_.find(place); found != lines_.end()) return found->second;
        const auto end = place.find_last_of(".[");
        if (end == std::string::npos) break;
        place.resize(end);
    }
    const auto root = lines_.find("");
    return root == lines_.end() ? 0 : root->second;
}

}  // namespace mcprisk::policy
