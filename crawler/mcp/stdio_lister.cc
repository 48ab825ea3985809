#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>
#include <variant>

#include "crawler/fetch/package_fetch.h"
#include "crawler/fetch/python_fetch.h"
#include "crawler/mcp/lister.h"
#include "crawler/mcp/stdio_attempt.h"
#include "crawler/mcp/stdio_channel.h"
#include "crawler/process/command.h"
#include "crawler/process/container_risk.h"
#include "crawler/process/container_run.h"
#include "crawler/process/control_group.h"
#include "crawler/process/launch.h"
#include "crawler/process/line_splitter.h"
#include "crawler/process/loader_variables.h"
#include "crawler/process/process.h"
#include "crawler/process/program.h"
#include "crawler/process/sandbox.h"
#include "crawler/process/start_failure.h"
#include "crawler/process/temporary_directory.h"
#include "crawler/redact.h"
#include "crawler/secrets.h"
#include "crawler/start/companion.h"
#include "crawler/start/trying_lister.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using std::chrono::milliseconds;

class StdioLister final : public Lister {
  public:
    using Done = std::function<void(StdioAttempt)>;

    StdioLister(Loop& loop, Target target, const StdioOptions& options, Done done)
        : loop_(loop),
          target_(std::move(target)),
          how_(std::get<StdioTarget>(target_.how)),
          options_(options),
          secrets_(target_),
          origin_(describe_origin(target_)),
          done_(std::move(done)) {}

    ~StdioLister() override {
        loop_.cancel(entry_);
        loop_.cancel(closing_);
        for (const TimerId timer : timers_) loop_.cancel(timer);
    }

    void start() override {
        begun_ = Loop::Clock::now();
        entry_ = loop_.after(milliseconds{0}, [this] { prepare(); });
    }

  private:
    using Session = StdioChannel;

    void prepare();
    void judge_stranger();
    void choose_sandbox();
    void without_sandbox(const std::string& why);
    void unpack();
    void begin_session();
    bool enter_sandbox();
    bool spawn();
    void apply(Session::Actions actions);
    void set_timer(Session::Timer timer, milliseconds delay);
    void on_output(std::string_view chunk);
    void on_closed();
    void on_exit(ExitStatus status);
    void finish(Listing listing);
    bool remove_containers();
    void deliver();
    void fail_with(Outcome outcome, std::string why);
    void tell(Step::Phase phase, std::uintmax_t bytes = 0) {
        if (options_.progress) options_.progress(target_.id, {phase, bytes});
    }

    Loop& loop_;
    Target target_;
    StdioTarget how_;
    const StdioOptions& options_;
    const KnownSecrets secrets_;
    std::string origin_;  // how it was asked for, also where something else is started in its place
    Done done_;
    Loop::Clock::time_point begun_;
    TimerId entry_ = 0;
    TimerId closing_ = 0;
    std::array<TimerId, 3> timers_{};

    std::unique_ptr<Command> probe_;
    std::unique_ptr<PackageFetch> fetch_;
    std::unique_ptr<PythonFetch> python_fetch_;
    TemporaryDirectory cache_;
    std::string bwrap_;                   // empty: no sandbox
    std::string project_;                 // the folder whose configuration named it, if one did
    std::optional<std::string> runtime_;  // of containers, where the command is one
    RunContainers containers_;
    std::unique_ptr<Command> removal_;
    std::optional<FetchedPackage> package_;
    ProcessSpec spec_;
    TemporaryDirectory directory_;
    std::unique_ptr<Session> session_;
    std::unique_ptr<LineSplitter> lines_;
    std::optional<ControlGroup> group_;  // outlives the process in it
    std::unique_ptr<Process> process_;
    std::string last_words_;
    std::string credential_class_;
    std::vector<ListingFlag> flags_;
    std::string printed_;  // the beginning of stdout
    bool ended_clean_ = false;
    bool restarting_ = false;
    std::optional<Listing> result_;
};

void StdioLister::fail_with(Outcome outcome, std::string why) {
    Listing listing;
    listing.outcome = outcome;
    listing.failure = redact(fmt::format("asking {} for its tools: {}", origin_, why));
    finish(std::move(listing));
}

