#include "cli/output/style.h"

#include <fmt/format.h>

namespace mcprisk::cli {
namespace {

bool decide(ColorMode mode, const Environment& environment) {
    if (mode != ColorMode::automatic) return mode == ColorMode::always;
    if (!environment.out_is_terminal) return false;
    if (!environment.variable("NO_COLOR").value_or("").empty()) return false;
    return environment.variable("TERM").value_or("dumb") != "dumb";
}

}  // namespace

Style::Style(ColorMode mode, const Environment& environment)
    : colored_(decide(mode, environment)) {}

std::string Style::wrap(std::string_view code, std::string_view text) const {
    return colored_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

std::string Style::risk(RiskLevel level, std::string_view text) const {
    switch (level) {
        case RiskLevel::critical:
            return wrap("1;31", text);
        case RiskLevel::high:
            return wrap("31", text);
        case RiskLevel::medium:
            return wrap("33", text);
        case RiskLevel::low:
            break;
    }
    return wrap("32", text);
}

std::string Style::bold(std::string_view text) const { return wrap("1", text); }

std::string Style::dim(std::string_view text) const { return wrap("2", text); }

}  // namespace mcprisk::cli
