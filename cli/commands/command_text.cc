#include "cli/commands/command_text.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/commands/known_words.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

std::vector<std::string> choices_of(const OptionText& option) {
    if (option.names.back() == "--finding") return finding_words();
    if (option.names.back() == "--attack") return attack_words();
    if (option.names.back() == "--capability") return capability_words();
    return choices_in(option.description);
}

OptionText describe(const CLI::Option& option) {
    OptionText text;
    text.description = option.get_description();
    text.required = option.get_required();
    if (option.nonpositional()) {
        for (const std::string& name : option.get_snames()) text.names.push_back("-" + name);
        for (const std::string& name : option.get_lnames()) text.names.push_back("--" + name);
        if (option.get_items_expected_max() > 0) {
            text.value = option.get_type_name();
            text.choices = choices_of(text);
        }
    } else {
        text.argument = true;
        text.names.push_back(option.get_name());
    }
    return text;
}

CommandText describe_command(const CLI::App& app, const std::string& above) {
    CommandText text;
    text.name = above.empty() ? app.get_name() : above + " " + app.get_name();
    text.description = app.get_description();
    text.footer = app.get_footer();
    for (const CLI::Option* option : app.get_options()) text.options.push_back(describe(*option));
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        // Names below the root are given without the program's own.
        text.commands.push_back(
            describe_command(*command, app.get_parent() == nullptr ? "" : text.name));
    }
    return text;
}

std::string roff(const std::string& raw) {
    std::string out;
    bool line_start = true;
    for (const char c : raw) {
        if (line_start && (c == '.' || c == '\'')) out += "\\&";
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
        line_start = c == '\n';
    }
    return out;
}

void add_options(std::string& out, const CommandText& command) {
    for (const OptionText& option : command.options) {
        std::string names;
        for (const std::string& name : option.names) {
            names += (names.empty() ? "" : ", ") + fmt::format("\\fB{}\\fR", roff(name));
        }
        if (!option.value.empty()) names += " \\fI" + roff(option.value) + "\\fR";
        out += ".TP\n" + names + "\n" + roff(option.description) + "\n";
    }
}

void add_command(std::string& out, const CommandText& command) {
    std::string arguments;
    for (const OptionText& option : command.options) {
        if (!option.argument) continue;
        arguments += fmt::format(" {}{}{}",
                                 option.required ? "" : "[",
                                 option.names.front(),
                                 option.required ? "" : "]");
    }
    out += fmt::format(
        ".SS \"{}{}\"\n{}\n", roff(command.name), roff(arguments), roff(command.description));
    add_options(out, command);
    if (!command.footer.empty()) out += ".PP\n.nf\n" + roff(command.footer) + "\n.fi\n";
    for (const CommandText& below : command.commands) add_command(out, below);
}

// Options of a command and what may follow it, blanks between.
std::string words_of(const CommandText& command) {
    std::string words;
    const auto add = [&](const std::string& word) { words += (words.empty() ? "" : " ") + word; };
    for (const CommandText& below : command.commands) {
        add(below.name.substr(below.name.rfind(' ') + 1));
    }
    for (const OptionText& option : command.options) {
        if (option.argument) continue;
        for (const std::string& name : option.names) add(name);
    }
    return words;
}

bool takes_server(const CommandText& command) {
    return std::any_of(command.options.begin(), command.options.end(), [](const OptionText& o) {
        return o.argument && (o.names.front() == "SERVER" || o.names.front() == "TARGET" ||
                              o.names.front() == "WHAT");
    });
}

template <typename Use>
void each_command(const CommandText& root, Use use) {
    for (const CommandText& command : root.commands) {
        use(command);
        each_command(command, use);
    }
}

// Within single quotes of a shell.
std::string in_quotes(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

// What zsh takes for the end of a name or of a group.
std::string zsh_escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == ':' || c == '[' || c == ']' || c == '\\') out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out;
}

std::string joined_lines(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, " "));
}

// Calls `use(command, option name, words)` for each option whose words are known.
template <typename Use>
void each_choice(const CommandText& root, Use use) {
    const auto of = [&](const CommandText& command, const std::string& name) {
        for (const OptionText& option : command.options) {
            if (option.choices.empty()) continue;
            for (const std::string& word : option.names) use(name, word, option.choices);
        }
    };
    each_command(root, [&](const CommandText& command) { of(command, command.name); });
}

