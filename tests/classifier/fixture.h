// The rules of the source tree and small hand-made servers for the tests of this room.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "build_places.h"
#include "classifier/classifier.h"
#include "model/read_document.h"

namespace mcprisk::classifier::testing {

struct Files {
    std::vector<std::string> names;
    std::vector<std::string> texts;

    void add(std::string name, std::string text) {
        names.push_back(std::move(name));
        texts.push_back(std::move(text));
    }
    [[nodiscard]] std::vector<EmbeddedFile> views() const {
        std::vector<EmbeddedFile> out;
        for (std::size_t i = 0; i < names.size(); ++i) out.push_back({names[i], texts[i]});
        return out;
    }
};

inline Files rule_files() {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(
             std::filesystem::path(MCPRISK_SOURCE_DIR) / "data/rules")) {
        if (entry.path().extension() == ".json") paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    Files files;
    for (const auto& path : paths) {
        std::ifstream in(path, std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        files.add(path.filename().string(), text.str());
    }
    return files;
}

inline Classifier build(const Files& rules, const Files& attacks = {}) {
    Diagnostics diagnostics;
    auto built = Classifier::build(rules.views(), attacks.views(), diagnostics);
    if (built) return std::move(*built);
    std::string message = "the rules do not build:";
    for (const Diagnostic& one : diagnostics.items()) {
        message += "\n" + one.file + ": " + one.path + ": " + one.message;
    }
    throw std::runtime_error(message);
}

inline const Classifier& classifier() {
    static const Classifier kOne = build(rule_files());
    return kOne;
}

inline ServerDocument document(const std::string& json) {
    auto read = parse_server_document(std::string_view(json));
    if (!read) throw std::runtime_error(read.error().message);
    return std::move(*read);
}

// A server with this one tool.
inline Verdict judge_one(const std::string& name, const std::string& description) {
    ServerDocument server;
    server.server = "example";
    Tool tool;
    tool.name = name;
    tool.description = description;
    server.tools.push_back(tool);
    return classifier().classify(server).front();
}

inline const Verdict& verdict_of(const std::vector<Verdict>& verdicts, const std::string& tool) {
    const auto found = std::find_if(
        verdicts.begin(), verdicts.end(), [&](const Verdict& one) { return one.tool == tool; });
    if (found == verdicts.end()) throw std::runtime_error("no verdict for " + tool);
    return *found;
}

}  // namespace mcprisk::classifier::testing
