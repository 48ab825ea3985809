#include "crawler/start/trying_lister.h"

#include <fmt/format.h>
#include <algorithm>
#include <chrono>
#include <utility>

#include "crawler/mcp/stdio_attempt.h"
#include "crawler/process/launch.h"
#include "crawler/start/documented_ways.h"
#include "crawler/start/placeholder_files.h"
#include "crawler/start/start_plan.h"

namespace mcprisk::crawler {
namespace {

using std::chrono::milliseconds;

// Whether another start could end differently.
bool may_be_tried_again(Outcome outcome) {
    switch (outcome) {
        case Outcome::exited:
        case Outcome::needs_configuration:
        case Outcome::needs_network:
        case Outcome::timed_out:
        case Outcome::server_error:
        case Outcome::wrong_protocol:
            return true;
        default:
            return false;
    }
}

class TryingLister final : public Lister {
  public:
    TryingLister(Loop& loop, Target target, const StdioOptions& options, Lister::Done done)
        : loop_(loop),
          target_(std::move(target)),
          options_(options),
          quick_(options),
          origin_(describe_origin(target_)),
          done_(std::move(done)) {
        // What does not list soon in another way will not in that way.
        constexpr milliseconds kSoon{12000};
        quick_.limits.start = std::min(quick_.limits.start, kSoon);
        quick_.limits.total = std::min(quick_.limits.total, 3 * kSoon);
    }

    ~TryingLister() override { loop_.cancel(entry_); }

    void start() override {
        begun_ = Loop::Clock::now();
        entry_ = loop_.after(milliseconds{0}, [this] { attempt(StartWay{}); });
    }

  private:
    void attempt(const StartWay& way);
    void ended(StdioAttempt end);
    void deliver(Listing listing);
    [[nodiscard]] bool late() const;
    [[nodiscard]] Target started_as(const StartWay& way) const;

    Loop& loop_;
    Target target_;
    const StdioOptions& options_;
    StdioOptions quick_;
    std::string origin_;  // of what was asked for
    Lister::Done done_;
    Loop::Clock::time_point begun_;
    TimerId entry_ = 0;
    std::optional<PlaceholderFiles> files_;
    std::optional<StartPlan> plan_;
    std::optional<Listing> plain_;  // what the plain start came to
    StartWay way_;
    std::unique_ptr<Lister> lister_;
};

// The target with what the way adds. Variables without a value get one in every way.
Target TryingLister::started_as(const StartWay& way) const {
    Target target = target_;
    auto& how = std::get<StdioTarget>(target.how);
    bool made_up = false;
    const auto set = [&](const std::string& name, const WayVariable& variable) {
        const bool ours = variable.literal.empty();
        const std::string value = ours ? files_->value(variable.shape, name) : variable.literal;
        if (!how.env.emplace(name, value).second) return;
        how.made_up.insert(name);
        made_up = made_up || ours;
    };
    for (const std::string& name : target.unresolved) {
        set(name, WayVariable{shape_of(name), {}});
    }
    for (const auto& [name, variable] : way.variables) set(name, variable);
    // A subcommand stands before the arguments that were given, all else behind them.
    const auto package = read_package_command(how.argv);
    const std::size_t given = package ? package->arguments.size() : how.argv.size() - 1;
    auto front = how.argv.end() - static_cast<std::ptrdiff_t>(given);
    for (const WayArgument& argument : way.arguments) {
        std::string text = argument.text;
        if (argument.shape) text += files_->value(*argument.shape, argument.name);
        made_up = made_up || argument.shape.has_value();
        if (argument.subcommand) {
            front = how.argv.insert(front, std::move(text)) + 1;
        } else {
            const auto at = front - how.argv.begin();
            how.argv.push_back(std::move(text));
            front = how.argv.begin() + at;
        }
    }
    how.own_directories.push_back(files_->directory());
    target.unresolved.clear();
    if (made_up) target.credential_class = "placeholder";
    return target;
}

void TryingLister::attempt(const StartWay& way) {
    way_ = way;
    Target target = target_;
    if (!way.plain() || !target_.unresolved.empty()) {
        if (!files_) {
            auto made = PlaceholderFiles::make();
            if (!made) {
                Listing listing = plain_ ? std::move(*plain_) : Listing{};
                if (!plain_) listing.outcome = Outcome::unreadable;
                if (listing.failure.empty()) listing.failure = made.error().message;
                return deliver(std::move(listing));
            }
            files_ = std::move(*made);
        }
        target = started_as(way);
    }
    lister_ = make_stdio_attempt(
        loop_, std::move(target), way.plain() ? options_ : quick_, [this](StdioAttempt end) {
            ended(std::move(end));
        });
    lister_->start();
}

bool TryingLister::late() const {
    // All tries together take no longer than three servers may.
    return Loop::Clock::now() - begun_ > options_.limits.install + 2 * options_.limits.total;
}

void TryingLister::ended(StdioAttempt end) {
    if (end.listing.outcome == Outcome::listed) {
        end.listing.started_with = describe(way_);
        return deliver(std::move(end.listing));
    }
    const bool again = may_be_tried_again(end.listing.outcome);
    const bool timed_out = end.listing.outcome == Outcome::timed_out;
    const std::string version = end.listing.document.version;
    if (!plain_) plain_ = std::move(end.listing);
    const auto package = read_package_command(std::get<StdioTarget>(target_.how).argv);
    if (!plan_) {
        std::vector<StartWay> documented;
        if (package && !end.package_directory.empty()) {
            documented = documented_ways(end.package_directory, package->package);
        }
        plan_.emplace(std::move(documented), target_.wanted);
        // The next tries need not ask again which version is meant.
        if (package && !version.empty()) {
            for (std::string& word : std::get<StdioTarget>(target_.how).argv) {
                if (word == package->package || word == package->package + "@" + package->version) {
                    word = package->package + "@" + version;
                    break;
                }
            }
        }
    }
    const auto next =
        again && !late()
            ? plan_->next({.text = end.said, .timed_out = timed_out, .clean = end.clean})
            : std::nullopt;
    if (!next) {
        Listing listing = std::move(*plain_);
        const std::size_t tries = plan_->tried().size();
        if (tries > 0) {
            listing.failure +=
                fmt::format("; {} other {} of starting it with made-up values did not list either",
                            tries,
                            tries == 1 ? "way" : "ways");
        }
        return deliver(std::move(listing));
    }
    entry_ = loop_.after(milliseconds{0}, [this, way = *next] { attempt(way); });
}

void TryingLister::deliver(Listing listing) {
    listing.origin = origin_;
    listing.elapsed_ms =
        std::chrono::duration_cast<milliseconds>(Loop::Clock::now() - begun_).count();
    const Lister::Done done = std::move(done_);
    done(std::move(listing));
}

}  // namespace

std::unique_ptr<Lister> make_trying_lister(Loop& loop,
                                           Target target,
                                           const StdioOptions& options,
                                           Lister::Done done) {
    return std::make_unique<TryingLister>(loop, std::move(target), options, std::move(done));
}

}  // namespace mcprisk::crawler
