#include "tests/classifier/workbench.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "data/data.h"
#include "model/read_document.h"

namespace mcprisk::test {

const classifier::Classifier& built_in_classifier() {
    static const classifier::Classifier classifier = [] {
        Diagnostics diagnostics;
        auto built = classifier::Classifier::build(
            embedded::rules(), embedded::attacks(), diagnostics, embedded::weights());
        if (!built) throw std::runtime_error(built.error().message);
        return std::move(*built);
    }();
    return classifier;
}

Tool make_tool(const std::string& name,
               const std::string& description,
               const std::string& properties,
               const std::string& annotations) {
    nlohmann::json value = {
        {"name", name},
        {"inputSchema", {{"type", "object"}, {"properties", nlohmann::json::parse(properties)}}}};
    if (!description.empty()) value["description"] = description;
    const auto hints = nlohmann::json::parse(annotations);
    if (!hints.empty()) value["annotations"] = hints;
    return read_tool(value).value();
}

ServerDocument make_server(const std::string& id, std::vector<Tool> tools) {
    ServerDocument document;
    document.server = id;
    document.tools = std::move(tools);
    return document;
}

Verdict verdict_on(const Tool& tool, std::vector<Tool> siblings, const std::string& server) {
    siblings.insert(siblings.begin(), tool);
    return built_in_classifier().classify(make_server(server, std::move(siblings))).front();
}

bool has_finding(const Verdict& verdict, std::string_view id) {
    return std::any_of(verdict.findings.begin(), verdict.findings.end(), [&](const Finding& f) {
        return f.id == id;
    });
}

}  // namespace mcprisk::test
