// `policy SERVER… | --all | --config FILE`: recommended policies in every format.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <ostream>
#include <span>

#include "cli/commands/command.h"
#include "cli/commands/lookup.h"
#include "cli/commands/policy_command.h"
#include "cli/commands/policy_sources.h"
#include "cli/policy_files.h"
#include "cli/policy_settings.h"
#include "cli/session.h"
#include "crawler/config/config_tree.h"
#include "model/base/safe_name.h"
#include "model/base/text.h"
#include "policy/decide/combine.h"
#include "policy/document/sequences.h"
#include "policy/edit/text_diff.h"
#include "policy/targets/target.h"

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;

struct Words {
    std::vector<std::string> servers;
    bool all = false;
    std::string config;
    std::string format = "policy.json";
    std::string preset = "recommended";
    bool compat = false;
    bool trust = false;
    std::string tool;
    std::string folder;
    std::string merge;
    bool diff = false;
    std::string inexpressible = "deny";
    std::string name;
};

// One run of the command: what was asked for, understood.
class Run {
  public:
    Run(const Words& words, Session& session) : words_(words), session_(session) {
        const auto preset = parse_preset(words.preset);
        if (!preset) {
            throw usage(fmt::format("unknown preset \"{}\": recommended, strict or permissive",
                                    words.preset));
        }
        target_ = policy::find_target(words.format);
        if (target_ == nullptr) {
            throw usage(fmt::format(
                "unknown format \"{}\": --for knows {}", words.format, policy::known_targets()));
        }
        check_words();
        settings_ = load_settings(session);
        options_ = {.preset = *preset,
                    .compat = words.compat,
                    .trusted = words.trust,
                    .settings = &settings_,
                    .today = today(session),
                    .ceiling = words.tool.empty()};
        const policy::Table& table = policy::built_in_table(*preset);
        format_options_ = {.inexpressible = words.inexpressible == "allow"
                                                ? policy::Inexpressible::allow
                                                : policy::Inexpressible::deny,
                           .approver = settings_.approver,
                           .ceiling = words.tool.empty() && !words.compat ? table.ceiling
                                                                          : policy::Rate{}};
    }

    ExitCode run() {
        const store::Catalogue catalogue = session_.open_catalogue(store::OpenMode::read_only);
        if (words_.all) return write_all(catalogue);
        if (!words_.config.empty()) {
            servers_ = servers_of_config(words_.config, catalogue, options_, session_);
        } else {
            const auto names =
                open_entries(session_, store::OpenMode::read_only).config_names();
            for (const std::string& part : words_.servers) {
                for (const std::string& id : servers_or_fail(catalogue, part, session_)) {
                    servers_.push_back(server_from_catalogue(
                        catalogue, server_or_fail(catalogue, id), words_.tool, options_));
                    const auto name = names.find(id);
                    if (name != names.end()) servers_.back().name = name->second;
                }
            }
            if (!words_.name.empty()) servers_.front().name = words_.name;
            std::sort(servers_.begin(), servers_.end(), [](const auto& a, const auto& b) {
                return a.id < b.id;
            });
        }
        std::vector<policy::NamedServer> named;
        for (PolicyServer& server : servers_) {
            named.push_back({server.name, server.id, server.url, std::move(server.tools)});
        }
        if (!words_.config.empty() && !words_.compat) {
            const auto combination = policy::break_combination(named, options_);
            if (combination.found) say_combination(combination, named);
        }
        // Where one tool is asked for, the others are not written.
        for (std::size_t i = 0; words_.tool.empty() && i < servers_.size(); ++i) {
            if (servers_[i].cut.found) say_combination(servers_[i].cut, std::span(&named[i], 1));
        }
        if (!words_.config.empty() && target_->beside != nullptr) {
            const auto config = read_whole(session_.environment(), words_.config);
            for (const auto& one : target_->beside(config, named)) session_.warn(one);
        }
        if (!words_.compat) say_usable(named);
        if (!words_.merge.empty()) return merge(named);
        if (target_->many) return write_one(named);
        return write_each(named);
    }

  private:
    static CommandFailure usage(const std::string& text) { return {ExitCode::usage, text}; }

