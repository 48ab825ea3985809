#include "crawler/config/config_entry.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "crawler/config/entry_identity.h"
#include "crawler/config/entry_words.h"
#include "crawler/config/identity.h"
#include "crawler/config/target_word.h"
#include "crawler/net/http_url.h"
#include "crawler/redact.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

class EntryReader {
  public:
    EntryReader(const json& entry, Client client, const ConfigContext& context)
        : entry_(entry), client_(client), context_(context), syntax_(variable_syntax(client)) {}

    Result<Target> read(std::string_view name) {
        target_.config_name = name;
        target_.title = string_member(entry_, "title");
        target_.description = string_member(entry_, "description");
        target_.disabled =
            bool_member(entry_, "disabled", false) || !bool_member(entry_, "enabled", true);
        const EntryKind kind = entry_kind(entry_);
        const json* url = first_member(entry_, kUrlKeys);
        const bool has_command = find_member(entry_, "command") || find_member(entry_, "cmd");
        const bool remote = url != nullptr && (!has_command || kind == EntryKind::http ||
                                               kind == EntryKind::sse || kind == EntryKind::other);
        auto done = remote ? read_http(*url, kind, name) : read_stdio(name);
        if (!done) return fail(done.error());
        std::sort(target_.unresolved.begin(), target_.unresolved.end());
        target_.unresolved.erase(std::unique(target_.unresolved.begin(), target_.unresolved.end()),
                                 target_.unresolved.end());
        std::sort(target_.takes.begin(), target_.takes.end());
        target_.takes.erase(std::unique(target_.takes.begin(), target_.takes.end()),
                            target_.takes.end());
        if (configured_) target_.credential_class = "configured";
        mark_entry(target_);
        return std::move(target_);
    }

  private:
    using Done = Result<bool>;

    static tl::unexpected<Error> bad(std::string message) {
        return fail(ErrorCode::invalid_input, std::move(message));
    }

    Expansion fill_in(std::string_view text, Syntax syntax) {
        Expansion result = expand(text, syntax, context_.variables);
        target_.unresolved.insert(
            target_.unresolved.end(), result.unresolved.begin(), result.unresolved.end());
        target_.takes.insert(target_.takes.end(), result.takes.begin(), result.takes.end());
        return result;
    }
    Expansion fill_in(std::string_view text) { return fill_in(text, syntax_); }

    std::optional<std::string> environment(std::string_view name) const {
        return context_.variables.environment ? context_.variables.environment(name) : std::nullopt;
    }

    // A variable that the configuration names instead of a value.
    std::optional<std::string> named_variable(const std::string& name) {
        auto value = environment(name);
        (value ? target_.takes : target_.unresolved).push_back(name);
        return value;
    }

    Done read_stdio(std::string_view name) {
        const json* command = find_member(entry_, "command");
        if (command == nullptr) command = find_member(entry_, "cmd");
        const json* args = find_member(entry_, "args");
        const json* env = first_member(entry_, kEnvKeys);
        if (command != nullptr && command->is_object()) {  // Zed before 2025
            const json& old = *command;
            args = find_member(old, "args");
            env = first_member(old, kEnvKeys);
            command = find_member(old, "path");
        }
        if (command == nullptr || command->is_null()) {
            return bad(find_member(entry_, "tcp") != nullptr
                           ? "the entry speaks plain TCP, which is no transport of MCP"
                           : "the entry has neither a command nor a URL");
        }
        std::vector<std::string> written;
        if (auto done = read_words(*command, "command", written); !done) return done;
        if (written.empty() || trim(written.front()).empty()) return bad("the command is empty");
        if (command->is_string() && is_command_line(written.front()) &&
            (args == nullptr || args->empty())) {
            const std::string line = written.front();
            written.clear();
            for (const std::string_view word : split(line, ' ')) {
                if (!word.empty()) written.emplace_back(word);
            }
        }
        if (args != nullptr && !args->is_null()) {
            if (auto done = read_words(*args, "args", written); !done) return done;
        }
        StdioTarget stdio;
        if (auto done = read_command(written, stdio); !done) return done;
        if (auto done = read_env(env, stdio); !done) return done;
        if (const json* directory = first_member(entry_, kDirectoryKeys)) {
            if (!directory->is_string()) return bad("the working directory is not text");
            stdio.working_directory = at_home(fill_in(directory->get<std::string>()).text);
            if (has_nul(stdio.working_directory)) return bad("the working directory holds NUL");
        }
        target_.how = std::move(stdio);
        set_identity(target_, name);
        if (target_.id == name) target_.version = string_member(entry_, "version");
        return true;
    }

    Done read_command(const std::vector<std::string>& written, StdioTarget& stdio) {
        bool filled_in = false;
        for (const std::string& word : written) {
            const bool program = stdio.argv.empty();
            const bool dollar = program && client_ == Client::amazon_q;
            Expansion one = fill_in(word, dollar ? syntax_ | Syntax::dollar : syntax_);
            if (has_nul(one.text)) return bad("the command holds a NUL byte");
            filled_in = filled_in || one.filled_in;
            stdio.argv.push_back(program ? at_home(std::move(one.text)) : std::move(one.text));
        }
        if (filled_in) target_.as_written = written;
        return true;
    }

