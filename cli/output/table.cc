#include "cli/output/table.h"

#include <algorithm>

#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

constexpr std::string_view kGap = "  ";

std::vector<std::size_t> fit_widths(const std::vector<Column>& columns,
                                    const std::vector<std::vector<std::string>>& texts,
                                    std::size_t width) {
    std::vector<std::size_t> widths;
    std::size_t total = 0;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        std::size_t widest = display_width(columns[c].title);
        for (const auto& row : texts) widest = std::max(widest, display_width(row[c]));
        widths.push_back(widest);
        total += widest + (c > 0 ? kGap.size() : 0);
    }
    for (std::size_t c = columns.size(); c-- > 0 && total > width;) {
        const std::size_t narrowest = columns[c].narrowest;
        if (narrowest == 0 || widths[c] <= narrowest) continue;
        const std::size_t loss = std::min(total - width, widths[c] - narrowest);
        widths[c] -= loss;
        total -= loss;
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

std::string render_table(const std::vector<Column>& columns,
                         const std::vector<std::vector<Cell>>& rows,
                         std::size_t width) {
    std::vector<std::vector<std::string>> texts;
    texts.reserve(rows.size());
    for (const auto& row : rows) {
        auto& line = texts.emplace_back();
        for (const Cell& cell : row) line.push_back(printable(cell.text));
    }
    const std::vector<std::size_t> widths = fit_widths(columns, texts, width);
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
            append_cell(line, texts[r][c], rows[r][c].paint, columns[c], widths[c]);
        }
        finish_line(out, std::move(line));
    }
    return out;
}

}  // namespace mcprisk::cli
