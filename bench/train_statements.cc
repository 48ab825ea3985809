// Fits classifier/reading/statement_weights.h: whether a statement of a text is an effect of the
// tool or a mention.
//
//   train_statements --effects EFFECTS.jsonl --tools GOLD.jsonl [--tools MORE.jsonl]...
//                    [--price N] [-o FILE] [--mistakes N]
//
// EFFECTS is labelled as data/eval/effects.jsonl, the other files are server documents with
// "labels". Only half A (by server) is learned from. A statement of the label's category is an
// effect, one of a worse category a mention; milder ones say nothing. The thresholds, one a category,
// are those that see most of half A by cross-validation, where a tool that was right without them
// and a decoy each count as much as --price effects. Prints what several prices cost and gain on
// half A by cross-validation, and on half B with the weights of all of half A; rules alone decide
// everything else. The same input gives the same file.
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "bench/documents.h"
#include "classifier/judging/rule_book.h"
#include "classifier/learned/effect_evaluation.h"
#include "classifier/learned/halves.h"
#include "classifier/reading/pieces.h"
#include "classifier/reading/stated_effects.h"
#include "classifier/reading/visible.h"
#include "data/data.h"
#include "model/base/hash.h"
#include "model/base/json.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::classifier;

constexpr int kFolds = 5;
constexpr int kRounds = 20;
constexpr double kRate = 0.1;    // of AdaGrad
double kRidge = 10;              // for a weight of one value
double kPairRidge = 30;          // for one of two values together
double kEffects = 8;             // weight of a statement of the effects set
double kKnownAlready = 0;        // of one that changes nothing
double kConfirming = 1;          // of one of a real tool that is an effect

constexpr double kGrave = 0.75;  // off the threshold of deletions, which are worse to miss

struct Said {
    Category category = Category::read;
    std::string quote;
    std::vector<std::uint16_t> weights;
    int truth = -1;  // 1 effect, 0 mention, -1 says nothing
    bool changes = true;  // it would make the tool worse than rules alone do
};

struct Sample {
    std::string set;  // "effects", or the file of a labelled tool
    std::string server;
    std::string tool;
    std::string text;
    bool effect = false;  // of the effects set
    int fold = 0;
    char half = 'A';
    Category label = Category::read;
    std::vector<Category> also;
    Category alone = Category::write;  // what rules say without statements
    bool known = false;
    std::vector<Said> said;

    [[nodiscard]] bool right(Category category) const {
        if (category == label) return true;
        return set == "effects" && std::find(also.begin(), also.end(), category) != also.end();
    }
};

class Corpus {
  public:
    explicit Corpus(const RuleBook& book) : book_(book) {}

    // `first_only`: the tools behind the first are siblings.
    template <typename LabelOf>
    void add(const ServerDocument& sent, const std::string& set, const LabelOf& label_of) {
        ServerDocument document = sent;
        for (Tool& tool : document.tools) {
            if (hides_signs(tool)) tool = visible_tool(tool);
        }
        std::vector<std::vector<Token>> words;
        for (const Tool& tool : document.tools) words.push_back(words_of_name(book_, tool.name));
        const NameStyle style = read_style(book_, document, words);
        const auto server = read_server(book_, document);
        for (std::size_t i = 0; i < document.tools.size(); ++i) {
            const Tool& tool = document.tools[i];
            Sample sample;
            if (!label_of(i, tool, sample)) continue;
            if (!seen_.insert(set + '\n' + document.server + '\n' + tool.name).second) continue;
            sample.set = set;
            sample.server = document.server;
            sample.tool = tool.name;
            sample.text = tool.description;
            sample.half = half_of(document.server);
            sample.fold = std::stoi(sha256_hex(document.server).substr(0, 4), nullptr, 16) % kFolds;
            read(read_facts(book_, style, server, tool), sample);
            samples.push_back(std::move(sample));
        }
    }

    std::vector<Sample> samples;

  private:
    void read(const Facts& facts, Sample& sample) const {
        const auto pieces = read_pieces_unstated(book_, facts);
        const auto leader = leading(scores_of(pieces));
        sample.known = leader.has_value();
        sample.alone = leader.value_or(Category::write);
        for (const StatedEffect& one : stated_effects(book_, facts, pieces)) {
            Said said;
            said.category = one.category;
            said.quote = std::string(one.quote);
            weights_of(one.traits, said.weights);
            const bool allowed = std::find(sample.also.begin(), sample.also.end(), one.category) !=
                                 sample.also.end();
            const bool own = sample.set == "effects";
            if (one.category == sample.label || (own && sample.effect && allowed)) {
                said.truth = own && !sample.effect ? -1 : 1;
            } else if (one.category > sample.label && !allowed) {
                said.truth = 0;
            }
            said.changes = !sample.known || one.category > sample.alone;
            sample.said.push_back(std::move(said));
        }
    }

