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
#include "engine/scan_result.h"

namespace mcprisk::cli {

// "listed 31 of 40, 2 of them incomplete; 9 unknown: a (timed_out), …" or "listed 40 of 40".
std::string coverage_line(const engine::ScanResult& result);

// The failure line of each server that could not be listed; empty when all could.
std::string failure_lines(const engine::ScanResult& result);

std::string scan_table(const engine::ScanResult& result,
                       const Style& style,
                       std::size_t columns,
                       std::size_t limit);
std::string scan_json(const engine::ScanResult& result);
std::string scan_markdown(const engine::ScanResult& result);
// `id` tells runs of different targets apart; places are given relative to `directory`.
// `mark` may say of results that somebody accepted them.
std::string scan_sarif(const engine::ScanResult& result,
                       const std::string& id,
                       const std::filesystem::path& directory,
                       const std::function<void(std::vector<SarifResult>&)>& mark);

}  // namespace mcprisk::cli
