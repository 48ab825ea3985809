#include "model/base/json.h"

#include <fmt/format.h>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>

#include "model/base/json_text.h"
#include "model/base/text.h"

namespace mcprisk {
namespace {

using nlohmann::json;

// One pass over the raw text that checks depth and mends what the parser would refuse. It knows
// only strings, brackets and bare words; everything else is left to the parser.
class Mender {
  public:
    Mender(std::string_view text, const JsonLimits& limits) : in_(text), limits_(limits) {}

    Result<std::string> run(JsonRepairs& repairs) {
        out_.reserve(in_.size());
        while (at_ < in_.size()) {
            const char c = in_[at_];
            if (c == '"') {
                mend_string(repairs);
            } else if (c == '[' || c == '{') {
                if (++depth_ > limits_.depth) {
                    return fail(ErrorCode::too_large,
                                fmt::format("JSON nested deeper than {} levels", limits_.depth));
                }
                copy_one();
            } else if (c == ']' || c == '}') {
                if (depth_ > 0) --depth_;
                copy_one();
            } else if (is_word(c)) {
                mend_word(repairs);
            } else {
                copy_one();
            }
        }
        return std::move(out_);
    }

  private:
    static bool is_word(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '+' || c == '.';
    }

    void copy_one() { out_ += in_[at_++]; }

    void mend_word(JsonRepairs& repairs) {
        const std::size_t start = at_;
        while (at_ < in_.size() && is_word(in_[at_])) ++at_;
        const std::string word(in_.substr(start, at_ - start));
        if (word == "NaN" || word == "Infinity" || word == "-Infinity") {
            ++repairs.bad_numbers;
            out_ += "null";
            return;
        }
        const bool may_overflow =
            word.find_first_of("eE") != std::string::npos || word.size() > 300;
        if (may_overflow && word.find_first_not_of("0123456789eE.+-") == std::string::npos &&
            std::isinf(std::strtod(word.c_str(), nullptr))) {
            ++repairs.bad_numbers;
            out_ += word.front() == '-' ? "-1.7976931348623157e308" : "1.7976931348623157e308";
            return;
        }
        out_ += word;
    }

    // The four hex digits at `at`, or -1.
    [[nodiscard]] int hex4(std::size_t at) const {
        if (at + 4 > in_.size()) return -1;
        int value = 0;
        for (std::size_t i = at; i < at + 4; ++i) {
            const char c = lower_ascii(in_[i]);
            const int digit = c >= '0' && c <= '9'   ? c - '0'
                              : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                                     : -1;
            if (digit < 0) return -1;
            value = value * 16 + digit;
        }
        return value;
    }

    void mend_string(JsonRepairs& repairs) {
        copy_one();
        while (at_ < in_.size()) {
            const char c = in_[at_];
            if (c == '"') {
                copy_one();
                return;
            }
            if (c == '\\') {
                mend_escape(repairs);
                continue;
            }
            if (static_cast<unsigned char>(c) < 0x80) {
                copy_one();
                continue;
            }
            const std::size_t n = utf8_sequence_length(in_.substr(at_));
            if (n == 0) {
                ++repairs.bad_utf8;
                out_ += "\xef\xbf\xbd";
                ++at_;
            } else {
                out_.append(in_.substr(at_, n));
                at_ += n;
            }
        }
    }

    void mend_escape(JsonRepairs& repairs) {
        const bool unicode = at_ + 1 < in_.size() && in_[at_ + 1] == 'u';
        const int code = unicode ? hex4(at_ + 2) : -1;
        if (code >= 0xd800 && code <= 0xdfff) {
            const bool paired = code <= 0xdbff && at_ + 7 < in_.size() && in_[at_ + 6] == '\\' &&
                                in_[at_ + 7] == 'u' && hex4(at_ + 8) >= 0xdc00 &&
                                hex4(at_ + 8) <= 0xdfff;
            if (paired) {
                out_.append(in_.substr(at_, 12));
                at_ += 12;
            } else {
                ++repairs.lone_surrogates;
                out_ += "\\ufffd";
                at_ += 6;
            }
            return;
        }
        copy_one();
        if (at_ < in_.size()) copy_one();
    }

