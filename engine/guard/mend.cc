#include "engine/guard/mend.h"

#include <fmt/format.h>
#include <algorithm>
#include <optional>
#include <set>

#include "engine/guard/settings_edit.h"
#include "policy/decide/decide.h"
#include "policy/targets/target.h"

namespace mcprisk::engine {
namespace {

using crawler::Client;
using policy::Verb;

const policy::Target* rules_of(Client client) {
    switch (client) {
        case Client::claude_code:
            return policy::find_target("claude-code");
        case Client::codex:
            return policy::find_target("codex");
        case Client::gemini:
            return policy::find_target("gemini");
        case Client::cursor:
            return policy::find_target("cursor");
        default:
            return nullptr;
    }
}

class Planner {
  public:
    Planner(const GuardInput& input, const GuardReport& report, const MendOptions& options)
        : input_(input), report_(report), options_(options) {
        for (const ClientFile& file : input.files) {
            texts_[file.path] = {file.text, file.text};
            if (file.of_project) projects_.insert(file.path);
        }
    }

    MendPlan run() {
        close_doors();
        pin_versions();
        harden_entries();
        for (const auto& [client, path] : options_.rule_files) add_rules(client, path);
        for (auto& [path, text] : texts_) {
            if (text.before == text.now) continue;
            plan_.changes.push_back({.path = path,
                                     .before = std::move(text.before),
                                     .after = std::move(text.now),
                                     .notes = std::move(notes_[path])});
        }
        return std::move(plan_);
    }

  private:
    struct Text {
        std::string before;
        std::string now;
    };

    void close_doors() {
        for (const Door& door : report_.doors) {
            if (door.of_project) {
                plan_.by_hand.push_back(fmt::format(
                    "{}: {} belongs to the project; change it there", door.file, door.place()));
                continue;
            }
            if (!door.can_be_closed()) {
                plan_.by_hand.push_back(
                    fmt::format("{}: {}: {}", door.file, door.place(), door.says));
                continue;
            }
            Text& text = texts_[door.file];
            auto closed = close_door(door, text.now);
            if (!closed) {
                plan_.by_hand.push_back(
                    fmt::format("{}: {}: {}", door.file, door.place(), closed.error().message));
                continue;
            }
            text.now = std::move(*closed);
            ++plan_.doors;
        }
    }

    void pin_versions() {
        for (const GuardEntry& entry : report_.entries) {
            if (!entry.pin || entry.disabled) continue;
            const Pin& pin = *entry.pin;
            if (entry.of_project || projects_.contains(entry.file) || pin.at.empty()) {
                plan_.by_hand.push_back(
                    fmt::format("{}: write {} for {}", entry.file, pin.after, pin.before));
                continue;
            }
            Text& text = texts_[entry.file];
            auto pinned = set_value(text.now, pin.at, pin.after);
            if (!pinned) {
                plan_.by_hand.push_back(fmt::format("{}: write {} for {}: {}",
                                                    entry.file,
                                                    pin.after,
                                                    pin.before,
                                                    pinned.error().message));
                continue;
            }
            text.now = std::move(*pinned);
            ++plan_.pins;
        }
    }

    // One line for a switch of a server, in however many files it stands.
    void offer(const GuardEntry& entry, const HardenRow& row) {
        std::string text = fmt::format("{}: {}: {}", entry.name, switch_in_words(row), row.says);
        if (!row.gone.empty()) {
            text += fmt::format(" ({} of {} tools go)", row.gone.size(), row.listed_before);
        }
        if (std::find(plan_.offers.begin(), plan_.offers.end(), text) == plan_.offers.end()) {
            plan_.offers.push_back(std::move(text));
        }
    }

    void by_hand_once(std::string text) {
        if (std::find(plan_.by_hand.begin(), plan_.by_hand.end(), text) == plan_.by_hand.end()) {
            plan_.by_hand.push_back(std::move(text));
        }
    }

