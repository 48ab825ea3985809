#include <fmt/format.h>
#include <algorithm>
#include <vector>

#include "model/base/text.h"
#include "policy/edit/text_diff.h"

namespace mcprisk::policy {
namespace {

struct Line {
    char sign;  // ' ', '-' or '+'
    std::string_view text;
};

// A longest common subsequence by the table of all prefixes; files beyond it are shown as a whole.
std::vector<Line> compare(const std::vector<std::string_view>& a,
                          const std::vector<std::string_view>& b) {
    std::size_t head = 0;
    while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
    std::size_t tail = 0;
    while (tail < a.size() - head && tail < b.size() - head &&
           a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
        ++tail;
    }
    const std::size_t n = a.size() - head - tail;
    const std::size_t m = b.size() - head - tail;
    constexpr std::size_t kMost = 25'000'000;
    std::vector<Line> out;
    for (std::size_t i = 0; i < head; ++i) out.push_back({' ', a[i]});
    if (n * m <= kMost) {
        std::vector<std::uint32_t> best((n + 1) * (m + 1), 0);
        const auto cell = [&](std::size_t i, std::size_t j) -> std::uint32_t& {
            return best[i * (m + 1) + j];
        };
        for (std::size_t i = n; i-- > 0;) {
            for (std::size_t j = m; j-- > 0;) {
                cell(i, j) = a[head + i] == b[head + j] ? cell(i + 1, j + 1) + 1
                                                        : std::max(cell(i + 1, j), cell(i, j + 1));
            }
        }
        std::size_t i = 0;
        std::size_t j = 0;
        while (i < n || j < m) {
            if (i < n && j < m && a[head + i] == b[head + j]) {
                out.push_back({' ', a[head + i]});
                ++i;
                ++j;
            } else if (i < n && (j == m || cell(i + 1, j) >= cell(i, j + 1))) {
                out.push_back({'-', a[head + i++]});
            } else {
                out.push_back({'+', b[head + j++]});
            }
        }
    } else {
        for (std::size_t i = 0; i < n; ++i) out.push_back({'-', a[head + i]});
        for (std::size_t j = 0; j < m; ++j) out.push_back({'+', b[head + j]});
    }
    for (std::size_t i = a.size() - tail; i < a.size(); ++i) out.push_back({' ', a[i]});
    return out;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines = split(text, '\n');
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, std::string_view name) {
    if (before == after) return {};
    constexpr std::size_t kContext = 3;
    const auto lines = compare(lines_of(before), lines_of(after));
    std::string out = fmt::format("--- {0}\n+++ {0}\n", printable(name));
    std::size_t i = 0;
    std::size_t old_line = 1;
    std::size_t new_line = 1;
    while (i < lines.size()) {
        if (lines[i].sign == ' ') {
            ++i;
            ++old_line;
            ++new_line;
            continue;
        }
        const std::size_t begin = i > kContext ? i - kContext : 0;
        std::size_t end = i;
        for (std::size_t k = i; k < lines.size() && k <= end + 2 * kContext; ++k) {
            if (lines[k].sign != ' ') end = k;
        }
        end = std::min(lines.size(), end + 1 + kContext);
        const std::size_t old_begin = old_line - (i - begin);
        const std::size_t new_begin = new_line - (i - begin);
        std::string body;
        std::size_t old_count = 0;
        std::size_t new_count = 0;
        for (std::size_t k = begin; k < end; ++k) {
            body += lines[k].sign;
            body += printable_block(lines[k].text);
            body += '\n';
            if (lines[k].sign != '+') ++old_count;
            if (lines[k].sign != '-') ++new_count;
        }
        out += fmt::format(
            "@@ -{},{} +{},{} @@\n{}", old_begin, old_count, new_begin, new_count, body);
        old_line = old_begin + old_count;
        new_line = new_begin + new_count;
        i = end;
    }
    return out;
}

}  // namespace mcprisk::policy
