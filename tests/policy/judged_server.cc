#include "build_places.h"
#include "judged_server.h"

#include <fstream>
#include <stdexcept>
#include <iterator>

namespace mcprisk::policy::testing {

using nlohmann::json;

std::string read_file(const std::string& path) {
    std::ifstream in(std::string(MCPRISK_SOURCE_DIR "/") + path, std::ios::binary);
    if (!in) throw std::runtime_error("no file " + path);
    return {std::istreambuf_iterator<char>(in), {}};
}

NamedServer JudgedServer::decided(const Options& options) const {
    return {.name = name, .id = id, .url = "", .tools = decide_all(bench.judged(), options)};
}

JudgedServer read_judged(const std::string& name) {
    const json file = json::parse(read_file("tests/policy/judged/" + name + ".json"));
    json tools = file.contains("tools")
                     ? file.at("tools")
                     : json::parse(read_file(file.at("tools_file").get<std::string>()));
    if (tools.is_object()) tools = tools.at("tools");
    JudgedServer server{.name = name, .id = file.at("server")};
    for (const json& definition : tools) {
        auto tool = read_tool(definition);
        if (!tool) throw std::runtime_error(tool.error().message);
        const json& facts = file.at("verdicts").at(tool->name);
        Verdict verdict = make_verdict(*tool,
                                       *parse_category(facts.at("category").get<std::string>()),
                                       *parse_risk_level(facts.at("risk").get<std::string>()));
        verdict.server = server.id;
        verdict.confidence = facts.at("confidence");
        verdict.capabilities = facts.at("capabilities");
        verdict.evidence.clear();
        if (facts.contains("findings")) {
            for (const json& one : facts.at("findings")) {
                verdict.findings.push_back(
                    {one.at(0), *parse_risk_level(one.at(1).get<std::string>()), one.at(2), "x"});
            }
        }
        server.bench.tools.push_back(std::move(*tool));
        server.bench.verdicts.push_back(std::move(verdict));
    }
    return server;
}

const Target& target(std::string_view word) {
    const Target* found = find_target(word);
    if (found == nullptr) throw std::logic_error("no target " + std::string(word));
    return *found;
}

}  // namespace mcprisk::policy::testing
