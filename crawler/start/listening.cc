#include "crawler/start/listening.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>

#include "model/base/text.h"

namespace mcprisk::crawler {

std::set<int> listening_ports(std::string_view table) {
    std::set<int> ports;
    for (const std::string_view line : split(table, '\n')) {
        // "   0: 0100007F:1F90 00000000:0000 0A …"
        std::vector<std::string_view> words;
        for (const std::string_view word : split(line, ' ')) {
            if (!word.empty()) words.push_back(word);
        }
        constexpr std::string_view kListening = "0A";
        if (words.size() < 4 || words[3] != kListening) continue;
        const auto colon = words[1].rfind(':');
        if (colon == std::string_view::npos) continue;
        const std::string_view hex = words[1].substr(colon + 1);
        int port = 0;
        constexpr int kHex = 16;
        const auto read = std::from_chars(hex.data(), hex.data() + hex.size(), port, kHex);
        if (read.ec == std::errc{} && port > 0) ports.insert(port);
    }
    return ports;
}

std::vector<std::string> places_to_ask(int port, std::string_view printed) {
    const std::string base = fmt::format("http://127.0.0.1:{}", port);
    std::vector<std::string> places;
    const auto add = [&](std::string path) {
        std::string place = base + path;
        if (std::find(places.begin(), places.end(), place) == places.end()) {
            places.push_back(std::move(place));
        }
    };
    // "listening on http://localhost:3001/api/mcp": the path, whatever the host is called.
    const std::string mark = fmt::format(":{}/", port);
    constexpr std::size_t kAtMost = 4;
    for (auto at = printed.find(mark); at != std::string_view::npos && places.size() < kAtMost;
         at = printed.find(mark, at + 1)) {
        std::string_view path = printed.substr(at + mark.size() - 1);
        path = path.substr(0, path.find_first_of(" \t\r\n\"'`<>)],;\x1b"));
        while (path.size() > 1 && (path.back() == '.' || path.back() == ':')) path.remove_suffix(1);
        if (path.size() > 1 && path.size() <= 200 &&
            path.find("health") == std::string_view::npos) {
            add(std::string(path));
        }
    }
    for (const char* path : {"/mcp", "/sse", "/"}) add(path);
    return places;
}

}  // namespace mcprisk::crawler
