#include "crawler/start/trying_lister.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <chrono>
#include <set>
#include <utility>

#include "crawler/config/identity.h"
#include "crawler/fetch/package_fetch.h"
#include "crawler/mcp/stdio_attempt.h"
#include "crawler/process/container_run.h"
#include "crawler/process/launch.h"
#include "crawler/start/companion.h"
#include "crawler/start/documented_ways.h"
#include "crawler/start/newer_node.h"
#include "crawler/start/placeholder_files.h"
#include "crawler/start/start_plan.h"
#include "model/base/text.h"

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
          patient_(options),
          quick_(options),
          origin_(describe_origin(target_)),
          done_(std::move(done)) {
        // Help texts are long, and what is wrong stands above them.
        constexpr std::size_t kWords = std::size_t{24} << 10;
        patient_.limits.last_words_bytes = quick_.limits.last_words_bytes =
            std::max(kWords, options_.limits.last_words_bytes);
        // What does not list soon in another way will not in that way.
        constexpr milliseconds kSoon{12000};
        quick_.limits.start = std::min(quick_.limits.start, kSoon);
        quick_.limits.total = std::min(quick_.limits.total, 3 * kSoon);
        // Made-up values are for the server alone, and what it listens on is the sandbox's own.
        const auto& argv = std::get<StdioTarget>(target_.how).argv;
        const auto runner = recognise_runner(argv);
        container_ = runner && runner->package.kind == PackageKind::oci;
        if (argv.empty() || !fetches_at_start(argv.front()) || read_package_command(argv)) {
            quick_.allow_network = false;
        }
        // One start a try: what answers a handshake with an error is asked again in the newer way.
        if (quick_.era == Era::automatic) quick_.era = Era::legacy;
        modern_ = quick_;
        modern_.era = options_.era;
    }

    ~TryingLister() override { loop_.cancel(entry_); }

    void start() override {
        begun_ = Loop::Clock::now();
        entry_ = loop_.after(milliseconds{0}, [this] { attempt(StartWay{}); });
    }

  private:
    void attempt(const StartWay& way);
    void start_again(const StdioOptions& options);
    void ended(StdioAttempt end);
    void go_on();
    bool make_files();
    bool fetch_node(const StdioAttempt& end);
    bool remember(StdioAttempt& end);
    [[nodiscard]] std::string how_started(const StdioAttempt& end) const;
    void deliver(Listing listing);
    [[nodiscard]] bool late() const;
    [[nodiscard]] Target started_as(const StartWay& way) const;

    Loop& loop_;
    Target target_;
    const StdioOptions& options_;
    StdioOptions patient_;  // as they are, but for what is kept of stderr
    StdioOptions quick_;
    StdioOptions modern_;  // the same with every era
    std::string origin_;  // of what was asked for
    Lister::Done done_;
    Loop::Clock::time_point begun_;
    TimerId entry_ = 0;
    std::optional<PlaceholderFiles> files_;
    std::optional<StartPlan> plan_;
    std::optional<Listing> plain_;  // what the plain start came to
    StartWay way_;
    StartEnd last_end_;
    Outcome last_outcome_ = Outcome::exited;
    std::set<int> backends_;  // ports that were refused
    std::string node_;        // a newer Node.js, once one was fetched
    std::string node_version_;
    std::unique_ptr<PackageFetch> fetch_;
    bool asked_for_node_ = false;
    bool asked_with_network_ = false;
    int rounds_ = 0;  // of files and services that were made on demand
    bool asked_modern_ = false;  // this way, by now
    bool container_ = false;     // an engine's client starts it
    std::unique_ptr<Lister> lister_;
};

