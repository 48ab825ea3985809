#include "crawler/start/demands.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "crawler/start/demand_patterns.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

constexpr std::size_t kLongest = std::size_t{64} << 10;
constexpr std::size_t kAtMost = 12;

template <typename T, typename Same>
void add(std::vector<T>& list, T value, Same same) {
    if (list.size() < kAtMost && std::none_of(list.begin(), list.end(), same)) {
        list.push_back(std::move(value));
    }
}

void add(std::vector<std::string>& list, std::string value) {
    add(list, value, [&](const std::string& have) { return have == value; });
}

void add_option(Demands& demands, std::string flag, std::string hint) {
    constexpr std::array<std::string_view, 7> kNever{
        "--help", "--version", "--verbose", "--debug", "--quiet", "--trace-warnings", "--trace"};
    if (std::find(kNever.begin(), kNever.end(), flag) != kNever.end()) return;
    add(demands.options, DemandedOption{flag, std::move(hint)}, [&](const DemandedOption& have) {
        return have.flag == flag;
    });
}

// The inside of `<…>`, or of quotes; empty if the text does not begin with one.
std::string enclosed(std::string_view text) {
    if (text.empty()) return {};
    const char close = text.front() == '<' ? '>' : text.front() == '[' ? ']' : text.front();
    if (close != '>' && close != ']' && close != '\'' && close != '"' && close != '`') return {};
    const auto end = text.find(close, 1);
    if (end == std::string_view::npos || end > 80) return {};
    return std::string(text.substr(1, end - 1));
}

std::string without_dots(std::string name) {
    while (name.ends_with('.')) name.pop_back();
    return name;
}

bool is_name(std::string_view word) {
    return !word.empty() && word.size() <= 60 &&
           std::all_of(word.begin(), word.end(), [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '-' || c == '_' || c == ':' || c == '.';
           });
}

bool is_capitals(std::string_view word) {
    return word.size() >= 2 && std::all_of(word.begin(), word.end(), [](unsigned char c) {
               return std::isupper(c) != 0 || std::isdigit(c) != 0 || c == '_' || c == '-';
           });
}

// How much a word sounds like "start the server and speak MCP on stdin"; 0: not at all.
int start_score(std::string_view words) {
    struct Sound {
        std::string_view word;
        int score;
    };
    constexpr std::array<Sound, 9> kSounds{{{"mcp", 9},
                                            {"stdio", 8},
                                            {"serve", 7},
                                            {"server", 6},
                                            {"start", 5},
                                            {"run", 4},
                                            {"launch", 3},
                                            {"local", 2},
                                            {"daemon", 1}}};
    int score = 0;
    for (const std::string_view part : split(words, ' ')) {
        for (const Sound& sound : kSounds) {
            if (part == sound.word || part.starts_with(std::string(sound.word) + "-") ||
                part.ends_with("-" + std::string(sound.word))) {
                score = std::max(score, sound.score);
            }
        }
    }
    return score;
}

// `program <vault-directory> [more] --key <KEY>`: what is not in brackets must be given.
void read_usage(std::string_view line, Demands& demands) {
    demands.shows_help = true;
    int depth = 0;
    bool program = true;  // words up to the first sign of an argument name the program
    std::string pending;  // an option whose value may follow
    std::size_t i = 0;
    const auto flush = [&](const std::string& hint) {
        if (!pending.empty()) add_option(demands, pending, hint);
        pending.clear();
    };
    while (i < line.size()) {
        const char c = line[i];
        if (c == '[') ++depth;
        if (c == ']' && depth > 0) --depth;
        if (c == '[' || c == ']' || c == ' ' || c == '\t') {
            ++i;
            continue;
        }
        std::size_t end = line.find_first_of(" \t[]", i);
        if (c == '<') {
            end = line.find('>', i);
            end = end == std::string_view::npos ? line.size() : end + 1;
        }
        end = std::min(end, line.size());
        std::string_view word = line.substr(i, end - i);
        i = end;
        if (depth > 0) continue;
        if (word.starts_with("--")) {
            flush({});
            program = false;
            const auto equals = word.find('=');
            pending = std::string(word.substr(0, equals));
            if (equals != std::string_view::npos) flush(enclosed(word.substr(equals + 1)));
            continue;
        }
        if (word.starts_with('<')) {
            program = false;
            std::string name = without_dots(enclosed(word));
            if (!pending.empty()) {
                flush(name);
            } else if (lower_ascii(name).find("command") == std::string::npos && !name.empty()) {
                const auto bar = name.find('|');
                if (bar != std::string::npos) name.resize(bar);
                add(demands.positionals, std::move(name));
            }
            continue;
        }
        if (word == "..." || word == "|" || word == "…") continue;
        if (is_capitals(word) && !program && pending.empty()) {
            add(demands.positionals, std::string(word));
        } else if (!pending.empty()) {
            flush(std::string(word));
        } else if (start_score(word) > 0 && is_name(word) && !program) {
            add(demands.subcommands, std::string(word));
        }
        if (word.find('/') == std::string_view::npos) program = false;
    }
    flush({});
}

