#include "classifier/judging/rule.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <utility>

#include "model/base/json.h"
#include "model/base/regex.h"

namespace mcprisk::classifier {
namespace {

using nlohmann::json;

// Which fields a kind must have and may have, besides those that every rule has.
struct Shape {
    RuleKind kind;
    std::string_view name;
    std::vector<std::string_view> required;
    std::vector<std::string_view> optional;
};

const std::array<Shape, 10>& shapes() {
    static const std::array<Shape, 10> all{{
        {RuleKind::verb, "verb", {"words", "says"}, {"strength", "also_noun", "umbrella"}},
        {RuleKind::noun, "noun", {"words", "says"}, {"strength"}},
        {RuleKind::verb_object,
         "verb-object",
         {"verbs", "objects", "says"},
         {"strength", "places"}},
        {RuleKind::level, "level", {"words", "categories", "places", "says"}, {"verbs"}},
        {RuleKind::phrase,
         "phrase",
         {"says"},
         {"words", "regex", "regex_reason", "categories", "verbs", "places", "weight"}},
        {RuleKind::parameter,
         "parameter",
         {"words", "says"},
         {"weight", "least", "free_text", "categories", "verbs"}},
        {RuleKind::finding,
         "finding",
         {"says"},
         {"regex", "regex_reason", "all", "unless", "unless_tool", "cues", "fields", "within"}},
        {RuleKind::capability, "capability", {"says"}, {"categories", "verbs", "objects", "words"}},
        {RuleKind::lexicon, "lexicon", {"words", "role"}, {}},
        {RuleKind::vocabulary, "vocabulary", {"words"}, {}},
    }};
    return all;
}

constexpr std::array<std::string_view, kRoles> kRoleNames{"lead",
                                                          "determiner",
                                                          "preposition",
                                                          "subordinator",
                                                          "coordinator",
                                                          "negation",
                                                          "adverb",
                                                          "quantifier",
                                                          "readout",
                                                          "selector",
                                                          "noise",
                                                          "chrome",
                                                          "flag",
                                                          "instrument",
                                                          "question",
                                                          "reassurance"};

constexpr std::array<std::pair<std::string_view, Place>, 8> kPlaceNames{{{"head", kHead},
                                                                         {"object", kObject},
                                                                         {"name", kName},
                                                                         {"sentence", kSentence},
                                                                         {"text", kText},
                                                                         {"server", kServer},
                                                                         {"parameter", kParameter},
                                                                         {"from", kFrom}}};

class RuleReader {
  public:
    RuleReader(const EmbeddedFile& file, Diagnostics& diagnostics, RuleExamples examples)
        : file_(file), diagnostics_(diagnostics), examples_(examples) {}

    std::optional<Rule> read() {
        auto value = parse_json(file_.text);
        if (!value) {
            fault("", value.error().message);
            return std::nullopt;
        }
        if (!value->is_object()) {
            fault("", "a rule is a JSON object");
            return std::nullopt;
        }
        rule_.json = canonical_json(*value);
        read_common(*value);
        const Shape* shape = read_kind(*value);
        if (shape == nullptr) return std::nullopt;
        check_fields(*value, *shape);
        read_fields(*value);
        if (failed_) return std::nullopt;
        rule_.says_text = describe();
        return std::move(rule_);
    }

  private:
    void fault(std::string path, std::string message) {
        failed_ = true;
        diagnostics_.error(
            {Severity::error, std::string(file_.name), 0, std::move(path), std::move(message)});
    }

    std::string text(const json& value, std::string_view key) {
        const json* member = find_member(value, key);
        if (member == nullptr) {
            fault(std::string(key), "is missing");
            return {};
        }
        if (!member->is_string() || member->get_ref<const std::string&>().empty()) {
            fault(std::string(key), "must be a string that is not empty");
            return {};
        }
        return member->get<std::string>();
    }

    std::vector<std::string> list(const json& value, std::string_view key, bool required) {
        const json* member = find_member(value, key);
        if (member == nullptr) {
            if (required) fault(std::string(key), "is missing");
            return {};
        }
        if (!member->is_array() || member->empty()) {
            fault(std::string(key), "must be a list that is not empty");
            return {};
        }
        std::vector<std::string> out;
        std::size_t index = 0;
        for (const json& item : *member) {
            const std::string path = fmt::format("{}[{}]", key, index++);
            if (!item.is_string() || item.get_ref<const std::string&>().empty()) {
                fault(path, "must be a string that is not empty");
            } else if (std::find(out.begin(), out.end(), item.get<std::string>()) != out.end()) {
                fault(path, fmt::format("\"{}\" stands there twice", item.get<std::string>()));
            } else {
                out.push_back(item.get<std::string>());
            }
        }
        return out;
    }

