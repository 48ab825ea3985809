#include "cli/output/short_names.h"

#include <fmt/format.h>
#include <map>
#include <set>
#include <string_view>

#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

// The last `columns` columns of the text.
std::string tail_of(std::string_view text, std::size_t columns) {
    std::size_t at = text.size();
    while (at > 0) {
        std::size_t before = at - 1;
        while (before > 0 && (static_cast<unsigned char>(text[before]) & 0xC0U) == 0x80U) --before;
        if (display_width(text.substr(before)) > columns) break;
        at = before;
    }
    return std::string(text.substr(at));
}

std::string beginning_of(std::string_view text, std::size_t columns) {
    std::string head = fit_columns(text, columns + 1);
    constexpr std::string_view kCut = "\xe2\x80\xa6";
    if (head.ends_with(kCut)) head.resize(head.size() - kCut.size());
    return head;
}

// "analytics_…_create": both ends say something.
std::string without_middle(std::string_view text, std::size_t width, std::size_t head) {
    if (display_width(text) <= width) return std::string(text);
    if (width < 3) return fit_columns(text, width);
    return beginning_of(text, head) + "\xe2\x80\xa6" + tail_of(text, width - 1 - head);
}

// From the whole name to the least of it that still names it.
std::vector<std::string> forms_of(std::string_view name) {
    std::vector<std::string> forms{std::string(name)};
    for (const std::string_view kind : {"https://", "http://", "npm:", "pypi:", "oci:"}) {
        if (!name.starts_with(kind)) continue;
        name.remove_prefix(kind.size());
        forms.emplace_back(name);
        break;
    }
    if (name.starts_with('@')) {
        const std::size_t slash = name.find('/');
        if (slash == std::string_view::npos || slash + 1 >= name.size()) return forms;
        const std::string_view rest = name.substr(slash + 1);
        // What half of all servers are called says less than who made it.
        const bool says_nothing = rest == "mcp" || rest == "server" || rest == "mcp-server";
        forms.emplace_back(says_nothing ? name.substr(1, slash - 1) : rest);
    }
    return forms;
}

}  // namespace

std::vector<std::string> short_names(std::span<const std::string> names, std::size_t width) {
    std::map<std::string, std::string> chosen;  // by name
    for (const std::string& name : names) {
        std::string& text = chosen[name];
        if (!text.empty()) continue;
        const auto forms = forms_of(name);
        for (const std::string& form : forms) {
            text = form;
            if (display_width(form) <= width) break;
        }
        text = without_middle(text, width, width / 2);
    }
    // Each further way keeps another part of those that came out alike.
    for (const std::size_t head : {width / 3, width * 2 / 3, std::size_t{1}, width - 2}) {
        std::map<std::string, std::size_t> uses;
        for (const auto& [name, text] : chosen) ++uses[text];
        for (auto& [name, text] : chosen) {
            if (uses[text] > 1 && width > 3) text = without_middle(name, width, head);
        }
    }
    std::map<std::string, std::size_t> uses;
    for (auto& [name, text] : chosen) {
        const std::size_t nth = ++uses[text];
        if (nth == 1) continue;
        const std::string mark = fmt::format("~{}", nth);
        if (width > mark.size() + 2) text = fit_columns(text, width - mark.size()) + mark;
    }
    std::vector<std::string> out;
    out.reserve(names.size());
    for (const std::string& name : names) out.push_back(chosen[name]);
    return out;
}

}  // namespace mcprisk::cli
