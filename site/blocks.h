// A page put together from headed blocks: what the template page.html shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "site/page_parts.h"

namespace mcprisk::site {

Frame frame(std::string path, std::string title, std::string summary);

// What is added stands in the order of the calls, under the last heading.
class Blocks {
  public:
    // `site` outlives it.
    Blocks(const Site& site, const Frame& frame, std::string_view heading);

    // Links take paths of the site, and make them relative.
    void crumb(std::string_view to, std::string_view text);
    void level(RiskLevel level);  // the sign before the page's heading
    void lead(std::string_view text);

    void heading(std::string_view id, std::string_view text);
    Section block();
    void para(std::string_view text);
    void para_link(std::string_view before, std::string_view to, std::string_view text);
    void steps(const std::vector<std::string>& steps);
    void pre(std::string_view text);
    Section table(std::string_view caption, const std::vector<std::string>& head);

    // Items of one list, until the next heading.
    Section item();
    void item(std::string_view to, std::string_view text, std::string_view after);
    void text_item(std::string_view text);
    void out(std::string_view url);  // leads out of the site: for addresses of our own texts alone
    void tool(std::uint32_t tool);
    void server(std::uint32_t server, std::string_view more);

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] SiteFile done() const { return {path_, page_.render("page.html")}; }

  private:
    const Site& site_;
    std::string path_;
    Page page_;
    std::optional<Section> block_;
    std::optional<Section> list_;
};

}  // namespace mcprisk::site
