#include "crawler/start/start_plan.h"

#include <algorithm>
#include <array>
#include <utility>

#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

bool has_flag(const StartWay& way, std::string_view flag) {
    return std::any_of(way.arguments.begin(), way.arguments.end(), [&](const WayArgument& have) {
        return have.text == flag || have.text == std::string(flag) + "=";
    });
}

std::size_t positionals(const StartWay& way) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < way.arguments.size(); ++i) {
        const WayArgument& argument = way.arguments[i];
        const bool of_flag =
            i > 0 && way.arguments[i - 1].text.starts_with("--") && !way.arguments[i - 1].shape;
        if (argument.shape && argument.text.empty() && !of_flag) ++count;
    }
    return count;
}

// A switch takes no value: nothing is said of one, and its name is a state or a way to speak.
bool is_switch(const DemandedOption& option) {
    if (!option.hint.empty()) return false;
    constexpr std::array<std::string_view, 8> kSwitches{
        "--stdio", "--mcp", "--yes", "--local", "--read-only", "--readonly", "--http", "--sse"};
    return std::find(kSwitches.begin(), kSwitches.end(), option.flag) != kSwitches.end();
}

void add_flag(StartWay& way, const DemandedOption& option) {
    const std::string name = option.flag.substr(2);
    way.arguments.push_back({option.flag, std::nullopt, {}, false});
    if (is_switch(option)) return;
    Shape shape = shape_of(name);
    // "--config <file>": the word for the value tells more than a name without a kind.
    if (shape == Shape::key && !option.hint.empty()) shape = shape_of(option.hint);
    way.arguments.push_back({{}, shape, name, false});
}

void set_subcommand(StartWay& way, const std::string& words) {
    std::erase_if(way.arguments, [](const WayArgument& have) { return have.subcommand; });
    std::vector<WayArgument> front;
    for (const std::string_view word : split(words, ' ')) {
        front.push_back({std::string(word), std::nullopt, {}, true});
    }
    way.arguments.insert(way.arguments.begin(), front.begin(), front.end());
}

void say_stdio(StartWay& way) {
    for (const char* name : {"TRANSPORT",
                             "MCP_TRANSPORT",
                             "MCP_TRANSPORT_TYPE",
                             "TRANSPORT_TYPE",
                             "MCP_MODE",
                             "MCP_SERVER_TRANSPORT"}) {
        way.variables[name] = {Shape::transport, "stdio"};
    }
}

// The value that a complaint is about, by its name: the only one there is, or the one it names.
bool names(std::string_view complaint, std::string_view name) {
    return lower_ascii(complaint).find(lower_ascii(name)) != std::string::npos;
}

}  // namespace

StartPlan::StartPlan(std::vector<StartWay> documented, const std::vector<std::string>& wanted)
    : queue_(std::move(documented)) {
    if (wanted.empty()) return;
    StartWay way;
    for (const std::string& name : wanted) way.variables[name] = {shape_of(name), {}};
    queue_.insert(queue_.begin(), std::move(way));
}

bool StartPlan::is_new(const StartWay& way) const {
    return !way.plain() && std::find(tried_.begin(), tried_.end(), way) == tried_.end();
}

StartWay StartPlan::improved(const Demands& demands, const StartEnd& end) const {
    StartWay way = last_;
    for (const std::string& name : demands.variables) {
        way.variables.try_emplace(name, WayVariable{shape_of(name), {}});
    }
    for (const DemandedOption& option : demands.options) {
        if (!has_flag(way, option.flag)) add_flag(way, option);
    }
    for (std::size_t i = positionals(way); i < demands.positionals.size(); ++i) {
        const std::string& name = demands.positionals[i];
        way.arguments.push_back({{}, shape_of(name), name, false});
    }
    if (way != last_) {
        // A program that has commands may list its arguments only behind one.
        if (!demands.subcommands.empty() && demands.positionals.empty()) {
            set_subcommand(way, demands.subcommands.front());
        }
        return way;
    }
    for (const std::string& words : demands.subcommands) {
        set_subcommand(way, words);
        if (is_new(way)) return way;
    }
    way = last_;
    if (demands.complaint.empty()) return way;
    const bool only = way.variables.size() + positionals(way) == 1;
    for (auto& [name, value] : way.variables) {
        if (value.literal.empty() && (only || names(demands.complaint, name))) {
            value.shape = shape_after(demands.complaint, value.shape);
        }
    }
    for (WayArgument& argument : way.arguments) {
        if (argument.shape && (only || names(demands.complaint, argument.name))) {
            argument.shape = shape_after(demands.complaint, *argument.shape);
        }
    }
    if (way == last_ && (names(end.text, "enoent") || names(end.text, "no such file"))) {
        // Which of them is opened is not said: those that no rule knows.
        for (auto& [name, value] : way.variables) {
            if (value.shape == Shape::key || value.shape == Shape::word) {
                value.shape = Shape::json_file;
            }
        }
    }
    return way;
}

// What servers commonly want, when nothing says what this one does.
void StartPlan::guess(const Demands& demands, const StartEnd& end) {
    guessed_ = true;
    const bool speaks_elsewhere = demands.serves_http || end.timed_out;
    if (speaks_elsewhere || end.clean) {
        StartWay way = last_;
        if (!has_flag(way, "--stdio")) {
            way.arguments.push_back({"--stdio", std::nullopt, {}, false});
            say_stdio(way);
            queue_.push_back(way);
        }
    }
    if (speaks_elsewhere) {
        StartWay way = last_;
        way.arguments.push_back({"--transport", std::nullopt, {}, false});
        way.arguments.push_back({"stdio", std::nullopt, {}, false});
        queue_.push_back(way);
    }
    if (end.clean || demands.shows_help) {
        for (const char* word : {"mcp", "start", "serve", "stdio"}) {
            StartWay way = last_;
            set_subcommand(way, word);
            queue_.push_back(way);
        }
    }
}

std::optional<StartWay> StartPlan::next(const StartEnd& end) {
    if (tried_.size() >= kTries) return std::nullopt;
    const Demands demands = read_demands(end.text);
    if (demands.refuses_arguments && !tried_.empty()) {
        last_ = tried_.size() > 1 ? tried_[tried_.size() - 2] : StartWay{};
    }
    // What listens instead of speaking may list where it listens, with nothing added.
    const bool elsewhere = tried_.empty() && (end.timed_out || demands.serves_http);
    StartWay way = elsewhere ? StartWay{{}, {}, true} : improved(demands, end);
    if (!way.arguments.empty() || !way.variables.empty()) way.watched = false;
    if (!is_new(way)) {
        // The author's own words first, then guesses from how it ended.
        while (true) {
            if (queue_.empty() && !guessed_) guess(demands, end);
            if (queue_.empty()) return std::nullopt;
            way = std::move(queue_.front());
            queue_.erase(queue_.begin());
            if (is_new(way)) break;
        }
    }
    tried_.push_back(way);
    last_ = way;
    return way;
}

}  // namespace mcprisk::crawler
