#include "cli/output/paragraph.h"

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

}  // namespace mcprisk::cli
