#include "model/lexicon/lexicon.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "model/lexicon/inflect.h"

namespace mcprisk::lexicon::testing {
namespace {

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        out.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

Effect effect_of(std::string_view text) {
    const auto list = words(text);
    const Verb verb = find_verb(list);
    return verb.entry == nullptr ? Effect::none : verb.entry->effect;
}

Attributes object(std::string_view text) {
    const auto list = words(text);
    const auto found = find_object(list);
    return found ? found->attributes : Attributes{};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lexicon)

BOOST_AUTO_TEST_CASE(every_form_of_a_verb_has_its_effect) {
    for (const char* form : {"delete", "deletes", "deleting", "deleted", "deletion", "Deletes"}) {
        BOOST_TEST((effect_of(form) == Effect::remove), form);
        const Entry* entry = find(form);
        BOOST_REQUIRE(entry != nullptr);
        BOOST_TEST(text_of(lemma_of(*entry)) == "delete");
    }
    BOOST_TEST((find("deletes")->form == Form::third));
    BOOST_TEST((find("deletion")->form == Form::noun));
    BOOST_TEST((find("sent")->form == Form::past));
    BOOST_TEST((effect_of("paid") == Effect::pay));
    BOOST_TEST(find("no such word") == nullptr);
    BOOST_TEST(find("") == nullptr);
    BOOST_TEST(find(std::string(5000, 'a')) == nullptr);
}

BOOST_AUTO_TEST_CASE(verbs_of_several_words) {
    const auto list = words("gets rid of an item");
    const Verb verb = find_verb(list);
    BOOST_REQUIRE(verb.entry != nullptr);
    BOOST_TEST(verb.words == 3U);
    BOOST_TEST((verb.entry->effect == Effect::remove));
    BOOST_TEST((effect_of("get an item") == Effect::look));
    BOOST_TEST((effect_of("turns off") == Effect::control));
    BOOST_TEST((effect_of("rolled back") == Effect::restore));
}

BOOST_AUTO_TEST_CASE(what_takes_a_verb_back) {
    const Entry* undo = undo_of(*find("adds"));
    BOOST_REQUIRE(undo != nullptr);
    BOOST_TEST(text_of(*undo) == "remove");
    BOOST_TEST(undo_of(*find("purge")) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_phrase_inherits_from_its_head) {
    BOOST_TEST((object("bank account").power == Power::money));
    BOOST_TEST((object("customer bank accounts").power == Power::money));
    BOOST_TEST((object("unheard of password").privacy == Privacy::secret));
    BOOST_TEST((object("secret list").privacy == Privacy::secret));
    BOOST_TEST((object("password policy").privacy != Privacy::secret));
    BOOST_TEST((object("patient note").privacy == Privacy::personal));
    BOOST_TEST((object("weather forecast").privacy == Privacy::open));
    BOOST_TEST((object("qzx").privacy == Privacy::unknown));
    const std::vector<std::string_view> many(100, "bank");
    BOOST_TEST(!find_object(std::span<const std::string_view>()).has_value());
    find_object(many);
}

BOOST_AUTO_TEST_CASE(modifiers_change_an_object) {
    BOOST_TEST((object("cached rows").persistence == Persistence::derived));
    BOOST_TEST((object("temporary table").persistence == Persistence::scratch));
    BOOST_TEST((object("test payment").power == Power::none));
    BOOST_TEST((object("public profile").privacy == Privacy::open));
    BOOST_TEST((object("public key pair").privacy == Privacy::secret));
    const auto list = words("production database");
    BOOST_TEST(find_object(list)->has(Modifier::production));
}

BOOST_AUTO_TEST_CASE(subjects_of_servers) {
    BOOST_TEST((subject_of("Bitwarden password manager for teams") == Subject::password_manager));
    BOOST_TEST((subject_of("PostgreSQL database server") == Subject::database));
    BOOST_TEST((subject_of("weather-forecast-mcp") == Subject::weather));
    BOOST_TEST((subject_of("MyWalletServer") == Subject::wallet));
    BOOST_TEST((subject_of("") == Subject::none));
    BOOST_TEST((usual_attributes(Subject::password_manager).privacy == Privacy::secret));
    BOOST_TEST((usual_attributes(Subject::weather).privacy == Privacy::open));
    BOOST_TEST((usual_attributes(Subject::none) == Attributes{}));
    const auto list = words("open tickets");
    BOOST_TEST((find_object(list)->attributes.privacy == Privacy::personal));
    BOOST_TEST((find_object(list, Subject::tracker)->attributes.privacy == Privacy::work));
    const auto item = words("item");
    BOOST_TEST(
        (find_object(item, Subject::password_manager)->attributes.privacy == Privacy::secret));
}

BOOST_AUTO_TEST_CASE(other_languages_lead_to_the_same_entries) {
    for (const char* word : {"löscht",
                             "supprimée",
                             "elimina",
                             "excluídas",
                             "удаляются",
                             "删除",
                             "削除されます",
                             "삭제합니다",
                             "usunięty"}) {
        const Entry* entry = find(word);
        if (entry == nullptr) entry = find_prefix(word);
        BOOST_REQUIRE_MESSAGE(entry != nullptr, word);
        BOOST_TEST((entry->effect == Effect::remove), word);
        BOOST_TEST(text_of(lemma_of(*entry)) == "delete");
        BOOST_TEST(entry->language > 0U);
    }
    BOOST_TEST((object("passwort").privacy == Privacy::secret));
    BOOST_TEST(find_prefix("删除所有文件") == find("删除"));
    BOOST_TEST(find_prefix("\xe5\x88") == nullptr);  // half a character
    BOOST_TEST(languages().size() >= 7U);
}

// Every key is found again, and what it points to exists.
BOOST_AUTO_TEST_CASE(the_tables_hold_together) {
    BOOST_TEST(entry_count() > 10000U);
    for (const char* key : {"delete", "password", "draft", "wallet"}) {
        const Entry* entry = find(key);
        BOOST_REQUIRE(entry != nullptr);
        BOOST_TEST(text_of(*entry) == key);
    }
    for (unsigned i = 0; i < 20; ++i) BOOST_TEST(!to_string(static_cast<Effect>(i)).empty());
    BOOST_TEST(to_string(static_cast<Effect>(99)).empty());
}

BOOST_AUTO_TEST_CASE(inflections) {
    BOOST_TEST(third_person("copy") == "copies");
    BOOST_TEST(third_person("get rid of") == "gets rid of");
    BOOST_TEST(pasts("drop").front() == "dropped");
    BOOST_TEST(pasts("copy").front() == "copied");
    BOOST_TEST(gerunds("erase").front() == "erasing");
    BOOST_TEST(gerunds("cancel").size() == 2U);
    BOOST_TEST(plural("api key") == "api keys");
    BOOST_TEST(plural("policy") == "policies");
    BOOST_TEST(plural("address") == "addresses");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace mcprisk::lexicon::testing
