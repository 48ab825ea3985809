#include "crawler/net/http_url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

#include "crawler/redact.h"
#include "model/base/encoding.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

constexpr std::size_t kLongestUrl = 8192;

struct UrlCleanup {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlHandle = std::unique_ptr<CURLU, UrlCleanup>;

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, flags) != CURLUE_OK || text == nullptr) return {};
    std::string copy(text);
    curl_free(text);
    return copy;
}

bool has_forbidden_bytes(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= 0x20 || byte == 0x7F;
    });
}

Result<HttpUrl> read_handle(CURLU* handle, std::string_view shown) {
    HttpUrl url;
    url.text = part_of(handle, CURLUPART_URL);
    url.scheme = lower_ascii(part_of(handle, CURLUPART_SCHEME));
    url.host = lower_ascii(part_of(handle, CURLUPART_HOST));
    url.port = part_of(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    url.path = part_of(handle, CURLUPART_PATH);
    if (url.scheme != "http" && url.scheme != "https") {
        return fail(ErrorCode::unsupported,
                    fmt::format("{} is no http:// or https:// address", redact_url(shown)));
    }
    if (url.host.empty() || url.text.size() > kLongestUrl) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} is no usable address", redact_url(shown.substr(0, 200))));
    }
    return url;
}

bool in_network(std::uint32_t address, std::uint32_t network, int bits) {
    const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
    return (address & mask) == network;
}

constexpr std::uint32_t ipv4(unsigned a, unsigned b, unsigned c, unsigned d) {
    return (a << 24U) | (b << 16U) | (c << 8U) | d;
}

bool is_private_ipv4(std::uint32_t address) {
    struct Network {
        std::uint32_t base;
        int bits;
    };
    constexpr std::array<Network, 14> kNetworks{{
        {ipv4(0, 0, 0, 0), 8},        // this network
        {ipv4(10, 0, 0, 0), 8},       // private
        {ipv4(100, 64, 0, 0), 10},    // shared by carriers
        {ipv4(127, 0, 0, 0), 8},      // loopback
        {ipv4(169, 254, 0, 0), 16},   // link-local, metadata services of clouds
        {ipv4(172, 16, 0, 0), 12},    // private
        {ipv4(192, 0, 0, 0), 24},     // protocol assignments
        {ipv4(192, 0, 2, 0), 24},     // documentation
        {ipv4(192, 168, 0, 0), 16},   // private
        {ipv4(198, 18, 0, 0), 15},    // benchmarks
        {ipv4(198, 51, 100, 0), 24},  // documentation
        {ipv4(203, 0, 113, 0), 24},   // documentation
        {ipv4(224, 0, 0, 0), 4},      // multicast
        {ipv4(240, 0, 0, 0), 4},      // reserved, broadcast
    }};
    return std::any_of(kNetworks.begin(), kNetworks.end(), [&](const Network& network) {
        return in_network(address, network.base, network.bits);
    });
}

