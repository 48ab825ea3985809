#include "model/lexicon/lexicon.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "model/lexicon/layout.h"

namespace mcprisk::lexicon {
namespace {

constexpr std::size_t kMostWords = 8;
constexpr std::size_t kMostVerbWords = 4;
constexpr std::size_t kKeyRoom = 256;  // longer than any key

// Words joined by blanks, in lower case, on the stack.
class Key {
  public:
    bool append(std::string_view word) {
        if (size_ + word.size() + 1 > kKeyRoom) return false;
        if (size_ > 0) letters_[size_++] = ' ';
        for (const char c : word) {
            letters_[size_++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        return true;
    }
    [[nodiscard]] std::string_view view() const { return {letters_.data(), size_}; }

  private:
    std::array<char, kKeyRoom> letters_{};
    std::size_t size_ = 0;
};

const Entry* lookup(std::string_view key) {
    const std::uint32_t hash = hash_of(key);
    for (std::uint32_t place = hash & (kSlots - 1);; place = (place + 1) & (kSlots - 1)) {
        const Slot& slot = kSlotTable[place];
        if (slot.entry == 0) return nullptr;
        if (slot.hash != hash) continue;
        const Entry& entry = kEntries[slot.entry];
        if (entry.size == key.size() &&
            std::memcmp(kLetters + entry.text, key.data(), key.size()) == 0) {
            return &entry;
        }
    }
}

// Of a word that stands before the head: its singular if the table knows it as a plural.
std::string_view singular(std::string_view word) {
    const Entry* entry = find(word);
    if (entry == nullptr || entry->attributes == 0) return word;
    return text_of(lemma_of(*entry));
}

// What a phrase stands for on a server about `about`, where that differs.
const Entry* on_server(Subject about, std::string_view phrase) {
    if (about == Subject::none) return nullptr;
    std::array<char, kKeyRoom> letters{};
    const std::string_view name = to_string(about);
    const std::size_t size = 1 + name.size() + 1 + phrase.size();
    if (size > letters.size() || size > kLongestKey) return nullptr;
    letters[0] = '@';
    std::copy(name.begin(), name.end(), letters.begin() + 1);
    letters[1 + name.size()] = ' ';
    std::copy(phrase.begin(),
              phrase.end(),
              letters.begin() + 2 + static_cast<std::ptrdiff_t>(name.size()));
    return lookup({letters.data(), size});
}

Privacy more_private(Privacy a, Privacy b) { return std::max(a, b); }

// Secrets, money and people first; then what acts; then what merely informs.
int telling(Subject subject) {
    static constexpr std::array kOrder{Subject::password_manager,
                                       Subject::bank,
                                       Subject::wallet,
                                       Subject::payments,
                                       Subject::exchange,
                                       Subject::health,
                                       Subject::people,
                                       Subject::mail,
                                       Subject::database,
                                       Subject::shell,
                                       Subject::cluster,
                                       Subject::identity,
                                       Subject::accounting,
                                       Subject::crm,
                                       Subject::chat,
                                       Subject::contacts,
                                       Subject::calendar,
                                       Subject::location,
                                       Subject::browser,
                                       Subject::devices,
                                       Subject::cloud,
                                       Subject::pipeline,
                                       Subject::code,
                                       Subject::files,
                                       Subject::shop,
                                       Subject::notes,
                                       Subject::memory,
                                       Subject::security,
                                       Subject::social,
                                       Subject::tracker,
                                       Subject::site,
                                       Subject::market,
                                       Subject::weather,
                                       Subject::maps,
                                       Subject::travel,
                                       Subject::learning,
                                       Subject::games,
                                       Subject::media,
                                       Subject::analytics,
                                       Subject::knowledge,
                                       Subject::web,
                                       Subject::documents,
                                       Subject::tools,
                                       Subject::none};
    const auto found = std::find(kOrder.begin(), kOrder.end(), subject);
    return static_cast<int>(found - kOrder.begin());
}

bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) > 0x7f;
}

// Cuts at everything that is no letter and where a capital follows a small letter. At most as many
// words as `out` has room for.
std::size_t cut(std::string_view text, std::span<std::string_view> out) {
    std::size_t n = 0;
    std::size_t begin = 0;
    bool inside = false;
    for (std::size_t i = 0; i <= text.size() && n < out.size(); ++i) {
        const bool in = i < text.size() && letter(text[i]);
        const bool hump = in && inside && text[i] >= 'A' && text[i] <= 'Z' && text[i - 1] >= 'a' &&
                          text[i - 1] <= 'z';
        if (inside && (!in || hump)) {
            out[n++] = text.substr(begin, i - begin);
            begin = i;
        } else if (!inside) {
            begin = i;
        }
        inside = in;
    }
    return n;
}

}  // namespace

const Entry* find(std::string_view key) {
    if (key.empty() || key.size() > kLongestKey) return nullptr;
    if (std::none_of(key.begin(), key.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
        return lookup(key);
    }
    Key folded;
    folded.append(key);
    return lookup(folded.view());
}

std::string_view text_of(const Entry& entry) { return {kLetters + entry.text, entry.size}; }

const Entry& lemma_of(const Entry& entry) { return kEntries[entry.lemma]; }

const Entry* undo_of(const Entry& entry) {
    return entry.undo == 0 ? nullptr : &kEntries[entry.undo];
}

std::optional<Attributes> attributes_of(const Entry& entry) {
    if (entry.attributes == 0) return std::nullopt;
    return unpack(entry.attributes);
}

const Entry* find_prefix(std::string_view text) {
    for (std::size_t size = std::min<std::size_t>(text.size(), kLongestForeignKey); size > 0;
         --size) {
        // Never inside a character.
        if (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
            continue;
        }
        if (const Entry* entry = lookup(text.substr(0, size))) return entry;
    }
    return nullptr;
}

Verb find_verb(std::span<const std::string_view> words) {
    Verb best;
    Key key;
    for (std::size_t n = 0; n < std::min(words.size(), kMostVerbWords); ++n) {
        if (!key.append(words[n]) || key.view().size() > kLongestKey) break;
        const Entry* entry = lookup(key.view());
        if (entry != nullptr && entry->sure > 0) best = {entry, n + 1};
    }
    return best;
}

std::optional<Object> find_object(std::span<const std::string_view> words, Subject about) {
    if (words.size() > kMostWords) words = words.last(kMostWords);
    for (std::size_t first = 0; first < words.size(); ++first) {
        Key key;
        bool fits = true;
        for (std::size_t i = first; i < words.size() && fits; ++i) {
            fits = key.append(i + 1 < words.size() ? singular(words[i]) : words[i]);
        }
        if (!fits) continue;
        const Entry* entry = find(key.view());
        if (entry == nullptr || entry->attributes == 0) continue;
        Object out;
        out.attributes = unpack(entry->attributes);
        if (const Entry* there = on_server(about, text_of(lemma_of(*entry)))) {
            out.attributes = unpack(there->attributes);
        }
        // "password list", "contact details": such a head says nothing, the word before it does.
        if (first > 0 && out.attributes.privacy == Privacy::unknown) {
            if (auto before = find_object(words.first(first), about)) {
                before->words += words.size() - first;
                before->inherited = true;
                return before;
            }
        }
        out.entry = &lemma_of(*entry);
        out.words = words.size() - first;
        out.inherited = first > 0;
        for (std::size_t i = 0; i < first; ++i) {
            const Entry* before = find(words[i]);
            if (before == nullptr) continue;
            if (before->modifier != Modifier::none) {
                out.modifiers |= 1U << static_cast<unsigned>(before->modifier);
                out.attributes = modified(out.attributes, before->modifier);
            } else if (before->attributes != 0 && before->attributes_sure > 1) {
                // "patient note" tells of a patient; "password page" need not hold one.
                const Attributes whose = unpack(before->attributes);
                if (whose.privacy == Privacy::personal) {
                    out.attributes.privacy =
                        more_private(out.attributes.privacy, Privacy::personal);
                }
            }
        }
        return out;
    }
    return std::nullopt;
}

Attributes modified(Attributes a, Modifier modifier) {
    switch (modifier) {
        case Modifier::draft:
            a.persistence = Persistence::scratch;
            a.audience = Audience::self;
            break;
        case Modifier::cached:
            a.persistence = Persistence::derived;
            break;
        case Modifier::temporary:
            a.persistence = Persistence::scratch;
            a.weight = Weight::trifle;
            break;
        case Modifier::test:
        case Modifier::example:
            a.weight = Weight::trifle;
            if (a.power == Power::money) a.power = Power::none;
            break;
        case Modifier::production:
            if (a.power == Power::none || a.power == Power::unknown) {
                a.power = Power::configuration;
            }
            break;
        case Modifier::open:
            if (a.privacy != Privacy::secret) a.privacy = Privacy::open;
            a.audience = Audience::everybody;
            break;
        case Modifier::own:
        case Modifier::personal:
            if (a.privacy != Privacy::secret) a.privacy = Privacy::personal;
            break;
        case Modifier::secret:
            a.privacy = Privacy::secret;
            break;
        case Modifier::shared:
            if (a.audience == Audience::self || a.audience == Audience::unknown) {
                a.audience = Audience::team;
            }
            break;
        case Modifier::external:
            a.audience = Audience::outside;
            break;
        case Modifier::none:
        case Modifier::all:
        case Modifier::local:
        case Modifier::paid:
        case Modifier::past:
            break;
    }
    return a;
}

Subject subject_of(std::string_view text) {
    constexpr std::size_t kMostWordsRead = 64;
    std::array<std::string_view, kMostWordsRead> words;
    const std::size_t count = cut(text, words);
    Subject best = Subject::none;
    for (std::size_t first = 0; first < count; ++first) {
        Key key;
        for (std::size_t n = 0; n < kMostVerbWords && first + n < count; ++n) {
            if (!key.append(words[first + n]) || key.view().size() > kLongestKey) break;
            const Entry* entry = lookup(key.view());
            if (entry == nullptr || entry->subject == Subject::none) continue;
            if (telling(entry->subject) < telling(best)) best = entry->subject;
        }
    }
    return best;
}

Attributes usual_attributes(Subject subject) {
    using enum Privacy;
    constexpr Audience kSelf = Audience::self;
    constexpr Audience kTeam = Audience::team;
    constexpr Audience kOutside = Audience::outside;
    constexpr Audience kAll = Audience::everybody;
    constexpr Weight kRecord = Weight::record;
    constexpr Persistence kKept = Persistence::kept;
    constexpr Persistence kMade = Persistence::derived;
    switch (subject) {
        case Subject::none:
            return {};
        case Subject::password_manager:
            return {secret, Power::access, kRecord, kKept, kSelf};
        case Subject::bank:
        case Subject::payments:
        case Subject::wallet:
        case Subject::exchange:
            return {personal, Power::money, kRecord, kKept, kOutside};
        case Subject::accounting:
            return {personal, Power::money, kRecord, kKept, kTeam};
        case Subject::shop:
            return {work, Power::none, kRecord, kKept, kAll};
        case Subject::mail:
        case Subject::chat:
        case Subject::calendar:
            return {personal, Power::none, kRecord, kKept, kOutside};
        case Subject::contacts:
        case Subject::files:
        case Subject::notes:
        case Subject::location:
        case Subject::health:
            return {personal, Power::none, kRecord, kKept, kSelf};
        case Subject::crm:
        case Subject::people:
            return {personal, Power::none, kRecord, kKept, kTeam};
        case Subject::memory:
            return {work, Power::none, Weight::trifle, kKept, kSelf};
        case Subject::tracker:
        case Subject::documents:
        case Subject::analytics:
            return {work, Power::none, kRecord, kKept, kTeam};
        case Subject::code:
        case Subject::pipeline:
            return {work, Power::code, kRecord, kKept, kTeam};
        case Subject::cloud:
        case Subject::cluster:
            return {work, Power::infrastructure, kRecord, kKept, kTeam};
        case Subject::database:
            return {work, Power::none, kRecord, kKept, kTeam};
        case Subject::identity:
            return {personal, Power::access, kRecord, kKept, kTeam};
        case Subject::security:
            return {work, Power::configuration, kRecord, kKept, kTeam};
        case Subject::shell:
            return {work, Power::code, kRecord, kKept, kSelf};
        case Subject::browser:
            return {work, Power::none, Weight::trifle, Persistence::scratch, kSelf};
        case Subject::devices:
            return {personal, Power::infrastructure, Weight::trifle, Persistence::scratch, kSelf};
        case Subject::social:
            return {open, Power::none, kRecord, kKept, kAll};
        case Subject::site:
            return {work, Power::none, kRecord, kKept, kAll};
        case Subject::media:
            return {work, Power::none, Weight::trifle, kMade, kSelf};
        case Subject::learning:
            return {personal, Power::none, kRecord, kKept, kTeam};
        case Subject::travel:
            return {open, Power::none, kRecord, kKept, kOutside};
        case Subject::market:
        case Subject::weather:
        case Subject::maps:
        case Subject::knowledge:
        case Subject::web:
        case Subject::games:
            return {open, Power::none, Weight::trifle, kMade, kSelf};
        case Subject::tools:
            return {work, Power::none, Weight::trifle, Persistence::scratch, kSelf};
    }
    return {};
}

std::span<const std::string_view> languages() { return {kLanguages, kLanguageCount}; }

std::size_t entry_count() { return kEntryCount - 1; }

}  // namespace mcprisk::lexicon
