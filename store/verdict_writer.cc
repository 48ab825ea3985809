#include "store/verdict_writer.h"

#include <fmt/format.h>
#include <stdexcept>

#include "model/finding_kinds.h"
#include "model/base/hash.h"
#include "store/digest.h"
#include "store/rows.h"

namespace mcprisk::store {

ListingTools tools_of_listing(Database& database, std::int64_t listing) {
    ListingTools tools;
    Run run(
        database.statement("SELECT v.name, v.hash, v.id FROM listing_tools AS l "
                           "JOIN tool_versions AS v ON v.id = l.tool_id "
                           "WHERE l.listing_id = ?"));
    run.bind(listing);
    while (run.step()) {
        tools.emplace(std::pair(std::string(run.text(0)), to_content_hash(run.bytes(1))),
                      run.integer(2));
    }
    return tools;
}

void VerdictWriter::write(std::int64_t listing,
                          const ListingTools& tools,
                          std::span<const Verdict> verdicts) {
    std::map<std::string, std::int64_t, std::less<>> judgements;  // by rules version
    for (const Verdict& verdict : verdicts) {
        const auto tool = tools.find(std::pair(verdict.tool, verdict.definition_hash));
        if (tool == tools.end()) {
            throw std::invalid_argument(
                fmt::format("recording a verdict on {} of {}: the listing has no such tool",
                            verdict.tool,
                            server_));
        }
        auto judgement = judgements.find(verdict.rules_version);
        if (judgement == judgements.end()) {
            judgement =
                judgements.emplace(verdict.rules_version, judge(listing, verdict.rules_version))
                    .first;
        }
        add(judgement->second, tool->second, verdict);
    }
}

// The newest judgement is the one that counts, so a repeated one moves to the front.
std::int64_t VerdictWriter::judge(std::int64_t listing, const std::string& rules_version) {
    Run run(database_.statement(
        "INSERT INTO judgements (listing_id, rules_version, judged_at) VALUES (?, ?, ?) "
        "ON CONFLICT (listing_id, rules_version) "
        "DO UPDATE SET judged_at = max(judged_at, excluded.judged_at) RETURNING id"));
    run.bind(listing).bind(rules_version).bind(now_);
    if (!run.step()) throw DatabaseError("recording a judgement: SQLite returned no row");
    const std::int64_t id = run.integer(0);
    run.exec();
    return id;
}

void VerdictWriter::add(std::int64_t judgement, std::int64_t tool, const Verdict& verdict) {
    const std::int64_t id = find_or_add(verdict);
    bool known = false;
    {
        Run find(
            database_.statement("SELECT verdict_id FROM judgement_verdicts "
                                "WHERE judgement_id = ? AND tool_id = ?"));
        find.bind(judgement).bind(tool);
        known = find.step();
        if (known && find.integer(0) == id) return;
    }
    // The same rules say the same of the same listing; should they not, the last word counts.
    Run add(database_.statement(
        "INSERT INTO judgement_verdicts (judgement_id, tool_id, verdict_id) VALUES (?, ?, ?) "
        "ON CONFLICT (judgement_id, tool_id) DO UPDATE SET verdict_id = excluded.verdict_id"));
    add.bind(judgement).bind(tool).bind(id).exec();
    added_ += known ? 0 : 1;
    changed_ = true;
}

std::int64_t VerdictWriter::find_or_add(const Verdict& verdict) {
    const std::string document = verdict_document(verdict);
    const Digest hash = to_digest(content_hash(document));
    {
        Run find(database_.statement("SELECT id FROM verdicts WHERE hash = ?"));
        find.bind(hash);
        if (find.step()) return find.integer(0);
    }
    Run add(
        database_.statement("INSERT INTO verdicts (hash, category, risk, attention, confidence, "
                            "document) VALUES (?, ?, ?, ?, ?, ?)"));
    add.bind(hash).bind(static_cast<int>(verdict.category));
    add.bind(static_cast<int>(verdict.risk)).bind(static_cast<int>(attention_of(verdict)));
    add.bind(verdict.confidence).bind(document).exec();
    const std::int64_t id = database_.last_insert_id();
    for (const std::string& capability : verdict.capabilities) {
        tag("INSERT OR IGNORE INTO verdict_capabilities VALUES (?, ?)", capability, id);
    }
    for (const AttackLink& attack : verdict.attacks) {
        tag("INSERT OR IGNORE INTO verdict_attacks VALUES (?, ?)", attack.id, id);
    }
    for (const Finding& finding : verdict.findings) {
        tag("INSERT OR IGNORE INTO verdict_findings VALUES (?, ?)", finding.id, id);
    }
    return id;
}

void VerdictWriter::tag(std::string_view sql, const std::string& word, std::int64_t verdict) {
    Run run(database_.statement(sql));
    run.bind(word).bind(verdict).exec();
}

}  // namespace mcprisk::store