    std::string at_home(std::string path) const {
        const std::string& home = context_.variables.home;
        if (path.starts_with("~/") && !home.empty()) path.replace(0, 1, home);
        return path;
    }

    // Appends a word or a list of words.
    static Done read_words(const json& value,
                           std::string_view what,
                           std::vector<std::string>& out) {
        if (!value.is_array()) {
            auto text = scalar_text(value);
            if (!text) return bad(fmt::format("{} is neither text nor a list of text", what));
            if (what == "args" && is_command_line("x " + *text)) {
                for (const std::string_view word : split(*text, ' ')) {
                    if (!word.empty()) out.emplace_back(word);
                }
            } else {
                out.push_back(std::move(*text));
            }
            return true;
        }
        for (std::size_t i = 0; i < value.size(); ++i) {
            auto text = scalar_text(value[i]);
            if (!text) return bad(fmt::format("{}[{}] is not text", what, i));
            out.push_back(std::move(*text));
        }
        return true;
    }

    // Calls `take(name, value)` for {"A": "b"}, [{"name": "A", "value": "b"}] and ["A=b"].
    template <typename Take>
    Done each_pair(const json& value, std::string_view what, Take take) {
        if (value.is_object()) {
            for (const auto& [name, member] : value.items()) {
                if (auto done = take(name, member); !done) return done;
            }
            return true;
        }
        if (!value.is_array()) return bad(fmt::format("{} is not an object", what));
        for (const json& item : value) {
            std::string name = string_member(item, "name");
            json member = item.is_object() ? item.value("value", json()) : json();
            if (item.is_string()) {
                const auto text = item.get<std::string>();
                const auto equals = text.find('=');
                if (equals != std::string::npos) member = text.substr(equals + 1);
                name = text.substr(0, equals);
            }
            if (auto done = take(name, member); !done) return done;
        }
        return true;
    }

    Done read_env(const json* env, StdioTarget& stdio) {
        read_env_file(stdio);
        const auto take = [&](const std::string& name, const json& value) -> Done {
            if (name.empty() || has_nul(name) || name.find('=') != std::string::npos) {
                return bad("the environment has a variable whose name is not one");
            }
            if (value.is_null()) return forward(name, stdio);
            const auto text = scalar_text(value);
            if (!text) return bad(fmt::format("the variable {} is not text", printable(name)));
            Expansion filled = fill_in(*text);
            if (has_nul(filled.text)) {
                return bad(fmt::format("the variable {} holds a NUL byte", printable(name)));
            }
            configured_ = configured_ || !filled.text.empty();
            stdio.env[name] = std::move(filled.text);
            return true;
        };
        if (env != nullptr) {
            if (auto done = each_pair(*env, "the environment", take); !done) return done;
        }
        for (const char* key : {"env_vars", "env_keys"}) {  // Codex, Goose
            const json* names = find_member(entry_, key);
            if (names == nullptr || !names->is_array()) continue;
            for (const json& name : *names) {
                const std::string text =
                    name.is_string() ? name.get<std::string>() : string_member(name, "name");
                if (!text.empty() && stdio.env.count(text) == 0) forward(text, stdio);
            }
        }
        return true;
    }

    Done forward(const std::string& name, StdioTarget& stdio) {
        if (auto value = named_variable(name)) {
            configured_ = configured_ || !value->empty();
            stdio.env[name] = std::move(*value);
        }
        return true;
    }

    // VS Code and Cursor: lines K=V. What `env` says is stronger.
    void read_env_file(StdioTarget& stdio) {
        const std::string written = string_member(entry_, "envFile");
        if (written.empty()) return;
        const std::string path = fill_in(written).text;
        const auto& read_file = context_.variables.read_file;
        const auto text = read_file ? read_file(path) : std::nullopt;
        if (!text) {
            target_.unresolved.emplace_back("envFile");
            return;
        }
        target_.takes.push_back("file " + path);
        for (const std::string_view raw : split(*text, '\n')) {
            std::string_view line = trim(raw);
            if (line.starts_with("export ")) line = trim(line.substr(7));
            const auto equals = line.find('=');
            if (line.starts_with('#') || equals == std::string_view::npos || equals == 0) continue;
            std::string_view value = trim(line.substr(equals + 1));
            const bool quoted = value.size() > 1 && value.front() == value.back() &&
                                (value.front() == '"' || value.front() == '\'');
            if (quoted) value = value.substr(1, value.size() - 2);
            if (has_nul(line)) continue;
            stdio.env[std::string(trim(line.substr(0, equals)))] = value;
            configured_ = true;
        }
    }