// The target with what the way adds. Variables without a value get one in every way.
Target TryingLister::started_as(const StartWay& way) const {
    Target target = target_;
    auto& how = std::get<StdioTarget>(target.how);
    bool made_up = false;
    const auto made = [&](Shape shape, std::string_view name) {
        std::string value = files_->value(shape, name, target_.id);
        // Where there is a companion, somebody answers.
        constexpr std::string_view kNobody = "127.0.0.1:9";
        const auto at = value.find(kNobody);
        if (quick_.companion.empty() || at == std::string::npos) return value;
        return value.replace(at, kNobody.size(), fmt::format("127.0.0.1:{}", kBackendPort));
    };
    const auto set = [&](const std::string& name, const WayVariable& variable) {
        const bool ours = variable.literal.empty();
        if (!how.env.emplace(name, ours ? made(variable.shape, name) : variable.literal).second) {
            return;
        }
        how.made_up.insert(name);
        made_up = made_up || ours;
    };
    for (const std::string& name : target.unresolved) {
        set(name, WayVariable{shape_of(name), {}});
    }
    for (const auto& [name, variable] : way.variables) set(name, variable);
    if (container_) {
        // A container is no part of the sandbox: it gets no network, and the variables by name.
        std::vector<std::string> options{"--network=none"};
        for (const std::string& name : how.made_up) options.insert(options.end(), {"--env", name});
        how.argv = with_run_options(std::move(how.argv), options);
    }
    // A subcommand stands before the arguments that were given, all else behind them.
    const auto package = read_package_command(how.argv);
    const auto runner = container_ ? recognise_runner(how.argv) : std::nullopt;
    const std::size_t given = package  ? package->arguments.size()
                              : runner ? runner->arguments.size()
                                       : how.argv.size() - 1;
    std::size_t front = how.argv.size() - given;
    for (const WayArgument& argument : way.arguments) {
        std::string text = argument.text;
        if (argument.shape) text += made(*argument.shape, argument.name);
        made_up = made_up || argument.shape.has_value() || !argument.name.empty();
        if (argument.subcommand) {
            how.argv.insert(how.argv.begin() + static_cast<std::ptrdiff_t>(front++),
                            std::move(text));
        } else {
            how.argv.push_back(std::move(text));
        }
    }
    for (std::size_t i = front; i < how.argv.size(); ++i) {
        if (i >= front + given) how.made_up_arguments.insert(i);
    }
    how.own_directories.push_back(files_->directory());
    // An engine's client would look for its own settings there.
    const bool homeless = container_ || files_->sandbox_home().empty();
    if (!homeless && how.env.emplace("HOME", files_->sandbox_home()).second) {
        how.made_up.insert("HOME");
    }
    how.accompanied = true;
    how.backends = backends_;
    how.backends.insert(kBackendPort);
    how.node = node_;
    target.as_written.clear();
    target.unresolved.clear();
    if (made_up) target.credential_class = "placeholder";
    return target;
}

void TryingLister::attempt(const StartWay& way) {
    way_ = way;
    asked_modern_ = false;
    if (way.plain() && target_.unresolved.empty()) return start_again(patient_);
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
    start_again(quick_);
}

void TryingLister::start_again(const StdioOptions& options) {
    lister_ = make_stdio_attempt(loop_,
                                 way_.plain() && target_.unresolved.empty() ? target_
                                                                            : started_as(way_),
                                 options,
                                 [this](StdioAttempt end) { ended(std::move(end)); });
    lister_->start();
}

bool TryingLister::late() const {
    // All tries together take no longer than three servers may.
    return Loop::Clock::now() - begun_ > options_.limits.install + 2 * options_.limits.total;
}

std::string TryingLister::how_started(const StdioAttempt& end) const {
    std::string out = end.listing.started_with;
    const auto add = [&](const std::string& words) {
        if (!words.empty()) out += (out.empty() ? "" : ", ") + words;
    };
    if (!target_.unresolved.empty()) {
        std::string names;
        for (const std::string& name : target_.unresolved) names += " " + name;
        add("made-up values for" + names);
    }
    add(describe(way_));
    if (files_ && !files_->made().empty()) {
        std::string names = "made-up files";
        for (const std::string& name : files_->made()) names += " " + printable(name);
        add(names);
    }
    const bool served = end.said.find("mcprisk: its ") != std::string::npos;
    if (served && !backends_.empty()) {
        std::string ports = "services on";
        for (const int port : backends_) ports += fmt::format(" {}", port);
        add(ports);
    }
    if (!node_.empty()) add("Node.js " + node_version_);
    const auto asked = end.said.find(kCompanionAsked);
    if (asked != std::string::npos) {
        const std::string_view rest = std::string_view(end.said).substr(asked);
        const std::string_view url =
            rest.substr(0, rest.find('\n')).substr(kCompanionAsked.size());
        add("asked over HTTP at " + printable(truncate_utf8(url, 200)));
    }
    return out;
}

void TryingLister::ended(StdioAttempt end) {
    const Outcome outcome = end.listing.outcome;
    if (outcome == Outcome::listed) {
        end.listing.started_with = how_started(end);
        return deliver(std::move(end.listing));
    }
    // A destroyed lister must not be the one that is calling.
    const auto later = [this](auto what) {
        entry_ = loop_.after(milliseconds{0}, [what = std::move(what)] { what(); });
    };
    last_end_ = {.text = end.said,
                 .timed_out = outcome == Outcome::timed_out,
                 .clean = end.clean};
    last_outcome_ = outcome;
    const bool wants_service = remember(end) && !quick_.companion.empty();
    if (late()) return later([this] { go_on(); });
    // Where it joins a network, made-up values could reach others.
    if (container_ && names_network(std::get<StdioTarget>(target_.how).argv)) {
        last_outcome_ = Outcome::refused;
        return later([this] { go_on(); });
    }
    if (!asked_for_node_ && fetch_node(end)) return;
    if (!may_be_tried_again(outcome)) return later([this] { go_on(); });
    if (!way_.plain() && !asked_modern_ && quick_.era != options_.era &&
        (outcome == Outcome::server_error || outcome == Outcome::wrong_protocol)) {
        asked_modern_ = true;
        return later([this] { start_again(modern_); });
    }
    if (!way_.plain() && outcome == Outcome::needs_network && options_.allow_network &&
        !asked_with_network_ && !quick_.allow_network) {
        asked_with_network_ = true;
        return later([this] { start_again(patient_); });
    }
    constexpr int kRounds = 3;
    if (rounds_ < kRounds && make_files() &&
        (files_->make_wanted(end.said) || wants_service)) {
        ++rounds_;
        return later([this] {
            StartWay way = way_;
            if (way.plain()) way.watched = true;
            attempt(way);
        });
    }
    later([this] { go_on(); });
}

