#include "cli/guard_machine.h"

#include <fmt/format.h>
#include <algorithm>
#include <set>
#include <stdexcept>

#include "cli/private_file.h"
#include "crawler/config/client_config.h"
#include "crawler/config/config_tree.h"
#include "crawler/config/identity.h"
#include "crawler/config/input_file.h"
#include "data/data.h"

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;

using crawler::Client;

constexpr std::size_t kLargestSettings = std::size_t{16} << 20;

crawler::Machine this_machine(const Session& session) {
    crawler::Machine machine;
#ifdef __APPLE__
    machine.os = crawler::Os::macos;
#endif
    const Environment& environment = session.environment();
    machine.home = environment.variable("HOME").value_or("");
    machine.project = environment.directory.string();
    machine.environment = environment.variable;
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
    return machine;
}

Client client_named(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(Client::bundle); ++i) {
        if (to_string(static_cast<Client>(i)) == name) return static_cast<Client>(i);
    }
    throw std::logic_error("data/guard names an unknown client: " + std::string(name));
}

class Looker {
  public:
    explicit Looker(Session& session) : session_(session), machine_(this_machine(session)) {}

    GuardMachine run() {
        for (const EmbeddedFile& file : embedded::guard()) {
            if (file.name == "doors.json") out_.doors = engine::read_door_rows(file.text);
        }
        for (const EmbeddedFile& file : embedded::hardening()) {
            if (file.name == "packages.json") {
                out_.hardening = engine::read_harden_rows(file.text);
            }
        }
        out_.input.doors = out_.doors;
        for (const crawler::KnownConfig& config : crawler::find_known_configs(machine_)) {
            take(config.client, config.path, config.of_project);
        }
        for (const engine::DoorRow& row : out_.doors) take_files_of(row);
        take_rule_files();
        for (const engine::ClientFile& file : out_.input.files) take_entries(file);
        take_known_servers();
        return std::move(out_);
    }

  private:
    void take(Client client, const std::string& path, bool of_project) {
        if (!taken_.insert(path).second) return;
        auto text = crawler::read_text_file(path, kLargestSettings);
        if (!text) {
            out_.unreadable.push_back(fmt::format("{}: {}", path, text.error().message));
            return;
        }
        out_.input.files.push_back(
            {.client = client, .path = path, .text = std::move(*text), .of_project = of_project});
    }

    void take_files_of(const engine::DoorRow& row) {
        for (const std::string& file : row.files) {
            const std::string path = place_on(machine_, file);
            if (path.empty()) continue;
            out_.input.door_files[row.id].push_back(path);
            if (machine_.exists(path)) {
                take(client_named(row.client), path, file.starts_with("./"));
            }
        }
    }

    // A client without a file here gets no rules written.
    void take_rule_files() {
        const std::vector<std::pair<Client, std::string>> places{
            {Client::claude_code, "~/.claude/settings.json"},
            {Client::codex, "<CODEX_HOME|~/.codex>/config.toml"},
            {Client::gemini, "~/.gemini/policies/mcprisk.toml"},
            {Client::cursor, "~/.cursor/permissions.json"}};
        for (const auto& [client, place] : places) {
            const std::string path = place_on(machine_, place);
            const bool used =
                std::any_of(out_.input.files.begin(),
                            out_.input.files.end(),
                            [&](const engine::ClientFile& file) { return file.client == client; });
            if (path.empty() || !used) continue;
            out_.mend.rule_files[client] = path;
            if (client == Client::gemini) take_rules_beside(path);
            if (machine_.exists(path)) take(client, path, false);
        }
    }

    // Gemini CLI reads every file of rules in the folder.
    void take_rules_beside(const std::string& path) {
        const std::string folder = fs::path(path).parent_path().string();
        for (const std::string& name : machine_.list(folder)) {
            const std::string file = folder + "/" + name;
            if (name.ends_with(".toml") && file != path && machine_.exists(file)) {
                take(Client::gemini, file, false);
            }
        }
    }

    void take_entries(const engine::ClientFile& file) {
        const auto tree = crawler::read_config_tree(file.text);
        if (!tree) {
            out_.unreadable.push_back(fmt::format("{}: {}", file.path, tree.error().message));
            return;
        }
        if (!crawler::is_client_config(*tree)) return;
        crawler::ConfigContext context;
        context.file = file.path;
        context.client = file.client;
        if (!file.of_project) {
            context.variables.environment = machine_.environment;
            context.variables.home = machine_.home;
        }
        Diagnostics diagnostics;
        auto targets = crawler::read_client_config(*tree, context, &diagnostics);
        for (const Diagnostic& one : diagnostics.items()) {
            out_.unreadable.push_back(fmt::format("{}:{}: {}", file.path, one.line, one.message));
        }
        if (!targets) return;
        for (crawler::Target& target : *targets) {
            target.of_project = file.of_project;
            out_.input.targets.emplace_back(file.client, std::move(target));
        }
    }

    void take_known_servers() {
        std::error_code error;
        if (!fs::exists(session_.catalogue_path(), error)) return;
        const store::Catalogue catalogue = session_.open_catalogue(store::OpenMode::read_only);
        for (const auto& [client, target] : out_.input.targets) {
            if (out_.input.known.contains(target.id)) continue;
            const auto server = catalogue.find_server(target.id);
            if (!server || server->id != target.id || !server->last_listed) continue;
            engine::KnownServer known{.id = server->id, .version = server->version, .tools = {}};
            for (store::ToolRow& row : catalogue.tools_of(server->id)) {
                known.tools.push_back({std::move(row.tool), std::move(row.verdict)});
            }
            out_.input.known.emplace(target.id, std::move(known));
        }
    }

    Session& session_;
    crawler::Machine machine_;
    GuardMachine out_;
    std::set<std::string> taken_;
};

}  // namespace

GuardMachine look_at_machine(Session& session) { return Looker(session).run(); }

fs::path guard_folder(const Session& session) {
    const fs::path own = own_folder(session.environment(), "XDG_STATE_HOME", ".local/state");
    return own.empty() ? own : own / "guard";
}

fs::path approved_file(const Session& session) {
    const fs::path own = own_folder(session.environment(), "XDG_CONFIG_HOME", ".config");
    return own.empty() ? own : own / "approved.lock";
}

}  // namespace mcprisk::cli
