#include "cli/output/sarif.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "model/base/encoding.h"
#include "model/base/hash.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "model/finding_kinds.h"

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kLongestMessage = 1000;

std::string_view level_of(RiskLevel severity) {
    switch (severity) {
        case RiskLevel::critical:
        case RiskLevel::high:
            return "error";
        case RiskLevel::medium:
            return "warning";
        case RiskLevel::low:
            break;
    }
    return "note";
}

// A server that no file names still has a name that is a URI: its own, or its package's.
std::string uri_of_server(const std::string& id) {
    for (const auto& [ours, theirs] : {std::pair("npm:", "pkg:npm/"),
                                       std::pair("pypi:", "pkg:pypi/"),
                                       std::pair("oci:", "pkg:oci/")}) {
        if (id.starts_with(ours)) {
            return theirs +
                   percent_encode(std::string_view(id).substr(std::string_view(ours).size()), "/");
        }
    }
    if (id.starts_with("https://") || id.starts_with("http://")) return percent_encode(id, ":/");
    return "mcp-server:" + percent_encode(id);
}

// "[words](target)" would become a link of somebody else's choice.
std::string without_links(std::string text) {
    for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at)) {
        text.insert(at + 1, 1, ' ');
    }
    return text;
}

class Writer {
  public:
    explicit Writer(const SarifRun& run) : run_(run) {}

    json write() {
        for (const SarifResult& result : run_.results) rules_used_.try_emplace(result.rule, 0);
        json rules = json::array();
        for (auto& [id, index] : rules_used_) {
            index = rules.size();
            rules.push_back(rule(id));
        }
        json results = json::array();
        for (const SarifResult& result : run_.results) results.push_back(write_result(result));
        json notifications = json::array();
        for (const auto& [server, why] : run_.unknown) {
            notifications.push_back(
                {{"level", "warning"},
                 {"descriptor", {{"id", "server-not-listed"}}},
                 {"message", {{"text", printable(server + " could not be listed: " + why)}}}});
        }
        const json driver = {{"name", "mcprisk"},
                             {"semanticVersion", MCPRISK_VERSION},
                             {"version", MCPRISK_VERSION},
                             {"rules", std::move(rules)},
                             {"notifications",
                              {{{"id", "server-not-listed"},
                                {"shortDescription",
                                 {{"text",
                                   "A server could not be listed: nothing is known of its "
                                   "tools."}}},
                                {"fullDescription",
                                 {{"text",
                                   "The server did not answer, refused, or needs a login. None of "
                                   "its tools was judged, so no finding means nothing here."}}},
                                {"help",
                                 {{"text",
                                   "Start the server by hand, give it what it asks for, and scan "
                                   "again."}}}}}}};
        json one = {{"tool", {{"driver", driver}}},
                    {"automationDetails", {{"id", run_.id}}},
                    {"invocations",
                     {{{"executionSuccessful", true},
                       {"toolExecutionNotifications", std::move(notifications)}}}},
                    {"columnKind", "unicodeCodePoints"},
                    {"results", std::move(results)}};
        if (uses_base_) {
            one["originalUriBaseIds"] = {
                {"SRCROOT", {{"description", {{"text", "The folder mcprisk was run in."}}}}}};
        }
        return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                {"version", "2.1.0"},
                {"runs", {std::move(one)}}};
    }

  private:
    static json rule(const std::string& id) {
        const FindingKind* text = finding_kind(id);
        const std::string title(text != nullptr ? text->title : id);
        const std::string what(text != nullptr ? text->what : "");
        const std::string advice(text != nullptr ? text->remedy : "");
        return {{"id", id},
                {"name", id},
                {"shortDescription", {{"text", title}}},
                {"fullDescription", {{"text", what.empty() ? title : what}}},
                {"help",
                 {{"text", what + " " + advice},
                  {"markdown", "**" + title + "**\n\n" + what + "\n\n" + advice}}},
                {"defaultConfiguration", {{"level", "warning"}}},
                {"properties",
                 {{"tags", {"security", "mcp"}},
                  {"precision", "medium"},
                  {"security-severity", text != nullptr ? text->sarif_score : "8.0"}}}};
    }

    std::string fingerprint(const SarifResult& result) {
        std::string key = result.rule;
        for (const std::string* part : {&result.server, &result.tool, &result.field}) {
            key += '\0' + *part;
        }
        if (const std::size_t n = seen_[key]++; n > 0) key += '\0' + std::to_string(n);
        return sha256_hex(key).substr(0, 32);
    }

    json location(const SarifResult& result) {
        json artifact;
        json physical = json::object();
        const auto place = run_.places.find(result.server);
        if (place == run_.places.end() || place->second.file.empty()) {
            artifact = {{"uri", uri_of_server(result.server)}};
        } else {
            const fs::path path = (run_.directory / place->second.file).lexically_normal();
            const fs::path below = path.lexically_relative(run_.directory.lexically_normal());
            if (!below.empty() && *below.begin() != "..") {
                artifact = {{"uri", percent_encode(below.string(), "/")}, {"uriBaseId", "SRCROOT"}};
                uses_base_ = true;
            } else {
                artifact = {{"uri", "file://" + percent_encode(path.string(), "/")}};
            }
            physical["region"] = {{"startLine", std::max<std::size_t>(1, place->second.line)}};
        }
        physical["artifactLocation"] = std::move(artifact);
        const std::string name = printable(result.tool.empty() ? result.server : result.tool);
        return {{"physicalLocation", std::move(physical)},
                {"logicalLocations",
                 {{{"name", name},
                   {"fullyQualifiedName", printable(result.server + "/" + result.tool)},
                   {"kind", result.tool.empty() ? "module" : "function"}}}}};
    }

    json write_result(const SarifResult& result) {
        const std::string print = fingerprint(result);
        const std::string message = without_links(printable(result.message));
        json one = {
            {"ruleId", result.rule},
            {"ruleIndex", rules_used_.at(result.rule)},
            {"level", level_of(result.severity)},
            {"message", {{"text", std::string(truncate_utf8(message, kLongestMessage))}}},
            {"locations", {location(result)}},
            {"partialFingerprints", {{"mcprisk/v1", print}, {"primaryLocationLineHash", print}}},
            {"properties",
             {{"server", printable(result.server)},
              {"tool", printable(result.tool)},
              {"field", printable(result.field)},
              {"severity", to_string(result.severity)}}}};
        if (!result.suppressed.empty()) {
            one["suppressions"] = {
                {{"kind", "external"}, {"justification", printable(result.suppressed)}}};
        }
        return one;
    }

    const SarifRun& run_;
    std::map<std::string, std::size_t> rules_used_;  // id to index
    std::map<std::string, std::size_t> seen_;
    bool uses_base_ = false;
};

}  // namespace

