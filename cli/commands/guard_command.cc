// `guard`, `guard check`, `guard undo`, `approve` and `inventory`: this machine's clients.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>
#include <sstream>

#include "cli/app.h"
#include "cli/commands/command.h"
#include "cli/commands/lookup.h"
#include "cli/guard_machine.h"
#include "cli/output/guard_page.h"
#include "cli/policy_files.h"
#include "cli/policy_settings.h"
#include "cli/private_file.h"
#include "cli/session.h"
#include "crawler/redact.h"
#include "crawler/secrets.h"
#include "engine/guard/patch.h"
#include "engine/lock_file.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/edit/text_diff.h"

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestJournal = std::size_t{64} << 20;

struct GuardOptions {
    bool write = false;
    bool allow = false;
    bool harden = false;
    bool start = false;
    bool send_credentials = false;
    bool diff = false;
    bool as_json = false;
};

struct Looked {
    GuardMachine machine;
    policy::Settings settings;  // the plan's options are a view of them
    engine::GuardReport report;
    engine::MendPlan plan;
};

std::unique_ptr<Looked> look(Session& session, bool allow, bool harden = false) {
    auto looked = std::make_unique<Looked>();
    looked->machine = look_at_machine(session);
    looked->machine.input.doors = looked->machine.doors;
    looked->machine.input.hardening = looked->machine.hardening;
    looked->settings = load_settings(session);
    looked->machine.mend.allow = allow;
    looked->machine.mend.harden = harden;
    looked->machine.mend.policy = {
        .settings = &looked->settings, .today = today(session), .ceiling = true};
    looked->report = engine::guard_report(looked->machine.input);
    auto& unreadable = looked->report.unreadable;
    unreadable.insert(
        unreadable.begin(), looked->machine.unreadable.begin(), looked->machine.unreadable.end());
    std::sort(unreadable.begin(), unreadable.end());
    unreadable.erase(std::unique(unreadable.begin(), unreadable.end()), unreadable.end());
    looked->plan = engine::plan_mend(looked->machine.input, looked->report, looked->machine.mend);
    return looked;
}

std::string home_of(const Session& session) {
    return session.environment().variable("HOME").value_or("");
}

fs::path folder_or_fail(const fs::path& folder) {
    if (folder.empty()) {
        throw CommandFailure(ExitCode::failed,
                             "guard keeps what it needs to take changes back in your home folder, "
                             "and HOME is not set");
    }
    return folder;
}

// journal-1.json, journal-2.json …: the highest number is the last run.
std::vector<fs::path> journals(const fs::path& folder) {
    std::vector<std::pair<std::size_t, fs::path>> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        constexpr std::string_view kBefore = "journal-";
        if (!name.starts_with(kBefore) || !name.ends_with(".json")) continue;
        const std::string digits = name.substr(kBefore.size(), name.size() - kBefore.size() - 5);
        if (digits.empty() || digits.size() > 9 ||
            digits.find_first_not_of("0123456789") != std::string::npos) {
            continue;
        }
        found.emplace_back(std::stoul(digits), entry.path());
    }
    std::sort(found.begin(), found.end());
    std::vector<fs::path> files;
    for (auto& [number, path] : found) files.push_back(std::move(path));
    return files;
}

std::size_t next_number(const fs::path& folder) {
    const auto all = journals(folder);
    if (all.empty()) return 1;
    const std::string name = all.back().filename().string();
    return std::stoul(name.substr(8)) + 1;
}

// A settings file may be a link into a folder that is kept elsewhere: the file that it leads to is
// what changes.
fs::path real_file(const fs::path& file) {
    std::error_code error;
    return fs::is_symlink(fs::symlink_status(file, error)) ? fs::canonical(file) : file;
}

template <typename T>
void or_fail(const Result<T>& result) {
    if (!result) throw CommandFailure(ExitCode::failed, result.error().message);
}

