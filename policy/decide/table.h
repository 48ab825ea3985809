// The decision table: which verb a tool gets by category, level and capability. The tables of the
// three presets are data/policy/*.json, built into the program; docs/policy-format.md explains
// them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/diagnostics.h"
#include "model/category.h"
#include "model/tool.h"
#include "model/verdict.h"
#include "policy/decide/verb.h"

namespace mcprisk::policy {

enum class Preset { recommended, strict, permissive };
std::string_view to_string(Preset preset);

// So many calls per window and grant; max 0 is no limit.
struct Rate {
    int max = 0;
    std::string window = "minute";  // minute, hour or day
    friend bool operator==(const Rate&, const Rate&) = default;
};

double calls_an_hour(const Rate& rate);

// What a person has to name before a free argument can be let through ([policy.values]).
enum class ValueKind { hosts, roots, recipients, branches, amount };
std::string_view to_string(ValueKind kind);

// One line. It fits a tool of its category and level that has one of each of `capabilities`,
// `free_argument`, `named` and `bounded` that is not empty.
struct Row {
    std::string id;  // "write-medium"
    Category category = Category::read;
    RiskLevel level = RiskLevel::low;
    std::vector<std::string> capabilities;
    std::vector<ValueKind> free_argument;
    std::vector<std::string> named;    // of its name: "webhook"; "api key" is both words
    std::vector<std::string> bounded;  // what holds it, as in is_bounded(): "folder"
    Verb verb = Verb::deny;
    Rate rate;  // set if the verb is limit
    // Which values of [policy.values] open the tool, and how far, once they bound its arguments.
    std::vector<ValueKind> opened_by;
    Rate opened_rate;
    std::string because;  // a clause for people
};

struct Table {
    Preset preset = Preset::recommended;
    std::vector<Row> rows;    // the first that fits decides
    double unsure_below = 0;  // a category less certain makes the verb one step stricter
    RiskLevel findings_from = RiskLevel::high;   // milder findings change nothing
    std::vector<std::string> stepping_findings;  // certain: one step stricter, and at least ask
    std::vector<std::string> asking_findings;    // less certain: at least ask
    // Their text does harm by being read: what is denied for them is hidden where a format can.
    std::vector<std::string> hostile_findings;
    std::vector<std::string> risky_flags;  // words of booleans that are denied when true
    Rate stepped_rate;                     // for a tool that would be allowed, stepped to limit
    Rate umbrella_read, umbrella_write;    // what stays of a split umbrella tool
    Rate ceiling;                          // over all tools of a server
};

// Reports every fault; nothing is returned if there was an error. A table is complete: each
// category and level has a row without conditions, behind those with.
std::optional<Table> read_table(std::string_view name, std::string_view json, Diagnostics& faults);

// The built-in table of a preset. Lives as long as the program.
const Table& built_in_table(Preset preset);

// The row that decides, or nullptr for a table that is not complete.
const Row* find_row(const Table& table,
                    Category category,
                    RiskLevel level,
                    const Tool& tool,
                    const std::vector<std::string>& capabilities);

// The free text arguments of a tool that a value of this kind would bound.
std::vector<const Parameter*> free_arguments(const Tool& tool, ValueKind kind);

}  // namespace mcprisk::policy
