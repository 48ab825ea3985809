#include "cli/output/paragraph.h"

#include <algorithm>

#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

void append_line(std::string& out, std::string_view line, std::size_t columns, std::size_t indent) {
    std::string current(indent, ' ');
    bool empty = true;
    for (const std::string_view word : split(line, ' ')) {
        if (word.empty()) continue;
        if (!empty && display_width(current) + 1 + display_width(word) > columns) {
            out += current + "\n";
            current.assign(indent, ' ');
            empty = true;
        }
        if (!empty) current += ' ';
        current += word;
        empty = false;
    }
    if (!empty) out += current + "\n";
}

}  // namespace

std::string paragraph(std::string_view text, std::size_t columns, std::size_t indent) {
    std::string out;
    for (const std::string_view line : split(text, '\n')) append_line(out, line, columns, indent);
    return out;
}

std::string bullet(std::string_view mark,
                   std::string_view text,
                   std::size_t columns,
                   std::size_t indent) {
    const std::size_t hanging = indent + display_width(mark);
    std::string out = paragraph(text, columns, hanging);
    if (out.empty()) return out;
    return std::string(indent, ' ') + std::string(mark) + out.substr(hanging);
}

std::string hanging_lines(std::string_view text, std::size_t columns) {
    std::string out;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (display_width(line) <= columns) {
            out += std::string(line) + "\n";
            continue;
        }
        const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
        const std::string body = paragraph(line.substr(begin), columns, begin + 2);
        out += body.substr(std::min<std::size_t>(2, body.size()), body.find('\n') - 1);
        const std::size_t rest = body.find('\n') + 1;
        out += body.substr(std::min(rest, body.size()));
    }
    return out;
}

}  // namespace mcprisk::cli