void StdioLister::prepare() {
    credential_class_ = target_.credential_class;
    if (!target_.unresolved.empty()) {
        std::string names;
        for (const std::string& name : target_.unresolved) {
            names += (names.empty() ? "" : ", ") + name;
        }
        return fail_with(Outcome::needs_configuration,
                         fmt::format("it was not started, since these variables have no value: "
                                     "{}; set them, or let made-up values be tried with "
                                     "--placeholder-credentials",
                                     names));
    }
    if (how_.argv.empty()) {
        return fail_with(Outcome::no_runtime, "its command is empty; name a program");
    }
    judge_stranger();
}

// What is not put into the sandbox, or comes from an index, has to be harmless by itself.
void StdioLister::judge_stranger() {
    const auto refuse = [this](const std::string& why) {
        fail_with(Outcome::refused,
                  fmt::format("{}; start it by hand if it is to be trusted that far: mcprisk scan "
                              "-- COMMAND",
                              why));
    };
    // An index has no folder of its own on this machine: nothing that it names is shown.
    if (target_.from_index) how_.working_directory.clear();
    if (target_.from_index && how_.argv.front().find('/') != std::string::npos) {
        return refuse("the index names a program of this machine by its path");
    }
    std::error_code error;
    // Nor has what came with a folder any business outside of it.
    if (target_.of_project) {
        project_ = std::filesystem::current_path(error).string();
        auto& work = how_.working_directory;
        if (!work.empty() && !lies_in(work, project_)) work.clear();
    }
    runtime_ = container_runtime(how_.argv.front(),
                                 base_environment()["PATH"],
                                 std::filesystem::current_path(error).string());
    for (const auto& [name, value] : how_.env) {
        if (target_.from_index && changes_what_runs(name)) {
            return refuse(fmt::format("the index sets {}, which decides what code runs", name));
        }
        if (runtime_ && !target_.given_on_command_line && directs_container_client(name)) {
            return refuse(fmt::format(
                "it sets {}, which directs the container engine's client outside of the container",
                name));
        }
    }
    if (!runtime_) return choose_sandbox();
    ContainerPlace place;
    place.by = target_.from_index ? NamedBy::index : NamedBy::person;
    place.home = base_environment()["HOME"];
    place.resolve = [](const std::string& path) -> std::string {
        std::error_code unknown;
        const auto real = std::filesystem::weakly_canonical(path, unknown);
        const auto status = std::filesystem::status(real, unknown);
        if (unknown) return {};
        return std::filesystem::is_regular_file(status) || std::filesystem::is_directory(status) ||
                       !std::filesystem::exists(status)
                   ? real.string()
                   : std::string();
    };
    if (const auto risk = container_risk(how_.argv, place)) {
        if (!target_.given_on_command_line) return refuse(*risk);
        flags_.push_back(ListingFlag::container_not_contained);
    }
    choose_sandbox();
}

void StdioLister::choose_sandbox() {
    if (options_.sandbox == Sandbox::none) return unpack();
    if (runtime_) {
        return without_sandbox("it starts a container, which bubblewrap cannot hold");
    }
    if (!options_.probed_bwrap.empty()) {
        bwrap_ = options_.probed_bwrap;
        return unpack();
    }
    auto bwrap = find_program("bwrap", base_environment()["PATH"]);
    if (!bwrap) return without_sandbox(bwrap.error().message);
    ProcessSpec spec;
    if (auto done = enclose(spec, *bwrap, probe_plan()); !done) {
        return without_sandbox(done.error().message);
    }
    auto probe = Command::run(
        loop_, spec, options_.limits.start, [this, path = *bwrap](const CommandResult& result) {
            if (!result.ok()) {
                return without_sandbox(fmt::format(
                    "bubblewrap does not work here: {}; allow unprivileged user namespaces, or "
                    "start without it: --sandbox none",
                    last_line(result.last_words)));
            }
            bwrap_ = path;
            unpack();
        });
    if (!probe) return without_sandbox(probe.error().message);
    probe_ = std::move(*probe);
}

void StdioLister::without_sandbox(const std::string& why) {
    if (options_.sandbox != Sandbox::bubblewrap) return unpack();
    fail_with(Outcome::refused, "it is to be started only in a sandbox, but " + why);
}