// "  server start   Start the server", "  mcp-x serve [options]  …": the command of a list of them.
void read_command_line(std::string_view line, Demands& demands) {
    const std::string_view text = trim(line);
    std::string words;
    int taken = 0;
    std::size_t i = 0;
    while (i < text.size() && taken < 3) {
        std::size_t end = text.find_first_of(" \t", i);
        if (end == std::string_view::npos) end = text.size();
        std::string_view word = text.substr(i, end - i);
        const auto bar = word.find_first_of("|,");
        if (bar != std::string_view::npos) word = word.substr(0, bar);
        if (!is_name(word) || word.starts_with('-')) break;
        words += (words.empty() ? "" : " ") + std::string(word);
        ++taken;
        // Two blanks begin the description.
        if (end + 1 < text.size() && text[end] == ' ' && text[end + 1] == ' ') break;
        if (end < text.size() && text[end] == '\t') break;
        i = end + 1;
    }
    if (start_score(words) > 0) add(demands.subcommands, words);
}

void read_names_after(std::string_view rest, bool arguments_by_name, Demands& demands) {
    for (const std::string_view part : split(rest, ',')) {
        std::string_view word = trim(part);
        while (!word.empty() && (word.front() == '"' || word.front() == '\''))
            word.remove_prefix(1);
        const auto end = word.find_first_of("\"' \t(;");
        word = word.substr(0, end);
        if (word.ends_with('.')) word.remove_suffix(1);
        if (word.empty() || word == "not" || word == "set") continue;
        if (word.starts_with("--")) {
            add_option(demands, std::string(word), {});
        } else if (demand_patterns().variable.in(word)) {
            add(demands.variables, std::string(word));
        } else if (is_name(word) && arguments_by_name) {
            add_option(demands, "--" + std::string(word), {});
        } else if (is_name(word)) {
            add(demands.positionals, std::string(word));
        }
    }
}

bool is_variable(std::string_view word) {
    constexpr std::array<std::string_view, 8> kPrefixes{
        "ERR_", "UV_", "EAI_", "MODULE_", "NODE_", "UNABLE_TO_", "MAX_OLD", "SELF_SIGNED"};
    return word.size() >= 4 &&
           std::none_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view prefix) {
               return word.starts_with(prefix);
           });
}

void read_sentence(std::string_view line, Demands& demands) {
    const DemandPatterns& p = demand_patterns();
    if (const auto rest = p.required_option.after(line)) {
        const auto flags = p.option.all(rest->substr(0, 120));
        const auto open = rest->find('<');
        if (!flags.empty()) {
            add_option(demands,
                       flags.front(),
                       open == std::string_view::npos ? "" : enclosed(rest->substr(open)));
        }
        return;
    }
    if (const auto rest = p.missing_positional.after(line)) {
        const auto end = rest->find('\'');
        if (end != std::string_view::npos)
            add(demands.positionals, std::string(rest->substr(0, end)));
        return;
    }
    if (const auto rest = p.missing_names.after(line)) {
        // argparse names positionals bare, yargs and cobra their options.
        const bool bare = lower_ascii(line).find("arguments are required") != std::string::npos ||
                          lower_ascii(line).find("required arg") == std::string::npos;
        const bool cobra = lower_ascii(line).find("flag") != std::string::npos;
        read_names_after(
            *rest, cobra || !bare || line.find("rguments:") != std::string::npos, demands);
        return;
    }
    if (p.one_of.in(line)) {
        static const DemandPattern quoted(R"(['"`][a-z][a-z0-9-]*['"`])");
        for (const std::string& word : quoted.all(line)) {
            const std::string name = word.substr(1, word.size() - 2);
            if (name != "undefined") add(demands.subcommands, name);
        }
        const auto colon = line.rfind(':');
        if (colon != std::string_view::npos && demands.subcommands.empty()) {
            for (const std::string_view part : split(line.substr(colon + 1), ',')) {
                const std::string_view word = trim(part);
                if (is_name(word) && start_score(word) > 0) {
                    add(demands.subcommands, std::string(word));
                }
            }
        }
    }
    if (!p.wants.in(line)) return;
    const auto variables = p.variable.all(line);
    for (const std::string& word : variables) {
        if (is_variable(word)) add(demands.variables, word);
    }
    if (const auto rest = p.named_variable.after(line); rest && variables.empty()) {
        const auto end = rest->find_first_of(" '\"`,.;:)]");
        const std::string_view word = rest->substr(0, end);
        if (is_capitals(word)) add(demands.variables, std::string(word));
    }
    // A setting that either a variable or an option gives needs one of them.
    if (variables.empty()) {
        const auto flags = p.option.all(line);
        for (const std::string& flag : flags) {
            add_option(demands, flag, {});
            if (p.alternatives.in(line)) break;
        }
        // "Please provide a database URL as a command-line argument"
        const auto before = p.as_argument.find(line);
        const auto after = p.article.after(line);
        if (flags.empty() && before && after) {
            const auto begin = static_cast<std::size_t>(after->data() - line.data());
            constexpr std::size_t kLongestName = 40;
            if (begin < *before && *before - begin <= kLongestName) {
                add(demands.positionals, std::string(trim(line.substr(begin, *before - begin))));
            }
        }
    }
}

