#include "site/template.h"

#include <ctemplate/template.h>
#include <fmt/format.h>
#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#include "model/base/encoding.h"
#include "model/base/hash.h"
#include "model/base/text.h"

namespace mcprisk::site {
namespace {

constexpr std::string_view kFirstLine = "{{%AUTOESCAPE context=\"HTML\"}}";

std::string& hash_of_all() {
    static std::string hash;
    return hash;
}

ctemplate::TemplateString piece(std::string_view text) { return {text.data(), text.size()}; }

bool is_combining(char32_t c) {
    return (c >= 0x300 && c <= 0x36f) || (c >= 0x483 && c <= 0x489) ||
           (c >= 0x1ab0 && c <= 0x1aff) || (c >= 0x1dc0 && c <= 0x1dff) ||
           (c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe20 && c <= 0xfe2f) ||
           (c >= 0xe31 && c <= 0xe4e && c != 0xe32 && c != 0xe33);
}

}  // namespace

namespace {

// Most of it is: then nothing has to be looked at twice.
bool is_plain(std::string_view text) {
    unsigned odd = 0;
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        odd |= static_cast<unsigned>(u < 0x20 && u != '\n') | static_cast<unsigned>(u > 0x7e);
    }
    return odd == 0;
}

}  // namespace

std::string visible(std::string_view text) {
    constexpr std::size_t kMostMarks = 8;
    std::string shown = printable_block(text);
    if (is_plain(shown)) return shown;
    std::string out;
    out.reserve(shown.size());
    std::size_t marks = 0;
    for (std::size_t i = 0; i < shown.size();) {
        const std::string_view rest = std::string_view(shown).substr(i);
        const std::size_t length = std::max<std::size_t>(1, utf8_sequence_length(rest));
        const std::string_view one = rest.substr(0, length);
        marks = is_combining(decode_utf8(one)) ? marks + 1 : 0;
        if (marks <= kMostMarks) out += one;
        i += length;
    }
    return out;
}

std::string ready_json(std::string_view json) {
    std::string out;
    for (const char c : harmless_json(json)) {
        switch (c) {
            case '<':
                out += "\\u003c";
                break;
            case '>':
                out += "\\u003e";
                break;
            case '&':
                out += "\\u0026";
                break;
            default:
                out += c;
        }
    }
    return out;
}

Result<void> load_templates(std::span<const EmbeddedFile> built_in, std::string_view folder) {
    std::string all;
    for (const EmbeddedFile& file : built_in) {
        if (!file.name.ends_with(".html")) continue;
        std::string text(file.text);
        if (!folder.empty()) {
            std::ifstream in(std::string(folder) + "/" + std::string(file.name), std::ios::binary);
            if (in) text.assign(std::istreambuf_iterator<char>(in), {});
        }
        const std::string name(file.name);
        if (!text.starts_with(kFirstLine)) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("the template {} does not begin with {}", name, kFirstLine));
        }
        ctemplate::mutable_default_template_cache()->Delete(name);
        if (!ctemplate::StringToTemplateCache(name, text, ctemplate::STRIP_BLANK_LINES)) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("the template {} cannot be parsed; a section is not closed, "
                                    "or a value stands where no escaping is safe",
                                    name));
        }
        all += name + '\0' + text + '\0';
    }
    hash_of_all() = sha256_hex(all);
    return {};
}

const std::string& templates_hash() { return hash_of_all(); }

void Section::set(std::string_view name, std::string_view value) const {
    if (is_plain(value)) {
        dictionary_->SetValue(piece(name), piece(value));
    } else {
        dictionary_->SetValue(piece(name), visible(value));
    }
}

void Section::set(std::string_view name, std::size_t value) const {
    dictionary_->SetValue(piece(name), std::to_string(value));
}

void Section::set_number(std::string_view name, double value) const {
    std::string text = fmt::format("{:.2f}", value);
    while (text.ends_with('0')) text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    dictionary_->SetValue(piece(name), text);
}

void Section::set_ready_json(std::string_view name, std::string_view json) const {
    dictionary_->SetValue(piece(name), piece(json));
}

Section Section::add(std::string_view name) const {
    return Section(dictionary_->AddSectionDictionary(piece(name)));
}

Page::Page() : Section(new ctemplate::TemplateDictionary("page")) {
    head_ = dictionary_->AddIncludeDictionary("HEAD");
    head_->SetFilename("head.html");
    foot_ = dictionary_->AddIncludeDictionary("FOOT");
    foot_->SetFilename("foot.html");
}
Page::~Page() { delete dictionary_; }

Section Page::head() const { return Section(head_); }
Section Page::foot() const { return Section(foot_); }

std::string Page::render(std::string_view name) const {
    std::string out;
    if (!ctemplate::ExpandTemplate(
            std::string(name), ctemplate::STRIP_BLANK_LINES, dictionary_, &out)) {
        throw std::logic_error("no template " + std::string(name));
    }
    return out;
}

}  // namespace mcprisk::site
