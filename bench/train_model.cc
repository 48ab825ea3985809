// Fits data/model/category.tsv: the weights that are asked where rules leave a category open, and
// for every level.
//
//   train_model --gold GOLD.jsonl --labels LABELS.jsonl [--own LABELS.tsv] DOCUMENTS.jsonl...
//               [-o FILE]
//
// GOLD.jsonl are server documents with labels, LABELS.jsonl labels of tools of DOCUMENTS by server
// and name, LABELS.tsv own labels (the first 16 hex digits of SHA-256 over "server\ntool",
// category, level, second category, sureness). Only servers of half A are learned from (half_of); B
// is scored. Prints both halves, by five-fold cross-validation over servers for A. The same input
// gives the same file.

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
#include <numeric>
#include <set>
#include <sstream>
#include <unordered_map>

#include "bench/documents.h"
#include "classifier/judging/features.h"
#include "classifier/learned/evaluation.h"
#include "classifier/learned/halves.h"
#include "classifier/learned/linear_model.h"
#include "classifier/reading/pieces.h"
#include "classifier/reading/visible.h"
#include "model/base/hash.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "model/read_document.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::classifier;

constexpr double kBase = 1.0;         // weight of the rules' scores
constexpr float kCategoryRidge = 25;  // L2 penalty, spread over the examples that have a feature
constexpr float kLevelRidge = 25;
constexpr float kCrossRidge = 50;  // of features for one category alone
constexpr float kRate = 0.1F;      // of AdaGrad
constexpr int kRounds = 12;
constexpr long kSmallest = 15;          // thousandths; rows of smaller weights are left out
constexpr std::size_t kServers = 3;  // that must share a feature
constexpr int kFolds = 5;
constexpr std::size_t kCurvePoints = 12;

struct Sample {
    int fold = 0;
    char half = 'A';
    std::string set;
    double weight = 1;
    bool fixed = false;
    bool understood = true;
    Label label;
    Category rules = Category::read;
    RiskLevel rules_risk = RiskLevel::low;
    std::array<RiskLevel, 5> levels{};                           // of the rules, by category
    std::array<std::array<std::uint32_t, 2>, 5> level_values{};  // features of these
    CategoryScores scores{};
    std::vector<std::pair<std::uint32_t, float>> values;  // feature and value
    std::string server;
    std::string tool;
};

class Names {
  public:
    std::uint32_t id(const std::string& key, const std::string& server, bool learned) {
        const auto [at, fresh] = ids_.emplace(key, static_cast<std::uint32_t>(keys_.size()));
        if (fresh) {
            keys_.push_back(key);
            servers_.emplace_back();
        }
        if (learned && servers_[at->second].size() < kServers) {
            servers_[at->second].insert(server);
        }
        return at->second;
    }
    [[nodiscard]] bool common(std::size_t id) const { return servers_[id].size() >= kServers; }
    [[nodiscard]] const std::string& key(std::size_t id) const { return keys_[id]; }
    [[nodiscard]] std::size_t size() const { return keys_.size(); }

  private:
    std::unordered_map<std::string, std::uint32_t> ids_;
    std::vector<std::string> keys_;
    std::vector<std::set<std::string>> servers_;
};

std::string key_of(const Feature& feature) {
    std::string key = fmt::format("{}={}", feature.kind, feature.word);
    if (!feature.second.empty()) key += fmt::format("|{}", feature.second);
    for (char& c : key) c = c == '\t' || c == '\n' ? ' ' : lower_ascii(c);
    return key;
}

std::optional<RuleBook> read_rules(const std::filesystem::path& folder) {
    std::vector<std::pair<std::string, std::string>> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".json") continue;
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

using LabelOf = std::function<const Label*(const std::string& server, const std::string& tool)>;

class Corpus {
  public:
    explicit Corpus(const RuleBook& book) : book_(book) {}