// "no contexts are defined in kubeconfig", and among the options "--kubeconfig string  Path to …":
// the option that the error calls by name.
void read_named_options(std::string_view text, Demands& demands) {
    if (!demands.shows_help) return;
    std::string errors;
    for (const std::string_view line : split(text, '\n')) {
        const std::string lower = lower_ascii(trim(line));
        if (lower.starts_with("error") || lower.starts_with("fatal")) errors += " " + lower + " ";
    }
    if (errors.empty()) return;
    for (char& c : errors) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-') c = ' ';
    }
    for (const std::string_view line : split(text, '\n')) {
        std::string_view rest = trim(line);
        const auto dashes = rest.find("--");
        // "-k, --key KEY"
        if (dashes == std::string_view::npos || dashes > 4) continue;
        rest.remove_prefix(dashes);
        const std::string_view flag = rest.substr(0, rest.find_first_of(" =,\t"));
        const std::string name = lower_ascii(flag.substr(2));
        constexpr std::size_t kTelling = 5;
        if (name.size() < kTelling || errors.find(" " + name + " ") == std::string::npos) continue;
        rest.remove_prefix(flag.size());
        const std::string_view hint = trim(rest);
        // A switch has no word before its description.
        if (rest.starts_with("  ") || hint.empty()) continue;
        add_option(demands, std::string(flag), std::string(hint.substr(0, hint.find(' '))));
    }
}

}  // namespace

Demands read_demands(std::string_view raw) {
    const DemandPatterns& p = demand_patterns();
    const std::string text = repair_utf8(raw.substr(raw.size() - std::min(raw.size(), kLongest)));
    Demands demands;
    bool in_commands = false;
    bool after_clap = false;
    bool usage_pending = false;
    for (const std::string_view line : split(text, '\n')) {
        const std::string_view trimmed = trim(line);
        if (trimmed.empty()) {
            in_commands = false;
            after_clap = false;
            continue;
        }
        const bool indented = line.starts_with(' ') || line.starts_with('\t');
        if (p.commands.in(trimmed)) {
            in_commands = true;
            demands.shows_help = true;
        } else if (in_commands && indented) {
            read_command_line(line, demands);
        } else if (after_clap && indented) {
            if (trimmed.starts_with("--")) {
                const auto open = trimmed.find('<');
                const auto end = trimmed.find_first_of(" =");
                add_option(demands,
                           std::string(trimmed.substr(0, end)),
                           open == std::string_view::npos ? "" : enclosed(trimmed.substr(open)));
            } else {
                const std::string name = without_dots(enclosed(trimmed));
                if (!name.empty()) add(demands.positionals, name);
            }
        } else if (usage_pending) {
            usage_pending = false;
            read_usage(trimmed, demands);
        } else if (const auto rest = p.usage.after(trimmed)) {
            if (trim(*rest).empty()) {
                usage_pending = true;
            } else {
                read_usage(trim(*rest), demands);
            }
        } else {
            in_commands = in_commands && indented;
            after_clap = p.clap.in(trimmed);
            read_sentence(trimmed, demands);
        }
        if (p.listens.in(trimmed) || p.address_used.in(trimmed)) demands.serves_http = true;
        if (p.node.in(trimmed)) demands.wants_newer_node = true;
        if (p.refuses.in(trimmed)) demands.refuses_arguments = true;
        for (const std::string& refused : p.refused.all(trimmed)) {
            add(demands.backends, refused.substr(std::string_view("ECONNREFUSED ").size()));
        }
        if (demands.complaint.empty() && p.complaint.in(trimmed)) {
            demands.complaint = std::string(truncate_utf8(trimmed, 300));
        }
    }
    read_named_options(text, demands);
    std::stable_sort(
        demands.subcommands.begin(),
        demands.subcommands.end(),
        [](const std::string& a, const std::string& b) { return start_score(a) > start_score(b); });
    return demands;
}

}  // namespace mcprisk::crawler
