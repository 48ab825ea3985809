// Lists one server's tools with the crawler's own code, for the conformance suite: driver URL
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "crawler/http_client.h"
#include "crawler/lister.h"

using namespace mcprisk;

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    crawler::Loop loop;
    crawler::HttpClient client(loop);
    crawler::HttpOptions options;
    crawler::Target target;
    target.id = argv[1];
    crawler::HttpTarget http;
    http.url = argv[1];
    target.how = http;
    std::optional<Listing> listing;
    const auto lister = crawler::make_http_lister(
        loop, client, target, options, [&](Listing l) { listing = std::move(l); });
    lister->start();
    loop.run_until([&] { return listing.has_value(); });
    if (listing->outcome == Outcome::listed) return 0;
    std::fprintf(stderr, "%s\n", listing->failure.c_str());
    return 1;
}