    bool flag(const json& value, std::string_view key) {
        const json* member = find_member(value, key);
        if (member == nullptr) return false;
        if (!member->is_boolean()) fault(std::string(key), "must be true or false");
        return member->is_boolean() && member->get<bool>();
    }

    void read_common(const json& value) {
        rule_.id = text(value, "id");
        const std::string_view stem = file_.name.substr(file_.name.rfind('/') + 1);
        if (!rule_.id.empty() && stem != rule_.id + ".json") {
            fault("id", fmt::format("\"{}\" must be the name of the file without .json", rule_.id));
        }
        rule_.why = text(value, "why");
        rule_.match = examples(value, "match");
        rule_.no_match = examples(value, "no_match");
    }

    const Shape* read_kind(const json& value) {
        const std::string kind = text(value, "kind");
        for (const Shape& shape : shapes()) {
            if (shape.name != kind) continue;
            rule_.kind = shape.kind;
            return &shape;
        }
        if (!kind.empty()) fault("kind", fmt::format("\"{}\" is no kind of rule", kind));
        return nullptr;
    }

    void check_fields(const json& value, const Shape& shape) {
        constexpr std::array<std::string_view, 5> kCommon{"id", "kind", "why", "match", "no_match"};
        const auto among = [](std::span<const std::string_view> names, std::string_view name) {
            return std::find(names.begin(), names.end(), name) != names.end();
        };
        for (const auto& [key, unused] : value.items()) {
            if (!among(kCommon, key) && !among(shape.required, key) &&
                !among(shape.optional, key)) {
                fault(key, fmt::format("a rule of kind \"{}\" has no such field", shape.name));
            }
        }
        for (const std::string_view key : shape.required) {
            if (find_member(value, key) == nullptr) fault(std::string(key), "is missing");
        }
    }

    void read_fields(const json& value) {
        rule_.words = list(value, "words", false);
        rule_.verbs = list(value, "verbs", false);
        rule_.objects = list(value, "objects", false);
        if (rule_.kind == RuleKind::finding) {
            read_finding(value);
        } else {
            read_regex(value);
        }
        if (rule_.kind == RuleKind::phrase && rule_.words.empty() && rule_.regex.empty()) {
            fault("words", "a phrase needs words or a regex");
        }
        if (rule_.kind == RuleKind::capability && rule_.words.empty() && rule_.verbs.empty() &&
            rule_.objects.empty() && find_member(value, "categories") == nullptr) {
            fault("words", "a capability needs words, verbs, objects or categories");
        }
        for (const std::string& name : list(value, "categories", false)) {
            const auto category = parse_category(name);
            if (category) {
                rule_.categories.push_back(*category);
            } else {
                fault("categories", fmt::format("\"{}\" is no category", name));
            }
        }
        for (const std::string& name : list(value, "places", false)) {
            const auto* known = std::find_if(kPlaceNames.begin(),
                                             kPlaceNames.end(),
                                             [&](const auto& one) { return one.first == name; });
            if (known == kPlaceNames.end()) {
                fault("places", fmt::format("\"{}\" is no place", name));
            } else {
                rule_.places = static_cast<std::uint8_t>(rule_.places | known->second);
            }
        }
        if (find_member(value, "role") != nullptr) {
            const std::string name = text(value, "role");
            const auto* known = std::find(kRoleNames.begin(), kRoleNames.end(), name);
            if (known == kRoleNames.end()) {
                fault("role", fmt::format("\"{}\" is no role", name));
            } else {
                rule_.role = static_cast<Role>(known - kRoleNames.begin());
            }
        }
        if (find_member(value, "strength") != nullptr) read_strength(text(value, "strength"));
        if (const json* weight = find_member(value, "weight")) {
            rule_.weight = weight->is_number() ? weight->get<double>() : 0;
            if (rule_.weight <= 0 || rule_.weight > 3) fault("weight", "must be above 0, up to 3");
        }
        if (const json* least = find_member(value, "least")) {
            const bool fits = least->is_number_unsigned() && least->get<std::size_t>() > 0;
            if (fits) rule_.least = least->get<std::size_t>();
            if (!fits) fault("least", "must be a whole number above 0");
        }
        rule_.also_noun = flag(value, "also_noun");
        rule_.umbrella = flag(value, "umbrella");
        rule_.free_text = flag(value, "free_text");
        if (const json* says = find_member(value, "says")) read_says(*says);
    }

