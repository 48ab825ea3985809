#include "cli/output/cells.h"

#include "model/base/text.h"

namespace mcprisk::cli {

std::string csv_cell(std::string_view raw) {
    std::string text = printable(raw);
    if (!text.empty() &&
        std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) {
        text.insert(0, 1, '\'');
    }
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

std::string markdown_cell(std::string_view raw) {
    constexpr std::string_view kActive = "\\`*_{}[]()#+!|~@";
    std::string out;
    for (const char c : printable(raw)) {
        // Not with a backslash: whatever reads the file as HTML would still see a tag.
        if (c == '<' || c == '>' || c == '&') {
            out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;";
            continue;
        }
        if (kActive.find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

}  // namespace mcprisk::cli