    const RuleBook& book_;
    std::set<std::string> seen_;
};

using Weights = std::vector<double>;

double score(const Said& one, const Weights& weights) {
    double sum = 0;
    for (const std::uint16_t at : one.weights) sum += weights[at];
    return sum;
}

double weight_of(const Sample& sample, const Said& one) {
    const double weight = sample.set == "effects" ? kEffects : one.truth == 1 ? kConfirming : 1;
    return one.changes ? weight : weight * kKnownAlready;
}

// Logistic regression by AdaGrad.
template <typename Wanted>
Weights fit(const std::vector<Sample>& samples, const Wanted& wanted) {
    struct Item {
        const Said* said;
        double weight;
    };
    std::vector<Item> items;
    for (const Sample& sample : samples) {
        if (!wanted(sample)) continue;
        for (const Said& one : sample.said) {
            if (one.truth >= 0 && weight_of(sample, one) > 0) items.push_back({&one, weight_of(sample, one)});
        }
    }
    Weights weights(statement_weights(), 0);
    Weights squares(weights.size(), 1e-6);
    Weights count(weights.size(), 0);
    for (const auto& [one, unused] : items) {
        for (const std::uint16_t at : one->weights) count[at] += 1;
    }
    static const std::size_t kFirstPair = [] {
        std::size_t at = 1;
        while (at < statement_weights() &&
               statement_weight_name(at).find(' ') == std::string::npos) {
            ++at;
        }
        return at;
    }();
    std::uint64_t seed = 12345;
    for (int round = 0; round < kRounds; ++round) {
        for (std::size_t i = items.size(); i > 1; --i) {
            seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
            std::swap(items[i - 1], items[(seed >> 33U) % i]);
        }
        for (const auto& [one, weight] : items) {
            const double chance = 1 / (1 + std::exp(-score(*one, weights)));
            const double miss = (chance - one->truth) * weight;
            for (const std::uint16_t at : one->weights) {
                const double ridge = at == 0 ? 0 : at < kFirstPair ? kRidge : kPairRidge;
                const double slope = miss + ridge * weights[at] / count[at];
                squares[at] += slope * slope;
                weights[at] -= kRate * slope / std::sqrt(squares[at]);
            }
        }
    }
    return weights;
}

using Least = std::array<double, 5>;  // by category

Least same_for_all(double least) { return {least, least, least, least, least}; }

Category decided(const Sample& sample, const std::vector<double>& scores, const Least& least) {
    Category out = sample.alone;
    for (std::size_t i = 0; i < sample.said.size(); ++i) {
        const Category own = sample.said[i].category;
        const bool worse = own > out || (!sample.known && out == sample.alone);
        if (worse && scores[i] >= least[static_cast<std::size_t>(own)]) out = own;
    }
    return out;
}

struct Outcome {
    std::map<std::string, std::array<int, 3>> tools;  // by file: tools, right alone, right now
    std::array<int, 2> effects{};                     // definitions, seen
    std::array<int, 2> decoys{};                      // definitions, wrong
    int lost = 0;                                     // real tools that were right alone
    int won = 0;
};

// `scores` by sample.
Outcome outcome(const std::vector<Sample>& samples,
                const std::vector<std::vector<double>>& scores,
                char half,
                const Least& least) {
    Outcome out;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const Sample& one = samples[i];
        if (one.half != half) continue;
        const bool right = one.right(decided(one, scores[i], least));
        if (one.set == "effects") {
            auto& count = one.effect ? out.effects : out.decoys;
            ++count[0];
            count[1] += right == one.effect ? 1 : 0;
            continue;
        }
        const bool before = one.right(one.alone);
        auto& count = out.tools[one.set];
        ++count[0];
        count[1] += before ? 1 : 0;
        count[2] += right ? 1 : 0;
        out.lost += before && !right ? 1 : 0;
        out.won += !before && right ? 1 : 0;
    }
    return out;
}