    void read_regex(const json& value) {
        if (find_member(value, "regex") == nullptr) return;
        rule_.regex = text(value, "regex");
        text(value, "regex_reason");
        if (rule_.regex.empty() || examples_ == RuleExamples::trusted) return;
        const auto compiled = Regex::compile(rule_.regex);
        if (!compiled) fault("regex", compiled.error().message);
    }

    // Patterns name vocabularies, which are not known here: FindingRules puts them in. A word in
    // their place shows whether the rest is a pattern.
    void check_pattern(const std::string& path, const std::string& pattern) {
        if (examples_ == RuleExamples::trusted) return;
        std::string plain;
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            const std::size_t close = pattern.find('}', i);
            const bool named = pattern[i] == '{' && close != std::string::npos && i + 1 < close &&
                               pattern[i + 1] >= 'a' && pattern[i + 1] <= 'z';
            plain += named ? 'x' : pattern[i];
            if (named) i = close;
        }
        const auto compiled = Regex::compile(plain);
        if (!compiled) fault(path, compiled.error().message);
    }

    void read_finding(const json& value) {
        rule_.all = list(value, "all", false);
        if (find_member(value, "regex") != nullptr) {
            rule_.all.push_back(text(value, "regex"));
            text(value, "regex_reason");
        }
        if (rule_.all.empty()) fault("regex", "is missing, and so is \"all\"");
        const bool single = find_member(value, "regex") != nullptr;
        for (std::size_t i = 0; i < rule_.all.size(); ++i) {
            check_pattern(single ? "regex" : fmt::format("all[{}]", i), rule_.all[i]);
        }
        rule_.unless = list(value, "unless", false);
        rule_.unless_tool = list(value, "unless_tool", false);
        read_cues(value);
        rule_.fields = list(value, "fields", false);
        for (const std::string& field : rule_.fields) {
            if (field != "text" && field != "parameter" && field != "name" && field != "value") {
                fault("fields",
                      fmt::format("\"{}\" is none of text, parameter, name, value", field));
            }
        }
        if (const json* within = find_member(value, "within")) {
            rule_.within = within->is_number_integer() ? within->get<int>() : -1;
            if (rule_.within < 0 || rule_.within > 4) fault("within", "must be 0 to 4");
        }
    }

    // One list of words, or several of which each must have a word in the passage.
    void read_cues(const json& value) {
        const json* member = find_member(value, "cues");
        if (member == nullptr) return;
        if (member->is_array() && !member->empty() && member->front().is_array()) {
            for (const json& one : *member) {
                rule_.cues.push_back(list(json{{"cues", one}}, "cues", true));
            }
        } else {
            rule_.cues.push_back(list(value, "cues", true));
        }
    }

    void read_strength(const std::string& name) {
        if (name == "weak") {
            rule_.strength = Strength::weak;
        } else if (name == "plain") {
            rule_.strength = Strength::plain;
        } else if (name != "strong") {
            fault("strength", fmt::format("\"{}\" is none of weak, plain, strong", name));
        }
    }

    void read_says(const json& says) {
        if (!says.is_object() || says.empty()) {
            fault("says", "must be an object that is not empty");
            return;
        }
        for (const auto& [key, member] : says.items()) {
            const std::string path = "says." + key;
            if (key == "category") {
                rule_.says.category = parse_category(string_member(says, key));
                if (!rule_.says.category) fault(path, "is no category");
            } else if (key == "risk") {
                rule_.says.risk = member.is_number_integer() ? member.get<int>() : 9;
                if (rule_.says.risk < -2 || rule_.says.risk > 2) fault(path, "must be -2 to 2");
            } else if (key == "capability") {
                rule_.says.capability = text(says, key);
            } else if (key == "finding") {
                rule_.says.finding = text(says, key);
            } else if (key == "severity") {
                const auto level = parse_risk_level(string_member(says, key));
                if (level) rule_.says.severity = *level;
                if (!level) fault(path, "is no risk level");
            } else if (key == "claim") {
                rule_.says.claim = flag(says, key);
            } else {
                fault(path, "is no field of \"says\"");
            }
        }
        const bool needs_category = rule_.kind == RuleKind::verb || rule_.kind == RuleKind::noun;
        if (needs_category && !rule_.says.category) fault("says.category", "is missing");
        if (rule_.kind == RuleKind::finding && rule_.says.finding.empty()) {
            fault("says.finding", "is missing");
        }
        if (rule_.kind == RuleKind::capability && rule_.says.capability.empty()) {
            fault("says.capability", "is missing");
        }
    }

