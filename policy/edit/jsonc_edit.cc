#include "policy/edit/jsonc_edit.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "model/base/json.h"
#include "policy/targets/quoting.h"

namespace mcprisk::policy {
namespace {

struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;  // behind the last byte
};

struct Element {
    Span at;
    std::size_t comma = std::string_view::npos;  // behind it, if there is one
};

// Walks a text that parse_jsonc has accepted.
class Walker {
  public:
    explicit Walker(std::string_view text) : text_(text) {}

    void skip_blanks() {
        while (at_ < text_.size()) {
            const std::string_view rest = text_.substr(at_);
            if (rest.starts_with("//")) {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (rest.starts_with("/*")) {
                at_ = std::min(text_.find("*/", at_ + 2), text_.size() - 2) + 2;
            } else if (rest.front() == ' ' || rest.front() == '\t' || rest.front() == '\n' ||
                       rest.front() == '\r') {
                ++at_;
            } else if (rest.starts_with("\xEF\xBB\xBF")) {
                at_ += 3;
            } else {
                return;
            }
        }
    }

    // Past one value; `at_` is on its first byte.
    void skip_value() {
        if (peek() == '"') {
            skip_string();
        } else if (peek() == '{' || peek() == '[') {
            int depth = 0;
            do {
                skip_blanks();
                if (peek() == '"') {
                    skip_string();
                    continue;
                }
                if (peek() == '{' || peek() == '[') ++depth;
                if (peek() == '}' || peek() == ']') --depth;
                ++at_;
            } while (depth > 0 && at_ < text_.size());
        } else {
            while (at_ < text_.size() &&
                   std::string_view(",]} \t\r\n/").find(peek()) == std::string_view::npos) {
                ++at_;
            }
        }
    }

    std::string read_string() {
        const std::size_t begin = at_;
        skip_string();
        const auto value = parse_json(text_.substr(begin, at_ - begin));
        return value && value->is_string() ? value->get<std::string>() : std::string();
    }

    // The value of the last member `key` of the object that `at_` is on. Moves to it if found, else
    // behind the object's opening brace.
    bool enter(std::string_view key) {
        const std::size_t open = at_;
        std::size_t found = std::string_view::npos;
        ++at_;
        skip_blanks();
        while (at_ < text_.size() && peek() == '"') {
            const std::string name = read_string();
            skip_blanks();
            ++at_;  // the colon
            skip_blanks();
            if (name == key) found = at_;
            skip_value();
            skip_blanks();
            if (peek() == ',') ++at_;
            skip_blanks();
        }
        at_ = found != std::string_view::npos ? found : open + 1;
        return found != std::string_view::npos;
    }

    // The elements of the list that `at_` is on; `at_` is behind it afterwards.
    std::vector<Element> elements() {
        std::vector<Element> list;
        ++at_;
        skip_blanks();
        while (at_ < text_.size() && peek() != ']') {
            Element one{.at = {at_, at_}};
            skip_value();
            one.at.end = at_;
            skip_blanks();
            if (peek() == ',') one.comma = at_++;
            list.push_back(one);
            skip_blanks();
        }
        ++at_;
        return list;
    }

    void go_to(std::size_t at) { at_ = at; }
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    [[nodiscard]] std::size_t at() const { return at_; }

  private:
    void skip_string() {
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\') ++at_;
        }
        ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::string indent_of(std::size_t depth) { return std::string(2 * depth, ' '); }

// {"a": {"b": [...]}} for what is missing below the object at `depth`.
std::string missing_members(const std::vector<std::string>& path,
                            std::size_t depth,
                            const std::vector<std::string>& added) {
    std::string text;
    for (std::size_t i = depth; i + 1 < path.size(); ++i) {
        text += fmt::format("{}{}: {{\n", indent_of(i + 1), json_literal(path[i]));
    }
    text += fmt::format("{}{}: [", indent_of(path.size()), json_literal(path.back()));
    for (std::size_t i = 0; i < added.size(); ++i) {
        text += fmt::format(
            "{}\n{}{}", i == 0 ? "" : ",", indent_of(path.size() + 1), json_literal(added[i]));
    }
    text += added.empty() ? "]" : "\n" + indent_of(path.size()) + "]";
    for (std::size_t i = path.size() - 1; i > depth; --i) text += "\n" + indent_of(i) + "}";
    return text;
}

// Takes out [begin, end) of one element with its comma, and its line if nothing else is on it.
Span whole_entry(std::string_view text, const Element& one) {
    Span cut = one.at;
    if (one.comma != std::string_view::npos) cut.end = one.comma + 1;
    std::size_t begin = cut.begin;
    while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t')) --begin;
    std::size_t end = cut.end;
    while (end < text.size() && (text[end] == ' ' || text[end] == '\t' || text[end] == '\r')) ++end;
    const bool alone =
        begin > 0 && text[begin - 1] == '\n' && end < text.size() && text[end] == '\n';
    return alone ? Span{begin, end + 1} : cut;
}

std::string edit_elements(std::string_view text,
                          std::size_t open,
                          std::size_t close,
                          const std::vector<Element>& elements,
                          const std::function<bool(const std::string&)>& keep,
                          const std::vector<std::string>& added,
                          std::size_t depth) {
    std::set<std::string> present;
    std::vector<Span> cuts;
    const Element* last = nullptr;
    for (const Element& one : elements) {
        const auto value = parse_json(text.substr(one.at.begin, one.at.end - one.at.begin));
        const bool is_text = value && value->is_string();
        if (is_text && !keep(value->get<std::string>())) {
            cuts.push_back(whole_entry(text, one));
            continue;
        }
        if (is_text) present.insert(value->get<std::string>());
        last = &one;
    }
    std::string fresh;
    for (const std::string& one : added) {
        if (present.contains(one)) continue;
        fresh += fmt::format(
            "{}\n{}{}", fresh.empty() ? "" : ",", indent_of(depth + 1), json_literal(one));
    }
    std::string out;
    std::size_t at = 0;
    const auto copy_to = [&](std::size_t end) {
        if (end <= at) return;
        out += text.substr(at, end - at);
        at = end;
    };
    // Fresh elements stand behind the last one that stays, and behind a comment on its line.
    std::size_t behind = open + 1;
    if (last != nullptr) {
        behind = last->comma != std::string_view::npos ? last->comma + 1 : last->at.end;
        std::size_t comment = behind;
        while (comment < text.size() && (text[comment] == ' ' || text[comment] == '\t')) ++comment;
        if (text.substr(comment).starts_with("//")) {
            behind = std::min(text.find('\n', comment), text.size());
        }
    }
    const bool comma_stays = last != nullptr && last->comma != std::string_view::npos;
    const auto insert = [&] {
        if (!fresh.empty()) {
            if (last != nullptr && !comma_stays) {
                copy_to(last->at.end);
                out += ',';
            }
            copy_to(behind);
            out += fresh;
            if (close == behind) out += "\n" + indent_of(depth);
            return;
        }
        const bool last_of_all = std::any_of(cuts.begin(), cuts.end(), [&](const Span& cut) {
            return comma_stays && cut.begin > last->comma;
        });
        if (last_of_all) {
            copy_to(last->comma);
            ++at;
        }
        copy_to(behind);
    };
    bool inserted = false;
    for (const Span& cut : cuts) {
        if (!inserted && cut.begin >= behind) {
            insert();
            inserted = true;
        }
        copy_to(cut.begin);
        at = std::max(at, cut.end);
    }
    if (!inserted) insert();
    out += text.substr(at);
    return out;
}

}  // namespace

Result<std::string> edit_list(std::string_view text,
                              const std::vector<std::string>& path,
                              const std::function<bool(const std::string&)>& keep,
                              const std::vector<std::string>& added) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) text = "{}\n";
    const auto parsed = parse_jsonc(text);
    if (!parsed) return fail(parsed.error());
    Walker walker(text);
    walker.skip_blanks();
    for (std::size_t depth = 0; depth < path.size(); ++depth) {
        if (walker.peek() != '{') {
            return fail(
                ErrorCode::invalid_input,
                fmt::format("something other than an object stands above \"{}\"", path[depth]));
        }
        if (walker.enter(path[depth])) continue;
        if (added.empty()) return std::string(text);
        // Behind the opening brace, before whatever stands there.
        const std::size_t brace = walker.at();
        Walker next(text.substr(brace));
        next.skip_blanks();
        const bool empty = next.peek() == '}';
        std::string out(text.substr(0, brace));
        out += "\n" + missing_members(path, depth, added) + (empty ? "" : ",");
        std::string_view rest = text.substr(brace);
        if (empty && rest.starts_with('}')) out += "\n" + indent_of(depth);
        return out + std::string(rest);
    }
    if (walker.peek() != '[') {
        return fail(ErrorCode::invalid_input, fmt::format("\"{}\" is no list", path.back()));
    }
    const std::size_t open = walker.at();
    const auto elements = walker.elements();
    std::string out =
        edit_elements(text, open, walker.at() - 1, elements, keep, added, path.size());
    if (const auto sound = parse_jsonc(out); !sound) {
        return fail(sound.error().context("editing the list gave no valid file"));
    }
    return out;
}

