// Fits data/model/category.tsv, the weights that are asked where rules leave a category open.
//
//   train_model LABELS.tsv DOCUMENTS.jsonl [-o FILE] [--check GOLD.jsonl]
//
// LABELS.tsv holds one label a line: the first 16 hex digits of SHA-256 over "server\ntool", the
// category, the risk, a second category or "-", and how sure the label is (1 to 3). DOCUMENTS.jsonl
// are the server documents they speak of. Prints accuracy by five-fold cross-validation (folds are
// servers), and with --check on labelled documents that were not learned from. The same input gives
// the same file.

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <unordered_map>

#include "bench/documents.h"
#include "classifier/judging/features.h"
#include "classifier/learned/evaluation.h"
#include "classifier/learned/linear_model.h"
#include "classifier/reading/pieces.h"
#include "model/base/hash.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "model/read_document.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::classifier;

constexpr double kBase = 1.5;     // weight of the rules' scores
constexpr double kWithin = 0.75;  // lead of the rules below which the model is asked
constexpr double kRidge = 15;     // L2 penalty, spread over the examples that have a feature
constexpr double kRate = 0.1;     // of AdaGrad
constexpr int kRounds = 15;
constexpr std::size_t kServers = 3;  // that must share a feature
constexpr int kFolds = 5;

struct Sample {
    int fold = 0;
    bool claimed = false;  // a claim decides, so there is nothing to learn
    bool understood = true;
    Category label = Category::read;
    Category rules = Category::read;
    CategoryScores scores{};
    std::vector<std::pair<std::size_t, double>> values;  // feature and value
};

class Names {
  public:
    std::size_t id(const std::string& key, const std::string& server) {
        const auto [at, fresh] = ids_.emplace(key, keys_.size());
        if (fresh) {
            keys_.push_back(key);
            servers_.emplace_back();
        }
        servers_[at->second].insert(server);
        return at->second;
    }
    [[nodiscard]] bool common(std::size_t id) const { return servers_[id].size() >= kServers; }
    [[nodiscard]] const std::string& key(std::size_t id) const { return keys_[id]; }
    [[nodiscard]] std::size_t size() const { return keys_.size(); }

  private:
    std::unordered_map<std::string, std::size_t> ids_;
    std::vector<std::string> keys_;
    std::vector<std::set<std::string>> servers_;
};

std::string key_of(const Feature& feature) {
    std::string key = fmt::format("{}={}", feature.kind, feature.word);
    if (!feature.second.empty()) key += fmt::format("|{}", feature.second);
    for (char& c : key) c = lower_ascii(c);
    return key;
}

std::optional<RuleBook> read_rules(const std::filesystem::path& folder) {
    std::vector<std::pair<std::string, std::string>> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream in(entry.path(), std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        files.emplace_back(entry.path().filename().string(), text.str());
    }
    std::sort(files.begin(), files.end());
    Diagnostics diagnostics;
    std::vector<Rule> rules;
    for (const auto& [name, text] : files) {
        if (auto rule = read_rule({name, text}, diagnostics)) rules.push_back(std::move(*rule));
    }
    return RuleBook::make(std::move(rules), diagnostics);
}

class Corpus {
  public:
    explicit Corpus(const RuleBook& book) : book_(book) {}

    // `label_of` gives the label of a tool, or nothing.
    using LabelOf = std::function<std::optional<Category>(
        const nlohmann::json& document, const std::string& server, const std::string& tool)>;
    void add(const std::string& file, const LabelOf& label_of, std::vector<Sample>& out) {
        bench::for_each_document(file,
                                 [&](const nlohmann::json& value, const ServerDocument& document) {
                                     add(value, document, label_of, out);
                                 });
    }

    Names names;

