// Synthetic servers for benchmarks of the catalogue. Tools are all different: names of a verb and
// two nouns, a description of 20 to 40 words, a schema of four parameters.
#pragma once

#include <fmt/format.h>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "model/listing.h"
#include "model/read_document.h"
#include "model/verdict.h"

namespace mcprisk::bench {

inline constexpr std::array kVerbs{"get",
                                   "list",
                                   "create",
                                   "update",
                                   "delete",
                                   "search",
                                   "run",
                                   "send",
                                   "export",
                                   "sync",
                                   "pay",
                                   "restart"};
inline constexpr std::array kNouns{"issue",    "invoice", "user",   "page",  "file",
                                   "ticket",   "order",   "branch", "query", "message",
                                   "report",   "task",    "event",  "label", "customer",
                                   "workflow", "secret",  "image",  "chart", "device"};

class SyntheticListings {
  public:
    explicit SyntheticListings(std::uint64_t seed = 42) : random_(seed) {}

    Listing listing(std::size_t number, std::size_t tools) {
        Listing made;
        made.document.server = fmt::format("npm:bench-{:06}", number);
        made.transport = "stdio";
        made.origin = "npx " + made.document.server;
        for (std::size_t i = 0; i < tools; ++i) made.document.tools.push_back(tool());
        return made;
    }

    std::vector<Verdict> verdicts(const Listing& listing) {
        std::vector<Verdict> all;
        for (const Tool& tool : listing.document.tools) {
            Verdict v;
            v.server = listing.document.server;
            v.tool = tool.name;
            v.definition_hash = tool.definition_hash;
            v.rules_version = "bench";
            v.category = kCategories[pick(kCategories.size())];
            v.risk = v.base_risk = v.risk_without_claims = base_risk(v.category);
            v.confidence = static_cast<double>(5000 + pick(5000)) / 10000;
            v.capabilities = {"data.write", "net.out"};
            v.evidence = {{"verb", "name", tool.name, "Write", Basis::structure},
                          {"phrase",
                           "description",
                           tool.description.substr(0, 40),
                           "Write",
                           Basis::structure}};
            v.reason = fmt::format("The name {} and the description say so.", tool.name);
            if (pick(10) == 0) {
                v.findings = {{"unbounded-parameter", RiskLevel::medium, "inputSchema", "query"}};
            }
            v.attacks = {{"runaway-bulk-writes", "data.write"}};
            all.push_back(std::move(v));
        }
        return all;
    }

  private:
    std::size_t pick(std::size_t below) { return random_() % below; }
    template <typename Words>
    std::string word(const Words& words) {
        return words[pick(words.size())];
    }

    Tool tool() {
        nlohmann::json properties;
        for (int i = 0; i < 4; ++i) {
            properties[word(kNouns) + fmt::format("_{}", i)] = {{"type", "string"},
                                                                {"description", text(5)}};
        }
        const std::string name = word(kVerbs) + "_" + word(kNouns) + "_" + word(kNouns);
        return read_tool({{"name", fmt::format("{}_{}", name, ++made_)},
                          {"description", text(20 + pick(20))},
                          {"inputSchema", {{"type", "object"}, {"properties", properties}}}})
            .value();
    }

    std::string text(std::size_t words) {
        std::string out;
        for (std::size_t i = 0; i < words; ++i) {
            out += (i == 0 ? "" : " ") +
                   (pick(3) == 0 ? fmt::format("word{}", pick(5000)) : word(kNouns));
        }
        return out;
    }

    std::mt19937_64 random_;
    std::size_t made_ = 0;
};

}  // namespace mcprisk::bench
