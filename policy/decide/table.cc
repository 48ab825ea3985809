#include "policy/decide/table.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "model/base/embedded.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/decide/arguments.h"
#include "policy/decide/reach.h"
#include "policy/decide/words.h"
#include "policy/document/json_path.h"

namespace mcprisk::embedded {
std::span<const EmbeddedFile> policy_tables();  // generated from data/policy
}

namespace mcprisk::policy {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 5> kKindWords{
    "hosts", "roots", "recipients", "branches", "amount"};

std::optional<ValueKind> parse_kind(std::string_view word) {
    const auto found = std::find(kKindWords.begin(), kKindWords.end(), word);
    if (found == kKindWords.end()) return std::nullopt;
    return static_cast<ValueKind>(found - kKindWords.begin());
}

// Reads one table; each fault goes to `faults` with its path.
class TableReader {
  public:
    TableReader(std::string_view name, Diagnostics& faults) : name_(name), faults_(faults) {}

    Table read(const json& value) {
        Table table;
        if (!value.is_object() || string_member(value, "schema") != "mcprisk-policy-table/1") {
            fault("schema", "expected an object with \"schema\": \"mcprisk-policy-table/1\"");
            return table;
        }
        const std::string preset = string_member(value, "preset");
        table.preset = preset == "strict"       ? Preset::strict
                       : preset == "permissive" ? Preset::permissive
                                                : Preset::recommended;
        if (preset != to_string(table.preset)) fault("preset", "unknown preset");
        const json* unsure = find_member(value, "unsure_below");
        if (unsure != nullptr && unsure->is_number() && *unsure >= 0 && *unsure <= 1) {
            table.unsure_below = *unsure;
        } else {
            fault("unsure_below", "expected a number from 0 to 1");
        }
        read_findings(member(value, "findings", ""), table);
        table.risky_flags = words(value, "risky_flags", "");
        table.stepped_rate = rate(member(value, "stepped_rate", ""), "stepped_rate");
        const json& umbrella = member(value, "umbrella", "");
        table.umbrella_read = rate(member(umbrella, "read", "umbrella"), "umbrella.read");
        table.umbrella_write = rate(member(umbrella, "write", "umbrella"), "umbrella.write");
        table.ceiling = rate(member(value, "ceiling", ""), "ceiling");
        const json& rows = member(value, "rows", "");
        for (std::size_t i = 0; i < rows.size(); ++i) {
            table.rows.push_back(row(rows.at(i), element_path("rows", i)));
        }
        require_complete(table);
        return table;
    }

  private:
    void fault(std::string path, std::string message) {
        faults_.error(
            {.file = std::string(name_), .path = std::move(path), .message = std::move(message)});
    }

    const json& member(const json& object, std::string_view key, const std::string& path) {
        static const json none = json::object();
        const json* found = find_member(object, key);
        if (found == nullptr) fault(member_path(path, key), "is missing");
        return found != nullptr ? *found : none;
    }

    std::vector<std::string> words(const json& object,
                                   std::string_view key,
                                   const std::string& path) {
        std::vector<std::string> list;
        const json* found = find_member(object, key);
        if (found == nullptr) return list;
        for (const json& word : *found) {
            if (word.is_string()) {
                list.push_back(word.get<std::string>());
            } else {
                fault(member_path(path, key), "expected a list of texts");
            }
        }
        return list;
    }

    std::vector<ValueKind> kinds(const json& object,
                                 std::string_view key,
                                 const std::string& path) {
        std::vector<ValueKind> list;
        for (const std::string& word : words(object, key, path)) {
            if (const auto kind = parse_kind(word)) {
                list.push_back(*kind);
            } else {
                fault(member_path(path, key), fmt::format("unknown kind of value \"{}\"", word));
            }
        }
        return list;
    }

    Rate rate(const json& value, const std::string& path) {
        Rate result;
        const json* max = find_member(value, "max");
        result.window = string_member(value, "window");
        const bool known =
            result.window == "minute" || result.window == "hour" || result.window == "day";
        if (max == nullptr || !max->is_number_integer() || *max < 1 || !known) {
            fault(path, "expected {\"max\": number from 1, \"window\": minute, hour or day}");
            return {};
        }
        result.max = *max;
        return result;
    }

    void read_findings(const json& value, Table& table) {
        if (const auto level = parse_risk_level(string_member(value, "from"))) {
            table.findings_from = *level;
        } else {
            fault("findings.from", "expected a level");
        }
        table.stepping_findings = words(value, "step", "findings");
        table.asking_findings = words(value, "ask", "findings");
        table.hostile_findings = words(value, "hostile", "findings");
    }

