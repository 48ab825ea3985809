#include "cli/scan_targets.h"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>
#include <set>

#include "crawler/config/entry_identity.h"
#include "cli/commands/lookup.h"
#include "crawler/config/identity.h"
#include "crawler/config/input_file.h"
#include "crawler/config/known_configs.h"
#include "crawler/config/target_word.h"
#include "model/base/entry_id.h"

namespace mcprisk::cli {
namespace {

using engine::ScanItem;

namespace fs = std::filesystem;

using crawler::HttpTarget;
using crawler::StdioTarget;
using crawler::Target;

constexpr std::size_t kLargestInput = std::size_t{256} << 20;

template <typename T>
T or_usage(Result<T> result) {
    if (!result) throw CommandFailure(ExitCode::usage, result.error().message);
    return std::move(*result);
}

class Resolver {
  public:
    Resolver(const ScanWords& words, Session& session) : words_(words), session_(session) {
        scope_.environment = session.environment().variable;
        scope_.read_file = [](const std::string& path) -> std::optional<std::string> {
            auto text = crawler::read_text_file(path, std::size_t{1} << 20);
            if (!text) return std::nullopt;
            return std::move(*text);
        };
        for (const std::string& header : words.headers) {
            headers_.push_back(or_usage(crawler::read_header_option(header, scope_)));
        }
        for (const std::string& variable : words.env) {
            env_.push_back(or_usage(crawler::read_env_option(variable)));
        }
    }

    std::vector<ScanItem> run() {
        for (const std::string& word : words_.targets) take_word(word);
        if (!words_.command.empty()) take_command();
        if (words_.targets.empty() && words_.command.empty()) take_known_configs();
        keep_only_named();
        return std::move(items_);
    }

  private:
    void take_word(const std::string& word) {
        // The id of an entry is more than a package or an address.
        if (group_of(word) != word && take_known_server(word)) return;
        auto target = crawler::read_target_word(word);
        if (!target) {
            fail_word(word, Outcome::unreadable, target.error().message);
        } else if (*target) {
            take_typed(std::move(**target));
        } else if (fs::exists(session_.environment().directory / word) ||
                   !take_known_server(word)) {
            take_file(word);
        }
    }

    // A target that the user typed gets the headers and variables that the user gave.
    void take_typed(Target target) {
        target.given_on_command_line = true;
        if (auto* http = std::get_if<HttpTarget>(&target.how)) {
            http->headers.insert(http->headers.end(), headers_.begin(), headers_.end());
            if (!headers_.empty()) target.credential_class = "configured";
        } else {
            auto& stdio = std::get<StdioTarget>(target.how);
            for (const auto& [name, value] : env_) stdio.env[name] = value;
            if (!env_.empty()) target.credential_class = "configured";
        }
        crawler::mark_entry(target);
        items_.emplace_back(std::move(target));
    }

    void take_command() {
        take_typed(crawler::target_of_command(words_.command));
        if (!words_.id.empty()) std::get<Target>(items_.back()).id = words_.id;
    }

    // A server of the catalogue that can be asked again from its id or URL alone.
    bool take_known_server(const std::string& word) {
        if (!fs::exists(session_.catalogue_path())) return false;
        const auto server = session_.open_catalogue(store::OpenMode::read_only).find_server(word);
        if (!server) return false;
        // An entry is more than its package or address: how it is started stands elsewhere.
        const bool plain = group_of(server->id) == server->id;
        for (const std::string& again : {server->id, server->origin}) {
            if (!plain) break;
            auto target = crawler::read_target_word(again);
            if (!target || !*target) continue;
            (*target)->id = server->id;
            take_typed(std::move(**target));
            return true;
        }
        const auto names = open_entries(session_, store::OpenMode::read_only).config_names();
        const auto name = names.find(server->id);
        fail_word(
            server->id,
            Outcome::needs_configuration,
            fmt::format("the catalogue knows it from {}, which cannot be asked again by its id "
                        "alone: name its configuration, file or command{}",
                        server->origin.empty() ? "a file" : server->origin,
                        name == names.end() || server->source.empty()
                            ? ""
                            : fmt::format(", as mcprisk scan {} --server {}",
                                          server->source,
                                          name->second)));
        return true;
    }