bool is_private_ipv6(const std::array<std::uint8_t, 16>& bytes) {
    const auto word = [&](std::size_t at) {
        return ipv4(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
    };
    const bool high_zero = word(0) == 0 && word(4) == 0;
    if (high_zero && word(8) == 0) return true;  // ::, ::1 and the obsolete IPv4-compatible block
    if (high_zero && word(8) == 0xFFFF) return is_private_ipv4(word(12));  // IPv4-mapped
    if (word(0) == 0x0064FF9B) return word(4) != 0 || word(8) != 0 || is_private_ipv4(word(12));
    if (bytes[0] == 0x20 && bytes[1] == 0x02) return is_private_ipv4(word(2));  // 6to4
    if (word(0) == 0x20010000 || word(0) == 0x20010DB8) return true;  // Teredo, documentation
    // Global unicast is 2000::/3; unique local, link-local and multicast lie outside of it.
    return (bytes[0] & 0xE0U) != 0x20U;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char low = lower_ascii(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

std::string decode_field(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                            hex_value(text[i + 2]) >= 0;
        if (escape) {
            decoded += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            decoded += text[i] == '+' ? ' ' : text[i];
        }
    }
    return decoded;
}

}  // namespace

std::string HttpUrl::site() const {
    const bool usual = (scheme == "https" && port == "443") || (scheme == "http" && port == "80");
    return scheme + "://" + host + (usual ? "" : ":" + port);
}

bool HttpUrl::is_loopback() const {
    if (host == "localhost" || host.ends_with(".localhost") || host == "[::1]") return true;
    in_addr address{};
    return inet_pton(AF_INET, host.c_str(), &address) == 1 &&
           in_network(ntohl(address.s_addr), ipv4(127, 0, 0, 0), 8);
}

std::string percent_encode(std::string_view text) { return mcprisk::percent_encode(text, {}); }

std::string encode_form(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string form;
    for (const auto& [name, value] : fields) {
        if (!form.empty()) form += '&';
        form += percent_encode(name) + '=' + percent_encode(value);
    }
    return form;
}

std::vector<std::pair<std::string, std::string>> decode_form(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> fields;
    for (const std::string_view field : split(text, '&')) {
        if (field.empty()) continue;
        const std::size_t equals = std::min(field.find('='), field.size());
        const std::size_t value = std::min(equals + 1, field.size());
        fields.emplace_back(decode_field(field.substr(0, equals)),
                            decode_field(field.substr(value)));
    }
    return fields;
}

std::string_view query_of(std::string_view url) {
    url = url.substr(0, url.find('#'));
    const std::size_t mark = url.find('?');
    return mark == std::string_view::npos ? std::string_view{} : url.substr(mark + 1);
}

Result<HttpUrl> parse_http_url(std::string_view text) {
    if (text.empty() || text.size() > kLongestUrl || has_forbidden_bytes(text)) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("\"{}\" is no usable address: blank, control character or too long",
                                redact_url(text.substr(0, 200))));
    }
    const UrlHandle handle(curl_url());
    const std::string copy(text);
    if (!handle ||
        curl_url_set(handle.get(), CURLUPART_URL, copy.c_str(), CURLU_NON_SUPPORT_SCHEME) !=
            CURLUE_OK) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} is no address with scheme and host, such as "
                                "https://host.example/mcp",
                                redact_url(text)));
    }
    return read_handle(handle.get(), text);
}

Result<HttpUrl> resolve_http_url(const HttpUrl& base, std::string_view reference) {
    if (reference.empty() || reference.size() > kLongestUrl || has_forbidden_bytes(reference)) {
        return fail(ErrorCode::invalid_input, "the address it gives is empty or malformed");
    }
    const UrlHandle handle(curl_url());
    const std::string copy(reference);
    if (!handle || curl_url_set(handle.get(), CURLUPART_URL, base.text.c_str(), 0) != CURLUE_OK ||
        curl_url_set(handle.get(), CURLUPART_URL, copy.c_str(), CURLU_NON_SUPPORT_SCHEME) !=
            CURLUE_OK) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} is no usable address", redact_url(reference)));
    }
    auto url = read_handle(handle.get(), reference);
    if (url && url->origin() != base.origin()) {
        curl_url_set(handle.get(), CURLUPART_USER, nullptr, 0);
        curl_url_set(handle.get(), CURLUPART_PASSWORD, nullptr, 0);
        url = read_handle(handle.get(), reference);
    }
    return url;
}

Result<Redirect> follow_redirect(const HttpUrl& from,
                                 std::string_view method,
                                 int status,
                                 std::string_view location) {
    auto to = resolve_http_url(from, location);
    if (!to)
        return fail(to.error().context(fmt::format("it answers with a redirect ({})", status)));
    if (from.scheme == "https" && to->scheme == "http") {
        return fail(
            ErrorCode::unsupported,
            fmt::format("it redirects from https to the unprotected {}", redact_url(to->text)));
    }
    if (status == 303 && method == "POST") {
        return fail(ErrorCode::unsupported,
                    fmt::format("it answers a message with a redirect to read {} (303)",
                                redact_url(to->text)));
    }
    const bool same_origin = to->origin() == from.origin();
    return Redirect{std::move(*to), std::string(method), same_origin};
}

bool is_private_address(const sockaddr& address) {
    if (address.sa_family == AF_INET) {
        sockaddr_in in{};
        std::memcpy(&in, &address, sizeof in);
        return is_private_ipv4(ntohl(in.sin_addr.s_addr));
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 in{};
        std::memcpy(&in, &address, sizeof in);
        std::array<std::uint8_t, 16> bytes{};
        std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
        return is_private_ipv6(bytes);
    }
    return true;
}

}  // namespace mcprisk::crawler
