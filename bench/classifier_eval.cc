// Measures the classifier on a file of labelled server documents (JSON Lines), or its speed on any
// server documents. Rules are read from data/rules of the source tree, so no rebuild is needed.
//
//   classifier_eval GOLD.jsonl [--half A|B] [--mistakes N] [--levels N]
//   classifier_eval DOCS.jsonl --findings
//   classifier_eval DOCS.jsonl --links LABELS.jsonl [--half A|B] [--mistakes N]
//   classifier_eval DOCS.jsonl --speed

#include <fmt/format.h>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "classifier/attacks/link_evaluation.h"
#include "classifier/classifier.h"
#include "classifier/learned/evaluation.h"
#include "classifier/learned/halves.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "model/read_document.h"

namespace {

using namespace mcprisk;
using classifier::Classifier;
using classifier::half_of;
using classifier::Judged;

struct Options {
    std::string file;
    char half = 0;
    std::size_t mistakes = 0;
    std::size_t levels = 0;
    bool findings = false;
    bool speed = false;
    bool all = false;
    bool rules_only = false;
    std::string links;
};

struct Files {
    std::vector<std::string> names;
    std::vector<std::string> texts;
    std::vector<EmbeddedFile> views;
};

Files read_folder(const std::filesystem::path& folder, std::string_view ending = ".json") {
    Files files;
    std::vector<std::filesystem::path> paths;
    if (std::filesystem::exists(folder)) {
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.path().extension() == ending && entry.path().stem() != "labels" &&
                entry.path().stem() != "directives-prior") paths.push_back(entry.path());
        }
    }
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
        std::ifstream in(path, std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        files.names.push_back(path.filename().string());
        files.texts.push_back(text.str());
    }
    for (std::size_t i = 0; i < files.names.size(); ++i) {
        files.views.push_back({files.names[i], files.texts[i]});
    }
    return files;
}

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const auto next = [&] { return i + 1 < argc ? std::string(argv[++i]) : std::string(); };
        if (word == "--half")
            options.half = next().front();
        else if (word == "--mistakes")
            options.mistakes = std::stoul(next());
        else if (word == "--levels")
            options.levels = std::stoul(next());
        else if (word == "--findings")
            options.findings = true;
        else if (word == "--speed")
            options.speed = true;
        else if (word == "--rules-only")
            options.rules_only = true;
        else if (word == "--links")
            options.links = next();
        else if (word == "--all")
            options.all = true;
        else
            options.file = word;
    }
    return options;
}

void print_tool(const Judged& one, const Tool& tool) {
    std::string parameters;
    for (const Parameter& parameter : tool.parameters) parameters += parameter.path + ",";
    std::string description;
    for (const char c : tool.description) {
        if (c != '\n' || (!description.empty() && description.back() != ' '))
            description += c == '\n' ? ' ' : c;
    }
    std::string evidence;
    for (const auto& piece : one.verdict.evidence) {
        evidence += fmt::format(" [{} {} {:.20}]", piece.rule, piece.says, piece.text);
    }
    fmt::print("{:.1}{:.1}{} -> {:.1}{:.1} {:.2f} | {} | {} | {} | {}\n    {}\n",
               to_string(one.label.category),
               to_string(one.label.risk),
               one.label.alt ? fmt::format("({:.1})", to_string(*one.label.alt)) : "",
               to_string(one.verdict.category),
               to_string(one.verdict.risk),
               one.verdict.confidence,
               one.verdict.server.substr(
                   one.verdict.server.size() > 24 ? one.verdict.server.size() - 24 : 0),
               tool.name,
               printable(truncate_utf8(description, 150)),
               truncate_utf8(parameters, 80),
               evidence);
}

