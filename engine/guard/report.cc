#include "engine/guard/report.h"

#include <fmt/format.h>
#include <algorithm>
#include <tuple>

#include "crawler/config/config_tree.h"
#include "crawler/config/identity.h"
#include "model/base/json.h"
#include "model/finding_kinds.h"

namespace mcprisk::engine {
namespace {

using crawler::Client;
using crawler::StdioTarget;
using crawler::Target;
using nlohmann::json;

// Where `word` stands below the entry called `name`; the first place in the file's order of keys.
bool find_word(const json& value,
               const std::string& name,
               const std::string& word,
               bool within,
               std::vector<std::string>& at) {
    if (value.is_string()) return within && value.get<std::string>() == word;
    if (value.is_object()) {
        for (const auto& [key, member] : value.items()) {
            at.push_back(key);
            if (find_word(member, name, word, within || key == name, at)) return true;
            at.pop_back();
        }
    } else if (value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            at.push_back(std::to_string(i));
            if (find_word(value[i], name, word, within, at)) return true;
            at.pop_back();
        }
    }
    return false;
}

bool is_version(std::string_view text) {
    return !text.empty() && text.front() >= '0' && text.front() <= '9' &&
           text.find_first_not_of(
               "0123456789.-+abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
               std::string_view::npos;
}

// A runner's package without a version, where the catalogue knows which one it listed.
std::optional<Pin> pin_for(const Target& target, const KnownServer& known, std::string_view text) {
    const auto* stdio = std::get_if<StdioTarget>(&target.how);
    if (stdio == nullptr || !is_version(known.version)) return std::nullopt;
    const auto call = crawler::recognise_runner(stdio->argv);
    if (!call || call->package.kind == crawler::PackageKind::oci) return std::nullopt;
    if (!call->package.version.empty() && call->package.version != "latest") return std::nullopt;
    for (const std::string& word : stdio->argv) {
        const auto package = crawler::parse_package(call->package.kind, word);
        if (!package || package->name != call->package.name) continue;
        Pin pin{.package = package->id(),
                .version = known.version,
                .at = {},
                .before = word,
                .after = word.substr(0, word.size() - (word.ends_with("@latest") ? 7 : 0)) + "@" +
                         known.version};
        const auto tree = crawler::read_config_tree(text);
        if (!tree || !find_word(tree->value, target.config_name, word, false, pin.at))
            pin.at.clear();
        return pin;
    }
    return std::nullopt;
}

const ClientFile* file_of(const GuardInput& input, const std::string& path) {
    for (const ClientFile& file : input.files) {
        if (file.path == path) return &file;
    }
    return nullptr;
}

GuardEntry entry_of(Client client, const Target& target, const GuardInput& input) {
    GuardEntry entry;
    entry.client = client;
    entry.name = target.config_name;
    entry.server = target.id;
    entry.file = target.source;
    entry.origin = crawler::describe_origin(target);
    entry.of_project = target.of_project;
    entry.disabled = target.disabled;
    entry.takes_credentials = target.credential_class != "none" || !target.takes.empty();
    const auto known = input.known.find(target.id);
    entry.known = known != input.known.end();
    const ClientFile* file = file_of(input, target.source);
    if (entry.known && file != nullptr) entry.pin = pin_for(target, known->second, file->text);
    return entry;
}

std::vector<Door> doors_of(const GuardInput& input, std::vector<std::string>& unreadable) {
    std::vector<Door> doors;
    for (const ClientFile& file : input.files) {
        std::vector<const DoorRow*> rows;
        for (const DoorRow& row : input.doors) {
            const auto files = input.door_files.find(row.id);
            if (files != input.door_files.end() &&
                std::find(files->second.begin(), files->second.end(), file.path) !=
                    files->second.end()) {
                rows.push_back(&row);
            }
        }
        if (rows.empty()) continue;
        auto open = open_doors(rows, file.path, file.text);
        if (!open) {
            unreadable.push_back(fmt::format("{}: {}", file.path, open.error().message));
            continue;
        }
        for (Door& door : *open) {
            door.of_project = file.of_project;
            doors.push_back(std::move(door));
        }
    }
    return doors;
}

// The gravest tool that passes `wanted`; ties by name.
template <typename Wanted>
std::optional<AtWorst> gravest(std::size_t entry, const KnownServer& known, Wanted wanted) {
    std::optional<AtWorst> worst;
    for (const KnownTool& one : known.tools) {
        const auto prompt = wanted(one);
        if (!prompt) continue;
        AtWorst line{.entry = entry,
                     .tool = one.tool.name,
                     .sentence = one.verdict.worst_call && !one.verdict.worst_call->does.empty()
                                     ? one.verdict.worst_call->does
                                     : one.verdict.sentence,
                     // What an author claims lowers nothing here.
                     .level = std::max(attention_of(one.verdict), one.verdict.risk_without_claims),
                     .prompt = *prompt};
        if (!worst || line.level > worst->level ||
            (line.level == worst->level && line.tool < worst->tool)) {
            worst = std::move(line);
        }
    }
    return worst;
}

void sort_worst(std::vector<AtWorst>& lines, const std::vector<GuardEntry>& entries) {
    std::sort(lines.begin(), lines.end(), [&](const AtWorst& a, const AtWorst& b) {
        return std::tuple(-static_cast<int>(a.level), entries[a.entry].name, a.entry) <
               std::tuple(-static_cast<int>(b.level), entries[b.entry].name, b.entry);
    });
}

}  // namespace

PromptRules prompt_rules(Client client,
                         std::span<const ClientFile> files,
                         std::span<const Door> doors) {
    PromptRules rules(client);
    for (const ClientFile& file : files) {
        if (file.client == client) rules.add_file(file.text);
    }
    for (const Door& door : doors) {
        if (door.client == to_string(client)) rules.add_door(door);
    }
    return rules;
}

GuardReport guard_report(const GuardInput& input) {
    GuardReport report;
    for (const ClientFile& file : input.files) {
        if (std::find(report.clients.begin(), report.clients.end(), file.client) ==
            report.clients.end()) {
            report.clients.push_back(file.client);
        }
    }
    report.doors = doors_of(input, report.unreadable);
    std::stable_sort(report.doors.begin(), report.doors.end(), [](const Door& a, const Door& b) {
        return std::tie(a.opens, a.client) < std::tie(b.opens, b.client);
    });
    for (const auto& [client, target] : input.targets) {
        report.entries.push_back(entry_of(client, target, input));
    }
    std::sort(
        report.entries.begin(), report.entries.end(), [](const GuardEntry& a, const GuardEntry& b) {
            return std::tie(a.client, a.file, a.name) < std::tie(b.client, b.file, b.name);
        });
    std::map<Client, PromptRules> rules;
    for (std::size_t i = 0; i < report.entries.size(); ++i) {
        const GuardEntry& entry = report.entries[i];
        const auto known = input.known.find(entry.server);
        if (known == input.known.end() || entry.disabled) continue;
        auto at = rules.find(entry.client);
        if (at == rules.end()) {
            at = rules.emplace(entry.client, prompt_rules(entry.client, input.files, report.doors))
                     .first;
        }
        const auto prompt_of = [&](const KnownTool& one) {
            return at->second.of(entry.name, one.tool.name);
        };
        const auto unasked = gravest(i, known->second, [&](const KnownTool& one) {
            const Prompt prompt = prompt_of(one);
            return prompt == Prompt::unasked ? std::optional(prompt) : std::nullopt;
        });
        const auto asked = gravest(i, known->second, [&](const KnownTool& one) {
            const Prompt prompt = prompt_of(one);
            return prompt == Prompt::asked ? std::optional(prompt) : std::nullopt;
        });
        if (unasked) report.unasked.push_back(*unasked);
        if (asked && asked->level >= RiskLevel::high &&
            (!unasked || unasked->level < asked->level)) {
            report.after_a_click.push_back(*asked);
        }
    }
    sort_worst(report.unasked, report.entries);
    sort_worst(report.after_a_click, report.entries);
    return report;
}

}  // namespace mcprisk::engine
