#include <fmt/format.h>
#include <algorithm>

#include "model/base/json.h"
#include "model/base/regex.h"
#include "model/base/text.h"
#include "policy/document/check.h"
#include "policy/document/json_path.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

bool is_scalar(const json& value) {
    return value.is_string() || value.is_number() || value.is_boolean();
}

bool is_argument_path(std::string_view path) {
    constexpr std::string_view kRoot = "args.";
    if (!path.starts_with(kRoot)) return false;
    const auto steps = split(path.substr(kRoot.size()), '.');
    return std::none_of(
        steps.begin(), steps.end(), [](std::string_view step) { return step.empty(); });
}

void check_path(const json& value, const std::string& path, Reporter& report) {
    const auto place = member_path(path, "path");
    const json* given = find_member(value, "path");
    if (given == nullptr) {
        report.error(path, "a condition needs \"path\", such as \"args.amount\"");
    } else if (!given->is_string()) {
        report.error(place, fmt::format("path has to be a string, this is {}", type_name(*given)));
    } else if (!is_argument_path(given->get_ref<const std::string&>())) {
        report.error(place,
                     fmt::format("{} does not lead to an argument: write args., then the names, "
                                 "joined by dots",
                                 quote(given->get<std::string>())));
    }
}

void check_operand(const std::string& op,
                   const json& operand,
                   const std::string& place,
                   Reporter& report) {
    const auto wants = [&](bool fits, std::string_view what) {
        if (!fits) {
            report.error(
                place,
                fmt::format("operator {} wants {}, this is {}", op, what, type_name(operand)));
        }
    };
    if (op == "eq" || op == "neq") {
        wants(is_scalar(operand), "a string, a number, or true or false");
    } else if (op == "lt" || op == "lte" || op == "gt" || op == "gte") {
        wants(operand.is_number(), "a number");
    } else if (op == "contains") {
        wants(operand.is_string() || operand.is_number(), "a string or a number");
    } else if (op == "exists") {
        wants(operand.is_boolean(), "true or false");
    } else if (op == "regex") {
        wants(operand.is_string(), "a string");
        if (!operand.is_string()) return;
        const auto compiled = Regex::compile(operand.get<std::string>(), true);
        if (!compiled) report.error(place, compiled.error().message);
    } else {
        wants(operand.is_array(), "a list");
        if (!operand.is_array()) return;
        if (operand.empty()) {
            report.error(place,
                         fmt::format("an empty list: operator {} would decide the same for every "
                                     "argument",
                                     op));
        }
        for (std::size_t i = 0; i < operand.size(); ++i) {
            if (is_scalar(operand[i])) continue;
            report.error(element_path(place, i),
                         fmt::format("a list for {} holds strings, numbers, true or false; this is "
                                     "{}",
                                     op,
                                     type_name(operand[i])));
        }
    }
}

}  // namespace

void check_condition(const json& value, const std::string& path, Reporter& report) {
    static const std::initializer_list<std::string_view> operators{
        "eq", "neq", "lt", "lte", "gt", "gte", "in", "not_in", "exists", "regex", "contains"};
    if (report.object(value, path, "a condition") == nullptr) return;
    report.unknown_keys(value, path, {"path", "op", "value"});
    check_path(value, path, report);
    const json* op = find_member(value, "op");
    const json* operand = find_member(value, "value");
    if (operand == nullptr) report.error(path, "a condition needs \"value\"");
    if (op == nullptr) {
        report.error(path, "a condition needs \"op\"");
        return;
    }
    const auto place = member_path(path, "op");
    if (!op->is_string()) {
        report.error(place, fmt::format("op has to be a string, this is {}", type_name(*op)));
        return;
    }
    const auto word = op->get<std::string>();
    if (std::find(operators.begin(), operators.end(), word) == operators.end()) {
        report.error(place,
                     fmt::format("{} is no operator.{} Operators: {}",
                                 quote(word),
                                 did_you_mean(word, operators),
                                 fmt::join(operators, ", ")));
        return;
    }
    if (operand != nullptr) check_operand(word, *operand, member_path(path, "value"), report);
}

}  // namespace mcprisk::policy