    // "delete_user" is a name, "Deletes a user" a description; an object gives name, description
    // and parameters (name to type, or to a list of choices).
    std::vector<Example> examples(const json& value, std::string_view key) {
        const json* member = find_member(value, key);
        if (member == nullptr || !member->is_array() || member->empty()) {
            fault(std::string(key), "must be a list of examples that is not empty");
            return {};
        }
        std::vector<Example> out;
        for (const json& item : *member) {
            const std::string path = fmt::format("{}[{}]", key, out.size());
            Example example;
            example.text = canonical_json(item);
            if (item.is_string()) {
                const auto& text = item.get_ref<const std::string&>();
                const bool prose = text.find(' ') != std::string::npos ||
                                   static_cast<unsigned char>(text.empty() ? 0 : text[0]) >= 0x80;
                example.tool.name = prose ? "x" : text;
                if (prose) example.tool.description = text;
            } else if (item.is_object()) {
                example.tool = example_tool(item, path);
                example.server = string_member(item, "server");
            } else {
                fault(path, "must be a string or an object");
            }
            out.push_back(std::move(example));
        }
        return out;
    }

    Tool example_tool(const json& item, const std::string& path) {
        Tool tool;
        tool.name = find_member(item, "name") != nullptr ? string_member(item, "name") : "x";
        tool.description = string_member(item, "description");
        for (const auto& [key, member] : item.items()) {
            if (key != "name" && key != "description" && key != "parameters" && key != "server") {
                fault(path + "." + key, "is no field of an example");
            }
        }
        const json* parameters = find_member(item, "parameters");
        if (parameters == nullptr || !parameters->is_object()) return tool;
        for (const auto& [name, shape] : parameters->items()) {
            Parameter parameter;
            parameter.path = parameter.name = name;
            parameter.type = shape.is_string() ? shape.get<std::string>() : "string";
            if (shape.is_array()) {
                for (const json& choice : shape)
                    parameter.choices.push_back(canonical_json(choice));
                for (std::string& choice : parameter.choices) {
                    if (choice.size() > 1 && choice.front() == '"') {
                        choice = choice.substr(1, choice.size() - 2);
                    }
                }
                parameter.bounded = true;
            }
            tool.parameters.push_back(std::move(parameter));
        }
        return tool;
    }

    std::string describe() const {
        if (rule_.kind == RuleKind::lexicon) {
            return fmt::format("{} words", kRoleNames[static_cast<std::size_t>(rule_.role)]);
        }
        if (rule_.kind == RuleKind::vocabulary) return "words of findings";
        std::vector<std::string> parts;
        if (rule_.says.category) parts.emplace_back(mcprisk::to_string(*rule_.says.category));
        if (rule_.says.risk != 0) parts.push_back(fmt::format("risk {:+}", rule_.says.risk));
        if (!rule_.says.capability.empty()) parts.push_back(rule_.says.capability);
        if (!rule_.says.finding.empty()) {
            parts.push_back(fmt::format(
                "{} ({})", rule_.says.finding, mcprisk::to_string(rule_.says.severity)));
        }
        if (parts.empty()) parts.emplace_back("no change");
        return fmt::format("{}{}", fmt::join(parts, ", "), rule_.says.claim ? " (claim)" : "");
    }

    const EmbeddedFile& file_;
    Diagnostics& diagnostics_;
    RuleExamples examples_;
    Rule rule_;
    bool failed_ = false;
};

}  // namespace

std::optional<Rule> read_rule(const EmbeddedFile& file,
                              Diagnostics& diagnostics,
                              RuleExamples examples) {
    return RuleReader(file, diagnostics, examples).read();
}

std::string_view to_string(RuleKind kind) {
    for (const Shape& shape : shapes()) {
        if (shape.kind == kind) return shape.name;
    }
    return "";
}

}  // namespace mcprisk::classifier
