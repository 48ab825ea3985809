// Lists of verdicts in the formats people and programs read.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output/style.h"
#include "model/verdict.h"

namespace mcprisk::cli {

enum class Format { table, json, jsonl, csv, markdown, sarif };
// For the help of every command that has --format.
inline constexpr const char* kFormats = "table, json, jsonl, csv, markdown or sarif";
std::optional<Format> parse_format(std::string_view word);
// Throws CommandFailure{usage} for an unknown word.
Format format_or_fail(std::string_view word);

struct VerdictTable {
    std::size_t width = 100;
    std::size_t limit = 0;  // 0 prints all; the number left out is said in a last line
    bool several = false;   // more than one server was asked about: the first column names it
    // How configurations call servers, by id; null for ids alone. A name of several servers is
    // not used.
    const std::map<std::string, std::string, std::less<>>* names = nullptr;
    // If given, a text for each verdict that takes the place of why it was given.
    std::span<const std::string> matches;
};

// Why a tool stands where it stands: findings in words, then what a call does. One line.
std::string verdict_table(std::span<const Verdict> verdicts,
                          const Style& style,
                          const VerdictTable& how);
std::string verdict_lines(std::span<const Verdict> verdicts);  // JSON Lines
// RFC 4180; a cell that a spreadsheet would run as a formula gets a leading apostrophe.
std::string verdict_csv(std::span<const Verdict> verdicts);
std::string verdict_csv_head();
std::string verdict_csv_rows(std::span<const Verdict> verdicts);
std::string verdict_markdown(std::span<const Verdict> verdicts);

// "26 tools: 1 Critical, 4 High, 9 Medium, 12 Low"
std::string count_levels(std::span<const Verdict> verdicts);

}  // namespace mcprisk::cli
