#include "crawler/start/fake_backend.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "crawler/start/fake_wire.h"
#include "model/base/text.h"

namespace mcprisk::crawler {

using namespace wire;

namespace {

constexpr std::size_t kMostPending = std::size_t{1} << 20;

}  // namespace

std::string_view to_string(BackendKind kind) {
    switch (kind) {
        case BackendKind::redis:
            return "redis";
        case BackendKind::postgres:
            return "postgres";
        case BackendKind::mysql:
            return "mysql";
        case BackendKind::mongo:
            return "mongo";
        case BackendKind::http:
            return "http";
    }
    return "";
}

BackendKind backend_on(int port) {
    switch (port) {
        case 6379:
        case 6380:
            return BackendKind::redis;
        case 5432:
        case 5433:
            return BackendKind::postgres;
        case 3306:
        case 33060:
            return BackendKind::mysql;
        case 27017:
        case 27018:
            return BackendKind::mongo;
        default:
            return BackendKind::http;
    }
}

void FakeBackend::note(std::string_view what) {
    constexpr std::size_t kNoted = 80;
    if (asked_.empty()) asked_ = truncate_utf8(printable(repair_utf8(what.substr(0, 200))), kNoted);
}

std::string FakeBackend::greeting() const {
    if (kind_ != BackendKind::mysql) return {};
    std::string body(
        "\x0A"
        "8.0.30\0",
        8);
    body += std::string("\1\0\0\0", 4);
    body += std::string("aaaaaaaa\0", 9);
    // Protocol 4.1, plain connections, plugins for authentication.
    body += std::string("\x09\xA2\x21\2\0\x08\0\x15", 8);
    body += std::string(10, '\0');
    body += std::string("aaaaaaaaaaaa\0", 13);
    body += std::string("mysql_native_password\0", 22);
    return mysql_packet(0, body);
}

std::optional<std::string> FakeBackend::received(std::string_view bytes) {
    if (over_ || pending_.size() + bytes.size() > kMostPending) return std::nullopt;
    pending_ += bytes;
    std::string out;
    bool more = true;
    while (more && !over_ && !pending_.empty()) {
        switch (kind_) {
            case BackendKind::redis:
                more = redis(out);
                break;
            case BackendKind::postgres:
                more = postgres(out);
                break;
            case BackendKind::mysql:
                more = mysql(out);
                break;
            case BackendKind::mongo:
                more = mongo(out);
                break;
            case BackendKind::http:
                more = http(out);
                break;
        }
    }
    if (over_ && out.empty()) return std::nullopt;
    return out;
}

bool FakeBackend::redis(std::string& out) {
    if (pending_.front() != '*') {
        const auto end = pending_.find("\r\n");
        if (end == std::string::npos) return false;
        const std::vector<std::string_view> words =
            split(std::string_view(pending_).substr(0, end), ' ');
        note(pending_.substr(0, end));
        out += redis_answer(words);
        pending_.erase(0, end + 2);
        return true;
    }
    std::size_t at = 1;
    const auto count = resp_number(pending_, at);
    if (!count) return false;
    if (*count < 0 || *count > 1024) {
        over_ = true;
        return false;
    }
    std::vector<std::string_view> words;
    for (long i = 0; i < *count; ++i) {
        if (at >= pending_.size()) return false;
        const bool bulk = pending_[at] == '$';
        const auto length = resp_number(pending_, ++at);
        if (!length) return false;
        if (!bulk || *length < 0) {
            over_ = true;
            return false;
        }
        const auto bytes = static_cast<std::size_t>(*length);
        if (pending_.size() < at + bytes + 2) return false;
        words.push_back(std::string_view(pending_).substr(at, bytes));
        at += bytes + 2;
    }
    if (!words.empty()) note(words.front());
    out += redis_answer(words);
    pending_.erase(0, at);
    return true;
}

bool FakeBackend::postgres(std::string& out) {
    constexpr std::size_t kHead = 4;
    if (!begun_) {
        if (pending_.size() < 2 * kHead) return false;
        const std::uint32_t length = big_endian(pending_);
        const std::uint32_t code = big_endian(std::string_view(pending_).substr(kHead));
        if (length < 2 * kHead || length > kMostPending) {
            over_ = true;
            return false;
        }
        if (pending_.size() < length) return false;
        pending_.erase(0, length);
        constexpr std::uint32_t kSsl = 80877103;
        constexpr std::uint32_t kGss = 80877104;
        if (code == kSsl || code == kGss) {
            out += 'N';
            return true;
        }
        begun_ = true;
        out += postgres_message('R', std::string(4, '\0'));
        out += postgres_parameter("server_version", "15.0");
        out += postgres_parameter("client_encoding", "UTF8");
        out += postgres_parameter("DateStyle", "ISO, MDY");
        out += postgres_message('K', big_endian(1) + big_endian(1));
        out += postgres_message('Z', "I");
        return true;
    }
    if (pending_.size() < 1 + kHead) return false;
    const char type = pending_.front();
    const std::uint32_t length = big_endian(std::string_view(pending_).substr(1));
    if (length < kHead || length > kMostPending) {
        over_ = true;
        return false;
    }
    if (pending_.size() < 1 + length) return false;
    const std::string body = pending_.substr(1 + kHead, length - kHead);
    pending_.erase(0, 1 + length);
    const std::string none("SELECT 0\0", 9);
    switch (type) {
        case 'Q':
            note(body.substr(0, body.find('\0')));
            // A result of no rows and no columns.
            out += postgres_message('T', std::string(2, '\0')) + postgres_message('C', none) +
                   postgres_message('Z', "I");
            break;
        case 'P':
            note(body.substr(std::min(body.find('\0') + 1, body.size())));
            out += postgres_message('1', "");
            break;
        case 'B':
            out += postgres_message('2', "");
            break;
        case 'D':
            if (body.starts_with('S')) out += postgres_message('t', std::string(2, '\0'));
            out += postgres_message('n', "");
            break;
        case 'E':
            out += postgres_message('C', none);
            break;
        case 'C':
            out += postgres_message('3', "");
            break;
        case 'S':
            out += postgres_message('Z', "I");
            break;
        case 'X':
            over_ = true;
            break;
        default:
            break;
    }
    return true;
}

bool FakeBackend::mysql(std::string& out) {
    if (pending_.size() < 4) return false;
    const std::uint32_t length = little_endian(pending_) & 0xFFFFFF;
    const auto sequence = static_cast<unsigned char>(pending_[3]);
    if (pending_.size() < 4 + length) return false;
    const std::string body = pending_.substr(4, length);
    pending_.erase(0, 4 + length);
    if (!begun_) {
        begun_ = true;
        out += mysql_packet(static_cast<unsigned char>(sequence + 1), kMysqlOk);
        return true;
    }
    const char command = body.empty() ? '\0' : body.front();
    constexpr char kQuit = 1;
    constexpr char kQuery = 3;
    constexpr char kPrepare = 22;
    constexpr char kClose = 25;
    if (command == kQuit) {
        over_ = true;
        return false;
    }
    if (command == kClose) return true;
    if (command == kQuery || command == kPrepare) note(body.substr(1));
    if (command == kPrepare) {
        out += mysql_packet(1, std::string("\0\1\0\0\0\0\0\0\0\0\0\0", 12));
    } else {
        out += mysql_packet(static_cast<unsigned char>(sequence + 1), kMysqlOk);
    }
    return true;
}

bool FakeBackend::mongo(std::string& out) {
    constexpr std::size_t kHead = 16;
    constexpr std::uint32_t kReply = 1;
    constexpr std::uint32_t kQuery = 2004;
    constexpr std::uint32_t kMessage = 2013;
    if (pending_.size() < kHead) return false;
    const std::string_view view = pending_;
    const std::uint32_t length = little_endian(view);
    const std::uint32_t request = little_endian(view.substr(4));
    const std::uint32_t code = little_endian(view.substr(12));
    if (length < kHead || length > kMostPending || (code != kQuery && code != kMessage)) {
        over_ = true;
        return false;
    }
    if (pending_.size() < length) return false;
    // Behind the flags and the kind of the section: length, type and name of the first element.
    constexpr std::size_t kName = kHead + 4 + 1 + 4 + 1;
    if (code == kMessage && length > kName) {
        const std::string_view rest = view.substr(kName, length - kName);
        note(rest.substr(0, rest.find('\0')));
    }
    std::string body;
    if (code == kMessage) {
        body = std::string(5, '\0') + mongo_document();
    } else {
        body = little_endian(8) + std::string(12, '\0') + little_endian(1) + mongo_document();
    }
    out += little_endian(static_cast<std::uint32_t>(kHead + body.size())) + little_endian(1) +
           little_endian(request) + little_endian(code == kMessage ? kMessage : kReply) + body;
    pending_.erase(0, length);
    return true;
}

bool FakeBackend::http(std::string& out) {
    const auto head_end = pending_.find("\r\n\r\n");
    if (head_end == std::string::npos) {
        // TLS begins with a byte that no method has.
        over_ = !pending_.empty() && (pending_.front() < 'A' || pending_.front() > 'Z');
        return false;
    }
    const std::string_view head = std::string_view(pending_).substr(0, head_end);
    std::size_t length = 0;
    for (const std::string_view line : split(head, '\n')) {
        constexpr std::string_view kLength = "content-length:";
        const std::string lower = lower_ascii(trim(line));
        if (lower.starts_with(kLength)) {
            const std::string number(trim(std::string_view(lower).substr(kLength.size())));
            std::from_chars(number.data(), number.data() + number.size(), length);
        }
    }
    if (length > kMostPending) {
        over_ = true;
        return false;
    }
    if (pending_.size() < head_end + 4 + length) return false;
    const std::string_view request = head.substr(0, head.find('\r'));
    const bool head_only = request.starts_with("HEAD ");
    // The method and the path; what stands behind "?" may be a key, even a made-up one.
    note(request.substr(0, request.find_first_of("?\r")));
    out += "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n";
    if (!head_only) out += "{}";
    pending_.erase(0, head_end + 4 + length);
    return true;
}

}  // namespace mcprisk::crawler