    Done read_http(const json& url, EntryKind kind, std::string_view name) {
        if (!url.is_string()) return bad("the URL is not text");
        const std::string written(trim(url.get<std::string>()));
        Expansion filled = fill_in(written);
        if (filled.text.empty()) return bad("the URL is empty");
        for (const char c : filled.text) {
            if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) {
                return bad("the URL holds a blank or control character");
            }
        }
        // Said here, where nothing but what is written has to be shown.
        if (filled.filled_in && filled.unresolved.empty() && !parse_http_url(filled.text)) {
            return bad(fmt::format("{} is no address once its variables are filled in",
                                   printable(redact(written))));
        }
        HttpTarget http;
        http.url = filled.text;
        const bool declared_http = find_member(entry_, "httpUrl") == &url;
        const bool sse_by_habit = client_ == Client::cline || client_ == Client::gemini;
        if (kind == EntryKind::http || declared_http) {
            http.transport_hint = "http";
        } else if (kind == EntryKind::sse || (kind == EntryKind::unknown && sse_by_habit)) {
            http.transport_hint = "sse";
        }
        if (auto done = read_headers(http); !done) return done;
        const auto scheme = http.url.find("://");
        const auto authority = http.url.substr(0, http.url.find('/', scheme + 3));
        configured_ = configured_ || authority.find('@') != std::string::npos;
        target_.how = std::move(http);
        set_identity(target_, name);
        if (filled.filled_in) hide_values(written, name);
        return true;
    }

    // A value of the environment may be a key. In the host it is none, so that only the rest of the
    // id stays as written; a URL that begins with a variable may hold anything.
    void hide_values(const std::string& written, std::string_view name) {
        target_.as_written = {written};
        const auto scheme = written.find("://");
        if (scheme == std::string::npos || written.find('$') < scheme) {
            target_.id = name;
            return;
        }
        const std::size_t path = std::min(end_of_authority(written, scheme + 3), written.size());
        const Expansion host =
            expand(std::string_view(written).substr(0, path), syntax_, context_.variables);
        const auto ends = std::string_view("/?#");
        if (host.text.find_first_of(ends, host.text.find("://") + 3) != std::string::npos) {
            target_.id = name;  // the variable holds more than a host
            return;
        }
        target_.id =
            url_id(host.text) + without_path_keys(url_path_as_written(written.substr(path)));
    }

    // Braces may hold slashes and question marks of their own.
    static std::size_t end_of_authority(std::string_view text, std::size_t at) {
        for (int open = 0; at < text.size(); ++at) {
            if (text[at] == '{') ++open;
            if (text[at] == '}' && open > 0) --open;
            if (open == 0 && (text[at] == '/' || text[at] == '?' || text[at] == '#')) break;
        }
        return at;
    }

    static std::string url_path_as_written(std::string_view rest) {
        return std::string(rest.substr(0, rest.find_first_of("?#")));
    }

    Done read_headers(HttpTarget& http) {
        const auto put = [&](const std::string& name, std::string value) -> Done {
            if (auto checked = check_header(name, value); !checked) return fail(checked.error());
            configured_ = configured_ || !value.empty();
            http.headers.emplace_back(name, std::move(value));
            return true;
        };
        const auto take = [&](const std::string& name, const json& value) -> Done {
            if (value.is_null()) return bad("a header has no value");  // what is there may be a key
            const auto text = scalar_text(value);
            if (!text) return bad(fmt::format("the header {} is not text", printable(name)));
            return put(name, fill_in(*text).text);
        };
        if (const json* headers = first_member(entry_, kHeaderKeys)) {
            if (auto done = each_pair(*headers, "headers", take); !done) return done;
        }
        for (const char* key : {"bearer_token_env_var", "bearerTokenEnv"}) {
            const std::string name = string_member(entry_, key);
            if (name.empty()) continue;
            if (auto value = named_variable(name)) {
                if (auto done = put("Authorization", "Bearer " + *value); !done) return done;
            }
        }
        if (const json* names = find_member(entry_, "env_http_headers");
            names && names->is_object()) {
            for (const auto& [header, name] : names->items()) {
                if (!name.is_string()) continue;
                if (auto value = named_variable(name.get<std::string>())) {
                    if (auto done = put(header, *value); !done) return done;
                }
            }
        }
        if (find_member(entry_, "headersHelper") != nullptr) {
            target_.unresolved.emplace_back("headersHelper");  // a program that we do not run
        }
        return true;
    }

    const json& entry_;
    Client client_;
    const ConfigContext& context_;
    Syntax syntax_;
    Target target_;
    bool configured_ = false;
};

}  // namespace

bool is_config_entry(const json& value) {
    if (!value.is_object()) return false;
    const bool has_url = first_member(value, kUrlKeys) != nullptr;
    return has_url || find_member(value, "command") || find_member(value, "cmd") ||
           find_member(value, "tcp") || entry_kind(value) != EntryKind::unknown || is_built_in(value);
}

bool is_built_in(const json& entry) {
    constexpr std::array<std::string_view, 4> kTypes{
        "builtin", "platform", "frontend", "inline_python"};
    const std::string type = string_member(entry, "type");
    return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end() ||
           bool_member(entry, "bundled", false);
}

Result<Target> read_config_entry(std::string_view name,
                                 const json& entry,
                                 Client client,
                                 const ConfigContext& context) {
    if (!entry.is_object()) return fail(ErrorCode::invalid_input, "the entry is not an object");
    return EntryReader(entry, client, context).read(name);
}

}  // namespace mcprisk::crawler