// The journal is written before the first file, so that whatever was done can be taken back.
void write_plan(const engine::MendPlan& plan, Session& session) {
    const fs::path folder = folder_or_fail(guard_folder(session));
    const std::size_t number = next_number(folder);
    std::vector<engine::Written> written;
    for (std::size_t i = 0; i < plan.changes.size(); ++i) {
        const engine::FileChange& change = plan.changes[i];
        if (read_if_there(change.path).value_or("") != change.before) {
            throw CommandFailure(
                ExitCode::failed,
                fmt::format("{} was changed while guard was at work: nothing was written, run it "
                            "again",
                            change.path));
        }
        engine::Written one{.file = change.path,
                            .backup = {},
                            .hunks = engine::hunks_between(change.before, change.after)};
        if (!change.before.empty()) {
            one.backup = (folder / fmt::format("backup-{}-{}", number, i + 1)).string();
            or_fail(write_private(one.backup, change.before));
        }
        written.push_back(std::move(one));
    }
    or_fail(write_private(folder / fmt::format("journal-{}.json", number),
                          engine::journal_text(written)));
    for (const engine::FileChange& change : plan.changes) {
        const fs::path target = real_file(change.path);
        std::error_code error;
        fs::create_directories(target.parent_path(), error);
        write_whole(target, change.after);
        session.note(fmt::format("wrote {}", change.path));
        for (const std::string& note : change.notes) session.note("  " + note);
    }
    session.note("take it back with: mcprisk guard undo");
}

// Lines beside a change may hold what entries are given: no such value is shown.
void show_diff(const Looked& looked, Session& session) {
    for (const engine::FileChange& change : looked.plan.changes) {
        std::string text = policy::unified_diff(
            change.before, change.after, shown_path(change.path, session.environment()));
        for (const auto& [client, target] : looked.machine.input.targets) {
            text = crawler::KnownSecrets(target).hide(text);
        }
        session.environment().out << printable_block(crawler::redact(text));
    }
}

using Failures = std::map<std::pair<std::string, std::string>, std::string>;  // by file and name

// Whether it is to be started at all; if not, why stands in `failed`.
bool may_start(const engine::GuardEntry& entry, const GuardOptions& options, Failures& failed) {
    if (entry.of_project) {
        failed[{entry.file, entry.name}] =
            fmt::format("it belongs to the project and was left alone; mcprisk scan {} --server {}",
                        entry.file,
                        entry.name);
        return false;
    }
    if (entry.takes_credentials && !options.send_credentials) {
        failed[{entry.file, entry.name}] =
            "it was left alone, since it is given credentials; with --send-credentials it gets "
            "them";
        return false;
    }
    return true;
}

// What `scan --format json` says of entries that it could not list.
void read_failures(const std::string& file,
                   const std::vector<std::string>& names,
                   const std::string& document,
                   const std::string& talk,
                   Failures& failed) {
    const auto result = parse_json(document, {.bytes = kLargestJournal});
    const nlohmann::json* servers = result ? find_member(*result, "servers") : nullptr;
    if (servers == nullptr || !servers->is_array()) {
        for (const std::string& name : names) failed[{file, name}] = std::string(trim(talk));
        return;
    }
    for (const nlohmann::json& one : *servers) {
        if (string_member(one, "outcome") == "listed") continue;
        failed[{file, string_member(one, "config_name")}] = string_member(one, "failure");
    }
}

// Lists what the catalogue does not know, as `scan` does it: in the sandbox, each at most once, those
// of one file at the same time.
Failures list_unknown(const engine::GuardReport& report,
                      const GuardOptions& options,
                      Session& session) {
    Failures failed;
    std::map<std::string, std::set<std::string>> wanted;  // names by file
    for (const engine::GuardEntry& entry : report.entries) {
        if (entry.known || entry.disabled || !may_start(entry, options, failed)) continue;
        wanted[entry.file].insert(entry.name);
    }
    for (const auto& [file, set] : wanted) {
        const std::vector<std::string> names(set.begin(), set.end());
        std::vector<std::string> words{"scan", file, "--yes", "--format", "json"};
        for (const std::string& name : names) words.insert(words.end(), {"--server", name});
        for (const auto& [option, value] : {std::pair{"--db", session.options().db},
                                            std::pair{"--rules", session.options().rules}}) {
            if (!value.empty()) words.insert(words.end(), {option, value});
        }
        std::ostringstream document;
        std::ostringstream talk;
        Environment quiet = session.environment();
        Environment inner{quiet.in, document, quiet.err_is_terminal ? quiet.err : talk};
        inner.err_is_terminal = quiet.err_is_terminal;
        inner.columns = quiet.columns;
        inner.directory = quiet.directory;
        inner.program = quiet.program;
        inner.variable = quiet.variable;
        inner.now = quiet.now;
        inner.watch_interrupts = quiet.watch_interrupts;
        inner.interrupted = quiet.interrupted;
        run(words, inner);
        read_failures(file, names, document.str(), talk.str(), failed);
    }
    return failed;
}