    Row row(const json& value, const std::string& path) {
        Row result;
        result.id = string_member(value, "id");
        const auto category = parse_category(string_member(value, "category"));
        const auto level = parse_risk_level(string_member(value, "level"));
        const auto verb = parse_verb(string_member(value, "verb"));
        if (result.id.empty() || !category || !level || !verb) {
            fault(path, "expected id, category, level and verb");
            return result;
        }
        result.category = *category;
        result.level = *level;
        result.verb = *verb;
        result.capabilities = words(value, "capabilities", path);
        result.free_argument = kinds(value, "free_argument", path);
        result.named = words(value, "named", path);
        result.bounded = words(value, "bounded", path);
        result.opened_by = kinds(value, "opened_by", path);
        result.because = string_member(value, "because");
        if (result.because.empty()) fault(member_path(path, "because"), "is missing");
        if (result.verb == Verb::limit) {
            result.rate = rate(member(value, "rate", path), member_path(path, "rate"));
        } else if (value.contains("rate")) {
            fault(member_path(path, "rate"), "stands only beside the verb limit");
        }
        if (!result.opened_by.empty()) {
            result.opened_rate =
                rate(member(value, "opened_rate", path), member_path(path, "opened_rate"));
        }
        return result;
    }

    void require_complete(const Table& table) {
        for (const Category category : kCategories) {
            for (const RiskLevel level : kRiskLevels) {
                const bool there =
                    std::any_of(table.rows.begin(), table.rows.end(), [&](const Row& one) {
                        return one.category == category && one.level == level &&
                               one.capabilities.empty() && one.free_argument.empty() &&
                               one.named.empty() && one.bounded.empty();
                    });
                if (there) continue;
                fault("rows",
                      fmt::format("no row for every {} {} tool",
                                  mcprisk::to_string(category),
                                  mcprisk::to_string(level)));
            }
        }
    }

    std::string_view name_;
    Diagnostics& faults_;
};

const Table& read_built_in(std::string_view file) {
    static const std::vector<std::pair<std::string, Table>> tables = [] {
        std::vector<std::pair<std::string, Table>> all;
        for (const EmbeddedFile& one : embedded::policy_tables()) {
            Diagnostics faults;
            auto table = read_table(one.name, one.text, faults);
            if (!table) {
                const Diagnostic& first = faults.items().front();
                throw std::logic_error(
                    fmt::format("built-in {}: {}: {}", one.name, first.path, first.message));
            }
            all.emplace_back(one.name, std::move(*table));
        }
        return all;
    }();
    for (const auto& [name, table] : tables) {
        if (name == file) return table;
    }
    throw std::logic_error(fmt::format("no built-in policy table {}", file));
}

// Are all words of `wanted` among those of a tool's name?
bool is_called(const std::vector<std::string>& words, std::string_view wanted) {
    while (!wanted.empty()) {
        const std::string_view part = wanted.substr(0, wanted.find(' '));
        if (std::find(words.begin(), words.end(), part) == words.end()) return false;
        wanted.remove_prefix(std::min(wanted.size(), part.size() + 1));
    }
    return true;
}

bool has_all(const Row& row,
             const Tool& tool,
             const std::vector<std::string>& words,
             const std::vector<std::string>& capabilities) {
    const auto able = [&](const std::string& one) {
        return std::find(capabilities.begin(), capabilities.end(), one) != capabilities.end();
    };
    const auto free = [&](ValueKind kind) { return !free_arguments(tool, kind).empty(); };
    const auto called = [&](const std::string& name) { return is_called(words, name); };
    const auto held = [&](const std::string& by) { return is_bounded(tool, by); };
    return (row.capabilities.empty() ||
            std::any_of(row.capabilities.begin(), row.capabilities.end(), able)) &&
           (row.named.empty() || std::any_of(row.named.begin(), row.named.end(), called)) &&
           (row.bounded.empty() || std::any_of(row.bounded.begin(), row.bounded.end(), held)) &&
           (row.free_argument.empty() ||
            std::any_of(row.free_argument.begin(), row.free_argument.end(), free));
}

}  // namespace

std::string_view to_string(Preset preset) {
    switch (preset) {
        case Preset::strict:
            return "strict";
        case Preset::permissive:
            return "permissive";
        case Preset::recommended:
            break;
    }
    return "recommended";
}

std::string_view to_string(ValueKind kind) { return kKindWords.at(static_cast<std::size_t>(kind)); }

double calls_an_hour(const Rate& rate) {
    if (rate.max == 0) return 1e9;
    return rate.window == "minute" ? rate.max * 60.0
           : rate.window == "hour" ? rate.max
                                   : rate.max / 24.0;
}

std::optional<Table> read_table(std::string_view name, std::string_view text, Diagnostics& faults) {
    const auto value = parse_json(text);
    if (!value) {
        faults.error({.file = std::string(name), .message = value.error().message});
        return std::nullopt;
    }
    Diagnostics own;
    Table table = TableReader(name, own).read(*value);
    for (const Diagnostic& one : own.items()) faults.error(one);
    if (own.has_errors()) return std::nullopt;
    return table;
}

const Table& built_in_table(Preset preset) {
    return read_built_in(std::string(to_string(preset)) + ".json");
}

const Row* find_row(const Table& table,
                    Category category,
                    RiskLevel level,
                    const Tool& tool,
                    const std::vector<std::string>& capabilities) {
    const auto words = words_of(tool.name);
    const auto found = std::find_if(table.rows.begin(), table.rows.end(), [&](const Row& row) {
        return row.category == category && row.level == level &&
               has_all(row, tool, words, capabilities);
    });
    return found == table.rows.end() ? nullptr : &*found;
}

}  // namespace mcprisk::policy
