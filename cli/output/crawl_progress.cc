#include "cli/output/crawl_progress.h"

#include <fmt/format.h>
#include <algorithm>
#include <ostream>

#include "cli/output/table.h"
#include "model/base/text.h"

namespace mcprisk::cli {

using engine::CrawlCounts;

std::string grouped(std::size_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
    return text;
}

namespace {

std::string minutes(double seconds) {
    const auto whole = static_cast<std::int64_t>(seconds);
    if (whole >= 3600) return fmt::format("{}:{:02} h", whole / 3600, whole / 60 % 60);
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

std::string progress_text(const CrawlCounts& counts, std::chrono::milliseconds elapsed) {
    std::string text = fmt::format("{} of {}", grouped(counts.done()), grouped(counts.planned()));
    std::vector<std::pair<std::size_t, Outcome>> sorted;
    for (const auto& [outcome, n] : counts.by_outcome()) sorted.emplace_back(n, outcome);
    std::sort(sorted.rbegin(), sorted.rend());
    for (const auto& [n, outcome] : sorted) {
        text += fmt::format(" \xc2\xb7 {} {}", grouped(n), to_string(outcome));
    }
    const double seconds = static_cast<double>(elapsed.count()) / 1000;
    constexpr double kEnoughToTell = 2;
    if (seconds < kEnoughToTell || counts.done() == 0) return text;
    const double rate = static_cast<double>(counts.done()) / seconds;
    const double left = static_cast<double>(counts.planned() - counts.done()) / rate;
    text += rate >= 10 ? fmt::format(" \xc2\xb7 {:.0f}/s", rate)
                       : fmt::format(" \xc2\xb7 {:.1f}/s", rate);
    return text + " \xc2\xb7 " + minutes(left) + " left";
}

std::string crawl_table(const CrawlCounts& counts, std::size_t columns) {
    std::vector<std::pair<std::size_t, Outcome>> sorted;
    for (const auto& [outcome, n] : counts.by_outcome()) sorted.emplace_back(n, outcome);
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    std::vector<std::vector<Cell>> rows;
    for (const auto& [n, outcome] : sorted) {
        const double share = 100.0 * static_cast<double>(n) /
                             static_cast<double>(std::max<std::size_t>(counts.done(), 1));
        rows.push_back({{std::string(to_string(outcome)), nullptr},
                        {grouped(n), nullptr},
                        {fmt::format("{:.1f} %", share), nullptr}});
        const auto [reason, times] = counts.main_reason(outcome);
        rows.back().push_back(
            {reason.empty() ? "" : fmt::format("{}: {}", grouped(times), reason), nullptr});
    }
    return render_table({{"OUTCOME", false, 0},
                         {"SERVERS", true, 0},
                         {"SHARE", true, 0},
                         {"MOSTLY BECAUSE", false, 24}},
                        rows,
                        columns);
}

CrawlProgress::CrawlProgress(Environment& environment, bool quiet)
    : environment_(environment),
      lines_(!quiet && !environment.err_is_terminal),
      bar_(!quiet && environment.err_is_terminal) {}

CrawlProgress::~CrawlProgress() { clear(); }

void CrawlProgress::listed(const Listing& listing) {
    if (!lines_) return;
    environment_.err << printable(listing.document.server) << ": " << to_string(listing.outcome);
    if (listing.outcome == Outcome::listed) {
        environment_.err << ", " << listing.document.tools.size() << " tools";
    }
    environment_.err << ", " << listing.elapsed_ms << " ms\n";
}

void CrawlProgress::draw(const CrawlCounts& counts) {
    if (!bar_) return;
    constexpr std::chrono::milliseconds kBetween{200};
    const auto now = Clock::now();
    if (now - last_ < kBetween) return;
    last_ = now;
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - begun_);
    const std::size_t width = std::max<std::size_t>(environment_.columns, 20) - 1;
    environment_.err << '\r' << fit_columns(progress_text(counts, elapsed), width) << "\x1b[K"
                     << std::flush;
    drawn_ = true;
}

void CrawlProgress::clear() {
    if (drawn_) environment_.err << "\r\x1b[K" << std::flush;
    drawn_ = false;
}

}  // namespace mcprisk::cli
