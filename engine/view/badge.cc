#include "engine/view/badge.h"

#include <fmt/format.h>

#include "engine/view/words.h"
#include "model/base/markup.h"
#include "model/base/text.h"

namespace mcprisk::engine {
namespace {

constexpr std::size_t kColumn = 7;  // width of a sign at 11 px; textLength makes it exact
constexpr std::size_t kPadding = 6;

std::string escaped(std::string_view raw) { return escape_markup(printable(raw)); }

std::string_view color_of(char letter) {
    switch (letter) {
        case 'A':
            return "#2e8540";
        case 'B':
            return "#6b8e23";
        case 'C':
            return "#b8860b";
        case 'D':
            return "#c05a00";
        case 'F':
            return "#b3001b";
        default:
            return "#6c757d";
    }
}

}  // namespace

std::string badge_svg(std::string_view label, std::string_view text, std::string_view color) {
    const std::size_t left_text = display_width(printable(label)) * kColumn;
    const std::size_t right_text = display_width(printable(text)) * kColumn;
    const std::size_t left = left_text + 2 * kPadding;
    const std::size_t right = right_text + 2 * kPadding;
    const std::string name = escaped(label) + ": " + escaped(text);
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"20\" role=\"img\" "
        "aria-label=\"{1}\">\n"
        "<title>{1}</title>\n"
        "<rect width=\"{2}\" height=\"20\" rx=\"3\" fill=\"#444\"/>\n"
        "<rect x=\"{3}\" width=\"{4}\" height=\"20\" rx=\"3\" fill=\"{5}\"/>\n"
        "<rect x=\"{3}\" width=\"4\" height=\"20\" fill=\"{5}\"/>\n"
        "<g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">\n"
        "<text x=\"{6}\" y=\"14\" textLength=\"{7}\">{8}</text>\n"
        "<text x=\"{9}\" y=\"14\" textLength=\"{10}\">{11}</text>\n"
        "</g>\n</svg>\n",
        left + right,
        name,
        left + 4,
        left,
        right,
        color,
        kPadding,
        left_text,
        escaped(label),
        left + kPadding,
        right_text,
        escaped(text));
}

std::string grade_badge(const Grade& grade) {
    return badge_svg("mcprisk",
                     grade.letter == '?' ? "not listed" : std::string(1, grade.letter),
                     color_of(grade.letter));
}

std::string server_badge(const store::ServerRow& server) {
    const engine::Grade grade = engine::grade_of(server);
    const std::string text =
        grade.letter == '?' ? "not listed"
                            : fmt::format("{}, {}", grade.letter, count_of(server.tools, "tool"));
    return badge_svg("mcprisk", text, color_of(grade.letter));
}

}  // namespace mcprisk::engine