void print(const Outcome& one, const std::string& least) {
    fmt::print("{:23}  seen {:3} of {}  decoys {:3} of {}  lost {:3} won {:3}",
               least,
               one.effects[1],
               one.effects[0],
               one.decoys[1],
               one.decoys[0],
               one.lost,
               one.won);
    for (const auto& [set, count] : one.tools) {
        fmt::print("  {} {:.4f} ({:.4f})",
                   set.substr(set.rfind('/') + 1),
                   double(count[2]) / count[0],
                   double(count[1]) / count[0]);
    }
    fmt::print("\n");
}

std::string text_of(const Least& least) {
    return fmt::format("{:.2f} {:.2f} {:.2f} {:.2f}", least[1], least[2], least[3], least[4]);
}

// The thresholds that see most, where a lost tool and a decoy count as much as `price` effects;
// one category after the other until nothing gets better.
Least best_least(const std::vector<Sample>& samples,
                 const std::vector<std::vector<double>>& scores,
                 double price) {
    constexpr double kHighest = 6;
    Least least = same_for_all(kHighest);
    const auto value = [&](const Least& one) {
        const Outcome out = outcome(samples, scores, 'A', one);
        return out.effects[1] - price * (out.lost - out.won + out.decoys[1]);
    };
    double best = value(least);
    for (bool better = true; better;) {
        better = false;
        for (std::size_t category = 1; category < 5; ++category) {
            Least one = least;
            for (double at = kHighest; at >= -2; at -= 0.25) {
                one[category] = at;
                const double now = value(one);
                if (now <= best) continue;
                best = now;
                least = one;
                better = true;
            }
        }
    }
    return least;
}

void add_effects(const std::string& file, Corpus& corpus) {
    bench::for_each_document(file, [&](const nlohmann::json& value, const ServerDocument& document) {
        const auto label = read_effect_label(value);
        if (!label) return;
        corpus.add(document, "effects", [&](std::size_t i, const Tool&, Sample& sample) {
            if (i != 0) return false;
            sample.effect = label->effect;
            sample.label = label->category;
            sample.also = label->also;
            return true;
        });
    });
}

void add_tools(const std::string& file, Corpus& corpus) {
    bench::for_each_document(file, [&](const nlohmann::json& value, const ServerDocument& document) {
        const nlohmann::json* labels = find_member(value, "labels");
        if (labels == nullptr) return;
        corpus.add(document, file, [&](std::size_t, const Tool& tool, Sample& sample) {
            const nlohmann::json* label = find_member(*labels, tool.name);
            if (label == nullptr) return false;
            const auto category = parse_category(string_member(*label, "category"));
            if (!category) return false;
            sample.label = *category;
            if (const auto alt = parse_category(string_member(*label, "alt"))) {
                sample.also.push_back(*alt);
            }
            return true;
        });
    });
}

std::vector<std::vector<double>> scores_of_all(const std::vector<Sample>& samples,
                                               const std::vector<const Weights*>& by_sample) {
    std::vector<std::vector<double>> out;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        std::vector<double> own;
        for (const Said& one : samples[i].said) own.push_back(score(one, *by_sample[i]));
        out.push_back(std::move(own));
    }
    return out;
}

void write(const std::string& file, const Weights& weights, const Least& least) {
    constexpr double kLeastWorth = 0.01;
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (i == 0 || std::abs(weights[i]) >= kLeastWorth) kept.push_back(i);
    }
    std::ofstream out(file, std::ios::binary);
    out << "// Weights of statement_traits.h. Written by bench/train_statements.cc; not by hand.\n"
           "#pragma once\n\n#include <array>\n#include <cstdint>\n\n"
           "namespace mcprisk::classifier::fitted {\n\n"
           "struct StatementWeight {\n    std::uint16_t index;\n    float weight;\n};\n\n"
           "// By category, Read first.\n"
        << fmt::format("inline constexpr std::array<float, 5> kLeastScores{{0, {:.2f}F, {:.2f}F, "
                       "{:.2f}F, {:.2f}F}};\n",
                       least[1],
                       least[2],
                       least[3],
                       least[4])
        << fmt::format("inline constexpr std::array<StatementWeight, {}> kStatementWeights{{{{\n",
                       kept.size());
    constexpr std::size_t kRow = 6;
    for (std::size_t n = 0; n < kept.size(); ++n) {
        out << (n % kRow == 0 ? "    " : " ")
            << fmt::format("{{{}, {:.3f}F}},", kept[n], weights[kept[n]])
            << (n % kRow + 1 == kRow || n + 1 == kept.size() ? "\n" : "");
    }
    out << "}};\n\n}  // namespace mcprisk::classifier::fitted\n";
}

