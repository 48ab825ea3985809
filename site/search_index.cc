#include "site/search_index.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "model/base/encoding.h"
#include "model/base/json_text.h"
#include "model/base/text.h"
#include "site/address.h"

namespace mcprisk::site {
namespace {

constexpr std::size_t kBlock = 128;  // tools in one file of names
constexpr std::size_t kShardBytes = 48'000;
constexpr std::size_t kLongestList = 20'000;

// What is left of Latin letters without their marks, from U+00C0; '*' stays as it is.
constexpr std::string_view kLatin =
    "aaaaaa*ceeeeiiii*nooooo**uuuuy**"
    "aaaaaa*ceeeeiiii*nooooo**uuuuy*y"
    "aaaaaaccccccccdd**eeeeeeeeeegggggggghh**iiiiiiiiii**jjkk*llllll****nnnnnn***oooooo**"
    "rrrrrrssssssss"
    "tttt**uuuuuuuuuuuuwwyyyzzzzzz*";

bool without_blanks(char32_t c) {
    return (c >= 0xe00 && c <= 0xeff) || (c >= 0x3040 && c <= 0x30ff) ||
           (c >= 0x3400 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7af);
}

bool is_mark(char32_t c) {
    return (c >= 0x300 && c <= 0x36f) || (c >= 0x1ab0 && c <= 0x1aff) ||
           (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff) ||
           (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xfe20 && c <= 0xfe2f);
}

// Signs above ASCII that are neither letters nor numbers: punctuation, symbols, pictures.
bool is_sign(char32_t c) {
    return c < 0xaa || (c > 0xaa && c < 0xb2) || c == 0xb4 || (c > 0xb5 && c < 0xb9) || c == 0xbb ||
           c == 0xbf || c == 0xd7 || c == 0xf7 || (c >= 0x2000 && c <= 0x206f) ||
           (c >= 0x20a0 && c <= 0x20cf) || (c >= 0x2190 && c <= 0x245f) ||
           (c >= 0x2500 && c <= 0x2bff) || (c >= 0x2e00 && c <= 0x2e7f) ||
           (c >= 0x3000 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020) || c == 0x30fb ||
           (c >= 0xd800 && c <= 0xdfff) || (c >= 0xff01 && c <= 0xff0f) ||
           (c >= 0xff1a && c <= 0xff20) || (c >= 0xff3b && c <= 0xff40) ||
           (c >= 0xff5b && c <= 0xff65) || c == 0xfffd || (c >= 0x1f000 && c <= 0x1faff);
}

void add_json(std::string& out, std::string_view text) { append_harmless_json_string(out, text); }

struct Term {
    std::vector<std::uint32_t> names, texts, servers;
};

class Index {
  public:
    explicit Index(const Site& site) : site_(site), view_(*site.view) {
        std::array<std::uint32_t, 21> from{};
        const auto bucket = [](const engine::ToolOutline& tool) {
            return (3 - static_cast<std::size_t>(tool.risk)) * 5 + 4 -
                   static_cast<std::size_t>(tool.category);
        };
        for (const engine::ToolOutline& tool : view_.tools) ++from[bucket(tool) + 1];
        for (std::size_t i = 1; i < from.size(); ++i) from[i] += from[i - 1];
        ranges_ = from;
        number_.resize(view_.tools.size());
        tool_.resize(view_.tools.size());
        for (std::uint32_t i = 0; i < view_.tools.size(); ++i) {
            number_[i] = from[bucket(view_.tools[i])]++;
            tool_[number_[i]] = i;
        }
    }

    void fill(const VisitText& texts) {
        for (std::uint32_t i = 0; i < view_.tools.size(); ++i)
            add(i, view_.tools[i].name, &Term::names, true);
        texts([&](std::uint32_t tool, std::string_view title, std::string_view description) {
            add(tool, title, &Term::texts, false);
            add(tool, description, &Term::texts, false);
        });
        for (const engine::ServerLine& line : view_.servers) {
            for (const std::string& word : words_with_parts(line.id)) {
                auto& list = terms_[word].servers;
                for (std::uint32_t t = 0; t < line.tools; ++t) {
                    list.push_back(number_[line.first_tool + t]);
                }
            }
        }
        for (const auto& [prefix, lists] :
             {std::pair{"cap:", &view_.by_capability}, {"finding:", &view_.by_finding}}) {
            for (const auto& [tag, tools] : *lists) {
                auto& list = terms_[prefix + tag].names;
                for (const std::uint32_t tool : tools) list.push_back(number_[tool]);
            }
        }
    }

