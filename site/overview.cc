#include "site/overview.h"

#include <utility>

#include "site/desk.h"

namespace mcprisk::site {

std::vector<SiteFile> overview_files(const Overview& overview) {
    Desk desk(overview);
    for (const auto write :
         {write_home,     write_server_lists, write_levels, write_categories, write_capabilities,
          write_findings, write_attacks,      write_rules,  write_groups,     write_compare,
          write_changes,  write_feed,         write_method, write_enforce,    write_data_page,
          write_dispute,  write_glossary,     write_search, write_opted_out,  write_robots,
          write_assets}) {
        write(desk);
    }
    return std::move(desk.files);
}

}  // namespace mcprisk::site