void print_page(const Looked& looked, Session& session) {
    const Environment& environment = session.environment();
    environment.out << guard_page(
        looked.report, looked.plan, home_of(session), environment.columns, session.style());
}

// One letter, then return; the end of the input quits.
void ask(std::unique_ptr<Looked>& looked, Session& session) {
    Environment& environment = session.environment();
    while (!looked->plan.empty()) {
        environment.err << "[p]review  [w]rite  [q]uit: " << std::flush;
        std::string answer;
        if (!std::getline(environment.in, answer)) return;
        const std::string_view letter = trim(answer);
        if (letter == "p") {
            show_diff(*looked, session);
        } else if (letter == "w") {
            write_plan(looked->plan, session);
            return;
        } else if (letter == "q" || letter.empty()) {
            return;
        }
    }
}

ExitCode run_guard(const GuardOptions& options, Session& session) {
    auto looked = look(session, options.allow, options.harden);
    if (options.start) {
        Failures failed = list_unknown(looked->report, options, session);
        looked = look(session, options.allow, options.harden);
        looked->report.failed = std::move(failed);
    }
    if (options.as_json) {
        session.environment().out << pretty_json(guard_json(looked->report, looked->plan));
    } else if (options.diff) {
        show_diff(*looked, session);
    } else {
        print_page(*looked, session);
    }
    if (options.write) {
        if (looked->plan.empty())
            session.note("nothing to write");
        else
            write_plan(looked->plan, session);
    } else if (!options.as_json && !options.diff && session.environment().in_is_terminal &&
               session.environment().out_is_terminal) {
        ask(looked, session);
    }
    return ExitCode::done;
}

ExitCode run_undo(Session& session) {
    const fs::path folder = folder_or_fail(guard_folder(session));
    const auto all = journals(folder);
    if (all.empty()) {
        session.note("guard has written nothing that could be taken back");
        return ExitCode::done;
    }
    const auto text = read_private(all.back(), kLargestJournal);
    or_fail(text);
    const auto written = engine::read_journal(text->value_or(""));
    if (!written) {
        throw CommandFailure(
            ExitCode::failed,
            fmt::format("reading {}: {}", all.back().string(), written.error().message));
    }
    bool all_back = true;
    for (const engine::Written& one : *written) {
        const auto now = read_if_there(one.file);
        if (!now) {
            session.warn(fmt::format("{} is gone: nothing to take back there", one.file));
            continue;
        }
        const engine::Reverted back = engine::revert(*now, one.hunks);
        if (back.kept > 0) {
            all_back = false;
            session.warn(
                fmt::format("{}: {} changed since and left as it is{}",
                            one.file,
                            count_of(back.kept, "place"),
                            one.backup.empty() ? "" : "; the file as it was: " + one.backup));
        }
        if (back.text.empty() && one.backup.empty()) {
            std::error_code error;
            fs::remove(real_file(one.file), error);
            session.note(fmt::format("removed {}", one.file));
        } else if (back.text != *now) {
            write_whole(real_file(one.file), back.text);
            session.note(fmt::format("took back what was written in {}", one.file));
        }
    }
    std::error_code error;
    fs::remove(all.back(), error);
    return all_back ? ExitCode::done : ExitCode::found;
}

engine::LockFile approved_or_empty(const Session& session) {
    const fs::path file = approved_file(session);
    if (file.empty()) return {};
    const auto text = read_private(file, std::size_t{256} << 20);
    or_fail(text);
    if (!text->has_value()) return {};
    auto lock = engine::parse_lock(**text);
    if (!lock) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("reading {}: {}", file.string(), lock.error().message));
    }
    return std::move(*lock);
}