    std::vector<SiteFile> write() {
        std::vector<SiteFile> files;
        std::vector<std::string_view> sorted;
        sorted.reserve(terms_.size());
        for (const auto& [word, term] : terms_) sorted.push_back(word);
        std::sort(sorted.begin(), sorted.end());
        std::string firsts;
        std::string shard;
        std::size_t n = 0;
        const auto close = [&] {
            if (shard.empty()) return;
            files.push_back({fmt::format("search/i/{}.js", n),
                             fmt::format("mcprisk_shard(\"i/{}\",[{}])\n", n, shard)});
            shard.clear();
            ++n;
        };
        for (const std::string_view word : sorted) {
            Term& term = terms_.find(std::string(word))->second;
            std::string row = "[";
            add_json(row, word);
            bool cut = false;
            for (auto* list : {&term.names, &term.texts, &term.servers}) {
                std::sort(list->begin(), list->end());
                list->erase(std::unique(list->begin(), list->end()), list->end());
                if (list->size() > kLongestList) {
                    list->resize(kLongestList);
                    cut = true;
                }
                row += ",\"" + packed(*list) + "\"";
            }
            row += cut ? ",1]" : "]";
            if (!shard.empty() && shard.size() + row.size() > kShardBytes) close();
            if (shard.empty()) {
                if (!firsts.empty()) firsts += ',';
                add_json(firsts, word);
            } else {
                shard += ',';
            }
            shard += row;
        }
        close();
        names(files);
        files.push_back({"search/manifest.js",
                         fmt::format("mcprisk_shard(\"manifest\",{{\"tools\":{},\"block\":{},"
                                     "\"ranges\":[{}],\"shards\":[{}]}})\n",
                                     view_.tools.size(),
                                     kBlock,
                                     ranges(),
                                     firsts)});
        return files;
    }

  private:
    void add(std::uint32_t tool,
             std::string_view text,
             std::vector<std::uint32_t> Term::*list,
             bool name) {
        for (const std::string& word : name ? words_with_parts(text) : search_words(text)) {
            auto& numbers = terms_[word].*list;
            if (numbers.empty() || numbers.back() != number_[tool])
                numbers.push_back(number_[tool]);
        }
    }

    // "createIssue" is found by itself and by "issue".
    static std::vector<std::string> words_with_parts(std::string_view name) {
        std::vector<std::string> words = search_words(name);
        std::string parts;
        for (std::size_t i = 0; i < name.size(); ++i) {
            const auto upper = [&](std::size_t k) {
                return k < name.size() && name[k] >= 'A' && name[k] <= 'Z';
            };
            const auto lower = [&](std::size_t k) {
                return k < name.size() &&
                       ((name[k] >= 'a' && name[k] <= 'z') || (name[k] >= '0' && name[k] <= '9'));
            };
            if (i > 0 && upper(i) &&
                (lower(i - 1) || (upper(i - 1) && i + 1 < name.size() && name[i + 1] >= 'a' &&
                                  name[i + 1] <= 'z'))) {
                parts += ' ';
            }
            parts += name[i];
        }
        if (parts.size() != name.size()) {
            for (std::string& word : search_words(parts)) words.push_back(std::move(word));
        }
        return words;
    }

    std::string ranges() const {
        std::string out;
        std::uint32_t from = 0;
        for (std::size_t bucket = 0; bucket < 20; ++bucket) {
            const std::uint32_t to = ranges_[bucket + 1];
            if (to > from) {
                out += fmt::format("{}[\"{}\",\"{}\",{},{}]",
                                   out.empty() ? "" : ",",
                                   to_string(static_cast<RiskLevel>(3 - bucket / 5)),
                                   to_string(static_cast<Category>(4 - bucket % 5)),
                                   from,
                                   to);
            }
            from = to;
        }
        return out;
    }

