#include "cli/output/table.h"

#include <algorithm>
#include <iterator>

#include "cli/output/short_names.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

constexpr std::string_view kGap = "  ";

using Texts = std::vector<std::vector<std::string>>;

std::size_t wanted_of(const Column& column, std::size_t widest) {
    if (column.wanted > 0) return std::min(column.wanted, widest);
    return column.narrowest > 0 ? std::min(column.narrowest, widest) : widest;
}

std::vector<std::size_t> widest_of(const std::vector<Column>& columns, const Texts& texts) {
    std::vector<std::size_t> widths;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        std::size_t widest = display_width(columns[c].title);
        for (const auto& row : texts) widest = std::max(widest, display_width(row[c]));
        widths.push_back(widest);
    }
    return widths;
}

std::size_t total_of(const std::vector<std::size_t>& widths) {
    std::size_t total = widths.empty() ? 0 : (widths.size() - 1) * kGap.size();
    for (const std::size_t width : widths) total += width;
    return total;
}

// The columns that there is room for, by their places.
std::vector<std::size_t> choose_columns(const std::vector<Column>& columns,
                                        const std::vector<std::size_t>& widest,
                                        std::size_t width) {
    std::vector<std::size_t> shown;
    for (std::size_t c = 0; c < columns.size(); ++c) shown.push_back(c);
    while (true) {
        std::vector<std::size_t> wanted;
        for (const std::size_t c : shown) wanted.push_back(wanted_of(columns[c], widest[c]));
        if (total_of(wanted) <= width) return shown;
        const auto last = std::find_if(shown.rbegin(), shown.rend(), [&](std::size_t c) {
            return columns[c].optional;
        });
        if (last == shown.rend()) return shown;
        shown.erase(std::next(last).base());
    }
}

std::vector<std::size_t> fit_widths(const std::vector<Column>& columns,
                                    std::vector<std::size_t> widths,
                                    std::size_t width) {
    std::size_t total = total_of(widths);
    const auto shrink = [&](std::size_t c, std::size_t to) {
        if (total <= width || widths[c] <= to) return;
        const std::size_t loss = std::min(total - width, widths[c] - to);
        widths[c] -= loss;
        total -= loss;
    };
    // A name that is cut can still be told; a sentence cannot.
    for (std::size_t c = columns.size(); c-- > 0;) {
        if (columns[c].names) shrink(c, wanted_of(columns[c], widths[c]));
    }
    for (std::size_t c = columns.size(); c-- > 0;) shrink(c, wanted_of(columns[c], widths[c]));
    for (std::size_t c = columns.size(); c-- > 0;) {
        if (columns[c].narrowest > 0) shrink(c, columns[c].narrowest);
    }
    while (total > width) {
        const auto widest = std::max_element(widths.begin(), widths.end());
        if (widest == widths.end() || *widest <= 1) break;
        --*widest;
        --total;
    }
    return widths;
}

std::string padding(std::size_t columns) { return std::string(columns, ' '); }

void append_cell(std::string& line,
                 std::string_view text,
                 const std::function<std::string(std::string_view)>& paint,
                 const Column& column,
                 std::size_t width) {
    const std::string fitted = fit_columns(text, width);
    const std::string blanks = padding(width - std::min(width, display_width(fitted)));
    const std::string painted = paint ? paint(fitted) : fitted;
    line += column.right ? blanks + painted : painted + blanks;
}

void finish_line(std::string& out, std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    out += line;
    out += '\n';
}

}  // namespace

std::string render_table(const std::vector<Column>& all,
                         const std::vector<std::vector<Cell>>& rows,
                         std::size_t width) {
    Texts whole;
    whole.reserve(rows.size());
    for (const auto& row : rows) {
        auto& line = whole.emplace_back();
        for (const Cell& cell : row) line.push_back(printable(cell.text));
    }
    const std::vector<std::size_t> natural = widest_of(all, whole);
    const std::vector<std::size_t> shown = choose_columns(all, natural, width);
    std::vector<Column> columns;
    std::vector<std::size_t> widths;
    for (const std::size_t c : shown) {
        columns.push_back(all[c]);
        widths.push_back(natural[c]);
    }
    widths = fit_widths(columns, std::move(widths), width);
    for (std::size_t c = 0; c < columns.size(); ++c) {
        if (!columns[c].names || widths[c] >= natural[shown[c]]) continue;
        std::vector<std::string> names;
        for (const auto& row : whole) names.push_back(row[shown[c]]);
        names = short_names(names, widths[c]);
        std::size_t used = display_width(columns[c].title);
        for (std::size_t r = 0; r < rows.size(); ++r) {
            used = std::max(used, display_width(names[r]));
            whole[r][shown[c]] = std::move(names[r]);
        }
        // What short names leave over goes to the last column.
        if (used < widths[c] && c + 1 < columns.size()) {
            const std::size_t last = columns.size() - 1;
            const std::size_t more =
                std::min(widths[c] - used, natural[shown[last]] - widths[last]);
            widths[c] = used;
            widths[last] += more;
        }
    }
    std::string out;
    std::string head;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        if (c > 0) head += kGap;
        append_cell(head, columns[c].title, nullptr, columns[c], widths[c]);
    }
    finish_line(out, std::move(head));
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::string line;
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (c > 0) line += kGap;
            append_cell(
                line, whole[r][shown[c]], rows[r][shown[c]].paint, columns[c], widths[c]);
        }
        finish_line(out, std::move(line));
    }
    return out;
}

}  // namespace mcprisk::cli
