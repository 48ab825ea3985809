#include "engine/reclassify.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <utility>

namespace mcprisk::engine {
namespace {

void count_moves(const std::vector<store::ToolRow>& before,
                 const std::vector<Verdict>& now,
                 Reclassified& moves) {
    std::map<std::pair<std::string, std::string>, const Verdict*> old;
    for (const store::ToolRow& row : before) {
        if (!row.verdict.rules_version.empty()) {
            old[{row.tool.name, row.tool.definition_hash}] = &row.verdict;
        }
    }
    for (const Verdict& verdict : now) {
        const auto found = old.find({verdict.tool, verdict.definition_hash});
        if (found == old.end()) continue;
        moves.raised += verdict.risk > found->second->risk ? 1 : 0;
        moves.lowered += verdict.risk < found->second->risk ? 1 : 0;
        moves.category += verdict.category != found->second->category ? 1 : 0;
    }
}

std::string level_and_category(const Verdict& verdict) {
    return fmt::format("{} {}", to_string(verdict.risk), to_string(verdict.category));
}

std::vector<std::string> finding_ids(const Verdict& verdict) {
    std::vector<std::string> ids;
    for (const Finding& finding : verdict.findings) ids.push_back(finding.id);
    std::sort(ids.begin(), ids.end());
    return ids;
}

}  // namespace

Reclassified reclassify(store::Catalogue& catalogue,
                        const classifier::Classifier& classifier,
                        bool history,
                        store::Timestamp now) {
    Reclassified done;
    const auto judge = [&](store::ListingId listing, bool shown) {
        const ServerDocument document = catalogue.document_of(listing);
        const std::vector<Verdict> verdicts = classifier.classify(document);
        if (shown) count_moves(catalogue.tools_of(document.server), verdicts, done);
        catalogue.judge(listing, verdicts, now);
        done.tools += verdicts.size();
        ++done.listings;
    };
    // Old listings first: of two judgements the later one is shown.
    if (history) {
        for (const store::ListingId listing :
             catalogue.listings_to_judge(classifier.rules_version(), true)) {
            judge(listing, false);
        }
    }
    for (const store::ListingId listing :
         catalogue.listings_to_judge(classifier.rules_version(), false)) {
        judge(listing, true);
    }
    return done;
}

std::vector<std::string> judge_again(const store::Catalogue& catalogue,
                                     const classifier::Classifier& classifier) {
    constexpr std::size_t kMostLines = 100;
    std::vector<std::string> lines;
    std::size_t unjudged = 0;
    for (const store::ServerRow& server : catalogue.servers()) {
        const auto snapshot = catalogue.snapshot(server.id);
        if (!snapshot) continue;
        std::map<std::pair<std::string, std::string>, Verdict> now;
        for (Verdict& verdict : classifier.classify(snapshot->document)) {
            now.emplace(std::pair(verdict.tool, verdict.definition_hash), std::move(verdict));
        }
        for (const store::ToolRow& row : catalogue.tools_of(server.id)) {
            const Verdict& stored = row.verdict;
            if (stored.rules_version.empty()) ++unjudged;
            const auto found = now.find({row.tool.name, row.tool.definition_hash});
            if (found == now.end() || stored.rules_version != classifier.rules_version()) continue;
            const Verdict& right = found->second;
            const bool same = stored.category == right.category && stored.risk == right.risk &&
                              stored.base_risk == right.base_risk &&
                              stored.risk_without_claims == right.risk_without_claims &&
                              finding_ids(stored) == finding_ids(right);
            if (same || lines.size() == kMostLines) continue;
            lines.push_back(fmt::format("{} on {} is stored as {}, and its rules say {}",
                                        row.tool.name,
                                        server.id,
                                        level_and_category(stored),
                                        level_and_category(right)));
        }
    }
    if (unjudged > 0) {
        lines.push_back(
            fmt::format("{} tool{} without a verdict: `mcprisk reclassify` gives them one",
                        unjudged,
                        unjudged == 1 ? "" : "s"));
    }
    return lines;
}

}  // namespace mcprisk::engine
