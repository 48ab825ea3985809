#include "store/bulk_reader.h"

#include <fmt/format.h>
#include <chrono>
#include <utility>

#include "model/base/hash.h"
#include "store/open_database.h"
#include "store/sqlite.h"

namespace mcprisk::store {
namespace {

constexpr std::chrono::seconds kBusyWait{10};

// The rules that a verdict's document names in its evidence. Within a string of JSON every quote has
// a backslash before it, so the key is never found there; ids of rules hold none.
void read_rules(std::string_view document, std::vector<std::string_view>& rules) {
    constexpr std::string_view kKey = "\"rule\":\"";
    rules.clear();
    for (std::size_t at = document.find(kKey); at != std::string_view::npos;
         at = document.find(kKey, at)) {
        at += kKey.size();
        const std::size_t end = document.find('"', at);
        if (end == std::string_view::npos) return;
        rules.push_back(document.substr(at, end - at));
    }
}

// Keys stand in their order: of each evidence "effect" follows "basis".
bool names_an_effect(std::string_view document) {
    constexpr std::string_view kKeys = R"("basis":"structure","effect":")";
    for (std::size_t at = document.find(kKeys); at != std::string_view::npos;
         at = document.find(kKeys, at)) {
        at += kKeys.size();
        if (at < document.size() && document[at] != '"') return true;
    }
    return false;
}

}  // namespace

struct BulkReader::Impl {
    Database database;
};

BulkReader::BulkReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BulkReader::BulkReader(BulkReader&&) noexcept = default;
BulkReader& BulkReader::operator=(BulkReader&&) noexcept = default;
BulkReader::~BulkReader() = default;

Result<BulkReader> BulkReader::open(const std::filesystem::path& file) {
    auto database = open_database(file, OpenMode::read_only, kBusyWait);
    if (!database) return fail(database.error());
    return BulkReader(std::make_unique<Impl>(Impl{std::move(*database)}));
}

std::vector<ServerKey> BulkReader::server_keys() const {
    std::vector<ServerKey> keys;
    Run run(impl_->database.statement(
        "SELECT s.name, coalesce(lower(hex(l.hash)), ''), coalesce(j.rules_version, ''), "
        "coalesce(j.judged_at, 0), coalesce(g.credential_class, ''), o.outcome, "
        "coalesce(g.at, 0), o.at, coalesce(l.first_seen, 0), "
        "(SELECT count(*) FROM listings AS k WHERE k.server_id = s.id), "
        "s.title, s.description, s.source, s.version "
        "FROM servers AS s JOIN observations AS o ON o.id = s.last_observation "
        "LEFT JOIN observations AS g ON g.id = s.last_listed "
        "LEFT JOIN listings AS l ON l.id = s.current_listing "
        "LEFT JOIN judgements AS j ON j.id = s.current_judgement ORDER BY s.name"));
    std::string text;
    while (run.step()) {
        text.clear();
        for (int column = 10; column < 14; ++column) {
            text += run.text(column);
            text += '\0';
        }
        keys.push_back({.id = std::string(run.text(0)),
                        .content = std::string(run.text(1)),
                        .rules_version = std::string(run.text(2)),
                        .judged_at = run.integer(3),
                        .credential_class = std::string(run.text(4)),
                        .outcome = std::string(run.text(5)),
                        .last_listed = run.integer(6),
                        .last_seen = run.integer(7),
                        .last_changed = run.integer(8),
                        .listings = static_cast<std::size_t>(run.integer(9)),
                        .described = sha256_hex(text).substr(0, 16)});
    }
    return keys;
}

void BulkReader::each_tool(const std::function<void(const ToolLine&)>& visit) const {
    // The deciding evidence stands first; its effect is read without taking the document apart.
    Run run(impl_->database.statement(
        "SELECT c.server, c.name, c.category, c.risk, c.confidence, c.changed_at, "
        "coalesce(json_extract(v.document, '$.evidence[0].effect'), ''), coalesce(v.document, '') "
        "FROM current_tools AS c LEFT JOIN verdicts AS v ON v.id = c.verdict_id "
        "ORDER BY c.server, c.name, c.tool_id"));
    ToolLine line;
    while (run.step()) {
        line.server = run.text(0);
        line.name = run.text(1);
        const auto category = run.optional_integer(2);
        line.judged = category.has_value();
        if (category) {
            line.category = static_cast<Category>(*category);
            line.risk = static_cast<RiskLevel>(run.optional_integer(3).value_or(0));
            line.confidence = run.optional_real(4).value_or(0);
        }
        line.changed_at = run.integer(5);
        line.effect = run.text(6);
        read_rules(run.text(7), line.rules);
        line.acts = names_an_effect(run.text(7));
        visit(line);
    }
}

void BulkReader::each_tag(
    Tag tag,
    const std::function<void(std::string_view, std::string_view, std::string_view)>& visit) const {
    const std::string_view word = tag == Tag::capability ? "capability" : "attack";
    const std::string_view table =
        tag == Tag::capability ? "verdict_capabilities" : "verdict_attacks";
    Run run(impl_->database.statement(
        fmt::format("SELECT w.{}, c.server, c.name FROM {} AS w "
                    "JOIN current_tools AS c ON c.verdict_id = w.verdict_id",
                    word,
                    table)));
    while (run.step()) visit(run.text(0), run.text(1), run.text(2));
}

void BulkReader::each_finding(
    const std::function<void(std::string_view, RiskLevel, std::string_view, std::string_view)>&
        visit) const {
    Run run(impl_->database.statement(
        "SELECT w.finding, json_extract(f.value, '$.severity'), c.server, c.name "
        "FROM verdict_findings AS w JOIN current_tools AS c ON c.verdict_id = w.verdict_id "
        "JOIN verdicts AS v ON v.id = w.verdict_id, json_each(v.document, '$.findings') AS f "
        "WHERE json_extract(f.value, '$.id') = w.finding"));
    while (run.step()) {
        const auto severity = parse_risk_level(run.text(1));
        visit(run.text(0), severity.value_or(RiskLevel::low), run.text(2), run.text(3));
    }
}

void BulkReader::each_text(
    const std::function<void(
        std::string_view, std::string_view, std::string_view, std::string_view)>& visit) const {
    Run run(impl_->database.statement(
        "SELECT c.server, t.name, t.title, t.description FROM current_tools AS c "
        "JOIN tool_versions AS t ON t.id = c.tool_id ORDER BY c.server, c.name, c.tool_id"));
    while (run.step()) visit(run.text(0), run.text(1), run.text(2), run.text(3));
}

std::map<std::string, std::vector<Alias>, std::less<>> BulkReader::aliases() const {
    std::map<std::string, std::vector<Alias>, std::less<>> all;
    Run run(impl_->database.statement(
        "SELECT s.name, a.kind, a.value, a.evidence FROM aliases AS a "
        "JOIN servers AS s ON s.id = a.server_id ORDER BY s.name, a.kind, a.value"));
    while (run.step()) {
        all[std::string(run.text(0))].push_back(
            {std::string(run.text(1)), std::string(run.text(2)), std::string(run.text(3))});
    }
    return all;
}

std::vector<Timestamp> BulkReader::listing_times(std::string_view server) const {
    std::vector<Timestamp> times;
    Run run(impl_->database.statement(
        "SELECT l.first_seen FROM listings AS l JOIN servers AS s ON s.id = l.server_id "
        "WHERE s.name = ? ORDER BY l.first_seen"));
    run.bind(server);
    while (run.step()) times.push_back(run.integer(0));
    return times;
}

}  // namespace mcprisk::store
