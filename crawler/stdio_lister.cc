#include <fmt/format.h>
#include <array>
#include <utility>
#include <variant>

#include "crawler/line_splitter.h"
#include "crawler/lister.h"
#include "crawler/process.h"
#include "crawler/program.h"
#include "crawler/redact.h"
#include "crawler/start_failure.h"
#include "crawler/stdio_session.h"
#include "crawler/temporary_directory.h"
#include "model/text.h"

namespace mcprisk::crawler {
namespace {

using std::chrono::milliseconds;

class StdioLister final : public Lister {
  public:
    StdioLister(Loop& loop, Target target, const StdioOptions& options, Lister::Done done)
        : loop_(loop),
          target_(std::move(target)),
          how_(std::get<StdioTarget>(target_.how)),
          options_(options),
          done_(std::move(done)) {}

    ~StdioLister() override {
        loop_.cancel(entry_);
        for (const TimerId timer : timers_) loop_.cancel(timer);
    }

    void start() override {
        begun_ = Loop::Clock::now();
        entry_ = loop_.after(milliseconds{0}, [this] { prepare(); });
    }

  private:
    using Session = StdioSession;

    void prepare();
    void begin_session();
    bool spawn();
    void apply(Session::Actions actions);
    void set_timer(Session::Timer timer, milliseconds delay);
    void on_output(std::string_view chunk);
    void on_exit(ExitStatus status);
    void finish(Listing listing);
    void deliver();
    void fail_with(Outcome outcome, std::string why);
    [[nodiscard]] std::vector<std::string> secrets() const;

    Loop& loop_;
    Target target_;
    StdioTarget how_;
    const StdioOptions& options_;
    Done done_;
    Loop::Clock::time_point begun_;
    TimerId entry_ = 0;
    std::array<TimerId, 3> timers_{};

    ProcessSpec spec_;
    TemporaryDirectory directory_;
    std::unique_ptr<Session> session_;
    std::unique_ptr<LineSplitter> lines_;
    std::unique_ptr<Process> process_;
    std::string last_words_;
    std::string credential_class_;
    std::vector<std::string> flags_;
    bool placeholders_tried_ = false;
    bool restarting_ = false;
    std::optional<Listing> result_;
};

std::vector<std::string> StdioLister::secrets() const {
    std::vector<std::string> values;
    for (const auto& [name, value] : how_.env) values.push_back(value);
    return values;
}

void StdioLister::fail_with(Outcome outcome, std::string why) {
    Listing listing;
    listing.outcome = outcome;
    listing.failure = redact(
        fmt::format("asking {} for its tools: {}", describe_origin(target_), why), secrets());
    finish(std::move(listing));
}

void StdioLister::prepare() {
    credential_class_ = target_.credential_class;
    flags_ = {"not_sandboxed"};
    if (!target_.unresolved.empty()) {
        if (!options_.placeholder_credentials) {
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
        for (const std::string& name : target_.unresolved) {
            how_.env.emplace(name, placeholder_value(name));
        }
        credential_class_ = "placeholder";
    }
    begin_session();
}

void StdioLister::begin_session() {
    std::map<std::string, std::string> environment = base_environment();
    for (const auto& [name, value] : how_.env) environment[name] = value;
    if (how_.argv.empty()) {
        return fail_with(Outcome::no_runtime, "its command is empty; name a program");
    }
    auto program = find_program(how_.argv.front(), environment["PATH"]);
    if (!program) return fail_with(Outcome::no_runtime, program.error().message);

    spec_.argv = how_.argv;
    spec_.argv.front() = *program;
    spec_.environment = std::move(environment);
    spec_.last_words_bytes = options_.limits.last_words_bytes;
    if (how_.working_directory.empty()) {
        for (std::size_t i = 1; i < spec_.argv.size(); ++i) {
            spec_.argv[i] = absolute_argument(spec_.argv[i]);
        }
    }

    SessionContext context;
    context.command = describe_origin(target_);
    context.era = options_.era;
    context.secrets = secrets();
    for (const auto& [name, value] : spec_.environment) context.known_variables.push_back(name);
    session_ = std::make_unique<Session>(std::move(context), options_.limits);
    if (spawn()) apply(session_->started());
}

bool StdioLister::spawn() {
    if (how_.working_directory.empty()) {
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
    auto process = Process::spawn(loop_,
                                  spec_,
                                  {.output = [this](std::string_view chunk) { on_output(chunk); },
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
    apply(session_->received(chunk.size()));
    const std::size_t dropped = lines_->dropped();
    lines_->feed(chunk, [this](std::string_view line) {
        apply(session_->line(line));
        return !session_->finished() && !restarting_;
    });
    if (lines_->dropped() > dropped) apply(session_->line_dropped());
}

void StdioLister::on_exit(ExitStatus status) {
    if (!session_->finished() && !restarting_) {
        lines_->finish([this](std::string_view line) {
            apply(session_->line(line));
            return true;
        });
    }
    last_words_ = process_->last_words();
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
    if (listing.outcome != Outcome::listed && options_.placeholder_credentials &&
        !placeholders_tried_ && session_ && !session_->missing_variables().empty() && !process_) {
        placeholders_tried_ = true;
        credential_class_ = "placeholder";
        for (const std::string& name : session_->missing_variables()) {
            how_.env.emplace(name, placeholder_value(name));
        }
        entry_ = loop_.after(milliseconds{0}, [this] { begin_session(); });
        return;
    }
    const auto elapsed = Loop::Clock::now() - begun_;
    listing.elapsed_ms = std::chrono::duration_cast<milliseconds>(elapsed).count();
    result_ = std::move(listing);
    if (process_) {
        process_->end(options_.limits.grace);
    } else {
        entry_ = loop_.after(milliseconds{0}, [this] { deliver(); });
    }
}

void StdioLister::deliver() {
    Listing listing = std::move(*result_);
    result_.reset();
    listing.document.server = target_.id;
    if (!target_.title.empty()) listing.document.title = target_.title;
    listing.document.description = target_.description;
    listing.document.source = target_.source;
    listing.document.version = target_.version;
    listing.transport = "stdio";
    listing.origin = describe_origin(target_);
    listing.credential_class = credential_class_;
    for (const std::string& flag : flags_) add_flag(listing, flag);
    listing.last_words = truncate_utf8(redact(repair_utf8(last_words_), secrets()),
                                       options_.limits.last_words_bytes);
    const Done done = std::move(done_);
    done(std::move(listing));
}

}  // namespace

std::unique_ptr<Lister> make_stdio_lister(Loop& loop,
                                          Target target,
                                          const StdioOptions& options,
                                          Lister::Done done) {
    return std::make_unique<StdioLister>(loop, std::move(target), options, std::move(done));
}

}  // namespace mcprisk::crawler
