// What a scan prints. Every form opens with what could not be listed.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/output/sarif.h"
#include "cli/output/style.h"
#include "cli/output/verdict_output.h"
#include "model/listing.h"

namespace mcprisk::cli {

struct ScanResult {
    std::vector<Listing> listings;  // in the order of the targets
    std::vector<Verdict> verdicts;  // riskiest first
    Places places;                  // where a file names a server
    std::map<std::string, std::string> names;  // by id: how a configuration calls the server
    std::string settings;  // a settings file that was found in the project; empty if none was
};

// Listed, but not to the end: a limit, an error on a later page, or tools that could not be read.
bool is_incomplete(const Listing& listing);

// "listed 31 of 40, 2 of them incomplete; 9 unknown: a (timed_out), …" or "listed 40 of 40".
std::string coverage_line(const ScanResult& result);

// The failure line of each server that could not be listed; empty when all could.
std::string failure_lines(const ScanResult& result);

std::string scan_table(const ScanResult& result,
                       const Style& style,
                       std::size_t columns,
                       std::size_t limit);
std::string scan_json(const ScanResult& result);
std::string scan_markdown(const ScanResult& result);
// `id` tells runs of different targets apart; places are given relative to `directory`.
// `mark` may say of results that somebody accepted them.
std::string scan_sarif(const ScanResult& result,
                       const std::string& id,
                       const std::filesystem::path& directory,
                       const std::function<void(std::vector<SarifResult>&)>& mark);

}  // namespace mcprisk::cli
