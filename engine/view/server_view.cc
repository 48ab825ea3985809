#include "engine/view/server_view.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/decide/trial.h"
#include "policy/document/evaluate.h"
#include "policy/document/of_decided.h"

namespace mcprisk::engine {
namespace {

using nlohmann::json;

constexpr std::size_t kMostMoments = 20;

bool riskier(const store::ToolRow& a, const store::ToolRow& b) {
    if (a.verdict.risk != b.verdict.risk) return a.verdict.risk > b.verdict.risk;
    if (a.verdict.category != b.verdict.category) return a.verdict.category > b.verdict.category;
    return std::pair(std::string_view(a.tool.name), std::string_view(a.tool.definition_hash)) <
           std::pair(std::string_view(b.tool.name), std::string_view(b.tool.definition_hash));
}

void keep_publishable(ServerView& view) {
    view.server.origin.clear();
    view.server.last_failure.clear();
    view.server.flags.clear();
    for (store::ToolRow& row : view.rows) {
        std::erase_if(row.verdict.findings, [](const Finding& f) { return !publishable(f); });
        std::erase_if(row.verdict.attacks,
                      [&](const AttackLink& link) { return !publishable(link, row.verdict); });
    }
}

std::string truncated_call(std::string_view tool, const json& arguments) {
    constexpr std::size_t kLongest = 300;
    const std::string text = fmt::format("{} {}", tool, canonical_json(arguments));
    const std::string_view shown = truncate_utf8(text, kLongest);
    return std::string(shown) + (shown.size() < text.size() ? " …" : "");
}

// One call that passes and one that does not; what stands in a document is asked of the document.
void try_calls(ToolPart& part, const store::ToolRow& row, const policy::Decision& decision) {
    const json sample = policy::sample_arguments(row.tool);
    const std::string call = truncated_call(row.tool.name, sample);
    switch (decision.effect) {
        case policy::Effect::allowed:
            part.passes = call;
            part.stopped = "None: this rule stops no call of the tool.";
            return;
        case policy::Effect::limited:
            part.passes = call;
            part.stopped =
                "The same call once more than the limit allows, until its window is over.";
            return;
        case policy::Effect::denied:
        case policy::Effect::hidden:
            part.passes = "None: no call of the tool passes.";
            part.stopped = call;
            return;
        case policy::Effect::conditional:
            break;
    }
    const auto with_choice = [&](const policy::Switch& one, const std::string& choice) {
        json arguments = sample;
        const std::string path = one.path.substr(one.path.find('.') + 1);
        if (path.find('.') == std::string::npos) arguments[path] = choice;
        return truncated_call(row.tool.name, arguments);
    };
    if (!decision.switches.empty() && !decision.switches.front().usable.empty() &&
        !decision.switches.front().denied.empty()) {
        const policy::Switch& one = decision.switches.front();
        part.passes = with_choice(one, one.usable.front());
        part.stopped = with_choice(one, one.denied.front());
        return;
    }
    json document = {
        {"version", "1"}, {"default", "deny"}, {"tools", {{row.tool.name, decision.rule}}}};
    const auto ruling = policy::evaluate(document.dump(), row.tool.name, sample.dump());
    const bool passes = ruling && ruling->allowed;
    part.passes = passes ? call : "A call that meets every condition below.";
    part.stopped = passes ? "A call that breaks one of the conditions below." : call;
}

bool passes_at_all(const policy::Decision& decision) {
    return decision.effect <= policy::Effect::conditional;
}

// Each tool is decided once: for its own words, for the merged document and for the counts.
void decide_for(ServerView& view) {
    policy::Options options;
    options.ceiling = true;
    policy::Options strict;
    strict.preset = policy::Preset::strict;
    std::vector<policy::Decided> decided;
    decided.reserve(view.rows.size());
    view.tools.reserve(view.rows.size());
    for (const store::ToolRow& row : view.rows) {
        const policy::JudgedTool tool{&row.tool, &row.verdict};
        policy::Decision decision = policy::decide(tool, options);
        ToolPart part;
        part.effect = decision.effect;
        part.verb = decision.verb;
        part.decision = decision.id;
        part.because = decision.because;
        part.rule = decision.rule;
        part.words = policy::words_of(tool, decision);
        part.in_short = policy::effect_in_short(decision);
        try_calls(part, row, decision);
        if (passes_at_all(decision)) {
            ++view.unattended;
            // Strict never lets through what recommended does not.
            if (passes_at_all(policy::decide(tool, strict))) ++view.unattended_strict;
        }
        view.tools.push_back(std::move(part));
        decided.push_back({tool, std::move(decision)});
    }
    view.policy_json =
        policy::policy_json_of(policy::strictest_by_name(std::move(decided)), options);
}

}  // namespace

std::vector<Moment> read_moments(const store::Catalogue& catalogue,
                                 const store::BulkReader& bulk,
                                 const store::ServerKey& key) {
    std::vector<Moment> moments;
    if (key.listings < 2) {
        if (key.last_changed != 0) moments.push_back({key.last_changed, {}});
        return moments;
    }
    std::vector<store::Timestamp> times = bulk.listing_times(key.id);
    if (times.size() > kMostMoments) times.erase(times.begin(), times.end() - kMostMoments);
    std::optional<store::Snapshot> before;
    for (const store::Timestamp at : times) {
        auto now = catalogue.snapshot(key.id, at);
        if (!now) continue;
        Moment moment{at, {}};
        if (before) {
            moment.drift = diff_servers({&before->document, before->verdicts},
                                        {&now->document, now->verdicts});
        }
        moments.push_back(std::move(moment));
        before = std::move(now);
    }
    std::reverse(moments.begin(), moments.end());
    return moments;
}

ServerView read_server_view(const store::Catalogue& catalogue,
                            const store::BulkReader& bulk,
                            const store::ServerRow& server,
                            const store::ServerKey& key,
                            std::vector<Alias> aliases,
                            bool publish) {
    ServerView view;
    view.server = server;
    view.key = key;
    view.grade = grade_of(server);
    view.aliases = std::move(aliases);
    if (server.tools > 0) view.rows = catalogue.tools_of(server.id);
    std::erase_if(view.rows,
                  [](const store::ToolRow& row) { return row.verdict.rules_version.empty(); });
    // Before anything is said of them: sentences name findings and attacks.
    if (publish) keep_publishable(view);
    std::sort(view.rows.begin(), view.rows.end(), riskier);
    view.rows.erase(std::unique(view.rows.begin(),
                                view.rows.end(),
                                [](const auto& a, const auto& b) {
                                    return a.tool.name == b.tool.name &&
                                           a.tool.definition_hash == b.tool.definition_hash;
                                }),
                    view.rows.end());
    decide_for(view);
    view.moments = read_moments(catalogue, bulk, key);
    return view;
}

}  // namespace mcprisk::engine
