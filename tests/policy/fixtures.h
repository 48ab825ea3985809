// Hand-made tools and verdicts for the suites of this folder.
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "model/read_document.h"
#include "model/tool.h"
#include "model/verdict.h"
#include "policy/document/recommend.h"

namespace mcprisk::policy::testing {

// `properties` and `required` as in a JSON Schema.
inline Tool make_tool(const std::string& name,
                      nlohmann::json properties = nlohmann::json::object(),
                      nlohmann::json required = nlohmann::json::array()) {
    auto tool = read_tool({{"name", name},
                           {"description", "A tool for tests."},
                           {"inputSchema",
                            {{"type", "object"},
                             {"properties", std::move(properties)},
                             {"required", std::move(required)}}}});
    if (!tool) throw std::runtime_error(tool.error().message);
    return std::move(*tool);
}

inline Verdict make_verdict(const Tool& tool, Category category, RiskLevel risk) {
    Verdict verdict;
    verdict.server = "test-server";
    verdict.tool = tool.name;
    verdict.definition_hash = tool.definition_hash;
    verdict.rules_version = "test";
    verdict.category = category;
    verdict.risk = risk;
    verdict.base_risk = base_risk(category);
    verdict.risk_without_claims = risk;
    verdict.confidence = 0.9;
    verdict.evidence = {{"verb", "name", tool.name, std::string(to_string(category))}};
    verdict.reason = "It says so.";
    return verdict;
}

// Owns what JudgedTool points to; the vectors are filled before pointers are taken.
struct Bench {
    std::vector<Tool> tools;
    std::vector<Verdict> verdicts;

    void add(Tool tool, Category category, RiskLevel risk) {
        verdicts.push_back(make_verdict(tool, category, risk));
        tools.push_back(std::move(tool));
    }
    [[nodiscard]] std::vector<JudgedTool> judged() const {
        std::vector<JudgedTool> list;
        for (std::size_t i = 0; i < tools.size(); ++i) list.push_back({&tools[i], &verdicts[i]});
        return list;
    }
    [[nodiscard]] Recommendation recommend(const Options& options = {}) const {
        return policy::recommend("test-server", judged(), options);
    }
    [[nodiscard]] nlohmann::json document(const Options& options = {}) const {
        return nlohmann::json::parse(recommend(options).policy_json);
    }
};

inline nlohmann::json document_for(const Tool& tool,
                                   const Verdict& verdict,
                                   const Options& options = {}) {
    const JudgedTool judged{&tool, &verdict};
    return nlohmann::json::parse(recommend("test-server", {&judged, 1}, options).policy_json);
}

}  // namespace mcprisk::policy::testing
