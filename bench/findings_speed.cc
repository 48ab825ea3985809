// What the findings cost for each tool: the definitions of a file, read once, then looked at again
// and again. Prints microseconds for a tool and bytes a second.
//
//   findings_speed FILE.jsonl [ROUNDS]
#include <fmt/format.h>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <vector>

#include "classifier/findings/findings.h"
#include "classifier/judging/judge.h"
#include "classifier/reading/facts.h"
#include "data/data.h"
#include "model/read_document.h"

using namespace mcprisk;
using namespace mcprisk::classifier;

int main(int argc, char** argv) {
    if (argc < 2) {
        std::cerr << "usage: findings_speed FILE.jsonl [ROUNDS]\n";
        return 2;
    }
    Diagnostics diagnostics;
    std::vector<Rule> rules;
    for (const EmbeddedFile& file : embedded::rules()) {
        if (auto rule = read_rule(file, diagnostics)) rules.push_back(std::move(*rule));
    }
    std::sort(rules.begin(), rules.end(), [](const Rule& a, const Rule& b) { return a.id < b.id; });
    const auto book = RuleBook::make(std::move(rules), diagnostics);
    if (!book) return 3;
    std::string_view words;
    std::string_view weights;
    for (const EmbeddedFile& file : embedded::weights()) {
        if (file.name == "directive-words.tsv") words = file.text;
        if (file.name == "directives.tsv") weights = file.text;
    }
    const auto directives = DirectiveModel::read(words, weights, diagnostics);
    if (!directives) return 3;
    std::vector<ServerDocument> documents;
    std::ifstream in(argv[1]);
    for (std::string line; std::getline(in, line);) {
        auto document = parse_server_document(std::string_view(line));
        if (document) documents.push_back(std::move(*document));
    }
    std::vector<Facts> facts;
    std::size_t bytes = 0;
    for (const ServerDocument& document : documents) {
        for (const Tool& tool : document.tools) {
            facts.push_back(read_facts(*book, NameStyle{}, {}, tool));
            bytes += tool.definition.size();
        }
    }
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
    const Judgement judgement;
    for (int round = 0; round < rounds; ++round) {
        std::size_t found = 0;
        const std::clock_t start = std::clock();
        for (const Facts& one : facts) found += find_faults(*book, one, judgement, &*directives).size();
        const double spent = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
        std::cout << fmt::format("{} tools, {} findings: {:.2f} us a tool, {:.0f} MB/s\n",
                                 facts.size(),
                                 found,
                                 spent * 1e6 / static_cast<double>(facts.size()),
                                 static_cast<double>(bytes) / spent / 1e6);
    }
    return 0;
}