std::vector<SarifResult> sarif_results(std::span<const Verdict> verdicts) {
    std::vector<SarifResult> results;
    for (const Verdict& v : verdicts) {
        for (const Finding& finding : v.findings) {
            const FindingKind* text = finding_kind(finding.id);
            results.push_back({.rule = finding.id,
                               .severity = finding.severity,
                               .message = fmt::format("{} ({} on {}, {}): {}",
                                                      text != nullptr ? text->title : finding.id,
                                                      v.tool,
                                                      v.server,
                                                      finding.field,
                                                      finding.text),
                               .server = v.server,
                               .tool = v.tool,
                               .field = finding.field});
        }
        if (v.risk < RiskLevel::high) continue;
        const bool critical = v.risk == RiskLevel::critical;
        // Half of ordinary servers have such a tool: it is worth a line, and no error.
        results.push_back({.rule = critical ? "critical-tool" : "high-tool",
                           .severity = critical ? RiskLevel::medium : RiskLevel::low,
                           .message = fmt::format("{} on {} is {} ({}): {}",
                                                  v.tool,
                                                  v.server,
                                                  to_string(v.risk),
                                                  to_string(v.category),
                                                  v.reason),
                           .server = v.server,
                           .tool = v.tool});
    }
    return results;
}

std::vector<SarifResult> sarif_results(const ServerDrift& drift) {
    std::vector<SarifResult> results;
    for (const ToolDrift& tool : drift.tools) {
        SarifResult result{.server = drift.server, .tool = tool.tool};
        if (const auto finding = definition_changed(tool)) {
            result.rule = finding->id;
            result.severity = finding->severity;
            result.message =
                fmt::format("{} on {} changed: {}", tool.tool, drift.server, finding->text);
        } else {
            const bool added = tool.change == ToolChange::added;
            const auto& verdict = added ? tool.after : tool.before;
            result.rule = added ? "tool-added" : "tool-removed";
            result.severity = added && verdict ? verdict->risk : RiskLevel::low;
            result.message = fmt::format(
                "{} on {} {}{}",
                tool.tool,
                drift.server,
                added ? "is new" : "is gone",
                verdict ? fmt::format(
                              " ({} {})", to_string(verdict->risk), to_string(verdict->category))
                        : "");
        }
        results.push_back(std::move(result));
    }
    return results;
}

std::string sarif_text(const SarifRun& run) { return pretty_json(Writer(run).write()); }

}  // namespace mcprisk::cli
