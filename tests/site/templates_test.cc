// The templates themselves, and what becomes of hostile values in them.
#include "site/template.h"

#include <boost/test/unit_test.hpp>
#include <regex>
#include <string>

#include "data/data.h"

using namespace mcprisk;
using namespace mcprisk::site;

namespace {

// What is wrong with a template; empty if nothing is.
std::string fault(std::string_view name, std::string text) {
    if (!text.starts_with("{{%AUTOESCAPE context=\"HTML\"}}\n")) return "no AUTOESCAPE line";
    const std::string allowed = "<script type=\"application/ld+json\">{{JSON:none}}</script>";
    if (const auto at = text.find(allowed); name == "head.html" && at != std::string::npos) {
        text.erase(at, allowed.size());
    }
    if (text.find(":none") != std::string::npos) return "a value that is not escaped";
    if (std::regex_search(text, std::regex(R"(\sstyle\s*=)"))) return "a style attribute";
    if (std::regex_search(text, std::regex(R"(\son[a-z]+\s*=)"))) return "a handler";
    if (std::regex_search(text, std::regex(R"(<\s*/?\s*\{\{)"))) return "a value as a tag name";
    if (std::regex_search(text, std::regex(R"(=\{\{)"))) return "a value without quotes";
    if (std::regex_search(text, std::regex(R"(<script>|<style)"))) return "script or style inside";
    return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(templates)

BOOST_AUTO_TEST_CASE(every_template_is_strict) {
    std::size_t n = 0;
    for (const EmbeddedFile& file : embedded::site()) {
        if (!file.name.ends_with(".html")) continue;
        ++n;
        const std::string text(file.text);
        BOOST_TEST(fault(file.name, text).empty(), file.name << ": " << fault(file.name, text));
        BOOST_TEST(!fault(file.name, text.substr(1)).empty());
        for (const char* bad : {"{{X:none}}",
                                "<p style=\"color:red\">",
                                "<p onclick=\"x()\">",
                                "<{{TAG}}>",
                                "<a href={{X}}>",
                                "<script>x()</script>"}) {
            BOOST_TEST(!fault(file.name, text + bad).empty(), file.name << " with " << bad);
        }
    }
    BOOST_TEST(n > 6U);
}

BOOST_AUTO_TEST_CASE(hostile_values_are_text) {
    BOOST_REQUIRE(load_templates(embedded::site(), ""));
    Page page;
    page.head().set("TITLE", "</title><script>x()</script>");
    page.set("H1", "<img src=x onerror=x()>\x1b[31m");
    page.add("LEAD").set("TEXT", "\xe2\x80\xae reversed");
    const Section there = page.add("BLOCK").add("PARA").add("LINK");
    there.set("HREF", "javascript:x()");
    there.set("TEXT", "\"'&");
    const std::string html = page.render("page.html");
    BOOST_TEST(html.find("<script>x()") == std::string::npos);
    BOOST_TEST(html.find("<img") == std::string::npos);
    BOOST_TEST(html.find("javascript:") == std::string::npos);
    BOOST_TEST(html.find('\x1b') == std::string::npos);
    BOOST_TEST(html.find("\xe2\x80\xae") == std::string::npos);
    BOOST_TEST(html.find("\\u202e reversed") != std::string::npos);
    BOOST_TEST(html.find("&quot;&#39;&amp;") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_template_without_its_first_line_is_refused) {
    const EmbeddedFile bad{"head.html", "<p>{{X}}</p>"};
    BOOST_TEST(!load_templates({&bad, 1}, ""));
    BOOST_REQUIRE(load_templates(embedded::site(), ""));
}

BOOST_AUTO_TEST_CASE(marks_do_not_pile_up) {
    std::string tower = "a";
    for (int i = 0; i < 50; ++i) tower += "\xcc\x81";
    BOOST_TEST(visible(tower).size() == 1U + 8U * 2U);
    BOOST_TEST(visible("plain\ntext") == "plain\ntext");
}

BOOST_AUTO_TEST_CASE(json_in_a_script_block_cannot_end_it) {
    BOOST_TEST(ready_json("\"</script>&\"") == "\"\\u003c/script\\u003e\\u0026\"");
}

BOOST_AUTO_TEST_SUITE_END()