    void check_words() const {
        const int sources = static_cast<int>(!words_.servers.empty()) +
                            static_cast<int>(words_.all) + static_cast<int>(!words_.config.empty());
        if (sources != 1) {
            throw usage("name servers, or give --all or --config FILE; see mcprisk policy --help");
        }
        if (words_.inexpressible != "deny" && words_.inexpressible != "allow") {
            throw usage("--inexpressible is deny or allow");
        }
        if (words_.all && words_.folder.empty()) throw usage("--all needs a folder: give -o DIR");
        if (words_.all && words_.diff) {
            throw usage("--diff compares one policy at a time: name a server");
        }
        if (!words_.tool.empty() && words_.servers.size() != 1) {
            throw usage("--tool is one tool of one server: name that server");
        }
        if (!words_.name.empty() && words_.servers.size() != 1) {
            throw usage("--as names one server");
        }
        if (words_.diff && words_.merge.empty() && words_.folder.empty()) {
            throw usage("--diff compares with a file: give -o DIR or --merge-into FILE");
        }
    }

    // Says that no path is left only where a search on what is written found none.
    void say_combination(const policy::Combination& combination,
                         std::span<const policy::NamedServer> named) {
        session_.note(combination.told);
        std::vector<std::string> documents;
        std::vector<policy::Written> written;
        for (const policy::NamedServer& server : named) {
            documents.push_back(
                policy::document_of(server.id, server.tools, options_).policy_json);
        }
        for (std::size_t i = 0; i < named.size(); ++i) {
            written.push_back({named[i].name, documents[i], {}});
            for (const policy::Decided& one : named[i].tools) {
                written.back().tools.push_back(one.judged);
            }
        }
        const auto searched = policy::find_sequence(written);
        if (!searched) {
            session_.warn("whether a path is left could not be searched: " +
                          searched.error().message);
        } else if (searched->found) {
            session_.warn(fmt::format("a path still runs unattended: {}",
                                      fmt::join(searched->found->calls, ", then ")));
        } else if (format_options_.inexpressible == policy::Inexpressible::allow &&
                   !target_->can.ask && !is_policy_json()) {
            session_.warn("what should ask is allowed here, so a path through all three is left");
        } else {
            session_.note(fmt::format(
                "No path through all three runs unattended: {} calls were tried on what is written",
                searched->calls));
        }
    }

    // Streams: one server at a time is in memory, and a run that was interrupted goes on where it
    // was, since files that are there already are only read.
    ExitCode write_all(const store::Catalogue& catalogue) {
        if (session_.environment().watch_interrupts) session_.environment().watch_interrupts();
        SafeNames names;
        std::size_t servers = 0;
        std::size_t written = 0;
        std::size_t files = 0;
        std::size_t combinations = 0;
        for (const store::ServerRow& row : catalogue.servers()) {
            if (row.tools == 0) continue;
            if (session_.environment().interrupted && session_.environment().interrupted()) {
                throw CommandFailure(
                    ExitCode::failed,
                    fmt::format("interrupted after {}: the same command goes on from there",
                                count_of(servers, "server")));
            }
            PolicyServer server = server_from_catalogue(catalogue, row, "", options_);
            const fs::path folder = folder_of(names, row.id);
            const policy::NamedServer named{
                server.name, server.id, server.url, std::move(server.tools)};
            combinations += server.cut.found ? 1 : 0;
            files += is_policy_json() ? 2 : 1;
            written += write_server(folder, named);
            count_losses(named);
            ++servers;
        }
        for (const auto& [text, tools] : losses_) {
            session_.note(fmt::format("{} {}", count_of(tools, "tool"), text));
        }
        if (combinations > 0) {
            session_.note(fmt::format(
                "{} with private data, untrusted content and a way out: one of these asks there",
                count_of(combinations, "server")));
        }
        session_.note(fmt::format("{}: {} written, {} unchanged, in {}",
                                  count_of(servers, "server"),
                                  count_of(written, "file"),
                                  files - written,
                                  shown_path(base_folder(), session_.environment())));
        return ExitCode::done;
    }

    fs::path base_folder() const { return session_.environment().directory / words_.folder; }
    fs::path folder_of(SafeNames& names, const std::string& id) const {
        return base_folder() / names.take(id);
    }

    std::size_t write_server(const fs::path& folder, const policy::NamedServer& server) {
        if (is_policy_json()) {
            return write_recommendation(folder,
                                        policy::document_of(server.id, server.tools, options_));
        }
        const auto rendered = policy::render(*target_, std::span(&server, 1), format_options_);
        return write_if_changed(folder / target_->file, rendered.text) ? 1 : 0;
    }

