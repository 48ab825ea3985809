#include "engine/scan_past.h"

#include <map>

#include "engine/drift_run.h"
#include "model/finding_kinds.h"
#include "model/drift.h"

namespace mcprisk::engine {
namespace {

// Nothing can have changed: what is known is what there is.
KnownBefore same_as(const std::vector<Verdict>& verdicts) {
    KnownBefore before{.listed = true};
    for (const Verdict& verdict : verdicts) {
        before.tools[verdict.tool] = {verdict.definition_hash, attention_of(verdict)};
    }
    return before;
}

}  // namespace

KnownBefore ScanPast::before(const Listing& listing,
                             const std::vector<Verdict>& verdicts,
                             std::vector<std::optional<Finding>>& changed) const {
    changed.assign(verdicts.size(), std::nullopt);
    std::string id = listing.document.server;
    ServerDocument stored;
    const ServerDocument* past = nullptr;
    if (lock_ != nullptr) {
        const auto pinned = lock_->find(id);
        // What nobody has looked at is new as a whole.
        if (pinned == lock_->end()) return {.listed = true};
        past = &pinned->second.document;
    } else if (catalogue_ != nullptr) {
        if (entries_ != nullptr) id = entries_->stored_id(id, listing.origin);
        if (catalogue_->newest_content(id) == listing_hash(listing)) return same_as(verdicts);
        auto snapshot = catalogue_->snapshot(id);
        if (!snapshot) return {};
        stored = std::move(snapshot->document);
        past = &stored;
    } else {
        return {};
    }
    const std::vector<Verdict> old = classifier_.classify(*past);
    const ServerDrift drift = diff_servers({past, old}, {&listing.document, verdicts});
    KnownBefore before = same_as(old);
    before.unstable.insert(drift.unstable.begin(), drift.unstable.end());
    before.about = about_in_words(drift);
    std::map<std::pair<std::string, std::string>, Finding> findings;
    for (const ToolDrift& tool : drift.tools) {
        if (auto finding = definition_changed(tool)) {
            findings[{tool.tool, tool.after ? tool.after->definition_hash : ""}] = *finding;
        }
    }
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const auto found = findings.find({verdicts[i].tool, verdicts[i].definition_hash});
        if (found != findings.end()) changed[i] = found->second;
    }
    return before;
}

}  // namespace mcprisk::engine