void report(const std::vector<Judged>& judged,
            const std::vector<const Tool*>& tools,
            const Options& options) {
    const auto result = classifier::evaluate(judged);
    fmt::print(
        "tools {}  accuracy {:.4f} [{:.3f}, {:.3f}]  with alt {:.4f}  weighted {:.4f}  macro-F1 "
        "{:.4f}\n",
        result.tools,
        result.accuracy,
        result.accuracy_interval.low,
        result.accuracy_interval.high,
        result.accuracy_with_alt,
        result.accuracy_weighted,
        result.macro_f1);
    std::size_t level_given_category = 0;
    std::size_t right = 0;
    for (const Judged& one : judged) {
        if (one.verdict.category != one.label.category) continue;
        ++right;
        level_given_category += one.verdict.risk == one.label.risk ? 1 : 0;
    }
    fmt::print(
        "risk exact {:.4f}  within one {:.4f}  exact where category is right {:.4f}  errors in "
        "least confident tenth {:.3f}\n",
        result.risk_exact,
        result.risk_within_one,
        static_cast<double>(level_given_category) / static_cast<double>(right),
        result.errors_in_least_confident_tenth);
    for (std::size_t c = 0; c < kCategories.size(); ++c) {
        const auto& score = result.categories[c];
        fmt::print("  {:<11} n {:>4}  precision {:.3f}  recall {:.3f}  F1 {:.3f}  |",
                   to_string(kCategories[c]),
                   score.support,
                   score.precision,
                   score.recall,
                   score.f1);
        for (const std::size_t count : result.confusion[c]) fmt::print(" {:>4}", count);
        fmt::print("\n");
    }
    for (const auto& bin : result.calibration) {
        fmt::print("  confidence {:.1f}-{:.1f}: {:>4}  mean {:.3f}  accuracy {:.3f}\n",
                   bin.from,
                   bin.to,
                   bin.count,
                   bin.mean_confidence,
                   bin.accuracy);
    }
    for (std::size_t i = 0; i < std::min(options.mistakes, result.mistakes.size()); ++i) {
        print_tool(judged[result.mistakes[i]], *tools[result.mistakes[i]]);
    }
    std::size_t shown = 0;
    for (std::size_t i = 0; i < judged.size() && shown < options.levels; ++i) {
        if (!options.all && (judged[i].verdict.category != judged[i].label.category ||
                             judged[i].verdict.risk == judged[i].label.risk)) {
            continue;
        }
        print_tool(judged[i], *tools[i]);
        ++shown;
    }
}

std::string joined(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, ","));
}

// Attack links against those that an expert named.
void report_links(const std::vector<ServerDocument>& documents,
                  const std::vector<std::vector<Verdict>>& verdicts,
                  const Options& options) {
    std::map<std::pair<std::string, std::string>, classifier::LinkLabel> labels;
    std::ifstream in(options.links);
    for (std::string line; std::getline(in, line);) {
        const auto value = parse_json(line);
        if (!value) continue;
        auto label = classifier::read_link_label(*value);
        if (label) labels[{label->server, label->tool}] = std::move(*label);
    }
    std::vector<classifier::LinkJudged> judged;
    std::vector<const Tool*> tools;
    for (std::size_t d = 0; d < documents.size(); ++d) {
        for (std::size_t t = 0; t < verdicts[d].size(); ++t) {
            const auto label = labels.find({documents[d].server, verdicts[d][t].tool});
            if (label == labels.end()) continue;
            judged.push_back({verdicts[d][t], label->second});
            tools.push_back(&documents[d].tools[t]);
            labels.erase(label);
        }
    }
    const auto e = classifier::evaluate(judged);
    fmt::print("{} tools: links precision {:.4f} recall {:.4f}, {} linked, {} labelled\n",
               e.tools,
               e.links.precision(),
               e.links.recall(),
               e.links.linked,
               e.links.labelled);
    fmt::print("legs precision {:.4f} recall {:.4f}, {} found, {} labelled\n",
               e.legs.precision(),
               e.legs.recall(),
               e.legs.linked,
               e.legs.labelled);
    for (const auto& [id, one] : e.by_id) {
        fmt::print("  {:<34} right {:>3}  linked {:>3}  labelled {:>3}\n",
                   id,
                   one.right,
                   one.linked,
                   one.labelled);
    }
    for (std::size_t i = 0; i < std::min(options.mistakes, e.mistakes.size()); ++i) {
        const auto& [verdict, label] = judged[e.mistakes[i]];
        std::vector<std::string> linked;
        for (const auto& one : verdict.attacks) linked.push_back(one.id + " [" + one.because + "]");
        fmt::print("{} | {} | {:.1}{:.1} | {}\n    linked {}\n    wanted {}\n",
                   label.server,
                   label.tool,
                   to_string(verdict.category),
                   to_string(verdict.risk),
                   printable(truncate_utf8(tools[e.mistakes[i]]->description, 100)),
                   joined(linked),
                   joined(label.attacks));
    }
}