    // What a run over all servers could not express, by its reason.
    void count_losses(const policy::NamedServer& server) {
        if (is_policy_json()) {
            const std::size_t asks = questions_of(server);
            if (asks > 0) losses_["denied because policy.json has no question to a person"] += asks;
            return;
        }
        for (const policy::Loss& loss :
             policy::render(*target_, std::span(&server, 1), format_options_).losses) {
            losses_[loss.many] += loss.tools;
        }
    }

    [[nodiscard]] std::size_t questions_of(const policy::NamedServer& server) const {
        if (words_.compat) return 0;
        return static_cast<std::size_t>(
            std::count_if(server.tools.begin(), server.tools.end(), [](const auto& one) {
                return one.decision.rest == policy::Verb::ask;
            }));
    }

    // What somebody has to work with, and what an answer would add.
    void say_usable(const std::vector<policy::NamedServer>& named) {
        std::size_t all = 0;
        std::size_t left = 0;
        std::size_t opened = 0;
        std::map<std::string, std::size_t> needs;
        for (const policy::NamedServer& server : named) {
            for (const policy::Decided& one : server.tools) {
                ++all;
                if (policy::unattended(one.decision.rest)) {
                    ++left;
                } else if (!one.decision.needs.empty()) {
                    ++opened;
                    for (const std::string& need : one.decision.needs) ++needs[need];
                }
            }
        }
        std::string answers;
        for (const auto& [need, tools] : needs) {
            answers += fmt::format("{}{} ({})", answers.empty() ? "" : ", ", need, tools);
        }
        session_.note(fmt::format(
            "This policy leaves {} of {} usable{}",
            left,
            count_of(all, "tool"),
            opened == 0 ? std::string()
                        : fmt::format(", {} after you answer in .mcprisk.toml: {}",
                                      left + opened,
                                      answers)));
    }

    void say(const policy::Rendered& rendered, const std::string& about = {}) {
        for (const std::string& note : policy::told(rendered)) {
            session_.note(about.empty() ? note : fmt::format("{}: {}", about, note));
        }
    }

    void say_lost_questions(const policy::NamedServer& server) {
        const std::size_t asks = questions_of(server);
        if (asks == 0) return;
        session_.note(fmt::format("{}: {} denied because policy.json has no question to a person",
                                  server.id,
                                  count_of(asks, "tool")));
    }

    [[nodiscard]] bool is_policy_json() const { return target_->render == nullptr; }

    // Formats with a document for each server.
    ExitCode write_each(const std::vector<policy::NamedServer>& named) {
        if (words_.folder.empty() && named.size() != 1) {
            throw usage(fmt::format("{} has a file for each server: give -o DIR", words_.format));
        }
        SafeNames names;
        for (const policy::NamedServer& server : named) {
            std::string text;
            if (is_policy_json()) {
                text = policy::document_of(server.id, server.tools, options_).policy_json;
                say_lost_questions(server);
            } else {
                const auto rendered =
                    policy::render(*target_, std::span(&server, 1), format_options_);
                say(rendered, named.size() == 1 ? "" : server.name);
                text = rendered.text;
            }
            if (words_.folder.empty()) {
                session_.environment().out << text;
                continue;
            }
            const fs::path folder = folder_of(names, server.id);
            const fs::path file = folder / target_->file;
            if (words_.diff) {
                show_diff(file, text);
                continue;
            }
            const bool changed = write_server(folder, server) > 0;
            session_.note(fmt::format("{} {}",
                                      changed ? "wrote" : "unchanged:",
                                      shown_path(file, session_.environment())));
        }
        return ExitCode::done;
    }

    // Formats with one file for a whole client.
    ExitCode write_one(const std::vector<policy::NamedServer>& named) {
        if (!words_.folder.empty()) {
            const auto rendered = policy::render(*target_, named, format_options_);
            const fs::path file = base_folder() / target_->file;
            if (words_.diff) {
                show_diff(file, rendered.text);
            } else {
                write_if_changed(file, rendered.text);
                session_.note(fmt::format("wrote {}", shown_path(file, session_.environment())));
            }
            say(rendered);
            return ExitCode::done;
        }
        const auto rendered = policy::render(*target_, named, format_options_);
        session_.environment().out << rendered.text;
        say_names(named);
        say(rendered);
        return ExitCode::done;
    }

    void say_names(const std::vector<policy::NamedServer>& named) {
        if (!words_.config.empty() || !words_.name.empty()) return;
        for (const policy::NamedServer& server : named) {
            session_.note(
                fmt::format("{} is written as {}: if your client calls it otherwise, "
                            "give --as NAME or --config FILE",
                            server.id,
                            server.name));
        }
    }

