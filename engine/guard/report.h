// What an agent could do at worst on this machine: clients, their entries, what the catalogue knows
// of each, and which of it runs without a question. Pure functions of values.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crawler/config/known_configs.h"
#include "crawler/target.h"
#include "engine/guard/doors.h"
#include "engine/guard/prompts.h"
#include "model/tool.h"
#include "model/verdict.h"

namespace mcprisk::engine {

// A file of a client that exists: entries, settings or rules.
struct ClientFile {
    crawler::Client client = crawler::Client::unknown;
    std::string path;
    std::string text;
    bool of_project = false;
};

struct KnownTool {
    Tool tool;
    Verdict verdict;
};

// What the catalogue knows of a server.
struct KnownServer {
    std::string id;
    std::string version;  // of the package, as it was listed; may be empty
    std::vector<KnownTool> tools;
};

// A package that is fetched anew at every start, and the version that is known.
struct Pin {
    std::string package;  // "npm:NAME"
    std::string version;
    std::vector<std::string> at;  // the word in the file; empty: not found there
    std::string before;           // the word as it is
    std::string after;            // the word with the version
};

struct GuardEntry {
    crawler::Client client = crawler::Client::unknown;
    std::string name;    // as the file has it
    std::string server;  // its id
    std::string file;
    std::string origin;  // command line or URL without anything secret
    bool of_project = false;
    bool disabled = false;
    bool takes_credentials = false;
    bool known = false;  // to the catalogue
    std::optional<Pin> pin;
};

// One line of AT WORST: the gravest tool of an entry that the client lets run like this.
struct AtWorst {
    std::size_t entry = 0;  // of GuardReport::entries
    std::string tool;
    std::string sentence;
    RiskLevel level = RiskLevel::low;  // attention: the worse of the level and alarming findings
    Prompt prompt = Prompt::asked;
};

struct GuardReport {
    std::vector<crawler::Client> clients;  // that have a file here, each once
    std::vector<GuardEntry> entries;       // by client, file, name
    std::vector<Door> doors;               // what opens most first, then by client
    std::vector<AtWorst> unasked;          // gravest first, one an entry
    std::vector<AtWorst> after_a_click;    // High or Critical, where nothing as grave runs unasked
    std::vector<std::string> unreadable;   // "FILE: why"
};

struct GuardInput {
    std::vector<ClientFile> files;
    // Entries of `files`, in any order.
    std::vector<std::pair<crawler::Client, crawler::Target>> targets;
    std::map<std::string, KnownServer> known;  // by id
    std::span<const DoorRow> doors;
    // Files that a door row means, by id of the row.
    std::map<std::string, std::vector<std::string>> door_files;
};

GuardReport guard_report(const GuardInput& input);

// The rules of one client over all of its files and open doors.
PromptRules prompt_rules(crawler::Client client,
                         std::span<const ClientFile> files,
                         std::span<const Door> doors);

}  // namespace mcprisk::engine