std::string global_words(const CommandText& root) {
    std::string words;
    for (const OptionText& option : root.options) {
        for (const std::string& name : option.names) words += " " + name;
    }
    return words;
}

}  // namespace

CommandText describe(const CLI::App& app) { return describe_command(app, ""); }

std::vector<std::string> choices_in(std::string_view description) {
    const auto colon = description.rfind(": ");
    if (colon != std::string_view::npos) description.remove_prefix(colon + 2);
    std::string text;
    int open = 0;
    for (const char c : description) {  // "grade (worst first)"
        if (c == '(') ++open;
        if (open == 0) text += c;
        if (c == ')' && open > 0) --open;
    }
    std::vector<std::string> words;
    auto last = text.rfind(" or ");
    if (last == std::string::npos) last = text.rfind(", ");
    if (last == std::string::npos || (colon == std::string_view::npos && text[last] == ',')) {
        return words;
    }
    const auto take = [&](std::string_view raw) {
        const std::string_view word = trim(raw);
        const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '-' || c == '.' || c == '_';
        });
        words.push_back(plain ? std::string(word) : "");
    };
    for (const std::string_view word : split(std::string_view(text).substr(0, last), ',')) {
        take(word);
    }
    take(std::string_view(text).substr(last + (text[last] == ',' ? 2 : 4)));
    const bool all = words.size() > 1 && std::find(words.begin(), words.end(), "") == words.end();
    return all ? words : std::vector<std::string>();
}

std::string manual_page(const CommandText& root, const std::string& version) {
    std::string out = fmt::format(".TH MCPRISK 1 \"\" \"mcprisk {}\" \"User Commands\"\n", version);
    out += ".SH NAME\nmcprisk \\- catalogue and risk classifier of MCP tools\n";
    out += ".SH SYNOPSIS\n.B mcprisk\n[\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]\n";
    out += ".SH DESCRIPTION\n" + roff(root.description) + "\n.PP\n";
    out += "Data goes to standard output, talk to standard error.\n.SH OPTIONS\n";
    add_options(out, root);
    out += ".SH COMMANDS\n";
    for (const CommandText& command : root.commands) add_command(out, command);
    return out + ".SH EXAMPLES AND EXIT CODES\n.nf\n" + roff(root.footer) + "\n.fi\n";
}

std::string bash_completion(const CommandText& root) {
    std::string out =
        "# bash completion of mcprisk\n"
        "_mcprisk() {\n"
        "    local current=${COMP_WORDS[COMP_CWORD]} command= word i\n"
        "    COMPREPLY=()\n"
        "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "        word=${COMP_WORDS[i]}\n"
        "        case $word in\n"
        "            --) return ;;\n"
        "            -*) ;;\n"
        "            *) case \"$command${command:+ }$word\" in\n";
    std::string names;
    each_command(root, [&](const CommandText& command) {
        names += (names.empty() ? "" : " | ") + in_quotes(command.name);
    });
    out += "                    " + names + ") command=\"$command${command:+ }$word\" ;;\n";
    out += "                esac ;;\n        esac\n    done\n    local words= servers=\n";
    out += "    case $command in\n";
    out += "        '') words=" + in_quotes(words_of(root)) + " ;;\n";
    each_command(root, [&](const CommandText& command) {
        out += fmt::format("        {}) words={}{} ;;\n",
                           in_quotes(command.name),
                           in_quotes(words_of(command) + global_words(root)),
                           takes_server(command) ? " servers=yes" : "");
    });
    out += "    esac\n    case \"$command ${COMP_WORDS[COMP_CWORD-1]}\" in\n";
    each_choice(root, [&](const auto& name, const auto& option, const auto& choices) {
        out += fmt::format("        {}) words={} servers= ;;\n",
                           in_quotes(name + " " + option),
                           in_quotes(joined_lines(choices)));
    });
    out +=
        "    esac\n"
        "    if [[ -n $servers && $current != -* ]]; then\n"
        "        words+=\" $(mcprisk -q servers --names 2>/dev/null)\"\n"
        "    fi\n"
        "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
        "    if [[ ${#COMPREPLY[@]} -eq 0 ]]; then\n"
        "        mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
        "    fi\n"
        "}\n"
        "complete -o filenames -F _mcprisk mcprisk\n";
    return out;
}

