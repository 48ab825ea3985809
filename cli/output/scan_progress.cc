#include "cli/output/scan_progress.h"

#include <fmt/format.h>
#include <algorithm>
#include <ostream>

#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

using crawler::Step;
using std::chrono::milliseconds;

constexpr std::size_t kMostFlights = 8;
constexpr milliseconds kFirst{900};
constexpr milliseconds kBetweenDraws{200};
constexpr milliseconds kBetweenLines{10000};
constexpr milliseconds kLongFetch{3000};
constexpr std::string_view kNextTime =
    "packages are fetched once: the next run takes seconds";

std::string_view phase_word(Step::Phase phase) {
    switch (phase) {
        case Step::Phase::fetching:
            return "fetching";
        case Step::Phase::starting:
            return "starting";
        case Step::Phase::listing:
            return "listing";
    }
    return "starting";
}

std::string seconds_word(milliseconds time) { return fmt::format("{} s", time.count() / 1000); }

std::string bytes_word(std::uintmax_t bytes) {
    constexpr double kMega = 1e6;
    return fmt::format("{:.1f} MB", static_cast<double>(bytes) / kMega);
}

}  // namespace

std::string flight_line(const InFlight& one, milliseconds now, std::size_t columns) {
    std::string end = "  " + seconds_word(now - one.since);
    if (one.step.bytes > 0) end += "  " + bytes_word(one.step.bytes);
    const std::string begin = fmt::format("  {:<8}  ", phase_word(one.step.phase));
    const std::size_t used = begin.size() + end.size();
    const std::string name =
        fit_columns(printable(one.name), columns > used + 4 ? columns - used : 4);
    return begin + name + end;
}

ScanProgress::ScanProgress(Environment& environment, bool quiet, Clock clock)
    : environment_(environment),
      terminal_(!quiet && environment.err_is_terminal),
      lines_(!quiet && !environment.err_is_terminal),
      clock_(std::move(clock)) {}

ScanProgress::~ScanProgress() { clear(); }

void ScanProgress::begin(std::size_t servers) {
    servers_ = servers;
    begun_ = last_ = clock_();
}

void ScanProgress::call(const std::string& id, const std::string& name) { names_[id] = name; }

void ScanProgress::step(const std::string& id, const Step& step) {
    const auto at = std::find_if(
        flights_.begin(), flights_.end(), [&](const auto& one) { return one.first == id; });
    if (at == flights_.end()) {
        const auto name = names_.find(id);
        flights_.push_back({id, {name == names_.end() ? id : name->second, step, clock_()}});
        return;
    }
    if (at->second.step.phase != step.phase) at->second.since = clock_();
    at->second.step = step;
}

void ScanProgress::ended(const std::string& id) {
    ++done_;
    std::erase_if(flights_, [&](const auto& one) { return one.first == id; });
}

std::string ScanProgress::summary() const {
    const std::size_t waiting = servers_ - std::min(servers_, done_ + flights_.size());
    std::string text = fmt::format("{} of {} answered", done_, servers_);
    if (waiting > 0) text += fmt::format(", {} waiting", waiting);
    return text + ", " + seconds_word(clock_() - begun_);
}

void ScanProgress::tick() {
    if (servers_ == 0 || (!terminal_ && !lines_)) return;
    const milliseconds now = clock_();
    for (const auto& [id, one] : flights_) {
        if (one.step.phase == Step::Phase::fetching && now - one.since >= kLongFetch) {
            fetched_ = true;
        }
    }
    if (lines_) {
        if (now - last_ >= kBetweenLines) log();
    } else if (now - begun_ >= kFirst && (drawn_ == 0 || now - last_ >= kBetweenDraws)) {
        draw();
    }
}

void ScanProgress::log() {
    last_ = clock_();
    std::string line = summary();
    for (const auto& [id, one] : flights_) {
        line += fmt::format("; {} {} {}",
                            phase_word(one.step.phase),
                            printable(one.name),
                            seconds_word(last_ - one.since));
        if (one.step.bytes > 0) line += ", " + bytes_word(one.step.bytes);
    }
    environment_.err << line << '\n';
    if (fetched_) environment_.err << kNextTime << '\n';
    environment_.err << std::flush;
    fetched_ = false;
}

void ScanProgress::draw() {
    last_ = clock_();
    const std::size_t columns = std::max<std::size_t>(environment_.columns, 24) - 1;
    std::vector<std::string> lines;
    for (const auto& [id, one] : flights_) {
        if (lines.size() == kMostFlights) {
            lines.push_back(fmt::format("  and {} more", flights_.size() - kMostFlights));
            break;
        }
        lines.push_back(flight_line(one, last_, columns));
    }
    if (fetched_) lines.push_back(fit_columns(kNextTime, columns));
    lines.push_back(fit_columns(summary(), columns));
    std::string text = drawn_ > 0 ? fmt::format("\x1b[{}A", drawn_) : "";
    for (const std::string& line : lines) text += "\r" + line + "\x1b[K\n";
    text += "\x1b[J";
    environment_.err << text << std::flush;
    drawn_ = lines.size();
}

void ScanProgress::clear() {
    if (drawn_ > 0) environment_.err << fmt::format("\x1b[{}A\r\x1b[J", drawn_) << std::flush;
    drawn_ = 0;
}

}  // namespace mcprisk::cli