void StdioLister::unpack() {
    flags_.push_back(bwrap_.empty() ? ListingFlag::not_sandboxed : ListingFlag::sandboxed);
    if (!bwrap_.empty() && options_.allow_network) flags_.push_back(ListingFlag::network_allowed);
    const auto command = read_package_command(how_.argv);
    auto python = read_python_command(how_.argv);
    const std::string path = base_environment()["PATH"];
    // A uvx that came without uv fetches what it runs by itself.
    const bool runs = python && find_program(how_.argv.front(), path);
    // Without either, pip can fetch the same.
    if (python && !runs && !find_program(python->runner, path) && find_program("python3", path)) {
        python->runner = "python3";
    }
    const bool splits = python && find_program(python->runner, path);
    if (!command && !splits && (!python || runs)) return begin_session();
    FetchOptions fetch{.cache_directory = options_.cache_directory,
                       .allow_scripts = options_.allow_scripts,
                       .bwrap = bwrap_,
                       .longest = options_.limits.install};
    if (fetch.cache_directory.empty()) {
        auto made = TemporaryDirectory::make();
        if (!made) return fail_with(Outcome::unreadable, made.error().message);
        cache_ = std::move(*made);
        fetch.cache_directory = cache_.path();
    }
    fetch.cache_directory = std::filesystem::absolute(fetch.cache_directory).string();
    tell(Step::Phase::fetching);
    if (options_.progress) {
        fetch.unpacked = [this](std::uintmax_t bytes) { tell(Step::Phase::fetching, bytes); };
    }
    const auto& arguments = command ? command->arguments : python->arguments;
    PackageFetch::Done fetched =
        [this, arguments = arguments](tl::expected<FetchedPackage, FetchFailure> fetched) {
            if (!fetched) return fail_with(fetched.error().outcome, fetched.error().why);
            package_ = std::move(*fetched);
            how_.argv = package_->program.argv;
            how_.argv.insert(how_.argv.end(), arguments.begin(), arguments.end());
            target_.version = package_->program.version;
            if (!how_.node.empty() && how_.argv.front() == "node") how_.argv.front() = how_.node;
            begin_session();
        };
    if (command) {
        fetch_ =
            std::make_unique<PackageFetch>(loop_, *command, std::move(fetch), std::move(fetched));
        fetch_->start();
    } else {
        python_fetch_ =
            std::make_unique<PythonFetch>(loop_, *python, std::move(fetch), std::move(fetched));
        python_fetch_->start();
    }
}

void StdioLister::begin_session() {
    tell(Step::Phase::starting);
    std::map<std::string, std::string> environment = base_environment();
    for (const auto& [name, value] : how_.env) environment[name] = value;
    auto program = runtime_ ? Result<std::string>(*runtime_)
                            : find_program(how_.argv.front(), environment["PATH"]);
    if (!program) return fail_with(Outcome::no_runtime, program.error().message);

    spec_.argv = how_.argv;
    spec_.argv.front() = *program;
    spec_.environment = std::move(environment);
    spec_.last_words_bytes = options_.limits.last_words_bytes;
    if (!how_.working_directory.empty()) {
        how_.working_directory = std::filesystem::absolute(how_.working_directory).string();
    }
    // What was judged as a container's command line stays as it was judged.
    if (how_.working_directory.empty() && !target_.from_index && !runtime_) {
        for (std::size_t i = 1; i < spec_.argv.size(); ++i) {
            spec_.argv[i] = absolute_argument(spec_.argv[i], target_.given_on_command_line);
        }
    }

    StdioContext context;
    context.command = origin_;
    context.network = bwrap_.empty() || options_.allow_network;
    context.fetches = fetches_at_start(how_.argv.front());
    context.without_scripts = package_ && !options_.allow_scripts;
    context.container = runtime_.has_value();
    context.era = options_.era;
    context.secrets = secrets_;
    for (const auto& [name, value] : spec_.environment) context.known_variables.push_back(name);
    if (!bwrap_.empty() && !enter_sandbox()) return;
    session_ = std::make_unique<Session>(std::move(context), options_.limits);
    if (spawn()) apply(session_->started());
}