std::string zsh_completion(const CommandText& root) {
    std::string out =
        "#compdef mcprisk\n"
        "_mcprisk() {\n"
        "    local -a names options values\n"
        "    local command= word\n"
        "    for word in ${words[2,CURRENT-1]}; do\n"
        "        [[ $word == -- ]] && break\n"
        "        [[ $word == -* ]] && continue\n"
        "        case \"$command${command:+ }$word\" in\n";
    std::string names;
    each_command(root, [&](const CommandText& command) {
        names += (names.empty() ? "" : "|") + in_quotes(command.name);
    });
    out += "            " + names + ") command=\"$command${command:+ }$word\" ;;\n";
    out += "        esac\n    done\n    case $command in\n";
    const auto add = [&](const CommandText& command, const std::string& name) {
        std::string commands;
        for (const CommandText& below : command.commands) {
            commands += " " + in_quotes(below.name.substr(below.name.rfind(' ') + 1) + ":" +
                                        zsh_escaped(below.description));
        }
        std::string options;
        for (const OptionText& option : command.options) {
            if (option.argument) continue;
            for (const std::string& word : option.names) {
                options += " " + in_quotes(word + ":" + zsh_escaped(option.description));
            }
        }
        out += fmt::format(
            "        {}) names=({} ) options=({} ) ;;\n", in_quotes(name), commands, options);
    };
    add(root, "");
    each_command(root, [&](const CommandText& command) { add(command, command.name); });
    out += "    esac\n    case \"$command ${words[CURRENT-1]}\" in\n";
    each_choice(root, [&](const auto& name, const auto& option, const auto& choices) {
        out += fmt::format(
            "        {}) values=({}) ;;\n", in_quotes(name + " " + option), joined_lines(choices));
    });
    out +=
        "    esac\n"
        "    if (( ${#values} )); then\n"
        "        _describe -t values 'value' values\n"
        "        return\n"
        "    fi\n"
        "    (( ${#names} )) && _describe -t commands 'command' names\n"
        "    (( ${#options} )) && _describe -t options 'option' options\n"
        "    _files\n"
        "}\n"
        "compdef _mcprisk mcprisk\n";
    return out;
}

std::string fish_completion(const CommandText& root) {
    const auto line =
        [](const std::string& when, const std::string& rest, const std::string& what) {
            std::string flat = what;
            std::replace(flat.begin(), flat.end(), '\n', ' ');
            return fmt::format("complete -c mcprisk{} {} -d {}\n",
                               when.empty() ? "" : " -n " + in_quotes(when),
                               rest,
                               in_quotes(flat));
        };
    const auto option_line = [&](const std::string& when, const OptionText& option) {
        std::string names;
        for (const std::string& name : option.names) {
            names += (names.empty() ? "" : " ") +
                     (name.starts_with("--") ? "-l " + name.substr(2) : "-s " + name.substr(1));
        }
        if (!option.choices.empty()) {
            names += " -x -a " + in_quotes(joined_lines(option.choices));
        } else if (!option.value.empty()) {
            names += " -r";
        }
        return line(when, names, option.description);
    };
    std::string out = "# fish completion of mcprisk\n";
    for (const OptionText& option : root.options) {
        if (!option.argument) out += option_line("", option);
    }
    for (const CommandText& command : root.commands) {
        out += line("__fish_use_subcommand", "-f -a " + command.name, command.description);
        const std::string seen = "__fish_seen_subcommand_from " + command.name;
        for (const OptionText& option : command.options) {
            if (!option.argument) out += option_line(seen, option);
        }
        for (const CommandText& below : command.commands) {
            out += line(
                seen, "-f -a " + below.name.substr(below.name.rfind(' ') + 1), below.description);
        }
        if (takes_server(command)) {
            out += line(seen, "-a '(mcprisk -q servers --names 2>/dev/null)'", "server");
        }
    }
    return out;
}

}  // namespace mcprisk::cli