int run(const Options& options) {
    const std::filesystem::path source = MCPRISK_SOURCE_DIR;
    const Files rules = read_folder(source / "data/rules");
    const Files attacks = read_folder(source / "data/attacks");
    Diagnostics diagnostics;
    const Files weights = options.rules_only ? Files{} : read_folder(source / "data/model", ".tsv");
    const auto built =
        Classifier::build(rules.views, attacks.views, diagnostics, weights.views);
    for (const auto& item : diagnostics.items()) {
        fmt::print(stderr, "{}: {}: {}\n", item.file, item.path, item.message);
    }
    if (!built) return 3;
    std::ifstream in(options.file);
    std::vector<ServerDocument> documents;
    std::vector<std::map<std::string, classifier::Label>> labels;
    std::string line;
    while (std::getline(in, line)) {
        auto value = parse_json(line);
        if (!value) continue;
        auto document = read_server_document(*value);
        if (!document) continue;
        if (options.half != 0 && half_of(document->server) != options.half) continue;
        documents.push_back(std::move(*document));
        auto read = classifier::read_labels(*value);
        labels.push_back(read ? std::move(*read) : std::map<std::string, classifier::Label>{});
    }
    if (documents.empty()) {
        fmt::print(stderr, "no server documents in {}\n", options.file);
        return 3;
    }
    std::vector<Judged> judged;
    std::vector<const Tool*> tools;
    std::size_t count = 0;
    std::map<std::string, std::size_t> findings;
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::vector<Verdict>> verdicts;
    verdicts.reserve(documents.size());
    for (const auto& document : documents) {
        verdicts.push_back(built->classify(document));
        count += document.tools.size();
    }
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    for (std::size_t d = 0; d < documents.size(); ++d) {
        for (std::size_t t = 0; t < verdicts[d].size(); ++t) {
            const Verdict& verdict = verdicts[d][t];
            for (const auto& finding : verdict.findings) {
                ++findings[finding.id];
                if (options.findings) {
                    fmt::print("{} | {} | {} {} | {} | {}\n",
                               verdict.server,
                               verdict.tool,
                               finding.id,
                               to_string(finding.severity),
                               finding.field,
                               printable(finding.text));
                }
            }
            const auto label = labels[d].find(verdict.tool);
            if (label == labels[d].end()) {
                if (options.all && options.levels == 0) {
                    Judged one{verdict, {}};
                    print_tool(one, documents[d].tools[t]);
                }
                continue;
            }
            judged.push_back({verdict, label->second});
            tools.push_back(&documents[d].tools[t]);
        }
    }
    for (const auto& [id, number] : findings)
        fmt::print("finding {}: {} of {} tools\n", id, number, count);
    if (options.speed) {
        fmt::print("{} tools in {:.3f} s: {:.0f} tools/s\n",
                   count,
                   elapsed.count(),
                   static_cast<double>(count) / elapsed.count());
    }
    if (!options.links.empty()) {
        report_links(documents, verdicts, options);
        return 0;
    }
    if (!judged.empty()) report(judged, tools, options);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = parse(argc, argv);
    if (options.file.empty()) {
        fmt::print(stderr,
                   "usage: classifier_eval FILE.jsonl [--half A|B] [--mistakes N] [--levels N] "
                   "[--findings] [--speed]\n");
        return 2;
    }
    return run(options);
}