  private:
    void add(const nlohmann::json& value,
             const ServerDocument& document,
             const LabelOf& label_of,
             std::vector<Sample>& out) {
        std::vector<std::vector<Token>> words;
        for (const Tool& tool : document.tools) words.push_back(words_of_name(book_, tool.name));
        const NameStyle style = read_style(book_, document, words);
        const auto server = read_server(book_, document);
        Neighbours neighbours = read_neighbours(book_, document);
        for (const Tool& tool : document.tools) {
            const Reading name = read_name(book_, style, tool.name);
            if (!name.main) continue;
            const auto& says = book_.rule(name.main->rule).says.category;
            if (says) ++neighbours.by_category[static_cast<std::size_t>(*says)];
        }
        for (const Tool& tool : document.tools) {
            const auto label = label_of(value, document.server, tool.name);
            if (!label) continue;
            const Facts facts = read_facts(book_, style, server, tool);
            const Judgement judgement = judge(book_, facts, Siblings{});
            Sample sample;
            sample.fold = std::stoi(sha256_hex(document.server).substr(0, 4), nullptr, 16) % kFolds;
            sample.label = *label;
            sample.rules = judgement.category;
            sample.understood = judgement.understood;
            std::vector<Piece> pieces;
            for (const Piece& piece : judgement.pieces) {
                if (piece.basis == Basis::claim && piece.weight >= 4) sample.claimed = true;
                if (piece.category && piece.weight < 4) pieces.push_back(piece);
            }
            sample.scores = scores_of(pieces);
            std::vector<Feature> features;
            read_features(book_, facts, neighbours, pieces, features);
            for (const Feature& one : features) {
                sample.values.emplace_back(names.id(key_of(one), document.server), one.value);
            }
            out.push_back(std::move(sample));
        }
    }

    const RuleBook& book_;
};

using Weights = std::vector<std::array<double, 5>>;

CategoryScores probabilities(const Sample& sample, const Weights& weights) {
    CategoryScores z{};
    for (std::size_t k = 0; k < 5; ++k) z[k] = kBase * sample.scores[k];
    for (const auto& [feature, value] : sample.values) {
        if (feature >= weights.size()) continue;
        for (std::size_t k = 0; k < 5; ++k) z[k] += weights[feature][k] * value;
    }
    const double top = *std::max_element(z.begin(), z.end());
    double sum = 0;
    for (double& one : z) sum += one = std::exp(one - top);
    for (double& one : z) one /= sum;
    return z;
}

Weights fit(const std::vector<const Sample*>& samples, const Names& names) {
    Weights weights(names.size());
    Weights squares(names.size());
    std::vector<double> count(names.size(), 0);
    for (const Sample* sample : samples) {
        for (const auto& [feature, unused] : sample->values) count[feature] += 1;
    }
    std::vector<std::size_t> order(samples.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::uint64_t seed = 12345;
    for (int round = 0; round < kRounds; ++round) {
        for (std::size_t i = order.size(); i > 1; --i) {
            seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
            std::swap(order[i - 1], order[(seed >> 33U) % i]);
        }
        for (const std::size_t at : order) {
            const Sample& sample = *samples[at];
            const CategoryScores p = probabilities(sample, weights);
            for (const auto& [feature, value] : sample.values) {
                if (!names.common(feature)) continue;
                for (std::size_t k = 0; k < 5; ++k) {
                    const double miss =
                        p[k] - (k == static_cast<std::size_t>(sample.label) ? 1 : 0);
                    const double slope =
                        miss * value + kRidge * weights[feature][k] / count[feature];
                    squares[feature][k] += slope * slope;
                    weights[feature][k] -= kRate * slope / std::sqrt(squares[feature][k] + 1e-8);
                }
            }
        }
    }
    return weights;
}

Category decide(const Sample& sample, const Weights& weights) {
    CategoryScores sorted = sample.scores;
    std::sort(sorted.begin(), sorted.end());
    if (sample.claimed || sorted[4] - sorted[3] >= kWithin) return sample.rules;
    const CategoryScores p = probabilities(sample, weights);
    return static_cast<Category>(std::max_element(p.begin(), p.end()) - p.begin());
}

void report(const char* name,
            const std::vector<const Sample*>& samples,
            const std::function<Category(const Sample&)>& verdict) {
    std::size_t right = 0;
    std::size_t rules = 0;
    std::size_t asked = 0;
    for (const Sample* one : samples) {
        right += verdict(*one) == one->label ? 1 : 0;
        rules += one->rules == one->label ? 1 : 0;
        CategoryScores sorted = one->scores;
        std::sort(sorted.begin(), sorted.end());
        asked += !one->claimed && sorted[4] - sorted[3] < kWithin ? 1 : 0;
    }
    const auto share = [&](std::size_t n) {
        return static_cast<double>(n) /
               static_cast<double>(std::max<std::size_t>(1, samples.size()));
    };
    fmt::print("{:<18} {} tools, model asked for {:.1f} %: rules {:.4f}, with model {:.4f}\n",
               name,
               samples.size(),
               100 * share(asked),
               share(rules),
               share(right));
}

void write(const std::string& file, const Weights& weights, const Names& names) {
    std::map<std::string, std::string> lines;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!names.common(i)) continue;
        std::string line;
        bool counts = false;
        for (const double one : weights[i]) {
            const long thousandths = std::lround(one * 1000);
            counts |= std::labs(thousandths) >= 30;
            line += fmt::format("\t{}", thousandths);
        }
        if (counts) lines.emplace(names.key(i), std::move(line));
    }
    std::ofstream out(file, std::ios::binary);
    out << "# Written by train_model: thousandths for Read, Write, Execute, Destructive, "
           "Financial.\n";
    out << fmt::format("base\t{}\nwithin\t{}\n", kBase, kWithin);
    for (const auto& [key, line] : lines) out << key << line << '\n';
    fmt::print("{} features written to {}\n", lines.size(), file);
}

