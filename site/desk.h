// What the overviews share while they are written: counts, choices of examples, and the finished
// files.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "site/blocks.h"
#include "site/overview.h"

namespace mcprisk::site {

struct Desk {
    explicit Desk(const Overview& given);

    void add(SiteFile file) { files.push_back(std::move(file)); }
    void put(const Blocks& page) { add(page.done()); }
    // The JSON beside `page`, where twins are wanted.
    void twin(const std::string& page, const nlohmann::json& value);

    // At most fifty, from as many servers as can be: one a server, then a second one, riskiest
    // first.
    [[nodiscard]] std::vector<std::uint32_t> examples(
        const std::vector<std::uint32_t>& tools) const;
    [[nodiscard]] nlohmann::json tools_json(const std::vector<std::uint32_t>& tools) const;
    // `search`: the address of the search page that has all of them; `query` the command.
    void tool_list(Blocks& page,
                   const std::vector<std::uint32_t>& tools,
                   std::string_view search,
                   std::string_view query) const;

    const Overview& overview;
    const Site& site;
    const engine::CatalogueView& view;
    std::array<std::size_t, 4> by_level{};
    std::array<std::size_t, 5> by_category{};
    std::vector<SiteFile> files;
};

void write_home(Desk& desk);
void write_server_lists(Desk& desk);
void write_levels(Desk& desk);
void write_categories(Desk& desk);
void write_capabilities(Desk& desk);
void write_findings(Desk& desk);
void write_attacks(Desk& desk);
void write_rules(Desk& desk);
void write_groups(Desk& desk);
void write_compare(Desk& desk);
void write_changes(Desk& desk);
void write_feed(Desk& desk);
void write_method(Desk& desk);
void write_enforce(Desk& desk);
void write_data_page(Desk& desk);
void write_dispute(Desk& desk);
void write_glossary(Desk& desk);
void write_search(Desk& desk);
void write_opted_out(Desk& desk);
// After all that makes pages: it lists them.
void write_robots(Desk& desk);
void write_assets(Desk& desk);

}  // namespace mcprisk::site
