// The pages about the catalogue as a whole, and about what verdicts are made of.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "site/accuracy.h"
#include "site/page_parts.h"

namespace mcprisk::site {

struct RuleText {
    std::string id;
    std::string kind;
    std::string why;
    std::string says;
    std::string json;  // the rule's file, canonical
};

// A change of one tool, for the page of changes, the feed and the home page.
struct ChangeLine {
    store::Timestamp at = 0;
    std::uint32_t server = 0;
    std::string tool;
    std::string what;
    bool rose = false;  // its level rose
    bool rug_pull = false;
    FieldChange field;  // the first text that changed; path empty for none
};

struct Overview {
    const Site* site = nullptr;
    std::vector<RuleText> rules;  // by id
    Accuracy accuracy;
    std::vector<ChangeLine> changes;  // newest first
};

// All of them: home, lists, levels, categories, capabilities, findings, attacks, rules, groups,
// changes with their feed, method, data, dispute, glossary, search, robots, sitemap, assets.
std::vector<SiteFile> overview_files(const Overview& overview);

}  // namespace mcprisk::site