int run(std::vector<std::string> words) {
    std::string output;
    std::string gold;
    std::vector<std::string> files;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool more = i + 1 < words.size();
        if (words[i] == "-o" && more) {
            output = words[++i];
        } else if (words[i] == "--check" && more) {
            gold = words[++i];
        } else {
            files.push_back(words[i]);
        }
    }
    if (files.size() != 2) {
        fmt::print(stderr,
                   "train_model LABELS.tsv DOCUMENTS.jsonl [-o FILE] [--check GOLD.jsonl]\n");
        return 2;
    }
    const auto book = read_rules(std::filesystem::path(MCPRISK_SOURCE_DIR) / "data/rules");
    if (!book) {
        fmt::print(stderr, "the rules cannot be read; `mcprisk rules test` says why\n");
        return 3;
    }
    std::map<std::string, Category> labels;
    std::ifstream in(files[0]);
    std::string key;
    std::string category;
    std::string rest;
    while (in >> key >> category && std::getline(in, rest)) {
        if (const auto known = parse_category(category)) labels[key] = *known;
    }
    Corpus corpus(*book);
    std::vector<Sample> learned;
    corpus.add(
        files[1],
        [&](const auto&, const std::string& server, const std::string& tool) {
            const auto at = labels.find(sha256_hex(server + "\n" + tool).substr(0, 16));
            return at == labels.end() ? std::nullopt : std::optional<Category>(at->second);
        },
        learned);
    std::vector<Sample> checked;
    if (!gold.empty()) {
        corpus.add(
            gold,
            [](const nlohmann::json& document, const std::string&, const std::string& tool) {
                const auto read = read_labels(document);
                if (!read) return std::optional<Category>();
                const auto at = read->find(tool);
                return at == read->end() ? std::optional<Category>()
                                         : std::optional<Category>(at->second.category);
            },
            checked);
    }
    const auto pick = [&](const std::function<bool(const Sample&)>& wanted) {
        std::vector<const Sample*> out;
        for (const Sample& one : learned) {
            if (wanted(one)) out.push_back(&one);
        }
        return out;
    };
    std::map<const Sample*, Category> crossed;
    for (int fold = 0; fold < kFolds; ++fold) {
        const Weights weights =
            fit(pick([&](const Sample& s) { return s.fold != fold && !s.claimed; }), corpus.names);
        for (const Sample& one : learned) {
            if (one.fold == fold) crossed[&one] = decide(one, weights);
        }
    }
    report("cross-validation", pick([](const Sample&) { return true; }), [&](const Sample& one) {
        return crossed.at(&one);
    });
    const Weights weights = fit(pick([](const Sample& s) { return !s.claimed; }), corpus.names);
    const auto final_verdict = [&](const Sample& one) { return decide(one, weights); };
    report("learned from", pick([](const Sample&) { return true; }), final_verdict);
    if (!checked.empty()) {
        std::vector<const Sample*> all;
        for (const Sample& one : checked) all.push_back(&one);
        report("not learned from", all, final_verdict);
    }
    if (!output.empty()) write(output, weights, corpus.names);
    return 0;
}

}  // namespace

int main(int argc, char** argv) { return run({argv + 1, argv + argc}); }
