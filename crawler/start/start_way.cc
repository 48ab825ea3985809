#include "crawler/start/start_way.h"

namespace mcprisk::crawler {
namespace {

std::string shown(const WayArgument& argument) {
    if (!argument.shape && argument.name.empty()) return argument.text;
    std::string name;
    for (const char c : argument.name) {
        const bool small = c >= 'a' && c <= 'z';
        name += small ? static_cast<char>(c - 'a' + 'A') : c == '-' || c == ' ' ? '_' : c;
    }
    return argument.shape ? argument.text + name : name;
}

}  // namespace

std::string describe(const StartWay& way) {
    std::string out;
    const auto add = [&](const std::string& words) { out += (out.empty() ? "" : ", ") + words; };
    std::string names;
    std::string literals;
    for (const auto& [name, value] : way.variables) {
        std::string& list = value.literal.empty() ? names : literals;
        list += (list.empty() ? "" : " ") + name +
                (value.literal.empty() ? std::string{} : "=" + value.literal);
    }
    if (!names.empty()) add("made-up values for " + names);
    if (!literals.empty()) add("variables " + literals);
    std::string subcommand;
    std::string arguments;
    for (const WayArgument& argument : way.arguments) {
        std::string& list = argument.subcommand ? subcommand : arguments;
        list += (list.empty() ? "" : " ") + shown(argument);
    }
    if (!subcommand.empty()) add("subcommand " + subcommand);
    if (!arguments.empty()) add("arguments " + arguments);
    return out;
}

}  // namespace mcprisk::crawler
