// Every sentence is read: effects that stand behind a harmless first one, and mentions that are
// none.
#include <array>
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <string_view>

#include "classifier/reading/statement_traits.h"
#include "tests/classifier/workbench.h"

using namespace mcprisk;
using namespace mcprisk::test;

namespace {

struct Text {
    std::string_view name;
    std::string_view description;
    Category category = Category::read;
};

Category category_of(const Text& text) {
    return verdict_on(make_tool(std::string(text.name), std::string(text.description))).category;
}

Category with_switch(const std::string& text) {
    const std::string properties =
        R"({"tidy": {"type": "boolean", "description": ")" + text + R"("}})";
    return verdict_on(make_tool("show_album", "Shows an album.", properties)).category;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(statements)

BOOST_AUTO_TEST_CASE(effects_of_later_sentences_count) {
    constexpr Category kGone = Category::destructive;
    constexpr std::array kTexts{
        Text{"get_note", "Returns one note. It then deletes the note for good.", kGone},
        Text{"list_jobs", "Lists jobs.\n\n- shows their state\n- deletes the finished ones", kGone},
        Text{"read_log", "A log is read and its old entries deleted.", kGone},
        Text{"get_task", "Get a task. Reading it twice deletes it.", kGone},
        Text{"get_order", "Gets an order. The order is deleted once it was read.", kGone},
        Text{"cluster_helper", "Tears a whole cluster down.", kGone},
    };
    for (const Text& one : kTexts) {
        BOOST_TEST_INFO(one.description);
        BOOST_CHECK(category_of(one) == one.category);
    }
}

BOOST_AUTO_TEST_CASE(other_languages_are_read_by_their_own_order_of_words) {
    constexpr std::array kTexts{
        Text{"bericht", "Zeigt einen Bericht. Danach werden alle Entwürfe gelöscht."},
        Text{"informe", "Muestra el informe. Después elimina los borradores."},
    };
    for (const Text& one : kTexts) {
        BOOST_TEST_INFO(one.description);
        BOOST_CHECK(category_of(one) == Category::destructive);
    }
}

BOOST_AUTO_TEST_CASE(mentions_are_no_effects) {
    constexpr std::array kTexts{
        Text{"get_note", "Returns one note. Files that were not deleted are included."},
        Text{"get_plan", "Get a plan. Admins can delete plans in the dashboard."},
        Text{"get_plan", "Get a plan. Use delete_plan to remove it."},
        Text{"get_plan", "Get a plan. The tool is fast, built on SQLite."},
        Text{"list_rows", "Lists rows. No row is deleted."},
        Text{"list_rows", "Lists rows. This removes the need for a second call."},
        Text{"list_backups", "Lists backups. Backups are deleted after 30 days."},
        Text{"list_rows", "Lists rows. Check the list before deleting a row."},
        Text{"list_rows", "Lists rows with what was deleted and who deleted it."},
    };
    for (const Text& one : kTexts) {
        BOOST_TEST_INFO(one.description);
        BOOST_CHECK(category_of(one) == Category::read);
    }
}

BOOST_AUTO_TEST_CASE(what_a_switch_does_counts_and_what_it_includes_does_not) {
    BOOST_CHECK(with_switch("If true, the originals are deleted as soon as they were shown") ==
                Category::destructive);
    BOOST_CHECK(with_switch("Include deleted pictures") == Category::read);
}

// A denial is never an effect, however much the words around it sound like one.
BOOST_AUTO_TEST_CASE(denials_are_no_effects_whatever_the_weights_say) {
    constexpr std::array kTexts{
        Text{"get_quote", "Gives a quote; no order is placed and no money moves."},
        Text{"list_rows", "Lists rows. It never deletes a row permanently."},
        Text{"list_rows", "Lists rows without deleting the originals afterwards."},
    };
    for (const Text& one : kTexts) {
        BOOST_TEST_INFO(one.description);
        BOOST_CHECK(category_of(one) == Category::read);
    }
}

BOOST_AUTO_TEST_CASE(texts_that_name_a_thing_say_what_comes_back) {
    constexpr std::array kTexts{
        // A plural with a participle, a relative clause or "of" behind it is no verb.
        Text{"account_trades", "Trades executed on the account."},
        Text{"insider_list", "Shares that were bought by insiders."},
        // A plural before a place is none either.
        Text{"near_me", "Bus stops within a radius."},
        // A question.
        Text{"game_night", "Who was killed, which walls were destroyed."},
        // Nouns told apart by what follows, and nothing else known.
        Text{"jpl_cad", "Asteroid approaches to the planets in the past."},
    };
    for (const Text& one : kTexts) {
        BOOST_TEST_INFO(one.description);
        BOOST_CHECK(category_of(one) == Category::read);
    }
}

BOOST_AUTO_TEST_CASE(a_clause_names_no_thing) {
    BOOST_CHECK(category_of({"file_tool", "The given file is removed from disk."}) ==
                Category::destructive);
    BOOST_CHECK(category_of({"disk_thing", "Removal of all partitions."}) != Category::read);
}

BOOST_AUTO_TEST_CASE(inputs_whose_text_says_that_they_are_run_make_a_runner) {
    const auto with_input = [](const std::string& name, const std::string& text) {
        const std::string properties = "{\"" + name + R"(": {"type": "string", "description": ")" +
                                       text + "\"}}";
        return verdict_on(make_tool("page_helper", "Shows a page.", properties)).category;
    };
    BOOST_CHECK(with_input("s", "JavaScript that is evaluated in the page") == Category::execute);
    BOOST_CHECK(with_input("q", "SQL to execute") == Category::execute);
    BOOST_CHECK(with_input("q", "Any GraphQL query or mutation") == Category::execute);
    BOOST_CHECK(with_input("s", "Python code, which is not executed") == Category::read);
    BOOST_CHECK(with_input("s", "Code of the country") == Category::read);
}

BOOST_AUTO_TEST_CASE(choices_tell_the_acts_where_name_and_text_leave_them_open) {
    const auto with_choices = [](const char* name, const char* text, const char* properties) {
        return verdict_on(make_tool(name, text, properties)).category;
    };
    constexpr auto kSteps =
        R"({"steps": {"type": "array", "items": {"type": "string", "enum": ["open", "rename", "destroy"]}}})";
    BOOST_CHECK(with_choices("pages", "Pages of the wiki.", kSteps) == Category::destructive);
    BOOST_CHECK(with_choices("list_pages", "Lists pages.", kSteps) == Category::read);
    BOOST_CHECK(with_choices("item",
                             "Item of the store.",
                             R"({"action": {"type": "string", "description": "list | create | delete"}})") ==
                Category::destructive);
    BOOST_CHECK(with_choices("http",
                             "HTTP helper.",
                             R"({"method": {"type": "string", "description": "GET, POST or DELETE"}})") ==
                Category::execute);
    // What is asked about is no act.
    BOOST_CHECK(with_choices("check_access",
                             "Checks if a user is allowed to do something.",
                             R"({"action": {"type": "string", "enum": ["view", "edit", "delete"]}})") ==
                Category::read);
}

BOOST_AUTO_TEST_CASE(a_bare_verb_of_the_text_takes_its_object_from_the_name) {
    BOOST_CHECK(category_of({"eval_js", "Evaluate"}) == Category::execute);
    BOOST_CHECK(category_of({"evaluate_risk", "Evaluate"}) == Category::read);
}

BOOST_AUTO_TEST_CASE(a_title_tells_where_the_text_has_no_verb) {
    Tool tool = make_tool("step_seven", "Seventh of nine.");
    tool.title = "Delete everything";
    BOOST_CHECK(verdict_on(tool).category == Category::destructive);
}

BOOST_AUTO_TEST_CASE(every_weight_has_a_name_of_its_own) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < classifier::statement_weights(); ++i) {
        const std::string name = classifier::statement_weight_name(i);
        BOOST_CHECK(!name.empty());
        BOOST_TEST(names.insert(name).second, name);
    }
    BOOST_CHECK(classifier::statement_weight_name(classifier::statement_weights()).empty());
}

BOOST_AUTO_TEST_SUITE_END()