// The command line of bubblewrap around that of the server.
bool StdioLister::enter_sandbox() {
    const std::string home = base_environment()["HOME"];
    SandboxPlan plan;
    plan.argv = spec_.argv;
    plan.network = options_.allow_network;
    plan.working_directory = how_.working_directory;
    show_command(plan, spec_.environment["PATH"], home, NamedPaths{!target_.from_index, project_});
    // They lie on a real disk, which nobody within may fill, and where no link is to lead away.
    plan.readable.insert(
        plan.readable.end(), how_.own_directories.begin(), how_.own_directories.end());
    if (package_) plan.readable.push_back(package_->directory);
    if (how_.accompanied && !options_.companion.empty() && !options_.allow_network) {
        plan.readable.push_back(options_.companion);
        plan.argv = companion_argv(options_.companion, how_.backends, plan.argv);
    }
    plan.environment = sandbox_environment(std::move(spec_.environment), how_.env);
    if (auto done = enclose(spec_, bwrap_, std::move(plan)); !done) {
        fail_with(Outcome::refused, done.error().message + "; it was not started");
        return false;
    }
    return true;
}

bool StdioLister::spawn() {
    if (!bwrap_.empty()) {
        spec_.working_directory = "/";
        if (!group_) group_ = ControlGroup::make();
    } else if (how_.working_directory.empty()) {
        auto made = TemporaryDirectory::make();
        if (!made) {
            fail_with(Outcome::unreadable, made.error().message);
            return false;
        }
        directory_ = std::move(*made);
        spec_.working_directory = directory_.path();
    } else {
        spec_.working_directory = how_.working_directory;
    }
    lines_ = std::make_unique<LineSplitter>(options_.limits.message_bytes);
    ProcessSpec bounded = spec_;
    if (runtime_) bounded.argv = containers_.watched(std::move(bounded.argv));
    if (bwrap_.empty()) die_with_us(bounded);
    if (group_) bounded.argv = group_->within(std::move(bounded.argv));
    auto process = Process::spawn(loop_,
                                  bounded,
                                  {.output = [this](std::string_view chunk) { on_output(chunk); },
                                   .closed = [this] { on_closed(); },
                                   .exited = [this](ExitStatus status) { on_exit(status); }});
    if (!process) {
        fail_with(
            process.error().code == ErrorCode::not_found ? Outcome::no_runtime : Outcome::exited,
            process.error().message + "; check its command and its working directory");
        return false;
    }
    process_ = std::move(*process);
    return true;
}

void StdioLister::set_timer(Session::Timer timer, milliseconds delay) {
    TimerId& slot = timers_.at(static_cast<std::size_t>(timer));
    loop_.cancel(slot);
    slot = loop_.after(delay, [this, timer] {
        apply(session_->timed_out(timer, process_ ? process_->last_words() : last_words_));
    });
}

// Nothing here destroys the process from within its own callback: a restart and the end wait until
// it has told that it is gone.
void StdioLister::apply(Session::Actions actions) {
    for (Session::Action& action : actions) {
        if (auto* send = std::get_if<Session::Send>(&action)) {
            if (process_) process_->write(send->line);
        } else if (auto* set = std::get_if<Session::SetTimer>(&action)) {
            set_timer(set->timer, set->delay);
        } else if (auto* cancel = std::get_if<Session::CancelTimer>(&action)) {
            loop_.cancel(timers_.at(static_cast<std::size_t>(cancel->timer)));
        } else if (std::holds_alternative<Session::Restart>(action)) {
            restarting_ = true;
            if (process_) {
                process_->kill_now();
            } else {
                entry_ = loop_.after(milliseconds{0}, [this] {
                    restarting_ = false;
                    if (spawn()) apply(session_->started());
                });
            }
        } else {
            finish(session_->take());
        }
    }
}

void StdioLister::on_output(std::string_view chunk) {
    if (restarting_ || session_->finished()) return;
    if (printed_.empty()) tell(Step::Phase::listing);
    constexpr std::size_t kPrinted = 8192;
    printed_ += chunk.substr(0, kPrinted - std::min(kPrinted, printed_.size()));
    apply(session_->received(chunk.size()));
    const std::size_t dropped = lines_->dropped();
    lines_->feed(chunk, [this](std::string_view line) {
        apply(session_->line(line));
        return !session_->finished() && !restarting_;
    });
    if (lines_->dropped() > dropped) apply(session_->line_dropped());
}