    void names(std::vector<SiteFile>& files) const {
        for (std::size_t from = 0, n = 0; from < tool_.size(); from += kBlock, ++n) {
            std::string servers;
            std::string tools;
            std::unordered_map<std::uint32_t, std::size_t> places;
            for (std::size_t i = from; i < tool_.size() && i < from + kBlock; ++i) {
                const engine::ToolOutline& tool = view_.tools[tool_[i]];
                const engine::ServerLine& line = view_.servers[tool.server];
                const auto [place, fresh] = places.emplace(tool.server, places.size());
                if (fresh) {
                    servers += servers.empty() ? "[" : ",[";
                    add_json(servers, visible(line.id));
                    servers += ',';
                    add_json(servers, site_.server_slugs[tool.server]);
                    servers += fmt::format(",\"{}\"]", line.grade.letter);
                }
                tools += fmt::format("{}[{},", tools.empty() ? "" : ",", place->second);
                add_json(tools, visible(tool.name));
                tools += ',';
                add_json(tools, site_.tool_slugs[tool.server][tool_[i] - line.first_tool]);
                tools += has_page(site_, tool) ? ",1]" : ",0]";
            }
            files.push_back(
                {fmt::format("search/d/{}.js", n),
                 fmt::format(
                     "mcprisk_shard(\"d/{}\",{{\"s\":[{}],\"t\":[{}]}})\n", n, servers, tools)});
        }
    }

    const Site& site_;
    const engine::CatalogueView& view_;
    std::array<std::uint32_t, 21> ranges_{};
    std::vector<std::uint32_t> number_;  // of a tool
    std::vector<std::uint32_t> tool_;    // of a number
    std::unordered_map<std::string, Term> terms_;
};

}  // namespace

std::string packed(const std::vector<std::uint32_t>& numbers) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    std::uint32_t next = 0;
    for (const std::uint32_t number : numbers) {
        std::uint32_t value = number - next;
        next = number + 1;
        do {
            const std::uint32_t digit = value & 31U;
            value >>= 5U;
            out += kDigits[digit | (value != 0 ? 32U : 0U)];
        } while (value != 0);
    }
    return out;
}

std::vector<std::string> search_words(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    std::vector<std::string> signs;  // of a script without blanks
    const auto flush = [&] {
        if (!signs.empty()) {
            words.push_back(signs.back());  // no pair begins with it
            for (std::size_t i = 0; i + 1 < signs.size(); ++i) {
                words.push_back(signs[i] + signs[i + 1]);
            }
            signs.clear();
        }
        if (!word.empty()) words.push_back(std::exchange(word, {}));
    };
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (static_cast<unsigned char>(c) < 0x80) {
            const char low = lower_ascii(c);
            if ((low >= 'a' && low <= 'z') || (low >= '0' && low <= '9')) {
                if (!signs.empty()) flush();
                word += low;
            } else {
                flush();
            }
            ++i;
            continue;
        }
        const std::size_t length = utf8_sequence_length(text.substr(i));
        if (length == 0) {
            flush();
            ++i;
            continue;
        }
        const std::string_view one = text.substr(i, length);
        const char32_t code = decode_utf8(one);
        i += length;
        if (is_mark(code)) continue;
        if (!without_blanks(code) && !signs.empty()) flush();
        if (is_sign(code)) {
            flush();
        } else if (without_blanks(code)) {
            if (!word.empty()) flush();
            signs.emplace_back(one);
        } else if (code >= 0xc0 && code - 0xc0 < kLatin.size() && kLatin[code - 0xc0] != '*') {
            word += kLatin[code - 0xc0];
        } else if ((code >= 0x410 && code <= 0x42f) || (code >= 0xc6 && code <= 0xde)) {
            const char32_t low = code + 0x20;
            word += static_cast<char>(0xc0 | (low >> 6));
            word += static_cast<char>(0x80 | (low & 0x3f));
        } else {
            word += one;
        }
    }
    flush();
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

std::vector<SiteFile> search_files(const Site& site, const VisitText& texts) {
    Index index(site);
    index.fill(texts);
    return index.write();
}

}  // namespace mcprisk::site