using Definitions = std::set<std::pair<std::string, std::string>>;

template <typename Tools, typename Of>
Definitions definitions_of(const Tools& tools, Of of) {
    Definitions set;
    for (const auto& one : tools) set.insert({of(one).name, of(one).definition_hash});
    return set;
}

// "2 tools are new or changed, 1 is gone"; empty if all is as it was approved.
std::string change_in_words(const engine::PinnedServer& approved, const engine::KnownServer& now) {
    const Definitions before = definitions_of(approved.document.tools,
                                              [](const Tool& tool) -> const Tool& { return tool; });
    const Definitions after = definitions_of(
        now.tools, [](const engine::KnownTool& one) -> const Tool& { return one.tool; });
    std::set<std::string> names;
    for (const auto& [name, hash] : after) names.insert(name);
    const auto fresh = static_cast<std::size_t>(std::count_if(
        after.begin(), after.end(), [&](const auto& one) { return !before.contains(one); }));
    const auto gone = static_cast<std::size_t>(std::count_if(
        before.begin(), before.end(), [&](const auto& one) { return !names.contains(one.first); }));
    if (fresh == 0 && gone == 0) return "";
    return fmt::format("{} new or changed, {} gone", count_of(fresh, "tool"), gone);
}

ExitCode run_guard_check(bool as_json, Session& session) {
    const auto looked = look(session, false);
    const engine::LockFile approved = approved_or_empty(session);
    std::vector<std::string> problems;
    for (const engine::Door& door : looked->report.doors) {
        problems.push_back(
            fmt::format("{}: {} ({} {})", door.client, door.says, door.file, door.place()));
    }
    for (const engine::GuardEntry& entry : looked->report.entries) {
        if (entry.disabled) continue;
        const std::string who =
            fmt::format("{} of {} ({})", entry.name, to_string(entry.client), entry.server);
        const auto known = looked->machine.input.known.find(entry.server);
        const auto pinned = approved.find(entry.server);
        if (pinned == approved.end()) {
            problems.push_back(who + " is not approved" +
                               (entry.known ? "" : " and nothing is known of it"));
        } else if (known != looked->machine.input.known.end()) {
            const std::string change = change_in_words(pinned->second, known->second);
            if (!change.empty()) problems.push_back(who + ": since it was approved, " + change);
        }
    }
    for (const std::string& line : looked->report.unreadable) problems.push_back(line);
    std::sort(problems.begin(), problems.end());
    if (as_json) {
        session.environment().out << pretty_json(
            {{"schema", "mcprisk-guard-check/1"}, {"problems", problems}});
    } else {
        for (const std::string& problem : problems) {
            session.environment().out << printable(problem) << '\n';
        }
        if (problems.empty()) {
            session.environment().out << fmt::format(
                "{}: all as approved\n", count_of(looked->report.entries.size(), "entry"));
        }
    }
    return problems.empty() ? ExitCode::done : ExitCode::found;
}

ExitCode run_approve(const std::vector<std::string>& words, Session& session) {
    const fs::path file = folder_or_fail(approved_file(session));
    const store::Catalogue catalogue = session.open_catalogue(store::OpenMode::read_only);
    engine::LockFile lock = approved_or_empty(session);
    for (auto& [id, server] : lock)
        server.verdicts = session.classifier().classify(server.document);
    std::vector<std::string> ids;
    for (const std::string& word : words) {
        ids.push_back(server_or_fail(catalogue, word).id);
        auto snapshot = catalogue.snapshot(ids.back());
        if (!snapshot) {
            throw CommandFailure(
                ExitCode::failed,
                fmt::format("approving {}: it was never listed, so there is nothing to approve; "
                            "scan it first",
                            ids.back()));
        }
        auto verdicts = session.classifier().classify(snapshot->document);
        lock[ids.back()] = {std::move(snapshot->document), std::move(verdicts)};
    }
    or_fail(write_private(file, engine::lock_text(lock)));
    session.note(fmt::format("approved {} in {}", fmt::join(ids, ", "), file.string()));
    return ExitCode::done;
}

