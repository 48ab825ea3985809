// Bytes of the services that fake_backend.h plays. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::crawler::wire {

// Of the first four bytes.
std::uint32_t big_endian(std::string_view bytes);
std::uint32_t little_endian(std::string_view bytes);
std::string big_endian(std::uint32_t value);
std::string little_endian(std::uint32_t value);

// A number at the front of a line of RESP, `at` moved behind the line; nothing if the line is not
// whole, -2 if it is no number or too large.
std::optional<long> resp_number(std::string_view text, std::size_t& at);
std::string redis_answer(const std::vector<std::string_view>& words);

std::string postgres_message(char type, std::string_view body);
std::string postgres_parameter(std::string_view name, std::string_view value);

std::string mysql_packet(unsigned char sequence, std::string_view body);
inline constexpr std::string_view kMysqlOk("\0\0\0\2\0\0\0", 7);

// { ok: 1.0, … } with what drivers look for in the answer to hello.
std::string mongo_document();

}  // namespace mcprisk::crawler::wire
