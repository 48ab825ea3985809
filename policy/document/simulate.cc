#include "policy/document/simulate.h"

#include <fmt/format.h>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/document/enforce.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

// "2026-11-21T10:00:00.123Z", or with +01:00 at its end.
std::optional<std::int64_t> parse_time(const std::string& text) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int used = 0;
    if (std::sscanf(text.c_str(),
                    "%4d-%2u-%2uT%2d:%2d:%2d%n",
                    &year,
                    &month,
                    &day,
                    &hour,
                    &minute,
                    &second,
                    &used) != 6) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{
        std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!date.ok()) return std::nullopt;
    std::int64_t seconds =
        std::chrono::duration_cast<std::chrono::seconds>(
            std::chrono::sys_days(date).time_since_epoch())
            .count() +
        hour * 3600 + minute * 60 + second;
    const std::size_t sign = text.find_first_of("+-", static_cast<std::size_t>(used));
    int away_hours = 0;
    int away_minutes = 0;
    if (sign != std::string::npos &&
        std::sscanf(text.c_str() + sign + 1, "%2d:%2d", &away_hours, &away_minutes) == 2) {
        const int away = away_hours * 3600 + away_minutes * 60;
        seconds += text[sign] == '+' ? -away : away;
    }
    return seconds;
}

std::optional<std::int64_t> time_of(const json& line) {
    for (const char* key : {"at", "timestamp", "time"}) {
        const json* value = find_member(line, key);
        if (value == nullptr) continue;
        if (value->is_string()) return parse_time(value->get<std::string>());
        if (!value->is_number()) continue;
        const double number = value->get<double>();
        if (!(number >= 0 && number < 1e15)) continue;
        // Milliseconds of a client's clock are too large to be seconds of this millennium.
        return static_cast<std::int64_t>(number > 1e11 ? number / 1000 : number);
    }
    return std::nullopt;
}

class Reader {
  public:
    explicit Reader(std::string_view server) : server_(server) {}

    void take(const json& line) {
        if (const auto at = time_of(line)) now_ = *at;
        const std::size_t before = log.calls.size();
        if (const json* tool = find_member(line, "tool"); tool != nullptr && tool->is_string()) {
            add(tool->get<std::string>(), find_member(line, "args"));
        } else if (string_member(line, "method") == "tools/call") {
            if (const json* params = find_member(line, "params")) {
                add(string_member(*params, "name"), find_member(*params, "arguments"));
            }
        } else {
            const json* message = find_member(line, "message");
            take_content(find_member(message != nullptr ? *message : line, "content"));
        }
        if (log.calls.size() == before) ++log.other;
    }

    Log log;

  private:
    void take_content(const json* content) {
        if (content == nullptr || !content->is_array()) return;
        for (const json& block : *content) {
            if (string_member(block, "type") != "tool_use") continue;
            add(string_member(block, "name"), find_member(block, "input"));
        }
    }

    void add(std::string name, const json* arguments) {
        constexpr std::string_view kClient = "mcp__";
        if (name.starts_with(kClient)) {
            const std::size_t end = name.find("__", kClient.size());
            if (end == std::string::npos) return;
            const auto server = name.substr(kClient.size(), end - kClient.size());
            if (!server_.empty() && server != server_) return;
            name = name.substr(end + 2);
        }
        if (name.empty()) return;
        const bool given = arguments != nullptr && arguments->is_object();
        log.calls.push_back({now_, std::move(name), given ? canonical_json(*arguments) : "{}"});
    }

    std::string_view server_;
    std::int64_t now_ = 0;
};

}  // namespace

Result<Log> read_log(std::string_view text, std::string_view server) {
    Reader reader(server);
    std::size_t number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        if (trim(line).empty()) continue;
        const auto value = parse_json(line);
        if (!value) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("line {}: {}", number, value.error().message));
        }
        reader.take(*value);
    }
    std::stable_sort(reader.log.calls.begin(),
                     reader.log.calls.end(),
                     [](const LoggedCall& a, const LoggedCall& b) { return a.at < b.at; });
    return std::move(reader.log);
}

double Simulated::prompts_an_hour() const { return static_cast<double>(all.asked) / hours; }

Result<Simulated> simulate(std::string_view document,
                           const Log& log,
                           const std::set<std::string>& asking) {
    auto enforcer = Enforcer::make(document);
    if (!enforcer) return fail(enforcer.error());
    Simulated out;
    for (const LoggedCall& call : log.calls) {
        const auto ruling = enforcer->call(call.tool, call.arguments, call.at);
        if (!ruling) return fail(ruling.error());
        const bool limit = ruling->place.find("limits[") != std::string::npos;
        const auto count = [&](Fate& fate) {
            if (ruling->allowed) {
                ++fate.allowed;
            } else if (limit) {
                ++fate.limited;
            } else if (asking.contains(call.tool)) {
                ++fate.asked;
            } else {
                ++fate.denied;
            }
        };
        count(out.all);
        count(out.by_tool[call.tool]);
    }
    constexpr double kHour = 3600;
    const double span =
        log.calls.empty() ? 0 : static_cast<double>(log.calls.back().at - log.calls.front().at);
    out.hours = std::max(1.0, span / kHour);
    return out;
}

}  // namespace mcprisk::policy