    void add(const ServerDocument& sent, const std::string& set, const LabelOf& label_of) {
        ServerDocument document = sent;
        for (Tool& tool : document.tools) {
            if (hides_signs(tool)) tool = visible_tool(tool);
        }
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
        const char half = half_of(document.server);
        for (const Tool& tool : document.tools) {
            const Label* label = label_of(document.server, tool.name);
            if (label == nullptr) continue;
            if (!seen_.insert(document.server + '\n' + tool.name).second) continue;
            const Facts facts = read_facts(book_, style, server, tool);
            const Judgement judgement = judge(book_, facts, Siblings{});
            Sample sample;
            sample.fold = std::stoi(sha256_hex(document.server).substr(0, 4), nullptr, 16) % kFolds;
            sample.half = half;
            sample.server = document.server;
            sample.tool = tool.name;
            sample.set = set;
            sample.label = *label;
            sample.weight = label->conf == 1 ? 0.5 : 1;
            sample.rules = judgement.category;
            sample.rules_risk = judgement.risk;
            sample.fixed = judgement.fixed || judgement.claimed;
            sample.understood = judgement.understood;
            sample.scores = judgement.scores;
            for (const Category category : kCategories) {
                const auto at = static_cast<std::size_t>(category);
                sample.levels[at] = rules_level(book_, facts, category, judgement.pieces);
                const RiskLevel level = sample.levels[at];
                const auto number = [&](const Feature& one) {
                    return names.id(key_of(one), document.server, half == 'A');
                };
                sample.level_values[at] = {number(level_feature(level)),
                                           number(level_feature(level, neighbours.subject))};
            }
            std::vector<Feature> features;
            read_features(book_, facts, neighbours, judgement, features);
            for (const Feature& one : features) {
                sample.values.emplace_back(names.id(key_of(one), document.server, half == 'A'),
                                           static_cast<float>(one.value));
            }
            samples.push_back(std::move(sample));
        }
    }

    Names names;
    std::vector<Sample> samples;

  private:
    const RuleBook& book_;
    std::set<std::string> seen_;
};

template <std::size_t K>
using Row = std::array<float, K>;

template <std::size_t K>
void soft_max(Row<K>& z) {
    const float top = *std::max_element(z.begin(), z.end());
    float sum = 0;
    for (float& one : z) sum += one = std::exp(one - top);
    for (float& one : z) one /= sum;
}

// One logistic regression with K classes over numbered features.
template <std::size_t K>
class Fit {
  public:
    explicit Fit(std::size_t features)
        : weights(features),
          squares_(features),
          sum_(features),
          count_(features, 0),
          ridge_(features, 1) {}

    struct Example {
        std::vector<std::pair<std::uint32_t, float>> values;
        Row<K> base{};
        std::size_t label = 0;
        float weight = 1;
    };

    [[nodiscard]] Row<K> probabilities(const Example& one) const {
        Row<K> z = one.base;
        for (const auto& [feature, value] : one.values) {
            for (std::size_t k = 0; k < K; ++k) z[k] += weights[feature][k] * value;
        }
        soft_max(z);
        return z;
    }

    void set_ridge(std::size_t feature, float ridge) { ridge_[feature] = ridge; }

    void run(const std::vector<Example>& examples) {
        for (const Example& one : examples) {
            for (const auto& [feature, unused] : one.values) count_[feature] += 1;
        }
        std::vector<std::size_t> order(examples.size());
        std::iota(order.begin(), order.end(), 0);
        std::uint64_t seed = 12345;
        for (int round = 0; round < kRounds; ++round) {
            for (std::size_t i = order.size(); i > 1; --i) {
                seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
                std::swap(order[i - 1], order[(seed >> 33U) % i]);
            }
            for (const std::size_t at : order) step(examples[at]);
            if (2 * round >= kRounds) add_to_mean();
        }
        for (std::size_t i = 0; i < weights.size(); ++i) {
            for (std::size_t k = 0; k < K; ++k) {
                weights[i][k] = sum_[i][k] / static_cast<float>(kRounds - (kRounds + 1) / 2);
            }
        }
    }

