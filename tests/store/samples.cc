#include "samples.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "model/read_document.h"

namespace mcprisk::store::testing {

TempFolder::TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "mcprisk-store-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("making a folder for a test");
    path_ = name;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TempFolder::file(std::string_view name) const { return path_ / name; }

Tool make_tool(const std::string& name, const std::string& description, const std::string& title) {
    nlohmann::json value = {{"name", name}, {"inputSchema", {{"type", "object"}}}};
    if (!description.empty()) value["description"] = description;
    if (!title.empty()) value["title"] = title;
    return read_tool(value).value();
}

Listing make_listing(const std::string& server, std::vector<Tool> tools) {
    Listing listing;
    listing.document.server = server;
    listing.document.title = "Title of " + server;
    listing.document.tools = std::move(tools);
    listing.transport = "stdio";
    listing.origin = "node server.js";
    listing.protocol_version = "2025-11-25";
    return listing;
}

Listing make_failure(const std::string& server, Outcome outcome, const std::string& failure) {
    Listing listing;
    listing.document.server = server;
    listing.outcome = outcome;
    listing.failure = failure;
    return listing;
}

Verdict make_verdict(const Listing& listing,
                     const Tool& tool,
                     Category category,
                     double confidence,
                     const std::string& rules) {
    Verdict verdict;
    verdict.server = listing.document.server;
    verdict.tool = tool.name;
    verdict.definition_hash = tool.definition_hash;
    verdict.rules_version = rules;
    verdict.category = category;
    verdict.risk = verdict.base_risk = verdict.risk_without_claims = base_risk(category);
    verdict.confidence = confidence;
    verdict.evidence.push_back({"verb", "name", tool.name, "Read", Basis::structure});
    verdict.reason = "The name says so.";
    return verdict;
}

std::vector<Verdict> judge_all(const Listing& listing,
                               Category category,
                               const std::string& rules) {
    std::vector<Verdict> verdicts;
    for (const Tool& tool : listing.document.tools) {
        verdicts.push_back(make_verdict(listing, tool, category, 0.9, rules));
    }
    return verdicts;
}

Catalogue open_catalogue(const std::filesystem::path& file, OpenMode mode) {
    auto catalogue = Catalogue::open(file, mode);
    if (!catalogue) throw std::runtime_error(catalogue.error().message);
    return std::move(*catalogue);
}

std::string read_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace mcprisk::store::testing
