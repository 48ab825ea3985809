// Small text functions on UTF-8 that several rooms need.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk {

// ASCII only: other bytes stay as they are.
char lower_ascii(char c);
std::string lower_ascii(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);

// Length in bytes of the valid UTF-8 sequence at the front of `text`, 0 if there is none.
// Surrogates, overlong forms and values past U+10FFFF are not valid.
std::size_t utf8_sequence_length(std::string_view text);

// Every invalid byte becomes U+FFFD.
std::string repair_utf8(std::string_view text);

// The longest prefix of at most `bytes` bytes that ends at a character.
std::string_view truncate_utf8(std::string_view text, std::size_t bytes);

// Text from a stranger made fit for a terminal, a log line or a Markdown cell: one line, control
// characters (C0, DEL, C1), bidirectional controls, zero-width and tag characters and invalid UTF-8
// shown as visible escapes such as \x1b or \u202e. Plain text comes back unchanged.
std::string printable(std::string_view text);

// The same, but newlines and tabs stay.
std::string printable_block(std::string_view text);

// JSON text with every character that a terminal would obey or a reader not see (C1 controls,
// bidirectional controls, zero-width and tag characters, U+2028) written as \uXXXX: the same
// value, harmless to look at. `json` must be valid JSON.
std::string harmless_json(std::string_view json);

// Columns that `text` takes on a terminal: two for East Asian wide and emoji, none for combining.
std::size_t display_width(std::string_view text);

// `text` cut to `columns`, ending in "…" if anything was lost.
std::string fit_columns(std::string_view text, std::size_t columns);

// Edit distance (insert, delete, replace, swap of neighbours), for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace mcprisk
