#include "crawler/start/fake_wire.h"

#include <algorithm>
#include <charconv>

#include "model/base/text.h"

namespace mcprisk::crawler::wire {

std::uint32_t big_endian(std::string_view bytes) {
    std::uint32_t value = 0;
    for (const char c : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

std::uint32_t little_endian(std::string_view bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = std::min<std::size_t>(bytes.size(), 4); i-- > 0;) {
        value = value << 8 | static_cast<unsigned char>(bytes[i]);
    }
    return value;
}

std::string big_endian(std::uint32_t value) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
    return out;
}

std::string little_endian(std::uint32_t value) {
    std::string out = big_endian(value);
    std::reverse(out.begin(), out.end());
    return out;
}

std::optional<long> resp_number(std::string_view text, std::size_t& at) {
    const auto end = text.find("\r\n", at);
    if (end == std::string_view::npos) return std::nullopt;
    long value = 0;
    const auto read = std::from_chars(text.data() + at, text.data() + end, value);
    at = end + 2;
    if (read.ec != std::errc{} || value < -1 || value > 1'000'000) return -2;
    return value;
}

std::string redis_answer(const std::vector<std::string_view>& words) {
    const std::string command = words.empty() ? std::string{} : lower_ascii(words.front());
    if (command == "ping") return "+PONG\r\n";
    if (command == "hello") return "-NOPROTO unsupported protocol version\r\n";
    if (command == "info") {
        constexpr std::string_view kInfo =
            "# Server\r\nredis_version:7.0.0\r\nredis_mode:standalone\r\nloading:0\r\nrole:master";
        return "$" + std::to_string(kInfo.size()) + "\r\n" + std::string(kInfo) + "\r\n";
    }
    for (const char* empty : {"get", "hget", "lpop", "rpop", "getdel", "json.get", "echo"}) {
        if (command == empty) return "$-1\r\n";
    }
    for (const char* list :
         {"keys", "mget", "hgetall", "lrange", "smembers", "zrange", "command", "ft._list"}) {
        if (command == list) return "*0\r\n";
    }
    for (const char* number : {"exists", "del", "dbsize", "ttl", "llen", "publish", "incr"}) {
        if (command == number) return ":0\r\n";
    }
    return "+OK\r\n";
}

std::string postgres_message(char type, std::string_view body) {
    return std::string(1, type) + big_endian(static_cast<std::uint32_t>(body.size() + 4)) +
           std::string(body);
}

std::string postgres_parameter(std::string_view name, std::string_view value) {
    std::string body(name);
    body += '\0';
    body += value;
    body += '\0';
    return postgres_message('S', body);
}

std::string mysql_packet(unsigned char sequence, std::string_view body) {
    std::string out = little_endian(static_cast<std::uint32_t>(body.size())).substr(0, 3);
    out += static_cast<char>(sequence);
    out += body;
    return out;
}

std::string mongo_document() {
    std::string body;
    const auto name = [&](char type, std::string_view key) {
        body += type;
        body += key;
        body += '\0';
    };
    const auto yes = [&](std::string_view key) {
        name('\x08', key);
        body += '\1';
    };
    const auto number = [&](std::string_view key, std::uint32_t value) {
        name('\x10', key);
        body += little_endian(value);
    };
    yes("helloOk");
    yes("ismaster");
    yes("isWritablePrimary");
    number("maxBsonObjectSize", 16777216);
    number("maxMessageSizeBytes", 48000000);
    number("maxWriteBatchSize", 100000);
    number("minWireVersion", 0);
    number("maxWireVersion", 21);
    name('\x01', "ok");
    body += std::string("\0\0\0\0\0\0\xF0\x3F", 8);
    return little_endian(static_cast<std::uint32_t>(body.size() + 5)) + body + '\0';
}

}  // namespace mcprisk::crawler::wire