    std::vector<Row<K>> weights;

  private:
    // The mean over the later rounds hardly depends on where the last one happened to stop.
    void add_to_mean() {
        for (std::size_t i = 0; i < weights.size(); ++i) {
            for (std::size_t k = 0; k < K; ++k) sum_[i][k] += weights[i][k];
        }
    }

    void step(const Example& one) {
        const Row<K> p = probabilities(one);
        for (const auto& [feature, value] : one.values) {
            for (std::size_t k = 0; k < K; ++k) {
                const float miss = (p[k] - (k == one.label ? 1.0F : 0.0F)) * one.weight;
                const float slope =
                    miss * value + ridge_[feature] * weights[feature][k] / count_[feature];
                squares_[feature][k] += slope * slope;
                weights[feature][k] -= kRate * slope / std::sqrt(squares_[feature][k] + 1e-8F);
            }
        }
    }

    std::vector<Row<K>> squares_;
    std::vector<Row<K>> sum_;
    std::vector<float> count_;
    std::vector<float> ridge_;
};

// Both models and how their features are numbered.
class Models {
  public:
    explicit Models(const Names& names)
        : names_(names), category(names.size()), level(names.size() * 6) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            category.set_ridge(i, kCategoryRidge);
            level.set_ridge(i, kLevelRidge);
            for (std::size_t c = 1; c < 6; ++c) level.set_ridge(names.size() * c + i, kCrossRidge);
        }
    }

    [[nodiscard]] Fit<5>::Example category_example(const Sample& sample) const {
        Fit<5>::Example one;
        for (const auto& [feature, value] : sample.values) {
            if (names_.common(feature)) one.values.emplace_back(feature, value);
        }
        for (std::size_t k = 0; k < 5; ++k)
            one.base[k] = static_cast<float>(kBase * sample.scores[k]);
        one.label = static_cast<std::size_t>(sample.label.category);
        one.weight = static_cast<float>(sample.weight);
        return one;
    }

    [[nodiscard]] Fit<4>::Example level_example(const Sample& sample, Category of) const {
        Fit<4>::Example one;
        const std::size_t shift = names_.size() * (static_cast<std::size_t>(of) + 1);
        const auto add = [&](std::uint32_t feature, float value) {
            one.values.emplace_back(feature, value);
            one.values.emplace_back(static_cast<std::uint32_t>(shift + feature), value);
        };
        for (const auto& [feature, value] : sample.values) {
            if (names_.common(feature)) add(feature, value);
        }
        for (const std::uint32_t id : sample.level_values[static_cast<std::size_t>(of)]) {
            if (names_.common(id)) add(id, 1);
        }
        one.label = static_cast<std::size_t>(sample.label.risk);
        one.weight = static_cast<float>(sample.weight);
        return one;
    }

    void run(const std::vector<const Sample*>& samples) {
        std::vector<Fit<5>::Example> categories;
        std::vector<Fit<4>::Example> levels;
        for (const Sample* one : samples) {
            categories.push_back(category_example(*one));
            levels.push_back(level_example(*one, one->label.category));
        }
        category.run(categories);
        level.run(levels);
    }

  private:
    const Names& names_;

  public:
    Fit<5> category;
    Fit<4> level;
};

struct Decided {
    Category category = Category::read;
    RiskLevel risk = RiskLevel::low;
    double confidence = 0;
    double sure = 0;
};

Decided decide(const Sample& sample, const Models& models) {
    Decided out;
    const Row<5> p = models.category.probabilities(models.category_example(sample));
    out.category = sample.rules;
    if (!sample.fixed) {
        out.category = static_cast<Category>(std::max_element(p.begin(), p.end()) - p.begin());
    }
    out.confidence = p[static_cast<std::size_t>(out.category)];
    const Row<4> q = models.level.probabilities(models.level_example(sample, out.category));
    LevelScores levels{};
    std::copy(q.begin(), q.end(), levels.begin());
    const RiskLevel rules = sample.levels[static_cast<std::size_t>(out.category)];
    out.risk = careful_level(levels, rules);
    if (rules >= RiskLevel::high) out.risk = std::max(out.risk, rules);
    for (std::size_t i = 0; i <= static_cast<std::size_t>(out.risk); ++i) out.sure += q[i];
    return out;
}