    std::string_view in_;
    const JsonLimits& limits_;
    std::string out_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
};

Error parse_error(const json::parse_error& error, std::string_view text) {
    const std::size_t end = std::min<std::size_t>(error.byte, text.size());
    std::size_t line = 1;
    for (std::size_t i = 0; i < end; ++i) line += text[i] == '\n' ? 1 : 0;
    if (trim(text).empty()) return {ErrorCode::invalid_input, "not JSON: there is no text"};
    return {ErrorCode::invalid_input, fmt::format("not JSON: syntax error in line {}", line)};
}

std::string without_trailing_commas(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    bool in_string = false;
    std::size_t comma = std::string::npos;  // position in `out` of a comma nothing has followed yet
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            out += c;
            if (c == '\\' && i + 1 < text.size()) out += text[++i];
            if (c == '"') in_string = false;
            continue;
        }
        if (c == '/' && i + 1 < text.size() && (text[i + 1] == '/' || text[i + 1] == '*')) {
            const bool block = text[i + 1] == '*';
            const std::size_t end = block ? text.find("*/", i + 2) : text.find('\n', i);
            const std::size_t stop =
                end == std::string_view::npos ? text.size() : end + (block ? 2 : 0);
            for (std::size_t k = i; k < stop; ++k) out += text[k] == '\n' ? '\n' : ' ';
            i = stop - 1;
            continue;
        }
        if ((c == ']' || c == '}') && comma != std::string::npos) out[comma] = ' ';
        if (c == ',') {
            comma = out.size();
        } else if (trim(std::string_view(&c, 1)).size() == 1) {
            comma = std::string::npos;
        }
        in_string = c == '"';
        out += c;
    }
    return out;
}

void append_canonical(const json& value, std::string& out) {
    if (value.is_object()) {
        char before = '{';
        for (const auto& [key, member] : value.items()) {
            out += before;
            append_json_string(out, key);
            out += ':';
            append_canonical(member, out);
            before = ',';
        }
        out += value.empty() ? "{}" : "}";
    } else if (value.is_array()) {
        char before = '[';
        for (const json& item : value) {
            out += before;
            append_canonical(item, out);
            before = ',';
        }
        out += value.empty() ? "[]" : "]";
    } else if (value.is_string()) {
        append_json_string(out, value.get_ref<const std::string&>());
    } else if (value.is_number_float()) {
        append_json_number(out, value.get<double>());
    } else {
        out += value.dump();
    }
}

}  // namespace

Result<json> parse_json(std::string_view text, const JsonLimits& limits, JsonRepairs* repairs) {
    if (text.size() > limits.bytes) {
        return fail(
            ErrorCode::too_large,
            fmt::format("JSON of {} bytes, over the limit of {}", text.size(), limits.bytes));
    }
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    JsonRepairs local;
    auto mended = Mender(text, limits).run(repairs != nullptr ? *repairs : local);
    if (!mended) return fail(mended.error());
    try {
        return json::parse(*mended);
    } catch (const json::parse_error& error) {
        return fail(parse_error(error, *mended));
    } catch (const json::exception& error) {
        return fail(ErrorCode::invalid_input, fmt::format("not JSON: {}", error.what()));
    }
}

Result<json> parse_jsonc(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.bytes) return parse_json(text, limits);
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    return parse_json(without_trailing_commas(text), limits);
}

std::string canonical_json(const json& value) {
    std::string out;
    append_canonical(value, out);
    return out;
}

std::string pretty_json(const json& value) {
    return harmless_json(value.dump(2, ' ', false, json::error_handler_t::replace)) + "\n";
}

std::string string_member(const json& object, std::string_view key) {
    const json* member = find_member(object, key);
    return member != nullptr && member->is_string() ? member->get<std::string>() : std::string();
}

bool bool_member(const json& object, std::string_view key, bool otherwise) {
    const json* member = find_member(object, key);
    return member != nullptr && member->is_boolean() ? member->get<bool>() : otherwise;
}

const json* find_member(const json& object, std::string_view key) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(std::string(key));
    return found == object.end() ? nullptr : &*found;
}

}  // namespace mcprisk
