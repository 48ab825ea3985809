#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <limits>
#include <ostream>

#include "samples.h"

using namespace mcprisk;
using namespace mcprisk::store;
using namespace mcprisk::store::testing;

namespace {

std::string names(const QueryAnswer& answer) {
    std::string text;
    for (const ToolRow& row : answer.rows) {
        text += (text.empty() ? "" : " ") + row.server + "/" + row.tool.name;
    }
    return text;
}

// Three servers: a (list_items, pay_invoice), b (deleteItem, list_items), c[x] (run "x").
struct Shop {
    TempFolder folder;
    Catalogue catalogue = open_catalogue(folder.file());
    Shop() {
        const Listing a = make_listing("a",
                                       {make_tool("list_items", "Lists the items of a shop"),
                                        make_tool("pay_invoice", "Überweist Geld")});
        std::vector<Verdict> of_a{make_verdict(a, a.document.tools[0], Category::read, 0.9),
                                  make_verdict(a, a.document.tools[1], Category::financial, 0.6)};
        of_a[1].capabilities = {"money.move"};
        of_a[1].attacks = {{"overpayment", ""}};
        catalogue.record(a, of_a, 100);
        const Listing b = make_listing("b",
                                       {make_tool("deleteItem", "Removes 商品を削除 one"),
                                        make_tool("list_items", "Other text")});
        std::vector<Verdict> of_b{make_verdict(b, b.document.tools[0], Category::destructive, 0.7),
                                  make_verdict(b, b.document.tools[1], Category::read, 0.8)};
        of_b[0].findings = {{"tool-poisoning", RiskLevel::high, "description", "x"},
                            {"tool-poisoning", RiskLevel::high, "title", "y"}};
        catalogue.record(b, of_b, 200);
        const Listing c = make_listing(
            "c[x]", {make_tool("run \"x\"", "Runs; DROP TABLE tools -- 100%", "Run*")});
        catalogue.record(c, judge_all(c, Category::execute), 300);
    }
};

struct Typed {
    std::string text;
    std::string finds;
};
std::ostream& operator<<(std::ostream& out, const Typed& typed) { return out << typed.text; }

const std::vector<Typed> kTyped{
    {"shop", "a/list_items"},
    {"LIST ite", "a/list_items b/list_items"},  // the start of a word is enough
    {"list_items", "a/list_items b/list_items"},
    {"delete", "b/deleteItem"},  // a word within a camel-case name
    {"deleteitem", "b/deleteItem"},
    {"uberweist", "a/pay_invoice"},  // accents do not matter
    {"ÜBERWEIST", "a/pay_invoice"},
    {"削除", "b/deleteItem"},  // no blanks around it
    {"100%", "c[x]/run \"x\""},
    {"%", "c[x]/run \"x\""},
    {"Run*", "c[x]/run \"x\""},
    {"\"x\"", "c[x]/run \"x\""},
    {"tems", ""},
    {"list nothing", ""},
    {"-- ;", "c[x]/run \"x\""},
    {"~~", ""}};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(query, Shop)

BOOST_AUTO_TEST_CASE(all_by_risk_then_server_then_name) {
    const QueryAnswer all = catalogue.query({});
    BOOST_TEST(all.total == 5U);
    BOOST_TEST(names(all) == "a/pay_invoice b/deleteItem c[x]/run \"x\" a/list_items b/list_items");
}

BOOST_AUTO_TEST_CASE(every_order_is_total) {
    const auto sorted = [this](SortBy by) { return names(catalogue.query({.sort = by})); };
    BOOST_TEST(sorted(SortBy::name) ==
               "b/deleteItem a/list_items b/list_items a/pay_invoice c[x]/run \"x\"");
    BOOST_TEST(sorted(SortBy::server) ==
               "a/list_items a/pay_invoice b/deleteItem b/list_items c[x]/run \"x\"");
    BOOST_TEST(sorted(SortBy::confidence) ==
               "a/pay_invoice b/deleteItem b/list_items a/list_items c[x]/run \"x\"");
    BOOST_TEST(sorted(SortBy::changed) ==
               "c[x]/run \"x\" b/deleteItem b/list_items a/list_items a/pay_invoice");
}

BOOST_AUTO_TEST_CASE(pages_join_to_the_whole) {
    std::string joined;
    for (std::size_t offset = 0; offset < 5; offset += 2) {
        const QueryAnswer page = catalogue.query({.limit = 2, .offset = offset});
        BOOST_TEST(page.total == 5U);
        joined += (joined.empty() ? "" : " ") + names(page);
    }
    BOOST_TEST(joined == names(catalogue.query({})));
    const std::size_t most = std::numeric_limits<std::size_t>::max();
    BOOST_TEST(catalogue.query({.limit = most}).rows.size() == 5U);
    BOOST_TEST(catalogue.query({.offset = most}).rows.empty());
    BOOST_TEST(catalogue.query({.limit = 0}).total == 5U);
}

BOOST_AUTO_TEST_CASE(each_filter_and_all_together) {
    const auto found = [this](const Query& query) { return names(catalogue.query(query)); };
    BOOST_TEST(found({.category = Category::read}) == "a/list_items b/list_items");
    BOOST_TEST(found({.min_risk = RiskLevel::critical}) == "a/pay_invoice");
    BOOST_TEST(found({.max_confidence = 0.7}) == "a/pay_invoice b/deleteItem");
    BOOST_TEST(found({.server_glob = "[bc]*"}) == "b/deleteItem c[x]/run \"x\" b/list_items");
    BOOST_TEST(found({.server_glob = "c[[]x]"}) == "c[x]/run \"x\"");
    BOOST_TEST(found({.server_glob = "["}).empty());
    BOOST_TEST(found({.server_glob = std::string(100'000, '*')}).empty());
    BOOST_TEST(found({.capability = "money.move"}) == "a/pay_invoice");
    BOOST_TEST(found({.attack = "overpayment"}) == "a/pay_invoice");
    BOOST_TEST(found({.finding = "tool-poisoning"}) == "b/deleteItem");
    BOOST_TEST(found({.changed_since = 300}) == "c[x]/run \"x\"");
    BOOST_TEST(found({.text = "item",
                      .category = Category::destructive,
                      .min_risk = RiskLevel::high,
                      .max_confidence = 0.75,
                      .server_glob = "b",
                      .finding = "tool-poisoning",
                      .changed_since = 200}) == "b/deleteItem");
    BOOST_TEST(found({.text = "item", .capability = "money.move"}).empty());
}

BOOST_DATA_TEST_CASE(words, boost::unit_test::data::make(kTyped), typed) {
    BOOST_TEST(names(catalogue.query({.text = typed.text})) == typed.finds);
}

BOOST_DATA_TEST_CASE(no_text_is_a_syntax_error,
                     boost::unit_test::data::make(std::vector<std::string>{
                         "\"",
                         "\"\"\"",
                         "AND",
                         "a OR",
                         "NOT",
                         "NEAR(a b)",
                         "words:x",
                         "{words}:",
                         "^a",
                         "(",
                         ")",
                         "*",
                         "a*",
                         "-",
                         "+",
                         "'",
                         "';--",
                         "\\",
                         "list AND (",
                         "é\"",
                         "\xff\xfe",
                         std::string("a\0b", 3),
                         std::string(1, '\0'),
                         std::string(100'000, 'a'),
                         std::string(50'000, '"')}),
                     typed) {
    BOOST_CHECK_NO_THROW(static_cast<void>(catalogue.query({.text = typed})));
}

BOOST_AUTO_TEST_CASE(a_thousand_words_are_no_error) {
    std::string words;
    std::string signs;
    for (int i = 0; i < 1000; ++i) {
        words += "w" + std::to_string(i) + " ";
        signs += std::string(static_cast<std::size_t>(i % 40 + 1), '%') + " ";
    }
    BOOST_TEST(catalogue.query({.text = words}).total == 0U);
    BOOST_TEST(catalogue.query({.text = signs}).total == 0U);
}

BOOST_AUTO_TEST_CASE(operators_are_words) {
    BOOST_TEST(catalogue.query({.text = "list NOT items"}).total == 0U);
    BOOST_TEST(catalogue.query({.text = "shop OR invoice"}).total == 0U);
}

BOOST_AUTO_TEST_CASE(hostile_definitions_come_back_whole) {
    const std::string description = std::string("before\0after hiddenword ", 24) +
                                    std::string(60 * 1024, 'x') + "\xe2\x80\xae 'quoted' lastword";
    const Listing listing = make_listing("h", {make_tool("it's \"odd\"\n%s", description)});
    catalogue.record(listing, judge_all(listing), 400);
    const std::vector<ToolRow> tools = catalogue.tools_of("h");
    BOOST_REQUIRE(tools.size() == 1U);
    BOOST_TEST(tools[0].tool.name == "it's \"odd\"\n%s");
    BOOST_TEST((tools[0].tool.description == description));
    // A NUL byte hides nothing from a search.
    BOOST_TEST(catalogue.query({.text = "hiddenword"}).total == 1U);
    BOOST_TEST(catalogue.query({.text = "lastword"}).total == 1U);
    BOOST_TEST(catalogue.query({.text = "odd"}).total == 1U);
}

BOOST_AUTO_TEST_CASE(old_versions_are_not_found) {
    const Listing changed = make_listing("a", {make_tool("list_items", "Now something else")});
    catalogue.record(changed, judge_all(changed), 500);
    BOOST_TEST(catalogue.query({.text = "shop"}).total == 0U);
    BOOST_TEST(catalogue.query({.text = "else"}).total == 1U);
    BOOST_TEST(catalogue.query({.attack = "overpayment"}).total == 0U);
}

BOOST_AUTO_TEST_CASE(similar_tools_by_name_then_words) {
    const Listing d = make_listing("d",
                                   {make_tool("listItems"),
                                    make_tool("list_items"),
                                    make_tool("list_users"),
                                    make_tool("zap")});
    catalogue.record(d, judge_all(d), 400);
    const auto similar = [this](std::string_view tool, std::size_t limit) {
        return names({catalogue.similar_tools("a", tool, limit), 0});
    };
    BOOST_TEST(similar("list_items", 10) ==
               "b/list_items d/list_items d/listItems b/deleteItem d/list_users");
    BOOST_TEST(similar("list_items", 1) == "b/list_items");
    BOOST_TEST(similar("list_items", 0).empty());
    BOOST_TEST(similar("\"*--", 10).empty());
    BOOST_TEST(similar("", 10).empty());
}

BOOST_AUTO_TEST_SUITE_END()