    void harden_entries() {
        for (const GuardEntry& entry : report_.entries) {
            if (entry.disabled) continue;
            for (const HardenRow* row : entry.hardenings) {
                if (!row->by_hand.empty()) {
                    by_hand_once(fmt::format("{}: {}", entry.name, row->by_hand));
                } else if (!options_.harden || entry.of_project ||
                           projects_.contains(entry.file)) {
                    offer(entry, *row);
                } else {
                    Text& text = texts_[entry.file];
                    auto done = harden_entry(text.now, entry.name, *row);
                    if (done) {
                        text.now = std::move(*done);
                        ++plan_.hardened;
                    } else {
                        by_hand_once(fmt::format("{}: add {} to {}: {}",
                                                 entry.file,
                                                 switch_in_words(*row),
                                                 entry.name,
                                                 done.error().message));
                    }
                }
            }
        }
    }

    // Decisions for one entry, none milder than what a person has to say yes to.
    std::vector<policy::Decided> decisions(const GuardEntry& entry,
                                           const KnownServer& known,
                                           const PromptRules& rules,
                                           bool whole_server) {
        std::vector<policy::JudgedTool> judged;
        for (const KnownTool& one : known.tools) {
            judged.push_back({.tool = &one.tool, .verdict = &one.verdict});
        }
        std::vector<policy::Decided> decided = policy::decide_all(judged, options_.policy);
        for (policy::Decided& one : decided) {
            Verb& verb = one.decision.verb;
            const Prompt today = rules.of(entry.name, one.judged.tool->name);
            if (verb >= Verb::deny) {
                plan_.newly_denied += today != Prompt::refused ? 1 : 0;
            } else if (policy::without_limit(verb) == Verb::ask) {
                plan_.newly_asked += today == Prompt::unasked ? 1 : 0;
            } else if (options_.allow) {
                plan_.newly_allowed += today != Prompt::unasked ? 1 : 0;
            } else if (whole_server) {
                // Its file has no way to say nothing of a tool.
                plan_.newly_asked += today == Prompt::unasked ? 1 : 0;
                verb = Verb::ask;
            }
        }
        if (!options_.allow && !whole_server) {
            std::erase_if(decided, [](const policy::Decided& one) {
                return policy::without_limit(one.decision.verb) < Verb::ask;
            });
        }
        return decided;
    }

    void add_rules(Client client, const std::string& path) {
        const policy::Target* format = rules_of(client);
        if (format == nullptr) return;
        const PromptRules rules = prompt_rules(client, input_.files, report_.doors);
        std::vector<policy::NamedServer> servers;
        std::set<std::string> named;
        for (const GuardEntry& entry : report_.entries) {
            const auto known = input_.known.find(entry.server);
            if (entry.client != client || entry.disabled || known == input_.known.end()) continue;
            if (!named.insert(entry.name).second) continue;
            // Codex reads one list of all tools of a server.
            const bool whole = client == Client::codex;
            auto tools = decisions(entry, known->second, rules, whole);
            if (tools.empty()) continue;
            servers.push_back(
                {.name = entry.name, .id = entry.server, .url = {}, .tools = std::move(tools)});
        }
        if (servers.empty()) return;
        Text& text = texts_[path];
        auto merged = policy::merge_into(*format, text.now, servers);
        if (!merged) {
            plan_.by_hand.push_back(fmt::format("{}: {}", path, merged.error().message));
            return;
        }
        text.now = std::move(merged->text);
        auto& notes = notes_[path];
        notes.insert(notes.end(), merged->notes.begin(), merged->notes.end());
    }

    const GuardInput& input_;
    const GuardReport& report_;
    const MendOptions& options_;
    std::map<std::string, Text> texts_;
    std::map<std::string, std::vector<std::string>> notes_;
    std::set<std::string> projects_;
    MendPlan plan_;
};

}  // namespace

MendPlan plan_mend(const GuardInput& input, const GuardReport& report, const MendOptions& options) {
    return Planner(input, report, options).run();
}

}  // namespace mcprisk::engine