struct Point {
    double p = 0;
    bool right = false;
};

// Pool adjacent violators over quantile bins: a rising curve of how often p is right.
std::vector<std::pair<double, double>> rising_curve(std::vector<Point> points) {
    std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) {
        return a.p != b.p ? a.p < b.p : a.right < b.right;
    });
    struct Bin {
        double p = 0;
        double right = 0;
        double count = 0;
    };
    std::vector<Bin> bins;
    const std::size_t size = std::max<std::size_t>(25, points.size() / kCurvePoints);
    for (std::size_t i = 0; i < points.size();) {
        Bin bin;
        // A few that are left over belong to the last bin: alone they would say nothing.
        const std::size_t end = points.size() - i < 2 * size ? points.size() : i + size;
        for (std::size_t k = i; k < end; ++k) {
            bin.p += points[k].p;
            bin.right += points[k].right ? 1 : 0;
            bin.count += 1;
        }
        i = end;
        bins.push_back(bin);
        while (bins.size() > 1) {
            Bin& last = bins.back();
            Bin& before = bins[bins.size() - 2];
            if (before.right / before.count <= last.right / last.count) break;
            before.p += last.p;
            before.right += last.right;
            before.count += last.count;
            bins.pop_back();
        }
    }
    std::vector<std::pair<double, double>> curve;
    for (const Bin& bin : bins) {
        curve.emplace_back(bin.p / bin.count, (bin.right + 0.5) / (bin.count + 1));
    }
    return curve;
}

void report(const std::string& name,
            const std::vector<const Sample*>& samples,
            const std::function<Decided(const Sample&)>& verdict) {
    if (samples.empty()) return;
    double right = 0;
    double level = 0;
    double rules = 0;
    double rules_level = 0;
    double read = 0;
    double mild = 0;
    std::array<std::array<double, 3>, 5> counts{};
    for (const Sample* one : samples) {
        const Decided got = verdict(*one);
        right += got.category == one->label.category ? 1 : 0;
        level += got.risk == one->label.risk ? 1 : 0;
        rules += one->rules == one->label.category ? 1 : 0;
        rules_level += one->rules_risk == one->label.risk ? 1 : 0;
        read += got.category == Category::read && one->label.category != Category::read &&
                        one->label.alt != Category::read
                    ? 1
                    : 0;
        mild += got.risk < one->label.risk ? 1 : 0;
        counts[static_cast<std::size_t>(got.category)][0] += 1;
        counts[static_cast<std::size_t>(one->label.category)][1] += 1;
        if (got.category == one->label.category) {
            counts[static_cast<std::size_t>(got.category)][2] += 1;
        }
    }
    double f1 = 0;
    for (const auto& [predicted, labelled, hit] : counts)
        f1 += 2 * hit / (predicted + labelled) / 5;
    const auto n = static_cast<double>(samples.size());
    fmt::print(
        "{:<14} {:>5} tools: rules {:.4f} / {:.4f}, learned {:.4f} / {:.4f}  F1 {:.3f}  called "
        "Read "
        "{:.4f}  level too mild {:.3f}  recall D {:.3f} F {:.3f}\n",
        name,
        samples.size(),
        rules / n,
        rules_level / n,
        right / n,
        level / n,
        f1,
        read / n,
        mild / n,
        counts[3][2] / counts[3][1],
        counts[4][2] / counts[4][1]);
}

template <std::size_t K>
std::string thousandths(const Row<K>& row, bool& counts) {
    std::string line;
    for (const double one : row) {
        const long value = std::lround(one * 1000);
        counts |= std::labs(value) >= kSmallest;
        line += fmt::format("\t{}", value);
    }
    return line;
}

