// `export site`: the catalogue as a website.
#pragma once

#include <cstdint>
#include <string>

#include "cli/exit_code.h"
#include "cli/session.h"

namespace mcprisk::cli {

struct SiteWords {
    std::string folder;
    std::string base_url;
    std::string contact;
    std::string tool_pages = "all";
    std::string opt_out;
    std::string disputes;
    std::string templates;
    std::string changed_list;
    std::size_t limit_files = 0;  // 0: none
    std::uint64_t limit_bytes = 0;
    bool everything = false;  // --private
    bool no_twins = false;
    bool no_badges = false;
    bool packed = false;
};

ExitCode run_site(const SiteWords& words, Session& session);

}  // namespace mcprisk::cli
