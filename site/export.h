// From a catalogue in outline and a way to read one server to a folder of files.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/view/catalogue_view.h"
#include "engine/view/server_view.h"
#include "model/base/result.h"
#include "site/folder.h"
#include "site/overview.h"
#include "site/pages.h"
#include "site/search_index.h"

namespace mcprisk::site {

// Reads servers for one thread.
using ReadServer = std::function<engine::ServerView(std::uint32_t)>;

struct ExportInput {
    const engine::CatalogueView* view = nullptr;
    SiteOptions options;
    std::vector<RuleText> rules;
    Accuracy accuracy;
    std::vector<ChangeLine> changes;
    std::function<ReadServer()> reader;  // a new one for each thread
    // Title and description of every tool, in order of view->tools.
    VisitText texts;
    std::string state;  // what up_to_date() compares: see catalogue_state()
    unsigned threads = 2;
    std::function<void(std::size_t, std::size_t)> progress;  // servers done, of all
    std::function<bool()> interrupted;                       // may be empty
};

struct ExportReport {
    bool up_to_date = false;
    bool interrupted = false;
    std::size_t written = 0;
    std::size_t same = 0;
    std::size_t skipped = 0;  // servers whose files were not even rendered
    std::size_t forwarded = 0;
    std::uint64_t bytes = 0;
    std::vector<std::string> changed;
};

// Addresses of everything; what pages and the estimate need.
Site make_site(const engine::CatalogueView& view,
               const SiteOptions& options,
               const std::vector<RuleText>& rules);

// A folder whose state is this needs nothing: keys of all servers, options and templates.
std::string catalogue_state(const std::vector<store::ServerKey>& keys,
                            std::string_view aliases,
                            const SiteOptions& options,
                            std::string_view program);

// Throws std::runtime_error for a disk that does not take it, DatabaseError from the reader.
Result<ExportReport> export_site(const std::filesystem::path& directory, const ExportInput& input);

}  // namespace mcprisk::site
