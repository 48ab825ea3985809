#include "engine/view/tool_view.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/view/server_json.h"

namespace mcprisk::engine {

ToolView gather_tool_view(const store::Catalogue& catalogue,
                          const store::ServerRow& server,
                          std::vector<store::ToolRow> siblings,
                          store::ToolRow tool,
                          const policy::Options& options) {
    constexpr std::size_t kSimilar = 8;
    ToolView view;
    view.server = server;
    view.siblings = std::move(siblings);
    view.tool = std::move(tool);
    view.similar = catalogue.similar_tools(server.id, view.tool.tool.name, kSimilar);
    view.stats = catalogue.stats();
    for (const AttackLink& link : view.tool.verdict.attacks) {
        if (auto text = attack_text(link.id)) view.attacks.push_back(std::move(*text));
    }
    const policy::JudgedTool judged_tool{&view.tool.tool, &view.tool.verdict};
    view.rule = policy::recommend(server.id, std::span(&judged_tool, 1), options);
    view.words = policy::plain_words(judged_tool, options);
    return view;
}

std::string level_in_words(const Verdict& verdict) {
    return fmt::format("{}: {} starts at {}{}",
                       to_string(verdict.risk),
                       to_string(verdict.category),
                       to_string(verdict.base_risk),
                       verdict.risk == verdict.base_risk ? ", and nothing above moves it."
                                                         : ", and the evidence above moves it.");
}

std::string certainty_in_words(const Verdict& verdict) {
    std::string text =
        fmt::format("{}, {:.0f} % sure", to_string(verdict.category), verdict.confidence * 100);
    if (verdict.risk != verdict.risk_without_claims) {
        text += fmt::format("; {} if the author's claims are not believed",
                            to_string(verdict.risk_without_claims));
    }
    if (verdict.alternative) {
        text += fmt::format("; else {}", to_string(verdict.alternative->category));
    }
    return text;
}

nlohmann::json tool_view_json(const ToolView& view) {
    using nlohmann::json;
    const auto names = [](const std::vector<store::ToolRow>& rows) {
        json list = json::array();
        for (const store::ToolRow& row : rows) {
            list.push_back({{"server", row.server},
                            {"tool", row.tool.name},
                            {"category", to_string(row.verdict.category)},
                            {"risk", to_string(row.verdict.risk)}});
        }
        return list;
    };
    json attacks = json::array();
    for (const AttackText& attack : view.attacks) {
        attacks.push_back(
            {{"id", attack.id}, {"title", attack.title}, {"summary", attack.summary}});
    }
    return {{"schema", "mcprisk-tool/1"},
            {"server", server_json(view.server)},
            {"definition", json::parse(view.tool.tool.definition)},
            {"verdict", to_json(view.tool.verdict)},
            {"policy", json::parse(view.rule.policy_json)},
            {"effect", view.words.effect},
            {"rest", view.words.rest},
            {"why_a_policy", view.words.why_a_policy},
            {"steps", view.words.steps},
            {"attacks", std::move(attacks)},
            {"siblings", names(view.siblings)},
            {"similar", names(view.similar)},
            {"first_seen", view.tool.first_seen}};
}

}  // namespace mcprisk::engine