void write(const std::string& file,
           const Models& models,
           const Names& names,
           const std::map<std::string, std::vector<std::pair<double, double>>>& curves) {
    std::map<std::string, std::string> lines;
    const std::string letters = "lRWEDF";
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!names.common(i)) continue;
        bool counts = false;
        std::string line = thousandths(models.category.weights[i], counts);
        if (counts) lines.emplace("c:" + names.key(i), line);
        for (std::size_t c = 0; c < 6; ++c) {
            counts = false;
            line = thousandths(models.level.weights[names.size() * c + i], counts);
            if (counts) lines.emplace(fmt::format("{}:{}", letters[c], names.key(i)), line);
        }
    }
    std::ofstream out(file, std::ios::binary);
    out << "# Written by train_model. c: thousandths for Read, Write, Execute, Destructive, "
           "Financial; l: for Low, Medium, High, Critical; R: W: E: D: F: the same for one "
           "category.\n";
    out << fmt::format("base\t{}\n", kBase);
    for (const auto& [name, points] : curves) {
        for (const auto& [from, to] : points) {
            out << fmt::format("curve\t{}\t{:.4f}\t{:.4f}\n", name, from, to);
        }
    }
    for (const auto& [key, line] : lines) out << key << line << '\n';
    fmt::print("{} rows written to {}\n", lines.size(), file);
}

// Everything that is learned from, one tool a line, for trying other models elsewhere.
void dump(const std::string& file, const Corpus& corpus) {
    std::ofstream out(file, std::ios::binary);
    for (const Sample& one : corpus.samples) {
        out << one.half << '\t' << one.fold << '\t' << one.set << '\t' << one.weight << '\t'
            << one.fixed << '\t' << to_string(one.label.category) << '\t'
            << to_string(one.label.risk) << '\t' << to_string(one.rules) << '\t';
        for (const RiskLevel level : one.levels) out << static_cast<int>(level);
        for (const double score : one.scores) out << fmt::format("\t{:.3f}", score);
        out << '\t' << one.server << '\t' << one.tool;
        for (const auto& [id, value] : one.values) {
            out << '\t' << corpus.names.key(id);
            if (value != 1) out << fmt::format("^{:.3f}", value);
        }
        out << '\n';
    }
}

struct Inputs {
    std::string dump;
    std::string gold;
    std::string labels;
    std::string own;
    std::string output;
    std::vector<std::string> documents;
};

void read_corpus(const Inputs& inputs, Corpus& corpus) {
    std::map<std::string, std::map<std::string, Label>> fresh;
    std::ifstream in(inputs.labels);
    std::string line;
    while (std::getline(in, line)) {
        const auto value = parse_json(line);
        if (!value) continue;
        if (auto read = read_labels(*value)) {
            fresh[value->value("server", "")] = std::move(*read);
        }
    }
    bench::for_each_document(
        inputs.gold, [&](const nlohmann::json& value, const ServerDocument& document) {
            const auto labels = read_labels(value);
            if (!labels) return;
            corpus.add(document, "doubtful", [&](const auto&, const std::string& tool) {
                const auto at = labels->find(tool);
                return at == labels->end() ? nullptr : &at->second;
            });
        });
    std::map<std::string, Label> own;
    std::ifstream hashed(inputs.own);
    std::string key;
    while (std::getline(hashed, line)) {
        std::istringstream fields(line);
        std::string category;
        std::string risk;
        std::string alt;
        Label label;
        if (!(fields >> key >> category >> risk >> alt >> label.conf)) continue;
        const auto known = parse_category(category);
        const auto level = parse_risk_level(risk);
        if (!known || !level) continue;
        label.category = *known;
        label.risk = *level;
        own[key] = label;
    }
    for (const std::string& file : inputs.documents) {
        const bool live = file.find("live") != std::string::npos;
        bench::for_each_document(file, [&](const nlohmann::json&, const ServerDocument& document) {
            const auto labels = fresh.find(document.server);
            if (labels != fresh.end()) {
                corpus.add(document, live ? "live" : "plain", [&](const auto&, const auto& tool) {
                    const auto at = labels->second.find(tool);
                    return at == labels->second.end() ? nullptr : &at->second;
                });
            }
            if (half_of(document.server) != 'A') return;
            corpus.add(document, "own", [&](const auto& server, const auto& tool) {
                const auto at = own.find(sha256_hex(server + "\n" + tool).substr(0, 16));
                return at == own.end() ? nullptr : &at->second;
            });
        });
    }
}

