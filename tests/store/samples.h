// Small listings, verdicts and files for the tests of the store.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "model/listing.h"
#include "model/verdict.h"
#include "store/catalogue.h"

namespace mcprisk::store::testing {

// A folder of its own, removed at the end.
class TempFolder {
  public:
    TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder();
    [[nodiscard]] std::filesystem::path file(std::string_view name = "catalogue.db") const;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

Tool make_tool(const std::string& name,
               const std::string& description = "",
               const std::string& title = "");

Listing make_listing(const std::string& server, std::vector<Tool> tools);
Listing make_failure(const std::string& server, Outcome outcome, const std::string& failure);

Verdict make_verdict(const Listing& listing,
                     const Tool& tool,
                     Category category = Category::read,
                     double confidence = 0.9,
                     const std::string& rules = "r1");

// One verdict a tool, with the base risk of its category.
std::vector<Verdict> judge_all(const Listing& listing,
                               Category category = Category::read,
                               const std::string& rules = "r1");

// Opens or fails the test.
Catalogue open_catalogue(const std::filesystem::path& file, OpenMode mode = OpenMode::read_write);

std::string read_file(const std::filesystem::path& file);

}  // namespace mcprisk::store::testing
