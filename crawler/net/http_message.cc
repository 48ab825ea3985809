#include "crawler/net/http_message.h"

#include <fmt/format.h>
#include <algorithm>

#include "model/base/text.h"

namespace mcprisk::crawler {

std::string_view HttpHead::header(std::string_view name) const {
    const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& header) {
        return equals_ignoring_case(header.first, name);
    });
    return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

bool is_http_token(std::string_view text) {
    constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               kOthers.find(c) != std::string_view::npos;
    });
}

std::string in_seconds(std::chrono::milliseconds time) {
    return fmt::format("{:g} s", static_cast<double>(time.count()) / 1000);
}

}  // namespace mcprisk::crawler