bool TryingLister::make_files() {
    if (files_) return true;
    auto made = PlaceholderFiles::make();
    if (!made) return false;
    files_ = std::move(*made);
    return true;
}

// What the first start tells of the package, and every one of the services that it wants; whether
// one of these was not known before.
bool TryingLister::remember(StdioAttempt& end) {
    bool news = false;
    for (const std::string& backend : read_demands(end.said).backends) {
        int port = 0;
        const auto colon = backend.rfind(':');
        const char* digits = backend.data() + (colon == std::string::npos ? 0 : colon + 1);
        std::from_chars(digits, backend.data() + backend.size(), port);
        constexpr int kFirstUnprivileged = 1024;
        if (port >= kFirstUnprivileged && port < 65536) news = backends_.insert(port).second || news;
    }
    const std::string version = end.listing.document.version;
    if (!plain_ && end.listing.outcome != Outcome::timed_out) {
        // Where starting takes long, by the machine or by the server, so may the next ones.
        const milliseconds longer = std::min(4 * milliseconds{end.listing.elapsed_ms},
                                             options_.limits.start);
        for (StdioOptions* options : {&quick_, &modern_}) {
            options->limits.start = std::max(options->limits.start, longer);
            options->limits.total = std::max(options->limits.total, 2 * longer);
        }
    }
    if (!plain_) plain_ = std::move(end.listing);
    if (plan_) return news;
    auto& argv = std::get<StdioTarget>(target_.how).argv;
    const auto package = read_package_command(argv);
    std::vector<StartWay> documented;
    if (package && !end.package_directory.empty()) {
        documented = documented_ways(end.package_directory, package->package);
    }
    plan_.emplace(std::move(documented), target_.wanted);
    // The next tries need not ask again which version is meant.
    if (!package || version.empty()) return news;
    for (std::string& word : argv) {
        if (word == package->package || word == package->package + "@" + package->version) {
            word = package->package + "@" + version;
            break;
        }
    }
    return news;
}

// Whether one is being fetched; the same way is tried with it.
bool TryingLister::fetch_node(const StdioAttempt& end) {
    const auto package = read_package_command(std::get<StdioTarget>(target_.how).argv);
    if (!package) return false;
    const auto wanted = newer_node(end.said, end.package_directory, package->package);
    if (!wanted) return false;
    asked_for_node_ = true;
    PackageCommand node;
    node.package = wanted->package;
    node.version = wanted->version;
    node.command = "node";
    fetch_ = std::make_unique<PackageFetch>(
        loop_,
        node,
        FetchOptions{.cache_directory = options_.cache_directory,
                     .allow_scripts = false,
                     .bwrap = end.bwrap,
                     .longest = options_.limits.install},
        [this](tl::expected<FetchedPackage, FetchFailure> fetched) {
            if (!fetched || fetched->program.argv.size() != 1) return go_on();
            node_ = fetched->program.argv.front();
            node_version_ = fetched->program.version;
            StartWay way = way_;
            if (way.plain()) way.watched = true;
            attempt(way);
        });
    fetch_->start();
    return true;
}

// The next way, or the end.
void TryingLister::go_on() {
    const auto next = may_be_tried_again(last_outcome_) && !late() ? plan_->next(last_end_)
                                                                  : std::nullopt;
    if (next) return attempt(*next);
    Listing listing = std::move(*plain_);
    const std::size_t tries = plan_->tried().size();
    if (tries > 0) {
        listing.failure +=
            fmt::format("; {} other {} of starting it with made-up values did not list either",
                        tries,
                        tries == 1 ? "way" : "ways");
    }
    deliver(std::move(listing));
}

void TryingLister::deliver(Listing listing) {
    listing.origin = origin_;
    const std::size_t most = options_.limits.last_words_bytes;
    if (listing.last_words.size() > most) {
        listing.last_words = repair_utf8(
            std::string_view(listing.last_words).substr(listing.last_words.size() - most));
    }
    listing.elapsed_ms =
        std::chrono::duration_cast<milliseconds>(Loop::Clock::now() - begun_).count();
    files_.reset();  // nobody needs them any more, whoever keeps us
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
