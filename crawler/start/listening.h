// Where a server that serves HTTP listens, and where it may be asked. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::crawler {

// Ports that listen, from the text of /proc/net/tcp or tcp6.
std::set<int> listening_ports(std::string_view table);

// Where a server that listens on `port` may be asked: what it printed first, then what is usual.
// Only addresses of loopback.
std::vector<std::string> places_to_ask(int port, std::string_view printed);

}  // namespace mcprisk::crawler