    // Client configurations collected from many machines: every file below that is one. Variables
    // are those of other machines, so that none of ours is filled in.
    void take_folder(const std::string& word, const fs::path& folder) {
        std::vector<fs::path> files;
        std::error_code error;
        const auto options = fs::directory_options::skip_permission_denied;
        for (fs::recursive_directory_iterator at(folder, options, error), end; at != end && !error;
             at.increment(error)) {
            constexpr int kDeepest = 16;
            constexpr std::size_t kMost = 100000;
            const std::string name = at->path().filename().string();
            if (at->is_directory(error) &&
                (at.depth() >= kDeepest || name == "node_modules" || name == ".git")) {
                at.disable_recursion_pending();
                continue;
            }
            const std::string ending = at->path().extension().string();
            const bool fits = ending == ".json" || ending == ".jsonc" || ending == ".toml" ||
                              ending == ".yaml" || ending == ".yml";
            if (fits && !at->is_symlink(error) && at->is_regular_file(error)) {
                files.push_back(at->path());
            }
            if (files.size() == kMost) break;
        }
        std::sort(files.begin(), files.end());
        std::size_t configs = 0;
        for (const fs::path& file : files) {
            const std::string shown = (fs::path(word) / file.lexically_relative(folder)).string();
            auto text = crawler::read_text_file(file.string(), kLargestInput);
            crawler::InputOptions input_options;
            input_options.config.file = file.string();
            auto input = text ? crawler::read_input(shown, *text, input_options)
                              : Result<crawler::Input>(fail(text.error()));
            if (input && input->kind == crawler::InputKind::client_config) {
                ++configs;
                for (Target& target : input->targets) items_.emplace_back(std::move(target));
                for (Listing& listing : input->listings) items_.emplace_back(std::move(listing));
            } else if (!input &&
                       crawler::client_of_path(file.generic_string()) != crawler::Client::unknown) {
                fail_word(shown, Outcome::unreadable, input.error().message);
            }
        }
        session_.note(fmt::format("{}: {} in {}",
                                  word,
                                  count_of(configs, "client configuration"),
                                  count_of(files.size(), "file")));
        if (configs == 0) {
            fail_word(word,
                      Outcome::unreadable,
                      fmt::format("none of its {} is a client configuration (JSON, TOML or YAML)",
                                  count_of(files.size(), "file")));
        }
    }

    enum class From { person, project };

    void take_file(const std::string& word, From from = From::person) {
        const fs::path path = session_.environment().directory / word;
        if (fs::is_directory(path)) {
            take_folder(word, path);
            return;
        }
        if (!fs::exists(path)) {
            fail_word(
                word,
                Outcome::unreadable,
                fmt::format("\"{}\" is no file, no URL, no package (npm:, pypi:, oci:) and no "
                            "server of the catalogue",
                            word));
            return;
        }
        auto text = crawler::read_text_file(path.string(), kLargestInput);
        if (!text) {
            fail_word(word, Outcome::unreadable, text.error().message);
            return;
        }
        take_text(word, path, *text, from);
    }

