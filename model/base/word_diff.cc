#include "model/base/word_diff.h"

#include <algorithm>
#include <cstdint>

#include "model/base/text.h"

namespace mcprisk {
namespace {

// Cells of the table of common subsequences: 16 MB at most.
constexpr std::size_t kMostCells = std::size_t{4} << 20;

struct Word {
    std::string_view text;  // blanks included
    std::string_view key;   // without
    bool operator==(const Word& other) const { return key == other.key; }
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// From the radicals on: Han, kana, hangul and what else fills a square. A UTF-8 lead byte tells.
bool stands_alone(std::string_view sequence) {
    return sequence.size() >= 3 && static_cast<unsigned char>(sequence[0]) >= 0xe3;
}

std::vector<Word> words_of(std::string_view text) {
    std::vector<Word> words;
    std::size_t begin = 0;
    std::size_t i = 0;
    while (i < text.size()) {
        while (i < text.size() && is_blank(text[i])) ++i;
        const std::size_t key = i;
        while (i < text.size() && !is_blank(text[i])) {
            const std::size_t n = std::max<std::size_t>(1, utf8_sequence_length(text.substr(i)));
            const bool alone = stands_alone(text.substr(i, n));
            if (alone && i > key) break;
            i += n;
            if (alone) break;
        }
        if (i > key) words.push_back({text.substr(begin, i - begin), text.substr(key, i - key)});
        begin = i;
    }
    return words;
}

class Edits {
  public:
    void add(WordEdit::Kind kind, std::string_view text) {
        if (edits_.empty() || edits_.back().kind != kind) edits_.push_back({kind, {}});
        edits_.back().text += text;
    }
    std::vector<WordEdit> take() { return std::move(edits_); }

  private:
    std::vector<WordEdit> edits_;
};

using Words = std::vector<Word>;

void diff_middle(const Words& a, const Words& b, Edits& edits) {
    const std::size_t n = a.size();
    const std::size_t m = b.size();
    if (n == 0 || m == 0 || n > kMostCells / m) {
        for (const Word& word : a) edits.add(WordEdit::Kind::removed, word.text);
        for (const Word& word : b) edits.add(WordEdit::Kind::added, word.text);
        return;
    }
    // common[i][j]: length of the longest common subsequence of a[i…] and b[j…].
    std::vector<std::uint32_t> common((n + 1) * (m + 1), 0);
    const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& {
        return common[i * (m + 1) + j];
    };
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t j = m; j-- > 0;) {
            at(i, j) = a[i] == b[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
        }
    }
    std::size_t i = 0;
    std::size_t j = 0;
    std::string added;  // held back, so that a run of changes has its removals first
    const auto flush = [&] {
        if (!added.empty()) edits.add(WordEdit::Kind::added, added);
        added.clear();
    };
    while (i < n || j < m) {
        if (i < n && j < m && a[i] == b[j]) {
            flush();
            edits.add(WordEdit::Kind::same, b[j].text);
            ++i;
            ++j;
        } else if (j == m || (i < n && at(i + 1, j) >= at(i, j + 1))) {
            edits.add(WordEdit::Kind::removed, a[i++].text);
        } else {
            added += b[j++].text;
        }
    }
    flush();
}

std::string shortened(std::string_view text, std::size_t context, bool first, bool last) {
    const std::size_t sides = (first ? 0 : context) + (last ? 0 : context);
    if (text.size() <= sides + 4) return std::string(text);
    std::string_view tail = text;
    if (!last) {
        tail.remove_prefix(tail.size() - context);
        // Not in the middle of a character.
        while (!tail.empty() && (static_cast<unsigned char>(tail[0]) & 0xc0U) == 0x80) {
            tail.remove_prefix(1);
        }
    } else {
        tail = {};
    }
    const std::string_view head = first ? std::string_view() : truncate_utf8(text, context);
    return std::string(head) + " … " + std::string(tail);
}

}  // namespace

std::vector<WordEdit> diff_words(std::string_view before, std::string_view after) {
    Words a = words_of(before);
    Words b = words_of(after);
    Edits edits;
    std::size_t front = 0;
    while (front < a.size() && front < b.size() && a[front] == b[front]) {
        edits.add(WordEdit::Kind::same, b[front++].text);
    }
    std::size_t back = 0;
    while (back < a.size() - front && back < b.size() - front &&
           a[a.size() - 1 - back] == b[b.size() - 1 - back]) {
        ++back;
    }
    const auto middle = [&](const Words& all) {
        return Words(all.begin() + static_cast<std::ptrdiff_t>(front),
                     all.end() - static_cast<std::ptrdiff_t>(back));
    };
    diff_middle(middle(a), middle(b), edits);
    for (std::size_t i = b.size() - back; i < b.size(); ++i) {
        edits.add(WordEdit::Kind::same, b[i].text);
    }
    return edits.take();
}

std::string marked_words(const std::vector<WordEdit>& edits, std::size_t context) {
    std::string out;
    for (std::size_t i = 0; i < edits.size(); ++i) {
        const WordEdit& edit = edits[i];
        if (edit.kind == WordEdit::Kind::same) {
            out += shortened(edit.text, context, i == 0, i + 1 == edits.size());
            continue;
        }
        const bool adds = edit.kind == WordEdit::Kind::added;
        const std::size_t key = std::min(edit.text.find_first_not_of(" \t\r\n"), edit.text.size());
        if (!out.empty() && out.back() != ' ') out += ' ';
        out += (adds ? "{+" : "[-") + edit.text.substr(key) + (adds ? "+}" : "-]");
    }
    return std::string(trim(out));
}

}  // namespace mcprisk