ExitCode run_inventory(bool as_json, Session& session) {
    const auto looked = look(session, false);
    std::ostream& out = session.environment().out;
    if (as_json) {
        nlohmann::json entries = nlohmann::json::array();
        for (const auto& entry : looked->report.entries) entries.push_back(entry_json(entry));
        out << pretty_json({{"schema", "mcprisk-inventory/1"},
                            {"entries", std::move(entries)},
                            {"unreadable", looked->report.unreadable}});
        return ExitCode::done;
    }
    for (const auto& entry : looked->report.entries) {
        out << fmt::format("{}\t{}\t{}\t{}\n",
                           to_string(entry.client),
                           printable(entry.name),
                           printable(entry.server),
                           printable(entry.file));
    }
    return ExitCode::done;
}

}  // namespace

void add_guard(CLI::App& app, Action& action) {
    auto options = std::make_shared<GuardOptions>();
    CLI::App* command = app.add_subcommand(
        "guard",
        "One screen of what an agent could do at worst with the clients of this machine, and how "
        "to mend it");
    command->add_flag("--write", options->write, "Write the changes; backups are kept");
    command->add_flag("--allow",
                      options->allow,
                      "Also write rules that let harmless tools run unasked; without it every "
                      "change tightens");
    command->add_flag("--harden",
                      options->harden,
                      "Also switch on what packages offer against their own worst calls, such as "
                      "--read-only: it takes tools away");
    command->add_flag("--start",
                      options->start,
                      "Start and list entries that the catalogue does not know, in the sandbox");
    command->add_flag("--send-credentials",
                      options->send_credentials,
                      "With --start: also those that are given credentials");
    command->add_flag("--diff", options->diff, "Show what --write would write");
    command->add_flag("--json", options->as_json, "As JSON");
    command->footer(help_footer({"mcprisk guard", "mcprisk guard --diff && mcprisk guard --write"},
                                "0 done, 2 wrong usage, 3 could not do its work"));
    command->callback([options, &action] {
        if (action) return;  // of a command below
        action = [options](Session& session) { return run_guard(*options, session); };
    });
    auto check_json = std::make_shared<bool>(false);
    CLI::App* check = command->add_subcommand(
        "check", "Compare this machine with approved.lock; starts nothing and writes nothing");
    check->add_flag("--json", *check_json, "As JSON");
    check->footer(help_footer({"mcprisk guard check", "mcprisk guard check --json"},
                              "0 all as approved, 1 something is not, 3 could not do its work"));
    check->callback([check_json, &action] {
        action = [check_json](Session& session) { return run_guard_check(*check_json, session); };
    });
    CLI::App* undo =
        command->add_subcommand("undo", "Take back what the last guard --write has written");
    undo->footer(help_footer({"mcprisk guard undo", "mcprisk guard undo -q"},
                             "0 done, 1 some places were changed since and stay, 3 could not do "
                             "its work"));
    undo->callback([&action] { action = [](Session& session) { return run_undo(session); }; });
}

void add_approve(CLI::App& app, Action& action) {
    auto servers = std::make_shared<std::vector<std::string>>();
    CLI::App* command = app.add_subcommand(
        "approve", "Accept servers as they are now; guard check holds them to it");
    command->add_option("SERVER", *servers, "Ids, or unique parts of them")->required();
    command->footer(help_footer({"mcprisk approve github", "mcprisk approve github notion"},
                                "0 done, 2 wrong usage, 3 no such server, or it was never listed"));
    command->callback([servers, &action] {
        action = [servers](Session& session) { return run_approve(*servers, session); };
    });
}

void add_inventory(CLI::App& app, Action& action) {
    auto as_json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand(
        "inventory", "The servers that the clients of this machine are set up with");
    command->add_flag("--json", *as_json, "As JSON, without any value of environments or headers");
    command->footer(help_footer({"mcprisk inventory", "mcprisk inventory --json"},
                                "0 done, 3 could not do its work"));
    command->callback([as_json, &action] {
        action = [as_json](Session& session) { return run_inventory(*as_json, session); };
    });
}

}  // namespace mcprisk::cli