Result<std::string> edit_value(std::string_view text,
                               const std::vector<std::string>& path,
                               const nlohmann::json& value) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) text = "{}\n";
    const auto parsed = parse_jsonc(text);
    if (!parsed) return fail(parsed.error());
    const auto refuse = [&](const std::string& step, std::string_view why) {
        return fail(ErrorCode::invalid_input, fmt::format("at \"{}\": {}", step, why));
    };
    Walker walker(text);
    walker.skip_blanks();
    for (std::size_t depth = 0; depth < path.size(); ++depth) {
        if (walker.peek() == '[') {
            std::size_t index = 0;
            const std::string& step = path[depth];
            const auto read = std::from_chars(step.data(), step.data() + step.size(), index);
            if (read.ec != std::errc() || read.ptr != step.data() + step.size()) {
                return refuse(step, "a list stands above it");
            }
            const auto elements = walker.elements();
            if (index >= elements.size()) return refuse(step, "the list is shorter");
            walker.go_to(elements[index].at.begin);
            continue;
        }
        if (walker.peek() != '{') return refuse(path[depth], "no object stands above it");
        if (walker.enter(path[depth])) continue;
        // Behind the opening brace, before whatever stands there.
        const std::size_t brace = walker.at();
        Walker next(text.substr(brace));
        next.skip_blanks();
        nlohmann::json nested = value;
        for (std::size_t i = path.size(); i > depth + 1; --i) {
            nested = nlohmann::json{{path[i - 1], std::move(nested)}};
        }
        std::string out(text.substr(0, brace));
        out += fmt::format("\n{}{}: {}{}",
                           indent_of(depth + 1),
                           json_literal(path[depth]),
                           nested.dump(),
                           next.peek() == '}' ? "" : ",");
        const std::string_view rest = text.substr(brace);
        if (next.peek() == '}' && rest.starts_with('}')) out += "\n" + indent_of(depth);
        return out + std::string(rest);
    }
    const std::size_t begin = walker.at();
    walker.skip_value();
    std::string out(text.substr(0, begin));
    out += value.dump();
    out += text.substr(walker.at());
    if (const auto sound = parse_jsonc(out); !sound) {
        return fail(sound.error().context("editing the value gave no valid file"));
    }
    return out;
}

}  // namespace mcprisk::policy
