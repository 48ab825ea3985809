// The words for the values of every enumeration, as the data files write them.
#include <array>

#include "model/lexicon/lexicon.h"

namespace mcprisk::lexicon {
namespace {

template <std::size_t N, typename T>
std::string_view name_of(const std::array<std::string_view, N>& names, T value) {
    const auto index = static_cast<std::size_t>(value);
    return index < N ? names[index] : std::string_view();
}

constexpr std::array<std::string_view, 20> kEffects{
    "none",   "look",  "compute", "create",  "change",   "remove",  "restore",
    "move",   "send",  "publish", "grant",   "run",      "control", "pay",
    "askpay", "store", "export",  "session", "relation", "unclear"};
constexpr std::array<std::string_view, 5> kForms{"base", "third", "gerund", "past", "noun"};
constexpr std::array<std::string_view, 5> kPrivacy{"?", "open", "work", "personal", "secret"};
constexpr std::array<std::string_view, 7> kPower{
    "?", "none", "money", "access", "code", "configuration", "infrastructure"};
constexpr std::array<std::string_view, 5> kWeight{"?", "trifle", "record", "container", "life"};
constexpr std::array<std::string_view, 5> kPersistence{
    "?", "scratch", "derived", "relation", "kept"};
constexpr std::array<std::string_view, 5> kAudience{"?", "self", "team", "outside", "everybody"};
constexpr std::array<std::string_view, 17> kModifiers{"none",
                                                      "draft",
                                                      "cached",
                                                      "temporary",
                                                      "test",
                                                      "production",
                                                      "all",
                                                      "own",
                                                      "open",
                                                      "personal",
                                                      "secret",
                                                      "shared",
                                                      "external",
                                                      "local",
                                                      "paid",
                                                      "past",
                                                      "example"};
constexpr std::array<std::string_view, 44> kSubjects{"none",      "password_manager",
                                                     "bank",      "payments",
                                                     "wallet",    "exchange",
                                                     "shop",      "accounting",
                                                     "mail",      "chat",
                                                     "calendar",  "contacts",
                                                     "crm",       "people",
                                                     "health",    "location",
                                                     "files",     "notes",
                                                     "memory",    "tracker",
                                                     "code",      "pipeline",
                                                     "cloud",     "cluster",
                                                     "database",  "identity",
                                                     "security",  "shell",
                                                     "browser",   "devices",
                                                     "social",    "site",
                                                     "media",     "documents",
                                                     "analytics", "market",
                                                     "weather",   "maps",
                                                     "knowledge", "web",
                                                     "games",     "learning",
                                                     "travel",    "tools"};

}  // namespace

std::string_view to_string(Effect effect) { return name_of(kEffects, effect); }
std::string_view to_string(Form form) { return name_of(kForms, form); }
std::string_view to_string(Privacy privacy) { return name_of(kPrivacy, privacy); }
std::string_view to_string(Power power) { return name_of(kPower, power); }
std::string_view to_string(Weight weight) { return name_of(kWeight, weight); }
std::string_view to_string(Persistence persistence) { return name_of(kPersistence, persistence); }
std::string_view to_string(Audience audience) { return name_of(kAudience, audience); }
std::string_view to_string(Modifier modifier) { return name_of(kModifiers, modifier); }
std::string_view to_string(Subject subject) { return name_of(kSubjects, subject); }

}  // namespace mcprisk::lexicon
