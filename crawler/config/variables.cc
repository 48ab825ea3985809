#include "crawler/config/variables.h"

#include <algorithm>

#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

// Closing marks are looked for this far: hostile text must not cost quadratic time.
constexpr std::size_t kLongestVariable = 4096;

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

std::size_t name_length(std::string_view text) {
    if (text.empty() || !begins_name(text.front())) return 0;
    std::size_t n = 1;
    while (n < text.size() && (begins_name(text[n]) || (text[n] >= '0' && text[n] <= '9'))) ++n;
    return n;
}

bool is_name(std::string_view text) { return !text.empty() && name_length(text) == text.size(); }

std::string_view last_step(std::string_view path) {
    while (path.size() > 1 && (path.back() == '/' || path.back() == '\\')) path.remove_suffix(1);
    const auto slash = path.find_last_of("/\\");
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

class Expander {
  public:
    Expander(std::string_view text, Syntax syntax, const VariableScope& scope)
        : in_(text), syntax_(syntax), scope_(scope) {}

    Expansion run() {
        while (at_ < in_.size()) {
            const std::size_t taken = take();
            if (taken == 0) out_.text += in_[at_];
            at_ += std::max<std::size_t>(taken, 1);
        }
        std::sort(out_.unresolved.begin(), out_.unresolved.end());
        out_.unresolved.erase(std::unique(out_.unresolved.begin(), out_.unresolved.end()),
                              out_.unresolved.end());
        return std::move(out_);
    }

  private:
    // Each take_* function returns how many bytes a variable at `at_` takes, 0 if there is none.
    std::size_t take() {
        const std::string_view rest = in_.substr(at_, kLongestVariable);
        if (rest.starts_with("${{") && has(syntax_, Syntax::templates)) return take_template(rest);
        if (rest.starts_with("${")) return take_braces(rest);
        if (rest.front() == '$' && has(syntax_, Syntax::dollar)) {
            const std::size_t n = name_length(rest.substr(1));
            return n == 0 ? 0 : take_variable(rest.substr(0, n + 1), rest.substr(1, n));
        }
        if (rest.front() == '%' && has(syntax_, Syntax::percent)) {
            const std::size_t n = name_length(rest.substr(1));
            if (n == 0 || n + 1 >= rest.size() || rest[n + 1] != '%') return 0;
            return take_variable(rest.substr(0, n + 2), rest.substr(1, n));
        }
        if (rest.front() == '{' && has(syntax_, Syntax::opencode)) return take_opencode(rest);
        return 0;
    }

    std::size_t leave(std::string_view whole, std::string_view name) {
        out_.text += whole;
        out_.unresolved.emplace_back(name);
        return whole.size();
    }

    std::size_t put(std::string_view whole, std::string_view value) {
        out_.text += value;
        return whole.size();
    }

    std::size_t put_ours(std::string_view whole, std::string_view value, std::string name) {
        out_.takes.push_back(std::move(name));
        return put(whole, value);
    }

    [[nodiscard]] std::optional<std::string> lookup(std::string_view name) const {
        return scope_.environment ? scope_.environment(name) : std::nullopt;
    }

    std::size_t take_variable(std::string_view whole,
                              std::string_view name,
                              std::optional<std::string_view> otherwise = std::nullopt) {
        const auto value = lookup(name);
        if (value && (!value->empty() || !otherwise)) {
            out_.filled_in = true;
            return put_ours(whole, *value, std::string(name));
        }
        return otherwise ? put(whole, *otherwise) : leave(whole, name);
    }

    std::size_t take_template(std::string_view rest) {
        const auto end = rest.find("}}");
        if (end == std::string_view::npos) return 0;
        return leave(rest.substr(0, end + 2), trim(rest.substr(3, end - 3)));
    }

    std::size_t take_braces(std::string_view rest) {
        const auto end = rest.find('}');
        if (end == std::string_view::npos) return 0;
        const std::string_view whole = rest.substr(0, end + 1);
        const std::string_view inner = rest.substr(2, end - 2);
        if (has(syntax_, Syntax::env_prefix) && inner.starts_with("env:")) {
            return take_named(whole, inner.substr(4));
        }
        if (has(syntax_, Syntax::editor)) {
            if (const std::size_t n = take_editor(whole, inner)) return n;
        }
        if (has(syntax_, Syntax::bundle)) {
            if (const std::size_t n = take_bundle(whole, inner)) return n;
        }
        return has(syntax_, Syntax::braces) ? take_named(whole, inner) : 0;
    }

    // NAME or NAME:-default
    std::size_t take_named(std::string_view whole, std::string_view inner) {
        const auto mark = inner.find(":-");
        const std::string_view name = inner.substr(0, mark);
        if (!is_name(name)) return 0;
        if (mark == std::string_view::npos) return take_variable(whole, name);
        return take_variable(whole, name, inner.substr(mark + 2));
    }

    std::size_t take_editor(std::string_view whole, std::string_view inner) {
        const std::string& folder = scope_.workspace;
        const auto known = [&](std::string_view value) {
            return value.empty() ? leave(whole, inner)
                                 : put_ours(whole, value, std::string(inner));
        };
        if (inner == "workspaceFolder" || inner == "workspaceRoot" || inner == "cwd") {
            return known(folder);
        }
        if (inner == "workspaceFolderBasename") return known(last_step(folder));
        if (inner == "userHome") return known(scope_.home);
        if (inner == "pathSeparator" || inner == "/")
            return put(whole, scope_.windows ? "\\" : "/");
        for (const std::string_view asked : {"input:", "command:", "config:", "workspaceFolder:"}) {
            if (inner.starts_with(asked)) return leave(whole, inner);
        }
        return 0;
    }

    std::size_t take_bundle(std::string_view whole, std::string_view inner) {
        if (inner == "__dirname" || inner == "CLAUDE_PLUGIN_ROOT" || inner == "extensionPath") {
            return scope_.bundle.empty() ? leave(whole, inner) : put(whole, scope_.bundle);
        }
        if (inner == "HOME" && !scope_.home.empty()) {
            return put_ours(whole, scope_.home, std::string(inner));
        }
        return inner.starts_with("user_config.") ? leave(whole, inner) : 0;
    }

    std::size_t take_opencode(std::string_view rest) {
        const bool file = rest.starts_with("{file:");
        const auto end = rest.find('}');
        if ((!file && !rest.starts_with("{env:")) || end == std::string_view::npos) return 0;
        const std::string_view whole = rest.substr(0, end + 1);
        if (!file) return take_named(whole, rest.substr(5, end - 5));
        const std::string_view path = trim(rest.substr(6, end - 6));
        const auto text = scope_.read_file ? scope_.read_file(std::string(path)) : std::nullopt;
        if (!text) return leave(whole, whole.substr(1, whole.size() - 2));
        out_.filled_in = true;
        return put_ours(whole, trim(*text), "file " + std::string(path));
    }

    std::string_view in_;
    Syntax syntax_;
    const VariableScope& scope_;
    Expansion out_;
    std::size_t at_ = 0;
};

}  // namespace

Expansion expand(std::string_view text, Syntax syntax, const VariableScope& scope) {
    return Expander(text, syntax, scope).run();
}

}  // namespace mcprisk::crawler
