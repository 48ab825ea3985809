#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/document/check.h"
#include "policy/document/json_path.h"
#include "policy/document/validate.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

class ServerCheck {
  public:
    ServerCheck(std::span<const Tool> tools, Reporter& report) : report_(report) {
        for (const Tool& tool : tools) tools_[tool.name].push_back(&tool);
    }

    void run(const json& document) {
        if (const json* hide = find_member(document, "hide"); hide && hide->is_array()) {
            for (std::size_t i = 0; i < hide->size(); ++i) {
                if (!(*hide)[i].is_string() || (*hide)[i] == "*") continue;
                check_name((*hide)[i].get<std::string>(), element_path("hide", i));
            }
        }
        const json* rules = find_member(document, "tools");
        if (rules == nullptr || !rules->is_object()) return;
        for (const auto& [name, rule] : rules->items()) {
            const auto path = member_path("tools", name);
            if (!check_name(name, path)) continue;
            // Of several tools with one name a condition may be meant for any.
            if (tools_[name].size() == 1) check_rule(rule, path, *tools_[name].front());
        }
    }

  private:
    bool check_name(const std::string& name, const std::string& path) {
        if (tools_.contains(name)) return true;
        std::string near;
        std::size_t distance = 3;
        for (const auto& [known, tools] : tools_) {
            if (name.size() > 128 || known.size() > 128) continue;
            const std::size_t d = edit_distance(lower_ascii(name), lower_ascii(known));
            if (d >= distance) continue;
            distance = d;
            near = known;
        }
        report_.error(path,
                      fmt::format("the server has no tool {}{}",
                                  quote(name),
                                  near.empty() ? std::string()
                                               : fmt::format("; did you mean {}?", quote(near))));
        return false;
    }

    void check_rule(const json& rule, const std::string& path, const Tool& tool) {
        if (const json* require = find_member(rule, "require")) {
            check_conditions(*require, member_path(path, "require"), tool);
        }
        const json* entries = find_member(rule, "deny_if");
        if (entries == nullptr || !entries->is_array()) return;
        for (std::size_t i = 0; i < entries->size(); ++i) {
            if (const json* conditions = find_member((*entries)[i], "conditions")) {
                const auto place = element_path(member_path(path, "deny_if"), i);
                check_conditions(*conditions, member_path(place, "conditions"), tool);
            }
        }
    }

    void check_conditions(const json& conditions, const std::string& path, const Tool& tool) {
        if (!conditions.is_array()) return;
        for (std::size_t i = 0; i < conditions.size(); ++i) {
            check_condition_on(conditions[i], element_path(path, i), tool);
        }
    }

    void check_condition_on(const json& condition, const std::string& path, const Tool& tool) {
        constexpr std::string_view kRoot = "args.";
        const auto wanted = string_member(condition, "path");
        if (!wanted.starts_with(kRoot)) return;
        const auto name = wanted.substr(kRoot.size());
        const auto found = std::find_if(tool.parameters.begin(),
                                        tool.parameters.end(),
                                        [&](const Parameter& p) { return p.path == name; });
        if (found == tool.parameters.end()) {
            if (is_open(tool, name)) return;
            report_.error(
                member_path(path, "path"),
                fmt::format("the tool has no argument {}, so this condition {}",
                            quote(name),
                            string_member(condition, "op") == "exists" ? "always decides the same"
                                                                       : "never holds"));
            return;
        }
        check_types(condition, path, *found);
    }

    // Can an argument be given that the schema does not name? Only inside an object without
    // properties of its own, or where the schema could not be read.
    static bool is_open(const Tool& tool, std::string_view name) {
        if (tool.parameters.empty() && !tool.defects.empty()) return true;
        for (auto dot = name.rfind('.'); dot != std::string_view::npos; dot = name.rfind('.')) {
            name = name.substr(0, dot);
            const auto inner = std::string(name) + ".";
            const auto parent = std::find_if(tool.parameters.begin(),
                                             tool.parameters.end(),
                                             [&](const Parameter& p) { return p.path == name; });
            const bool has_properties = std::any_of(
                tool.parameters.begin(), tool.parameters.end(), [&](const Parameter& p) {
                    return p.path.starts_with(inner);
                });
            if (parent == tool.parameters.end()) continue;
            const bool object =
                parent->type.empty() || parent->type.find("object") != std::string::npos;
            return object && !has_properties;
        }
        return false;
    }

    static bool has_type(const Parameter& parameter, const json& value) {
        const std::string_view type = parameter.type;
        for (const std::string_view one : split(type, '|')) {
            if (value.is_string() && one == "string") return true;
            if (value.is_number() && (one == "number" || one == "integer")) return true;
            if (value.is_boolean() && one == "boolean") return true;
        }
        return type.empty();
    }

    void check_types(const json& condition, const std::string& path, const Parameter& parameter) {
        const auto op = string_member(condition, "op");
        const json* value = find_member(condition, "value");
        if (value == nullptr || op == "exists") return;
        const auto place = member_path(path, "value");
        const auto refuse = [&] {
            report_.error(place,
                          fmt::format("argument {} is {}, which operator {} cannot compare with "
                                      "this value",
                                      quote(parameter.path),
                                      quote(parameter.type),
                                      op));
        };
        if (op == "contains") {
            const bool list = parameter.type.find("array") != std::string::npos;
            if (!list && !(value->is_string() && has_type(parameter, *value))) refuse();
            return;
        }
        if (!value->is_array()) {
            if (!has_type(parameter, *value)) refuse();
            if (op == "eq") check_choice(*value, place, parameter);
            return;
        }
        for (const json& one : *value) {
            if (!has_type(parameter, one)) {
                refuse();
                return;
            }
            check_choice(one, place, parameter);
        }
    }

    void check_choice(const json& value, const std::string& place, const Parameter& parameter) {
        if (parameter.choices.empty() || !value.is_string()) return;
        const auto& text = value.get_ref<const std::string&>();
        const auto& choices = parameter.choices;
        if (std::find(choices.begin(), choices.end(), text) != choices.end()) return;
        report_.warn(place,
                     fmt::format("{} is none of the values that the schema lists for {}",
                                 quote(text),
                                 quote(parameter.path)));
    }

    std::map<std::string, std::vector<const Tool*>> tools_;
    Reporter& report_;
};

}  // namespace

bool validate_policy_for(std::string_view text,
                         std::span<const Tool> tools,
                         Diagnostics& diagnostics) {
    const bool sound = validate_policy(text, diagnostics);
    const auto document = parse_json(text);
    if (!document) return false;
    const LineIndex lines(text);
    Diagnostics found;
    Reporter report(lines, found);
    ServerCheck(tools, report).run(*document);
    append(found, diagnostics);
    return sound && !found.has_errors();
}

}  // namespace mcprisk::policy
