// Every sentence is read: effects that stand behind a harmless first one, and mentions that are
// none.
#include <array>
#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

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
        Text{"show_page", "Shows a page. Pages that nobody opened get deleted.", kGone},
        Text{"read_log", "A log is read and its old entries deleted.", kGone},
        Text{"get_rows", "Gets rows as JSON, after which the table is dropped.", kGone},
        Text{"get_task", "Get a task. Reading it twice deletes it.", kGone},
        Text{"get_order", "Gets an order. The order is deleted once it was read.", kGone},
        Text{"cluster_helper", "Tears a whole cluster down.", kGone},
        Text{"view_message",
             "View a message. Viewing sends a receipt to the author.",
             Category::write},
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

BOOST_AUTO_TEST_SUITE_END()
