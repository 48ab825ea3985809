#include "cli/output/guard_page.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/output/paragraph.h"
#include "cli/output/table.h"
#include "cli/session.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

using engine::AtWorst;
using engine::Door;
using engine::GuardEntry;
using engine::GuardReport;
using engine::MendPlan;
using nlohmann::json;

constexpr std::size_t kHeading = 9;
constexpr std::size_t kMostLines = 12;

class Page {
  public:
    Page(const GuardReport& report,
         const MendPlan& plan,
         const std::string& home,
         std::size_t columns,
         const Style& style)
        : report_(report), plan_(plan), home_(home), columns_(columns), style_(style) {}

    std::string run() {
        head();
        doors();
        worst("AT WORST, unasked today", report_.unasked);
        worst("AT WORST, after one click", report_.after_a_click);
        combined();
        if (report_.unasked.empty() && known_ > 0) {
            out_ += "Nothing that is known here runs unasked.\n";
        }
        unknown();
        changes();
        return std::move(out_);
    }

  private:
    std::string place(const std::string& path) const {
        const bool below = !home_.empty() && path.starts_with(home_ + "/");
        return printable(below ? "~" + path.substr(home_.size()) : path);
    }

    void head() {
        std::vector<std::string> clients;
        for (const crawler::Client client : report_.clients)
            clients.emplace_back(to_string(client));
        for (const GuardEntry& entry : report_.entries) {
            (entry.disabled ? off_ : entry.known ? known_ : unknown_)++;
        }
        if (clients.empty()) {
            out_ += "guard  no client of MCP servers has a configuration here\n";
            return;
        }
        out_ += paragraph(fmt::format("guard  {}: {}, {} known, {} unknown{}",
                                      fmt::join(clients, ", "),
                                      report_.entries.size() == 1
                                          ? "1 entry"
                                          : fmt::format("{} entries", report_.entries.size()),
                                      known_,
                                      unknown_,
                                      off_ > 0 ? fmt::format(", {} switched off", off_) : ""),
                          columns_);
    }

    void say(std::string_view heading, const std::string& text) {
        const std::string body = paragraph(text, columns_, kHeading);
        out_ += fmt::format("{:<{}}", heading, kHeading);
        out_ += body.size() > kHeading ? body.substr(kHeading) : body;
    }

    void doors() {
        bool first = true;
        for (const Door& door : report_.doors) {
            const std::string server =
                door.server.empty() ? "" : fmt::format("{}: ", printable(door.server));
            say(first ? "FIRST" : "", fmt::format("{}: {}{}", door.client, server, door.says));
            out_ += fmt::format("{:<{}}{} {}{}\n",
                                "",
                                kHeading,
                                place(door.file),
                                printable(door.place()),
                                door.of_project ? " (of this project)" : "");
            first = false;
        }
    }

    // One line for a tool of an entry, whichever of the clients have it.
    void worst(std::string_view heading, const std::vector<AtWorst>& lines) {
        if (lines.empty()) return;
        struct Line {
            const AtWorst* what;
            std::string clients;
        };
        std::vector<Line> unique;
        for (const AtWorst& line : lines) {
            const GuardEntry& entry = report_.entries[line.entry];
            const auto same = std::find_if(unique.begin(), unique.end(), [&](const Line& one) {
                const GuardEntry& other = report_.entries[one.what->entry];
                return one.what->tool == line.tool && other.name == entry.name &&
                       other.server == entry.server;
            });
            const std::string client(to_string(entry.client));
            if (same == unique.end()) {
                unique.push_back({&line, client});
            } else if (same->clients.find(client) == std::string::npos) {
                same->clients += ", " + client;
            }
        }
        out_ += style_.bold(heading) + "\n";
        std::vector<std::vector<Cell>> rows;
        for (const Line& one : unique) {
            if (rows.size() == kMostLines) break;
            const AtWorst& line = *one.what;
            rows.push_back({{"  " + report_.entries[line.entry].name, {}},
                            {std::string(to_string(line.level)),
                             [this, level = line.level](std::string_view text) {
                                 return style_.risk(level, text);
                             }},
                            {line.sentence, {}},
                            {line.tool, {}},
                            {one.clients, {}}});
        }
        const std::string table =
            render_table({{.narrowest = 10, .names = true},
                          {},
                          {.narrowest = 20, .wanted = 40},
                          {.narrowest = 10, .wanted = 20, .names = true},
                          {.narrowest = 8, .optional = true}},
                         rows,
                         columns_);
        // The table's own line of titles is empty.
        out_ += table.starts_with('\n') ? table.substr(1) : table;
        if (unique.size() > kMostLines) {
            out_ +=
                fmt::format("  and {} more: mcprisk guard --json\n", unique.size() - kMostLines);
        }
    }

    // Three tools that are harmless alone.
    void combined() {
        for (const std::string& line : report_.combined) {
            out_ += bullet("  together  ", printable(line), columns_, 0);
        }
    }

