#include "crawler/secrets.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "crawler/auth/crypto.h"
#include "crawler/net/http_message.h"
#include "crawler/redact.h"
#include "crawler/secret_words.h"
#include "model/base/json.h"
#include "model/read_document.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
using nlohmann::json;
namespace data = boost::unit_test::data;

namespace {

const std::string kSecret = "Qx7-canary/Zp+91 &\"end";

std::string percent(const std::string& text, const char* digits) {
    std::string out;
    for (const unsigned char c : text) {
        out += '%';
        out += digits[c >> 4];
        out += digits[c & 15];
    }
    return out;
}

std::string hex(const std::string& text, const char* digits) {
    std::string out;
    for (const unsigned char c : text) {
        out += digits[c >> 4];
        out += digits[c & 15];
    }
    return out;
}

// How a server may write what it was given.
const std::vector<std::string> kForms{
    kSecret,
    "QX7-CANARY/ZP+91 &\"END",
    percent(kSecret, "0123456789ABCDEF"),
    percent(kSecret, "0123456789abcdef"),
    percent(percent(kSecret, "0123456789ABCDEF"), "0123456789ABCDEF"),
    "Qx7-canary%2FZp%2B91%20%26%22end",
    "Qx7-canary%2FZp%2B91+%26%22end",
    "Qx7-canary\\/Zp+91 &\\\"end",
    "Qx7-canary\\u002fZp\\u002b91 \\u0026\\u0022end",
    "Qx7-canary/Zp+91 &amp;&quot;end",
    "Qx7-canary&#47;Zp&#x2B;91 &#38;&#34;end",
    base64(kSecret),
    base64url(kSecret),
    base64("u:" + kSecret),
    base64("us:" + kSecret + ":rest"),
    base64url("use:" + kSecret),
    percent(base64(kSecret), "0123456789ABCDEF"),
    hex(kSecret, "0123456789abcdef"),
    hex(kSecret, "0123456789ABCDEF"),
};

Target http_target(const std::string& url, HttpHeaders headers = {}) {
    Target target;
    target.id = "h";
    target.how = HttpTarget{.url = url, .headers = std::move(headers)};
    return target;
}

Target stdio_target(std::vector<std::string> argv, std::map<std::string, std::string> env = {}) {
    Target target;
    target.id = "s";
    target.how = StdioTarget{.argv = std::move(argv), .env = std::move(env)};
    return target;
}

bool hides(const Target& target, const std::string& value) {
    const std::string text = "before " + value + " after";
    const std::string hidden = KnownSecrets(target).hide(text);
    return hidden.find(value) == std::string::npos && hidden.starts_with("before ") &&
           hidden.ends_with(" after");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(secrets)

BOOST_DATA_TEST_CASE(a_secret_is_hidden_in_each_form_that_a_server_may_give_it,
                     data::make(kForms),
                     form) {
    KnownSecrets known;
    known.add(kSecret);
    BOOST_TEST(known.hide("It is <" + form + ">, you see") == "It is <[redacted]>, you see");
    BOOST_TEST(known.hide(form + " and " + form) == "[redacted] and [redacted]");
}

BOOST_AUTO_TEST_CASE(what_is_not_the_secret_stays_as_it_is) {
    KnownSecrets known;
    known.add(kSecret);
    for (const std::string text : {"Reads 100% of \\n &amp; more",
                                   "%zz %4 \\u12 &nosuch; \\",
                                   "Qx7-canary/Zp",
                                   "iVBORw0KGgoAAAANSUhEUg=="}) {
        BOOST_TEST(known.hide(text) == text);
    }
}

BOOST_AUTO_TEST_CASE(four_signs_are_the_shortest_secret_and_count_as_a_word) {
    KnownSecrets known;
    known.add("abc");
    BOOST_TEST(known.empty());
    known.add("a1b2");
    BOOST_TEST(known.hide("pin a1b2, not xa1b2 or a1b2c") == "pin [redacted], not xa1b2 or a1b2c");
    KnownSecrets seven;
    seven.add("abcdefg");
    BOOST_TEST(seven.hide("xabcdefg") == "xabcdefg");
    KnownSecrets eight;
    eight.add("abcdefgh");
    BOOST_TEST(eight.hide("xabcdefgh") == "x[redacted]");
}

BOOST_AUTO_TEST_CASE(half_of_a_random_key_is_enough) {
    KnownSecrets known;
    known.add("k9Q2m4Z7x1P8r5T3");
    BOOST_TEST(known.hide("key k9Q2m4Z7x1P8 …") == "key [redacted] …");
    BOOST_TEST(known.hide("key k9Q2m4 …") == "key k9Q2m4 …");
}

BOOST_AUTO_TEST_CASE(parts_of_a_credential_are_hidden_alone) {
    const auto header = [](const char* name, const std::string& value) {
        return http_target("https://h.example/mcp", {{name, value}});
    };
    BOOST_TEST(hides(header("Authorization", "Bearer canary-one-1"), "canary-one-1"));
    BOOST_TEST(hides(header("authorization", "Basic " + base64("me:canary-two")), "canary-two"));
    BOOST_TEST(hides(header("Cookie", "sid=canary-three-3; b=canary-four-4"), "canary-three-3"));
    BOOST_TEST(hides(header("Cookie", "sid=canary-three-3; b=canary-four-4"), "canary-four-4"));
    BOOST_TEST(hides(header("X-Plain", "canary-five-5"), "canary-five-5"));
    BOOST_TEST(hides(http_target("https://me:canary-pw@h.example/mcp"), "canary-pw"));
    BOOST_TEST(hides(http_target("https://canary-user-1@h.example/mcp"), "canary-user-1"));
    BOOST_TEST(hides(http_target("https://h.example/mcp?a=canary-query-1&b=2"), "canary-query-1"));
    BOOST_TEST(hides(http_target("https://h.example/mcp?key=abcd"), "abcd"));
    BOOST_TEST(hides(http_target("https://h.example/mcp?canary-query-2"), "canary-query-2"));
    BOOST_TEST(hides(http_target("https://h.example/mcp#k=canary-part-1"), "canary-part-1"));
    // What is decoded on the way is repeated decoded.
    BOOST_TEST(hides(http_target("https://h.example/mcp?k=canary%2Fquery%2B3"), "canary/query+3"));
}

BOOST_AUTO_TEST_CASE(secrets_of_a_command_are_found_by_where_they_stand) {
    const auto argument = [](std::vector<std::string> argv) {
        argv.insert(argv.begin(), "server");
        return stdio_target(std::move(argv));
    };
    BOOST_TEST(hides(argument({"--api-key", "canary"}), "canary"));
    BOOST_TEST(hides(argument({"--token=canary"}), "canary"));
    BOOST_TEST(hides(argument({"API_KEY=canary"}), "canary"));
    BOOST_TEST(hides(argument({"--header", "X-Key: canary"}), "canary"));
    BOOST_TEST(hides(argument({"-e", "PLAIN=canary-12345"}), "canary-12345"));
    BOOST_TEST(hides(argument({"https://h.example/?q=canary-12345"}), "canary-12345"));
    BOOST_TEST(hides(argument({"postgres://me:canary@h/db"}), "canary"));
    BOOST_TEST(hides(argument({"k9Q2m4Z7x1P8r5T3"}), "k9Q2m4Z7x1P8r5T3"));
    BOOST_TEST(hides(stdio_target({"s"}, {{"ANY_NAME", "canary-1"}}), "canary-1"));
    BOOST_TEST(hides(stdio_target({"s"}, {{"MY_TOKEN", "pass"}}), "pass"));
    BOOST_TEST(hides(stdio_target({"s"}, {{"HEADERS", R"({"X-Key":"canary-99"})"}}), "canary-99"));
    Target filled = stdio_target({"s", "--into=canary-filled-in"});
    filled.as_written = {"s", "--into=${SOMETHING}"};
    BOOST_TEST(hides(filled, "canary-filled-in"));
}

// A description that lost its ordinary words would be judged wrongly.
BOOST_AUTO_TEST_CASE(ordinary_settings_are_no_secrets) {
    for (const std::string value : {"true",
                                    "info",
                                    "production",
                                    "8080",
                                    "2025-11-25",
                                    "eu-west-1",
                                    "en_US.UTF-8",
                                    "/home/me/projects",
                                    "./data",
                                    "localhost:5432",
                                    "api.example.com",
                                    "https://api.example.com/v1"}) {
        BOOST_TEST(!hides(stdio_target({"s", value}, {{"SETTING", value}}), value), value);
    }
    BOOST_TEST(KnownSecrets(stdio_target({"npx", "-y", "@scope/mcp-server-2@1.2.3"})).empty());
    BOOST_TEST(KnownSecrets(http_target("https://h.example/mcp/v1")).empty());
}

BOOST_AUTO_TEST_CASE(names_of_secrets_are_told_from_other_names) {
    for (const std::string name : {"API_KEY", "--token", "X-Auth", "password", "GH_PAT", "-k"}) {
        BOOST_TEST(names_secret(name), name);
    }
    for (const std::string name : {"KEYWORDS", "AUTHOR", "PATH", "monkey", "PASSENGER", "--port"}) {
        BOOST_TEST(!names_secret(name), name);
    }
}

BOOST_AUTO_TEST_CASE(every_text_of_a_listing_is_cleaned_and_its_tools_read_anew) {
    const std::string canary = "canary-4711-x";
    Listing listing;
    listing.document.server = "s";
    const json definition{
        {"name", "get_" + canary},
        {"description", "Uses " + canary},
        {"inputSchema",
         {{"type", "object"},
          {"properties",
           {{"a", {{"type", "string"}, {"default", base64(canary)}, {"enum", {canary, "other"}}}},
            {canary, {{"type", "string"}}}}}}}};
    listing.document.tools.push_back(*read_tool(definition));
    const std::string hash = listing.document.tools.front().definition_hash;
    for (std::string* text : {&listing.document.title,
                              &listing.document.description,
                              &listing.document.version,
                              &listing.document.instructions,
                              &listing.failure,
                              &listing.origin,
                              &listing.protocol_version,
                              &listing.server_info_name,
                              &listing.server_info_version,
                              &listing.challenge,
                              &listing.last_words,
                              &listing.cache_scope}) {
        *text = "with " + canary;
    }
    for (std::string* text :
         {&listing.server_capabilities, &listing.declared_capabilities, &listing.authorization}) {
        *text = canonical_json(json{{"x", {{canary, canary}}}});
    }
    KnownSecrets known;
    known.add(canary);
    known.hide_in(listing);

    std::string all = to_json(listing.document).dump() + listing.failure + listing.origin +
                      listing.protocol_version + listing.server_info_name +
                      listing.server_info_version + listing.challenge + listing.last_words +
                      listing.cache_scope + listing.server_capabilities +
                      listing.declared_capabilities + listing.authorization;
    const Tool& tool = listing.document.tools.front();
    for (const Parameter& parameter : tool.parameters) {
        all += parameter.path + parameter.default_value;
        for (const std::string& choice : parameter.choices) all += choice;
    }
    BOOST_TEST(all.find(canary) == std::string::npos, all);
    BOOST_TEST(all.find(base64(canary)) == std::string::npos, all);
    BOOST_TEST(tool.name == "get_[redacted]");
    BOOST_TEST(tool.description == "Uses [redacted]");
    BOOST_TEST(tool.parameters.size() == 2U);
    BOOST_TEST(tool.definition_hash != hash);
}

BOOST_AUTO_TEST_CASE(a_password_is_taken_out_of_base64_of_any_letters) {
    // "bWU6Pj4+Y2FuYXJ5LXR3bw==" holds a plus before the end of the password.
    const std::string pair = base64("me:>>>canary-two");
    BOOST_REQUIRE(pair.find('+') != std::string::npos);
    BOOST_TEST(hides(http_target("https://h.example/mcp", {{"Authorization", "Basic " + pair}}),
                     ">>>canary-two"));
}

BOOST_AUTO_TEST_CASE(what_went_into_a_path_is_hidden) {
    Target filled = http_target("https://h.example/canary-aaa-1/x/canary-bbb-2/mcp");
    filled.as_written = {"https://h.example/${A}/x/${B}/mcp"};
    BOOST_TEST(hides(filled, "canary-aaa-1"));
    BOOST_TEST(hides(filled, "canary-bbb-2"));
    BOOST_TEST(!hides(filled, "mcp"));
    // Written out, it is known by its form.
    const std::string uuid = "5b6c7d8e-0f1a-4b2c-8d3e-9f0a1b2c3d4e";
    const Target written = http_target("https://h.example/s/" + uuid + "/mcp");
    BOOST_TEST(hides(written, uuid));
    BOOST_TEST(describe_origin(written) == "https://h.example/s/[redacted]/mcp");
    BOOST_TEST(hides(stdio_target({"npx", "mcp-remote", "https://h.example/s/" + uuid}), uuid));
    // What an index says everybody may know, and two servers of it must not look like one.
    Target told = written;
    told.from_index = true;
    BOOST_TEST(describe_origin(told) == "https://h.example/s/" + uuid + "/mcp");
    BOOST_TEST(KnownSecrets(http_target("https://h.example/2025-03-26-preview/mcp")).empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_address_has_no_query) {
    KnownSecrets known;
    known.add_url("plain?k=canary-value-1");
    BOOST_TEST(known.empty());
}

BOOST_AUTO_TEST_CASE(it_is_told_whether_anything_was_hidden) {
    KnownSecrets known;
    known.add("canary-4711-x");
    json text = "plain";
    BOOST_TEST(!known.hide_in(text));
    BOOST_TEST(text == "plain");
    text = "a canary-4711-x";
    BOOST_TEST(known.hide_in(text));
    BOOST_TEST(text == "a [redacted]");
    json number = 5;
    BOOST_TEST(!known.hide_in(number));
    BOOST_TEST(number == 5);
}

BOOST_AUTO_TEST_CASE(short_values_are_ordinary_and_no_keys) {
    BOOST_TEST(is_ordinary("q7!"));
    BOOST_TEST(!is_ordinary("q7!x"));
    BOOST_TEST(!looks_like_key("a1b2c3d4e5f6g7h"));
    BOOST_TEST(looks_like_key("a1b2c3d4e5f6g7h8"));
}

BOOST_AUTO_TEST_CASE(a_number_that_is_a_secret_is_hidden_too) {
    KnownSecrets known;
    known.add("4815162342");
    json value{{"default", 4815162342}, {"maximum", 481516}};
    BOOST_TEST(known.hide_in(value));
    BOOST_TEST(value["default"] == "[redacted]");
    BOOST_TEST(value["maximum"] == 481516);
}

BOOST_AUTO_TEST_SUITE_END()
