#include "crawler/mcp/tool_pages.h"

#include <fmt/format.h>
#include <boost/test/unit_test.hpp>

using namespace mcprisk;
using namespace mcprisk::crawler;
using nlohmann::json;

namespace {

json tool(const std::string& name) {
    return {{"name", name}, {"inputSchema", {{"type", "object"}}}};
}

json page(std::initializer_list<const char*> names, const json& cursor = nullptr) {
    json tools = json::array();
    for (const char* name : names) tools.push_back(tool(name));
    json result = {{"tools", tools}};
    if (!cursor.is_null()) result["nextCursor"] = cursor;
    return result;
}

Listing finished(ToolPages& pages) {
    Listing listing;
    pages.finish(listing);
    return listing;
}

bool has_flag(const Listing& listing, const std::string& flag) {
    return std::find(listing.flags.begin(), listing.flags.end(), flag) != listing.flags.end();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tool_pages)

BOOST_AUTO_TEST_CASE(three_pages_with_an_empty_cursor_among_them) {
    const Limits limits;
    ToolPages pages(limits);
    auto step = pages.add(page({"a", "b"}, ""));
    BOOST_TEST((step.next == ToolPages::Next::fetch));
    BOOST_TEST(step.cursor.value().empty());
    step = pages.add(page({"c"}, "x"));
    BOOST_TEST(step.cursor.value() == "x");
    step = pages.add(page({"d"}));
    BOOST_TEST((step.next == ToolPages::Next::done));
    const Listing listing = finished(pages);
    BOOST_TEST(listing.document.tools.size() == 4U);
    BOOST_TEST(listing.pages == 3);
    BOOST_TEST(listing.flags.empty());
}

BOOST_AUTO_TEST_CASE(a_repeated_cursor_ends_the_list_and_keeps_what_was_read) {
    const Limits limits;
    ToolPages pages(limits);
    pages.add(page({"a"}, "x"));
    const auto step = pages.add(page({"b"}, "x"));
    BOOST_TEST((step.next == ToolPages::Next::done));
    const Listing listing = finished(pages);
    BOOST_TEST(listing.document.tools.size() == 2U);
    BOOST_TEST(has_flag(listing, "truncated"));
}

BOOST_AUTO_TEST_CASE(a_server_that_ignores_the_cursor_is_noticed) {
    const Limits limits;
    ToolPages pages(limits);
    pages.add(page({"a", "b"}, "1"));
    BOOST_TEST((pages.add(page({"a", "b"}, "2")).next == ToolPages::Next::done));
    const Listing listing = finished(pages);
    BOOST_TEST(listing.document.tools.size() == 2U);
    BOOST_TEST(has_flag(listing, "repeated_page"));
}

BOOST_AUTO_TEST_CASE(endless_pages_and_too_many_tools_are_cut) {
    Limits limits;
    limits.pages = 5;
    ToolPages pages(limits);
    ToolPages::Step step;
    int asked = 0;
    do {
        step = pages.add(page({fmt::format("t{}", asked).c_str()}, fmt::format("c{}", asked)));
        ++asked;
    } while (step.next == ToolPages::Next::fetch);
    BOOST_TEST(asked == 5);
    BOOST_TEST(has_flag(finished(pages), "truncated"));

    Limits few;
    few.tools = 2;
    ToolPages short_list(few);
    BOOST_TEST((short_list.add(page({"a", "b", "c"}, "more")).next == ToolPages::Next::done));
    const Listing listing = finished(short_list);
    BOOST_TEST(listing.document.tools.size() == 2U);
    BOOST_TEST(has_flag(listing, "truncated"));
}

BOOST_AUTO_TEST_CASE(what_is_no_list_is_invalid) {
    const Limits limits;
    ToolPages pages(limits);
    BOOST_TEST((pages.add({{"content", json::array()}}).next == ToolPages::Next::invalid));
    BOOST_TEST((pages.add({{"tools", json::array()}, {"resultType", "input_required"}}).next ==
                ToolPages::Next::invalid));
}

BOOST_AUTO_TEST_CASE(a_refused_cursor_restarts_once) {
    const Limits limits;
    ToolPages pages(limits);
    pages.add(page({"a"}, "x"));
    const auto step = pages.restart();
    BOOST_REQUIRE(step.has_value());
    BOOST_TEST(!step->cursor.has_value());
    pages.add(page({"a"}, "x"));
    BOOST_TEST(!pages.restart().has_value());
    BOOST_TEST(finished(pages).document.tools.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_narrower_cache_scope_and_the_shorter_life_hold) {
    const Limits limits;
    ToolPages pages(limits);
    json first = page({"a"}, "x");
    first["ttlMs"] = 5000;
    first["cacheScope"] = "private";
    json second = page({"b"});
    second["ttlMs"] = -3;
    second["cacheScope"] = "public";
    pages.add(first);
    pages.add(second);
    const Listing listing = finished(pages);
    BOOST_TEST(listing.ttl_ms.value() == 0);
    BOOST_TEST(listing.cache_scope == "private");
}

BOOST_AUTO_TEST_SUITE_END()