    void unknown() {
        std::set<std::string> explained;
        for (const auto& [place, why] : report_.failed) {
            if (!explained.insert(place.second).second) continue;
            say(explained.size() == 1 ? "FAILED" : "",
                fmt::format("{}: {}", printable(place.second), printable(why)));
        }
        std::vector<std::string> names;
        for (const GuardEntry& entry : report_.entries) {
            const std::string name = printable(entry.name);
            if (entry.known || entry.disabled || explained.contains(entry.name)) continue;
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        }
        if (!names.empty()) {
            say("UNKNOWN",
                fmt::format("{}: nothing is known of them until they are listed; mcprisk guard "
                            "--start starts them in the sandbox",
                            fmt::join(names, ", ")));
        }
        for (const std::string& line : report_.unreadable) say("UNREAD", printable(line));
    }

    void changes() {
        if (!plan_.empty()) {
            say("CHANGES", plan_in_words(plan_));
            out_ += fmt::format(
                "{:<{}}mcprisk guard --diff shows them, --write writes them\n", "", kHeading);
        }
        bool first = true;
        for (const std::string& line : plan_.offers) {
            say(first ? "OFFERED" : "", printable(line));
            first = false;
        }
        if (!first) {
            out_ += fmt::format("{:<{}}mcprisk guard --harden --write switches these on\n",
                                "",
                                kHeading);
        }
        first = true;
        for (const std::string& line : plan_.by_hand) {
            say(first ? "BY HAND" : "", printable(line));
            first = false;
        }
    }

    const GuardReport& report_;
    const MendPlan& plan_;
    const std::string& home_;
    std::size_t columns_;
    const Style& style_;
    std::string out_;
    std::size_t known_ = 0;
    std::size_t unknown_ = 0;
    std::size_t off_ = 0;
};

json worst_json(const GuardReport& report, const std::vector<AtWorst>& lines) {
    json list = json::array();
    for (const AtWorst& line : lines) {
        const GuardEntry& entry = report.entries[line.entry];
        list.push_back({{"client", to_string(entry.client)},
                        {"name", entry.name},
                        {"server", entry.server},
                        {"tool", line.tool},
                        {"sentence", line.sentence},
                        {"level", to_string(line.level)},
                        {"prompt", to_string(line.prompt)}});
    }
    return list;
}

}  // namespace

std::string guard_page(const GuardReport& report,
                       const MendPlan& plan,
                       const std::string& home,
                       std::size_t columns,
                       const Style& style) {
    return Page(report, plan, home, columns, style).run();
}

std::string plan_in_words(const MendPlan& plan) {
    std::string text;
    const auto add = [&](std::size_t n, std::string_view verb, std::string_view noun) {
        if (n > 0)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", verb, count_of(n, noun));
    };
    add(plan.doors, "close", "door");
    add(plan.pins, "pin", "version");
    add(plan.hardened, "harden", "server");
    return text + fmt::format("{}newly ask {}, deny {}, allow {}",
                              text.empty() ? "" : "; ",
                              plan.newly_asked,
                              plan.newly_denied,
                              plan.newly_allowed);
}

json entry_json(const GuardEntry& entry) {
    return {{"client", to_string(entry.client)},
            {"file", entry.file},
            {"name", entry.name},
            {"server", entry.server},
            {"origin", entry.origin},
            {"of_project", entry.of_project},
            {"disabled", entry.disabled},
            {"credentials", entry.takes_credentials},
            {"known", entry.known},
            {"pin_to", entry.pin ? json(entry.pin->after) : json(nullptr)}};
}

json guard_json(const GuardReport& report, const MendPlan& plan) {
    json clients = json::array();
    for (const crawler::Client client : report.clients) clients.push_back(to_string(client));
    json doors = json::array();
    for (const Door& door : report.doors) {
        doors.push_back({{"id", door.id},
                         {"client", door.client},
                         {"file", door.file},
                         {"place", door.place()},
                         {"opens", to_string(door.opens)},
                         {"server", door.server.empty() ? json(nullptr) : json(door.server)},
                         {"says", door.says},
                         {"of_project", door.of_project},
                         {"closable", door.can_be_closed() && !door.of_project}});
    }
    json entries = json::array();
    for (const GuardEntry& entry : report.entries) entries.push_back(entry_json(entry));
    json failed = json::array();
    for (const auto& [place, why] : report.failed) {
        failed.push_back({{"file", place.first}, {"name", place.second}, {"why", why}});
    }
    json files = json::array();
    for (const engine::FileChange& change : plan.changes) files.push_back(change.path);
    return {{"schema", "mcprisk-guard-report/1"},
            {"clients", std::move(clients)},
            {"entries", std::move(entries)},
            {"doors", std::move(doors)},
            {"unasked", worst_json(report, report.unasked)},
            {"after_a_click", worst_json(report, report.after_a_click)},
            {"together", report.combined},
            {"failed", std::move(failed)},
            {"unreadable", report.unreadable},
            {"changes",
             {{"files", std::move(files)},
              {"doors", plan.doors},
              {"pins", plan.pins},
              {"hardened", plan.hardened},
              {"offers", plan.offers},
              {"newly_asked", plan.newly_asked},
              {"newly_denied", plan.newly_denied},
              {"newly_allowed", plan.newly_allowed},
              {"by_hand", plan.by_hand}}}};
}

}  // namespace mcprisk::cli