void train(Corpus& corpus, const std::string& output) {
    const auto pick = [&](const std::function<bool(const Sample&)>& wanted) {
        std::vector<const Sample*> out;
        for (const Sample& one : corpus.samples) {
            if (wanted(one)) out.push_back(&one);
        }
        return out;
    };
    std::map<const Sample*, Decided> crossed;
    for (int fold = 0; fold < kFolds; ++fold) {
        Models models(corpus.names);
        models.run(pick([&](const Sample& s) { return s.half == 'A' && s.fold != fold; }));
        for (const Sample& one : corpus.samples) {
            if (one.half == 'A' && one.fold == fold) crossed[&one] = decide(one, models);
        }
    }
    Models models(corpus.names);
    models.run(pick([&](const Sample& s) { return s.half == 'A'; }));
    std::map<std::string, std::vector<Point>> points;
    for (const auto& [sample, got] : crossed) {
        if (sample->set == "own") continue;
        points[sample->fixed ? "fixed" : "open"].push_back(
            {got.confidence, got.category == sample->label.category});
        points["sure"].push_back({got.sure, got.risk >= sample->label.risk});
    }
    for (const char* set : {"doubtful", "plain", "live", "own"}) {
        report(fmt::format("A {}", set),
               pick([&](const Sample& s) { return s.half == 'A' && s.set == set; }),
               [&](const Sample& one) { return crossed.at(&one); });
        report(fmt::format("B {}", set),
               pick([&](const Sample& s) { return s.half == 'B' && s.set == set; }),
               [&](const Sample& one) { return decide(one, models); });
    }
    std::map<std::string, std::vector<std::pair<double, double>>> curves;
    for (auto& [name, values] : points) curves[name] = rising_curve(std::move(values));
    if (!output.empty()) write(output, models, corpus.names, curves);
}

int run(const std::vector<std::string>& words) {
    Inputs inputs;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string* option = words[i] == "-o"         ? &inputs.output
                              : words[i] == "--gold"   ? &inputs.gold
                              : words[i] == "--labels" ? &inputs.labels
                              : words[i] == "--own"    ? &inputs.own
                              : words[i] == "--dump"   ? &inputs.dump
                                                       : nullptr;
        if (option == nullptr) {
            inputs.documents.push_back(words[i]);
        } else if (i + 1 < words.size()) {
            *option = words[++i];
        }
    }
    if (inputs.gold.empty() || inputs.labels.empty() || inputs.documents.empty()) {
        fmt::print(stderr,
                   "train_model --gold GOLD.jsonl --labels LABELS.jsonl [--own LABELS.tsv] "
                   "DOCUMENTS.jsonl... [-o FILE]\n");
        return 2;
    }
    const auto book = read_rules(std::filesystem::path(MCPRISK_SOURCE_DIR) / "data/rules");
    if (!book) {
        fmt::print(stderr, "the rules cannot be read; `mcprisk rules test` says why\n");
        return 3;
    }
    Corpus corpus(*book);
    read_corpus(inputs, corpus);
    if (!inputs.dump.empty()) {
        dump(inputs.dump, corpus);
        return 0;
    }
    train(corpus, inputs.output);
    return 0;
}

}  // namespace

int main(int argc, char** argv) { return run({argv + 1, argv + argc}); }