    void take_text(const std::string& word,
                   const fs::path& path,
                   const std::string& text,
                   From from) {
        crawler::InputOptions options;
        options.id = words_.id;
        options.config.file = path.string();
        options.config.variables = scope_for(path);
        // Whoever wrote what lies in this folder gets nothing of this machine unsaid.
        if (from == From::project && !words_.project_variables) {
            options.config.variables.environment = nullptr;
            options.config.variables.read_file = nullptr;
        }
        auto input = crawler::read_input(word, text, options);
        if (!input) {
            fail_word(word, Outcome::unreadable, input.error().message);
            return;
        }
        for (const Diagnostic& d : input->diagnostics.items()) {
            session_.warn(fmt::format("{}{}: {}{}{}",
                                      word,
                                      d.line > 0 ? fmt::format(":{}", d.line) : "",
                                      d.path,
                                      d.path.empty() ? "" : ": ",
                                      d.message));
        }
        if (input->kind == crawler::InputKind::index) {
            fail_word(
                word,
                Outcome::unreadable,
                fmt::format("it is an index ({}, {}), and a scan takes one or a few servers: name "
                            "them one by one",
                            input->index_name,
                            count_of(input->index_servers, "server")));
            return;
        }
        for (Target& target : input->targets) {
            target.of_project = from == From::project && !words_.project_variables;
            items_.emplace_back(std::move(target));
        }
        for (Listing& listing : input->listings) items_.emplace_back(std::move(listing));
    }

    crawler::VariableScope scope_for(const fs::path& file) const {
        crawler::VariableScope scope = scope_;
        // A pipe or a device could keep us waiting for ever.
        scope.read_file =
            [read = scope_.read_file](const std::string& path) -> std::optional<std::string> {
            std::error_code error;
            return fs::is_regular_file(path, error) ? read(path) : std::nullopt;
        };
        scope.home = session_.environment().variable("HOME").value_or("");
        scope.workspace = session_.environment().directory.string();
        scope.bundle = fs::absolute(file).parent_path().string();
        return scope;
    }

    void take_known_configs() {
        crawler::Machine machine;
#ifdef __APPLE__
        machine.os = crawler::Os::macos;
#endif
        machine.home = session_.environment().variable("HOME").value_or("");
        machine.project = session_.environment().directory.string();
        machine.environment = session_.environment().variable;
        machine.exists = [](const std::string& path) {
            std::error_code error;
            return fs::is_regular_file(path, error);
        };
        machine.list = [](const std::string& directory) {
            std::vector<std::string> names;
            std::error_code error;
            for (const auto& entry : fs::directory_iterator(directory, error)) {
                names.push_back(entry.path().filename().string());
            }
            std::sort(names.begin(), names.end());
            return names;
        };
        for (const crawler::KnownConfig& config : crawler::find_known_configs(machine)) {
            session_.note(fmt::format("found {} ({})", config.path, to_string(config.client)));
            take_file(config.path, config.of_project ? From::project : From::person);
        }
    }

    void keep_only_named() {
        if (words_.only.empty()) return;
        std::set<std::string> used;
        std::erase_if(items_, [&](const ScanItem& item) {
            const auto* target = std::get_if<Target>(&item);
            if (target == nullptr || target->given_on_command_line) return false;
            for (const std::string& name : words_.only) {
                if (target->config_name != name && target->id != name) continue;
                used.insert(name);
                return false;
            }
            return true;
        });
        for (const std::string& name : words_.only) {
            if (!used.contains(name)) {
                throw CommandFailure(
                    ExitCode::usage,
                    fmt::format("--server {}: no configuration here names it", name));
            }
        }
    }

    void fail_word(const std::string& word, Outcome outcome, std::string why) {
        Listing listing;
        listing.document.server = word;
        listing.outcome = outcome;
        listing.transport = "file";
        listing.origin = word;
        listing.failure = std::move(why);
        items_.emplace_back(std::move(listing));
    }

    const ScanWords& words_;
    Session& session_;
    crawler::VariableScope scope_;
    std::vector<std::pair<std::string, std::string>> headers_;
    std::vector<std::pair<std::string, std::string>> env_;
    std::vector<ScanItem> items_;
};

}  // namespace

std::vector<engine::ScanItem> resolve_targets(const ScanWords& words, Session& session) {
    return Resolver(words, session).run();
}

}  // namespace mcprisk::cli