    ExitCode merge(const std::vector<policy::NamedServer>& named) {
        const fs::path file = session_.environment().directory / words_.merge;
        std::error_code error;
        const std::string before =
            fs::exists(file, error) ? read_whole(session_.environment(), words_.merge) : "";
        const auto merged = policy::merge_into(*target_, before, named);
        if (!merged) {
            throw CommandFailure(
                merged.error().code == ErrorCode::unsupported ? ExitCode::usage : ExitCode::failed,
                fmt::format("merging into {}: {}", words_.merge, merged.error().message));
        }
        require_sound(merged->text);
        if (words_.diff) {
            session_.environment().out << policy::unified_diff(before, merged->text, words_.merge);
        } else {
            // A settings file may be a link into a folder that is kept elsewhere: the file it
            // leads to is what is changed.
            const fs::path target =
                fs::is_symlink(fs::symlink_status(file)) ? fs::canonical(file) : file;
            const bool changed = write_if_changed(target, merged->text);
            session_.note(fmt::format("{} {}", changed ? "wrote" : "unchanged:", words_.merge));
        }
        for (const std::string& note : merged->notes) session_.note(note);
        say_names(named);
        say(policy::render(*target_, named, format_options_));
        return ExitCode::done;
    }

    // What a person keeps in TOML is edited as text; the result must still say what it should.
    void require_sound(const std::string& text) const {
        if (!target_->file.ends_with(".toml")) return;
        const auto tree = crawler::read_toml_tree(text, {});
        if (tree) return;
        throw CommandFailure(
            ExitCode::failed,
            fmt::format(
                "merging into {}: the tables of the file leave no room for ours ({}); write "
                "its servers as [mcp_servers.NAME] tables, or take the output by hand",
                words_.merge,
                tree.error().message));
    }

    void show_diff(const fs::path& file, const std::string& text) {
        session_.environment().out << policy::unified_diff(
            read_if_there(file).value_or(""), text, shown_path(file, session_.environment()));
    }

    const Words& words_;
    Session& session_;
    const policy::Target* target_ = nullptr;
    policy::Settings settings_;
    policy::Options options_;
    policy::FormatOptions format_options_;
    std::map<std::string, std::size_t> losses_;  // tools, by the reason
    std::vector<PolicyServer> servers_;
};

}  // namespace

void add_policy(CLI::App& app, Action& action) {
    auto words = std::make_shared<Words>();
    CLI::App* command = app.add_subcommand("policy", "Write the recommended policy of servers");
    command->add_option("SERVER", words->servers, "Server ids, or any unique part of one");
    command->add_flag("--all", words->all, "Every server of the catalogue that was listed");
    command->add_option("--config",
                        words->config,
                        "Every server of this client configuration, under the names it uses");
    command->add_option("--for", words->format, "The format: " + policy::known_targets())
        ->type_name("FORMAT")
        ->capture_default_str();
    command->add_option("--preset", words->preset, "recommended, strict or permissive")
        ->capture_default_str();
    command->add_flag(
        "--compat", words->compat, "Exactly the public reference's shapes, by category alone");
    command->add_flag(
        "--trusted", words->trust, "Believe what the server's author claims of its tools");
    command->add_option("--tool", words->tool, "The document of this one tool");
    command->add_option("--as", words->name, "What the client calls the server");
    command->add_option("-o,--output", words->folder, "Write into this folder")->type_name("DIR");
    command->add_option("--merge-into",
                        words->merge,
                        "Change this file of the client; what is not ours stays as it is");
    command->add_flag("--diff", words->diff, "Show what would change and write nothing");
    command
        ->add_option("--inexpressible",
                     words->inexpressible,
                     "For cedar and agentgateway, which can neither limit nor ask: deny or allow")
        ->capture_default_str();
    command->footer(help_footer(
        {"mcprisk policy piwik --tool analytics_goals_create",
         "mcprisk policy --all -o policies",
         "mcprisk policy --config .mcp.json --for claude-code --merge-into .claude/settings.json "
         "--diff"},
        "0 done, 2 wrong usage, 3 no such server or it was never listed"));
    command->callback([words, &action, command] {
        if (!command->get_subcommands().empty()) return;
        action = [words](Session& session) { return Run(*words, session).run(); };
    });
    add_policy_checks(*command, action);
    add_policy_reviews(*command, action);
    add_policy_trials(*command, action);
}

}  // namespace mcprisk::cli
