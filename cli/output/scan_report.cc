#include "cli/output/scan_report.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/output/cells.h"
#include "cli/output/paragraph.h"
#include "cli/session.h"
#include "engine/view/server_json.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "model/listing_flag.h"

namespace mcprisk::cli {
namespace {

using engine::ScanResult;

constexpr std::size_t kNamesInCoverage = 20;
constexpr std::size_t kServersNamed = 10;

bool listed(const Listing& listing) { return listing.outcome == Outcome::listed; }

std::size_t count_listed(const ScanResult& result) {
    return static_cast<std::size_t>(
        std::count_if(result.listings.begin(), result.listings.end(), listed));
}

// What a person should know of a listing that succeeded, but not quite as usual.
std::string caveats(const Listing& listing) {
    std::string out;
    for (const FlagWeight weight : {FlagWeight::incomplete, FlagWeight::caveat}) {
        for (const FlagRow& row : listing_flags()) {
            if (row.weight != weight || !has_flag(listing, row.flag)) continue;
            out += (out.empty() ? "" : ", ") + std::string(row.word);
        }
    }
    for (const std::string& flag : listing.flags) {
        if (flag.starts_with("from_catalogue")) out += (out.empty() ? "" : ", ") + flag;
    }
    return out;
}

// The name that the person who configured it knows, and the id that other commands take.
std::string called(const ScanResult& result, const std::string& id) {
    const auto name = result.names.find(id);
    if (name == result.names.end() || name->second == id) return printable(id);
    return printable(name->second) + " (" + printable(id) + ")";
}

// One line a server, so that its id is known for the next command.
std::string server_lines(const ScanResult& result) {
    std::string out;
    if (result.listings.size() > kServersNamed) return out;
    for (const Listing& listing : result.listings) {
        if (!listed(listing)) continue;
        const ServerDocument& document = listing.document;
        const std::string odd = caveats(listing);
        out += fmt::format(
            "  {}{}: {}{}{}\n",
            called(result, document.server),
            document.version.empty() ? "" : " " + printable(document.version),
            count_of(document.tools.size(), "tool"),
            listing.protocol_version.empty()
                ? ""
                : fmt::format(
                      " over {}, MCP {}", listing.transport, printable(listing.protocol_version)),
            odd.empty() ? "" : "; " + odd);
    }
    return out;
}

}  // namespace

std::string coverage_line(const ScanResult& result) {
    const std::size_t total = result.listings.size();
    const std::size_t good = count_listed(result);
    const auto cut = std::count_if(result.listings.begin(), result.listings.end(), is_incomplete);
    std::string line = fmt::format("listed {} of {}", good, total);
    if (cut > 0) line += fmt::format(", {} of them incomplete", cut);
    if (good == total) return line;
    line += fmt::format("; {} unknown:", total - good);
    std::size_t named = 0;
    for (const Listing& listing : result.listings) {
        if (listed(listing)) continue;
        if (named == kNamesInCoverage) {
            line += " …";
            break;
        }
        line += fmt::format("{} {} ({})",
                            named == 0 ? "" : ",",
                            printable(listing.document.server),
                            to_string(listing.outcome));
        ++named;
    }
    return line;
}

std::string failure_lines(const ScanResult& result) {
    std::string out;
    for (const Listing& listing : result.listings) {
        if (!listed(listing)) {
            out += fmt::format(
                "  {}: {}\n", called(result, listing.document.server), printable(listing.failure));
        }
    }
    return out;
}

std::string scan_table(const ScanResult& result,
                       const Style& style,
                       std::size_t columns,
                       std::size_t limit) {
    std::string text = coverage_line(result) + "\n" + failure_lines(result);
    if (!result.settings.empty()) text += "settings: " + printable(result.settings) + "\n";
    text += server_lines(result);
    if (result.listings.size() > kServersNamed) {
        for (const Listing& listing : result.listings) {
            if (const std::string odd = caveats(listing); listed(listing) && !odd.empty()) {
                text +=
                    fmt::format("  {}: listed, but {}\n", printable(listing.document.server), odd);
            }
        }
    }
    std::string out = hanging_lines(text, columns);
    if (result.verdicts.empty()) return out;
    out += "\n" + verdict_table(result.verdicts,
                                style,
                                {.width = columns,
                                 .limit = limit,
                                 .several = result.listings.size() > 1,
                                 .names = &result.names});
    return out + "\n" + count_levels(result.verdicts) + "\n";
}

std::string scan_json(const ScanResult& result) {
    nlohmann::json servers = nlohmann::json::array();
    for (const Listing& listing : result.listings) {
        nlohmann::json one = engine::server_json(listing);
        const auto name = result.names.find(listing.document.server);
        one["config_name"] = name == result.names.end() ? nlohmann::json() : nlohmann::json(name->second);
        servers.push_back(std::move(one));
    }
    nlohmann::json verdicts = nlohmann::json::array();
    for (const Verdict& verdict : result.verdicts) verdicts.push_back(to_json(verdict));
    return pretty_json(
        {{"schema", "mcprisk-scan/1"},
         {"listed", count_listed(result)},
         {"unknown", result.listings.size() - count_listed(result)},
         {"settings", result.settings.empty() ? nlohmann::json() : nlohmann::json(result.settings)},
         {"servers", std::move(servers)},
         {"verdicts", std::move(verdicts)}});
}

std::string scan_markdown(const ScanResult& result) {
    std::string out = "**" + markdown_cell(coverage_line(result)) + "**\n\n";
    if (!result.settings.empty()) out += "Settings: " + markdown_cell(result.settings) + "\n\n";
    return out + verdict_markdown(result.verdicts) + "\n" + count_levels(result.verdicts) + "\n";
}

std::string scan_sarif(const ScanResult& result,
                       const std::string& id,
                       const std::filesystem::path& directory,
                       const std::function<void(std::vector<SarifResult>&)>& mark) {
    SarifRun run{.id = id,
                 .results = sarif_results(result.verdicts),
                 .places = result.places,
                 .directory = directory};
    mark(run.results);
    for (const Listing& listing : result.listings) {
        if (!listed(listing)) {
            run.unknown.emplace_back(
                listing.document.server,
                fmt::format("{}: {}", to_string(listing.outcome), listing.failure));
        }
    }
    return sarif_text(run);
}

}  // namespace mcprisk::cli