// Mostly the process is about to end, and how it ends tells more.
void StdioLister::on_closed() {
    constexpr milliseconds kMoment{250};
    closing_ = loop_.after(kMoment, [this] {
        if (process_ && !restarting_) apply(session_->closed(process_->last_words()));
    });
}

void StdioLister::on_exit(ExitStatus status) {
    loop_.cancel(closing_);
    if (!session_->finished() && !restarting_) {
        lines_->finish([this](std::string_view line) {
            apply(session_->line(line));
            return true;
        });
    }
    last_words_ = process_->last_words();
    ended_clean_ = status.code == 0;
    // Where the beginning is lost, half a secret may be left of it.
    if (last_words_.size() >= options_.limits.last_words_bytes) {
        last_words_.erase(0, std::min(last_words_.find('\n'), last_words_.size()));
    }
    const std::unique_ptr<Process> gone = std::move(process_);
    directory_ = {};
    if (restarting_) {
        restarting_ = false;
        if (spawn()) apply(session_->started());
    } else if (!session_->finished()) {
        apply(session_->exited(status, last_words_));
    } else if (result_) {
        deliver();
    }
}

void StdioLister::finish(Listing listing) {
    for (const TimerId timer : timers_) loop_.cancel(timer);
    const auto elapsed = Loop::Clock::now() - begun_;
    listing.elapsed_ms = std::chrono::duration_cast<milliseconds>(elapsed).count();
    result_ = std::move(listing);
    if (process_) {
        // What runs in a sandbox has nothing to save.
        constexpr int kHurry = 8;
        process_->end(bwrap_.empty() ? options_.limits.grace : options_.limits.grace / kHurry);
    } else {
        entry_ = loop_.after(milliseconds{0}, [this] { deliver(); });
    }
}

// Whether one is being removed; deliver() comes again then.
bool StdioLister::remove_containers() {
    if (!runtime_) return false;
    ProcessSpec spec;
    spec.argv = containers_.removal(*runtime_);
    if (spec.argv.empty()) return false;
    spec.environment = spec_.environment;
    spec.working_directory = "/";
    constexpr milliseconds kLongest{20000};
    auto command =
        Command::run(loop_, spec, kLongest, [this](const CommandResult&) { deliver(); });
    if (command) removal_ = std::move(*command);
    return command.has_value();
}

void StdioLister::deliver() {
    if (remove_containers()) return;
    Listing listing = std::move(*result_);
    result_.reset();
    listing.document.server = target_.id;
    if (!target_.title.empty()) listing.document.title = target_.title;
    listing.document.description = target_.description;
    listing.document.source = target_.source;
    listing.document.version = target_.version;
    listing.transport = "stdio";
    listing.origin = origin_;
    listing.credential_class = credential_class_;
    if (package_) listing.started_with = package_->program.chosen;
    for (const ListingFlag flag : flags_) add_flag(listing, flag);
    // Hidden before it is cut, so that no half of a secret escapes.
    listing.last_words = truncate_utf8(redact(secrets_.hide(repair_utf8(last_words_))),
                                       options_.limits.last_words_bytes);
    secrets_.hide_in(listing);
    StdioAttempt attempt{.listing = std::move(listing),
                         .package_directory = package_ ? package_->directory : std::string{},
                         .said = last_words_ + "\n" + printed_,
                         .clean = ended_clean_,
                         .bwrap = bwrap_};
    const Done done = std::move(done_);
    done(std::move(attempt));
}

}  // namespace

std::unique_ptr<Lister> make_stdio_attempt(Loop& loop,
                                           Target target,
                                           const StdioOptions& options,
                                           std::function<void(StdioAttempt)> done) {
    return std::make_unique<StdioLister>(loop, std::move(target), options, std::move(done));
}

std::unique_ptr<Lister> make_stdio_lister(Loop& loop,
                                          Target target,
                                          const StdioOptions& options,
                                          Lister::Done done) {
    if (options.placeholder_credentials) {
        return make_trying_lister(loop, std::move(target), options, std::move(done));
    }
    return make_stdio_attempt(
        loop, std::move(target), options, [done = std::move(done)](StdioAttempt attempt) {
            done(std::move(attempt.listing));
        });
}

}  // namespace mcprisk::crawler