void print_mistakes(const std::vector<Sample>& samples,
                    const std::vector<std::vector<double>>& scores,
                    const Least& least,
                    int most) {
    for (std::size_t i = 0; i < samples.size() && most > 0; ++i) {
        const Sample& one = samples[i];
        if (one.half != 'A') continue;
        const Category now = decided(one, scores[i], least);
        if (one.right(now) || (one.set != "effects" && now == one.alone)) continue;
        --most;
        fmt::print("{} {} | {} | want {} alone {} now {}\n",
                   one.set.substr(one.set.rfind('/') + 1),
                   one.tool,
                   one.text.substr(0, 300),
                   to_string(one.label),
                   to_string(one.alone),
                   to_string(now));
        for (std::size_t k = 0; k < one.said.size(); ++k) {
            fmt::print("      {:6.2f} {} \"{}\"\n",
                       scores[i][k],
                       to_string(one.said[k].category),
                       one.said[k].quote);
        }
    }
}

int run(int argc, char** argv) {
    std::string output;
    std::string effects;
    std::vector<std::string> tools;
    double price = 4;
    int mistakes = 0;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string option = argv[i];
        const std::string value = argv[i + 1];
        if (option == "--effects") effects = value;
        if (option == "--tools") tools.push_back(value);
        if (option == "-o") output = value;
        if (option == "--price") price = std::stod(value);
        if (option == "--mistakes") mistakes = std::stoi(value);
        if (option == "--ridge") kRidge = std::stod(value);
        if (option == "--pair-ridge") kPairRidge = std::stod(value);
        if (option == "--effects-weight") kEffects = std::stod(value);
        if (option == "--known") kKnownAlready = std::stod(value);
        if (option == "--confirming") kConfirming = std::stod(value);
    }
    if (effects.empty() || tools.empty()) {
        fmt::print(stderr, "usage: train_statements --effects F --tools F [-o FILE]\n");
        return 2;
    }
    Diagnostics diagnostics;
    std::vector<Rule> rules;
    for (const EmbeddedFile& file : embedded::rules()) {
        if (auto rule = read_rule(file, diagnostics)) rules.push_back(std::move(*rule));
    }
    const auto book = RuleBook::make(std::move(rules), diagnostics);
    if (!book) {
        fmt::print(stderr, "the rules have faults\n");
        return 1;
    }
    Corpus corpus(*book);
    add_effects(effects, corpus);
    for (const std::string& file : tools) add_tools(file, corpus);
    const std::vector<Sample>& samples = corpus.samples;
    std::array<int, 4> counts{};
    for (const Sample& sample : samples) {
        if (sample.half != 'A') continue;
        for (const Said& one : sample.said) {
            if (one.truth >= 0) ++counts[(sample.set == "effects" ? 0 : 2) + one.truth];
        }
    }
    fmt::print("half A: effects set {} effects, {} mentions; tools {} effects, {} mentions\n",
               counts[1],
               counts[0],
               counts[3],
               counts[2]);
    std::vector<Weights> folds;
    for (int fold = 0; fold < kFolds; ++fold) {
        folds.push_back(fit(
            samples, [&](const Sample& one) { return one.half == 'A' && one.fold != fold; }));
    }
    std::vector<const Weights*> by_fold;
    for (const Sample& sample : samples) {
        by_fold.push_back(&folds[static_cast<std::size_t>(sample.fold)]);
    }
    const auto crossed = scores_of_all(samples, by_fold);
    const Weights all = fit(samples, [](const Sample& one) { return one.half == 'A'; });
    const auto fitted = scores_of_all(samples, std::vector<const Weights*>(samples.size(), &all));
    const auto show = [&](const Least& least, double at) {
        fmt::print("price {:<5} A, crossed ", at);
        print(outcome(samples, crossed, 'A', least), text_of(least));
        fmt::print("            B          ");
        print(outcome(samples, fitted, 'B', least), text_of(least));
    };
    show(same_for_all(99), 99);
    for (const double at : {4.0, 2.5, 1.5, 1.0, 0.7, 0.5}) {
        show(best_least(samples, crossed, at), at);
    }
    Least least = best_least(samples, crossed, price);
    least[static_cast<std::size_t>(Category::destructive)] -= kGrave;
    fmt::print("taken: {}\n", text_of(least));
    print_mistakes(samples, crossed, least, mistakes);
    if (!output.empty()) write(output, all, least);
    return 0;
}

}  // namespace

int main(int argc, char** argv) { return run(argc, argv); }
