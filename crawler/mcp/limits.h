// Bounds on what one server may cost us. Every byte of it is untrusted.
#pragma once

#include <chrono>
#include <cstddef>

namespace mcprisk::crawler {

struct Limits {
    std::size_t message_bytes = std::size_t{16} << 20;  // one JSON-RPC line, SSE event or HTTP body
    std::size_t total_bytes = std::size_t{64} << 20;    // everything a server sends, noise included
    std::size_t noise_bytes = std::size_t{1} << 20;     // stdout that is not JSON-RPC
    std::size_t last_words_bytes = 4096;                // kept from the end of stderr
    std::size_t json_depth = 128;
    std::size_t tools = 20000;
    std::size_t pages = 64;
    int relists = 3;                            // after notifications/tools/list_changed
    std::chrono::milliseconds start{30000};     // spawn or connect until the first answer
    std::chrono::milliseconds request{30000};   // each later answer
    std::chrono::milliseconds total{90000};     // the whole server
    std::chrono::milliseconds install{300000};  // fetching a package, which comes before all else
    std::chrono::milliseconds grace{2000};      // between closing stdin, SIGTERM and SIGKILL
    std::chrono::milliseconds debounce{200};    // list_changed until listing again
};

}  // namespace mcprisk::crawler
