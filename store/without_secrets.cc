#include "store/without_secrets.h"

#include <algorithm>

#include "model/base/entry_id.h"
#include "model/base/text.h"

namespace mcprisk::store {
namespace {

// The end of "user:pw@host:port" in a URL. A password may hold '@', so the last one before this
// counts.
constexpr std::string_view kEndOfAuthority = "/?#\\ \t\r\n\"'<>";

std::string without_user_info(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (true) {
        const std::size_t colon = text.find("://");
        if (colon == std::string_view::npos) break;
        const std::size_t begin = colon + 3;
        const std::size_t end = std::min(text.find_first_of(kEndOfAuthority, begin), text.size());
        const std::size_t at = text.substr(begin, end - begin).rfind('@');
        out.append(text.substr(0, begin));
        text.remove_prefix(at == std::string_view::npos ? begin : begin + at + 1);
    }
    return out.append(text);
}

bool is_web_url(std::string_view text) {
    const std::string start = lower_ascii(text.substr(0, 8));
    return (start.starts_with("http://") || start.starts_with("https://")) &&
           text.find_first_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

std::string without_secrets(std::string_view text) {
    std::string out = without_user_info(repair_utf8(text));
    if (is_web_url(out)) out.resize(std::min(out.find_first_of("?#"), out.size()));
    return out;
}

std::string id_without_secrets(std::string_view id) {
    const std::string_view group = group_of(id);
    return without_secrets(group) + std::string(id.substr(group.size()));
}

}  // namespace mcprisk::store
