#include "crawler/start/other_places.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/crawler/fake_mcp.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
using namespace mcprisk::test;
using Strings = std::vector<std::string>;
using boost::test_tools::per_element;

namespace {

// A site with an MCP server at one path of it, and HTML everywhere else.
class Site {
  public:
    Site(Loop& loop, std::string place, std::string well_known = {})
        : server_(loop, [this, place, well_known](const FakeRequest& request, const Connection& to) {
              answer(place, well_known, request, to);
          }) {}

    [[nodiscard]] FakeHttpServer& server() { return server_; }
    [[nodiscard]] std::string at(const std::string& path) const {
        const std::string url = server_.url();
        return url.substr(0, url.find('/', std::string("http://").size())) + path;
    }

  private:
    static void answer(const std::string& place,
                       const std::string& well_known,
                       const FakeRequest& request,
                       const Connection& to) {
        const json body = json::parse(request.body, nullptr, false);
        const std::string method = body.is_object() ? body.value("method", "") : "";
        if (request.path == "/.well-known/mcp" && !well_known.empty()) {
            to->respond(200, "application/json", well_known);
        } else if (request.path != place) {
            to->respond(404, "text/html", "<html>not here</html>");
        } else if (method == "initialize") {
            send_json(to, result_of(body["id"], initialize_result()));
        } else if (method == "tools/list") {
            send_json(to, result_of(body["id"], tools_page({"found"})));
        } else {
            to->respond(405, "text/plain", "no");
        }
    }

    FakeHttpServer server_;
};

HttpOptions options() {
    HttpOptions options = quick_options();
    options.other_places = true;
    return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(other_places)

BOOST_AUTO_TEST_CASE(usual_places_are_below_the_address_then_at_the_top) {
    BOOST_TEST(mcprisk::crawler::other_places("https://a.example/x", "") ==
                   (Strings{"https://a.example/x/mcp",
                            "https://a.example/mcp",
                            "https://a.example/x/sse",
                            "https://a.example/sse"}),
               per_element());
    BOOST_TEST(mcprisk::crawler::other_places("https://a.example/sse", "") ==
                   (Strings{"https://a.example/mcp"}),
               per_element());
}

BOOST_AUTO_TEST_CASE(what_the_site_itself_names_comes_first_within_its_origin) {
    const Strings places = mcprisk::crawler::other_places(
        "https://a.example/",
        R"({"servers": [{"url": "https://evil.example/mcp"}, {"endpoint": "/api/v2/mcp"}]})");
    BOOST_REQUIRE(!places.empty());
    BOOST_TEST(places.front() == "https://a.example/api/v2/mcp");
    for (const std::string& place : places) {
        BOOST_TEST(place.starts_with("https://a.example/"), place);
    }
    BOOST_TEST(mcprisk::crawler::other_places("https://a.example/", "<html>").size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_site_is_asked_where_its_server_is) {
    Loop loop;
    Site site(loop, "/mcp");
    const Listing listing = list_tools(loop, {site.at("/"), {{"X-Key", "k"}}, ""}, options());
    BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
    BOOST_TEST(listing.document.tools.size() == 1U);
    BOOST_TEST(listing.started_with == "asked at " + site.at("/mcp"));
    BOOST_TEST(listing.document.server == "server");
    BOOST_TEST(listing.origin == site.at("/"));
}

BOOST_AUTO_TEST_CASE(its_own_word_is_taken) {
    Loop loop;
    Site site(loop, "/deep/in/there", R"({"endpoint": "/deep/in/there"})");
    const Listing listing = list_tools(loop, {site.at("/"), {}, ""}, options());
    BOOST_TEST((listing.outcome == Outcome::listed), listing.failure);
    BOOST_TEST(listing.started_with == "asked at " + site.at("/deep/in/there"));
}

BOOST_AUTO_TEST_CASE(where_there_is_none_the_first_answer_counts_and_the_asking_ends) {
    Loop loop;
    Site site(loop, "/nobody/knows");
    const Listing listing = list_tools(loop, {site.at("/x"), {}, ""}, options());
    BOOST_TEST((listing.outcome == Outcome::wrong_protocol));
    BOOST_TEST(listing.started_with == "");
    std::size_t asked = 0;
    for (const FakeRequest& request : site.server().requests()) {
        asked += request.path == "/.well-known/mcp" ? 1 : 0;
    }
    BOOST_TEST(asked == 1U);
}

BOOST_AUTO_TEST_CASE(without_the_option_nothing_else_is_asked) {
    Loop loop;
    Site site(loop, "/mcp");
    const Listing listing = list_tools(loop, {site.at("/"), {}, ""}, quick_options());
    BOOST_TEST((listing.outcome == Outcome::wrong_protocol));
    for (const FakeRequest& request : site.server().requests()) BOOST_TEST(request.path == "/");
}

BOOST_AUTO_TEST_SUITE_END()
