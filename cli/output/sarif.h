// Results as SARIF 2.1.0 (OASIS), for code scanning and whoever else reads it (docs/outputs.md).
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/scan_result.h"
#include "model/drift.h"
#include "model/verdict.h"

namespace mcprisk::cli {

struct SarifResult {
    std::string rule;  // an id of finding_text.h
    RiskLevel severity = RiskLevel::low;
    std::string message;  // may quote strangers
    std::string server;
    std::string tool;
    std::string field;       // part of the definition; empty for the tool as a whole
    std::string suppressed;  // the reason, if somebody accepted it
};

struct SarifRun {
    std::string id;  // of automationDetails: which kind of run this is, equal from run to run
    std::vector<SarifResult> results;
    // Servers that could not be listed and why.
    std::vector<std::pair<std::string, std::string>> unknown;
    engine::PlacesOfServers places;
    std::filesystem::path directory;  // places below it are given relative to it
};

// A result for each finding, and one for each tool of level High or Critical.
std::vector<SarifResult> sarif_results(std::span<const Verdict> verdicts);

// A result for each tool that was added, removed or changed.
std::vector<SarifResult> sarif_results(const ServerDrift& drift);

// The document. Fingerprints are made of rule, server, tool and field, so that moved lines and
// other words leave a result what it was; equal ones are numbered.
std::string sarif_text(const SarifRun& run);

}  // namespace mcprisk::cli
