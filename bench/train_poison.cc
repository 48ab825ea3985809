// Fits data/model/poison.tsv, the weights that look for poisoned wording which no rule foresaw.
//
//   train_poison POISONED.jsonl IMPERATIVE.jsonl ORDINARY.jsonl... [-o FILE] [--hold-out PART]
//
// The first two are labelled as data/eval is; the others are server documents whose texts count as
// ordinary. A part ("half" of a document) that is held out is neither learned from nor looked at
// for the threshold. Prints, for each part of POISONED, what a model finds that learned from the
// other parts, and false alarms on servers and imperative texts that were not learned from. The
// same input gives the same file.

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "bench/documents.h"
#include "classifier/classifier.h"
#include "classifier/findings/finding_evaluation.h"
#include "classifier/learned/poison_model.h"
#include "classifier/reading/definition_texts.h"
#include "data/data.h"
#include "model/base/hash.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "model/read_document.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::classifier;

constexpr int kFolds = 3;
constexpr int kRounds = 12;        // over all passages, each time with the worst of each positive
constexpr double kRate = 0.15;     // of AdaGrad
constexpr double kRidge = 0.05;    // L2 penalty
constexpr double kPositive = 6;    // weight of a poisoned passage
constexpr double kImperative = 8;  // weight of an ordinary imperative one
constexpr double kOrdinaryAlarms = 0.0025;
constexpr double kImperativeAlarms = 0.06;
constexpr std::size_t kOrdinaryUses = 15;    // of a feature that no poison has
constexpr std::size_t kMostFeatures = 7000;  // written

using Values = std::vector<std::pair<std::uint32_t, float>>;  // feature, count times scale

enum class Kind : std::uint8_t { poisoned, imperative, ordinary };

struct Sample {  // one tool, or the texts of one server
    Kind kind = Kind::ordinary;
    std::string part;
    int fold = 0;
    bool by_rules = false;
    std::vector<Values> passages;
};

class Names {
  public:
    std::uint32_t id(std::string key) {
        const auto [at, fresh] = ids_.emplace(std::move(key), ids_.size());
        if (fresh) keys_.push_back(&at->first);
        return static_cast<std::uint32_t>(at->second);
    }
    [[nodiscard]] const std::string& key(std::size_t id) const { return *keys_[id]; }
    [[nodiscard]] std::size_t size() const { return keys_.size(); }

  private:
    std::unordered_map<std::string, std::size_t> ids_;
    std::vector<const std::string*> keys_;
};

// Cuts a text into the passages that PoisonModel scores.
class Collector final : public PoisonReader {
  public:
    Collector(Names& names, std::vector<Values>& out) : names_(names), out_(out) {
        for (std::size_t i = 0; i < poison_word_classes().size(); ++i) {
            std::string_view rest = poison_word_classes()[i].words;
            while (!rest.empty()) {
                const std::size_t end = rest.find(' ');
                classes_[poison_word_hash(rest.substr(0, end))] |= 1U << i;
                rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
            }
        }
    }
    void begin() {
        last_.clear();
        now_ = {};
        before_.clear();
        seen_ = 0;
    }
    void word(std::uint64_t hash, std::string_view word, std::size_t /*at*/) override {
        const std::string lower = lower_ascii(word);
        ++now_.words;
        now_.features.push_back(names_.id("u:" + lower));
        if (const auto at = classes_.find(hash); at != classes_.end()) seen_ |= at->second;
        for (std::size_t back = 1; back <= 3 && back <= before_.size(); ++back) {
            now_.features.push_back(names_.id(fmt::format(
                "{}:{} {}", back == 1 ? 'b' : 's', before_[before_.size() - back], lower)));
        }
        before_.push_back(lower);
    }
    void end_sentence(std::size_t /*at*/) override {
        if (now_.words == 0) return;
        const auto classes = poison_word_classes();
        for (std::size_t a = 0; a < classes.size(); ++a) {
            for (std::size_t b = a; b < classes.size(); ++b) {
                if ((seen_ >> a & 1U) == 0 || (seen_ >> b & 1U) == 0) continue;
                now_.features.push_back(
                    names_.id(fmt::format("c:{} {}", classes[a].name, classes[b].name)));
            }
        }
        last_.push_back(std::move(now_));
        if (last_.size() > kPassageSentences) last_.erase(last_.begin());
        std::size_t words = 0;
        std::map<std::uint32_t, float> counts;
        for (const Sentence& one : last_) {
            words += one.words;
            for (const std::uint32_t feature : one.features) counts[feature] += 1;
        }
        Values values(counts.begin(), counts.end());
        for (auto& [feature, value] : values) value *= static_cast<float>(poison_scale(words));
        out_.push_back(std::move(values));
        now_ = {};
        before_.clear();
        seen_ = 0;
    }

  private:
    struct Sentence {
        std::vector<std::uint32_t> features;
        std::size_t words = 0;
    };
    Names& names_;
    std::vector<Values>& out_;
    std::unordered_map<std::uint64_t, std::uint32_t> classes_;
    std::vector<Sentence> last_;
    Sentence now_;
    std::vector<std::string> before_;
    std::uint32_t seen_ = 0;
};

struct Weights {
    double bias = -3;
    std::vector<float> of;
};

double score(const Values& passage, const Weights& weights) {
    double sum = weights.bias;
    for (const auto& [feature, value] : passage) sum += weights.of[feature] * value;
    return sum;
}

const Values* strongest(const Sample& sample, const Weights& weights, double& best) {
    const Values* out = nullptr;
    best = -1e9;
    for (const Values& one : sample.passages) {
        const double here = score(one, weights);
        if (here > best) {
            best = here;
            out = &one;
        }
    }
    return out;
}

double score(const Sample& sample, const Weights& weights) {
    double best = 0;
    strongest(sample, weights, best);
    return best;
}

// Of a poisoned tool only the passage that is worst so far is learned as poisoned.
Weights fit(const std::vector<const Sample*>& samples, std::size_t features) {
    Weights weights;
    weights.of.assign(features, 0);
    std::vector<float> squares(features, 1e-6F);
    double bias_squares = 1e-6;
    struct Item {
        const Values* passage;
        double truth;
        double weight;
    };
    std::uint64_t seed = 12345;
    for (int round = 0; round < kRounds; ++round) {
        std::vector<Item> items;
        for (const Sample* sample : samples) {
            if (sample->kind == Kind::poisoned) {
                double best = 0;
                const Values* worst = round == 0 && !sample->passages.empty()
                                          ? &sample->passages.back()
                                          : strongest(*sample, weights, best);
                if (worst != nullptr) items.push_back({worst, 1, kPositive});
            } else {
                const double weight = sample->kind == Kind::imperative ? kImperative : 1;
                for (const Values& one : sample->passages) items.push_back({&one, 0, weight});
            }
        }
        for (std::size_t i = items.size(); i > 1; --i) {
            seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
            std::swap(items[i - 1], items[(seed >> 33U) % i]);
        }
        for (const Item& item : items) {
            const double chance = 1 / (1 + std::exp(-score(*item.passage, weights)));
            const double miss = (chance - item.truth) * item.weight;
            if (std::abs(miss) < 1e-3) continue;
            bias_squares += miss * miss;
            weights.bias -= kRate * miss / std::sqrt(bias_squares);
            for (const auto& [feature, value] : *item.passage) {
                float& weight = weights.of[feature];
                const auto slope = static_cast<float>(miss * value + kRidge * weight);
                squares[feature] += slope * slope;
                weight -= static_cast<float>(kRate) * slope / std::sqrt(squares[feature]);
            }
        }
    }
    return weights;
}

// The smaller of the two that leave the wanted share of alarms.
double threshold_for(std::vector<double> scores, double share) {
    if (scores.empty()) return 0;
    std::sort(scores.rbegin(), scores.rend());
    const auto allowed = static_cast<std::size_t>(share * static_cast<double>(scores.size()));
    return scores[std::min(allowed, scores.size() - 1)] + 1e-3;
}

void write(const std::string& file, const Weights& weights, double threshold, const Names& names) {
    std::vector<std::pair<int, std::size_t>> kept;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const int hundredths = static_cast<int>(std::lround(weights.of[i] * 100));
        if (hundredths != 0) kept.emplace_back(hundredths, i);
    }
    std::sort(kept.begin(), kept.end(), [&](const auto& a, const auto& b) {
        const int first = std::abs(a.first);
        const int second = std::abs(b.first);
        return first != second ? first > second : names.key(a.second) < names.key(b.second);
    });
    if (kept.size() > kMostFeatures) kept.resize(kMostFeatures);
    std::map<std::string, int> lines;
    for (const auto& [weight, id] : kept) lines.emplace(names.key(id), weight);
    std::ofstream out(file, std::ios::binary);
    out << "# Written by train_poison: hundredths for u (a word), b (neighbours), s (near words), "
           "c "
           "(classes).\n";
    out << fmt::format("bias\t{:.3f}\nthreshold\t{:.3f}\n", weights.bias, threshold);
    for (const auto& [key, weight] : lines) out << fmt::format("{}\t{}\n", key, weight);
    fmt::print("{} features written to {}\n", lines.size(), file);
}

class Corpus {
  public:
    explicit Corpus(const Classifier& rules) : rules_(rules), collector_(names, passages_) {}

    void add(const std::string& file, Kind kind, std::vector<Sample>& out) {
        bench::for_each_document(file,
                                 [&](const nlohmann::json& value, const ServerDocument& document) {
                                     add(value, document, kind, out);
                                 });
    }

    Names names;

  private:
    void add(const nlohmann::json& value,
             const ServerDocument& document,
             Kind kind,
             std::vector<Sample>& out) {
        const auto verdicts = rules_.classify(document);
        const int fold = std::stoi(sha256_hex(document.server).substr(0, 4), nullptr, 16) % kFolds;
        for (std::size_t i = 0; i < document.tools.size(); ++i) {
            Sample sample;
            sample.kind = kind;
            sample.part = string_member(value, "half");
            sample.fold = fold;
            sample.by_rules = accuses(verdicts[i]);
            passages_.clear();
            for (const DefinitionText& one : definition_texts(document.tools[i])) read(one.text);
            if (kind != Kind::ordinary || i == 0) {
                for (const auto* text :
                     {&document.title, &document.description, &document.instructions}) {
                    read(*text);
                }
            }
            sample.passages = passages_;
            out.push_back(std::move(sample));
        }
    }
    void read(const std::string& text) {
        if (text.size() < kShortestPoison) return;
        collector_.begin();
        read_poison_words(text, collector_);
    }

    const Classifier& rules_;
    std::vector<Values> passages_;
    Collector collector_;
};

// Leaves out repeated ordinary passages, and features too rare to learn from.
void thin_out(std::vector<Sample>& samples, std::size_t features) {
    std::vector<std::size_t> bad(features, 0);
    std::vector<std::size_t> good(features, 0);
    std::set<std::uint64_t> known;
    for (Sample& sample : samples) {
        if (sample.kind == Kind::ordinary) {
            std::erase_if(sample.passages, [&](const Values& one) {
                std::uint64_t hash = one.size();
                for (const auto& [feature, value] : one) {
                    hash = poison_pair_hash('p', hash, feature + std::lround(value * 1000) * 7919);
                }
                return !known.insert(hash).second;
            });
        }
        for (const Values& one : sample.passages) {
            for (const auto& [feature, unused] : one) {
                ++(sample.kind == Kind::poisoned ? bad : good)[feature];
            }
        }
    }
    for (Sample& sample : samples) {
        for (Values& one : sample.passages) {
            std::erase_if(one, [&](const auto& value) {
                return bad[value.first] < 2 && good[value.first] < kOrdinaryUses;
            });
            one.shrink_to_fit();
        }
    }
}

struct Share {
    std::size_t all = 0;
    std::size_t model = 0;
    std::size_t rules = 0;
    std::size_t either = 0;
    void add(bool by_model, bool by_rules) {
        ++all;
        model += by_model ? 1 : 0;
        rules += by_rules ? 1 : 0;
        either += by_model || by_rules ? 1 : 0;
    }
    void print(const std::string& name) const {
        const auto share = [&](std::size_t n) {
            return static_cast<double>(n) / static_cast<double>(std::max<std::size_t>(1, all));
        };
        fmt::print("{:<34} {:>6} tools: rules {:.4f}, model {:.4f}, either {:.4f}\n",
                   name,
                   all,
                   share(rules),
                   share(model),
                   share(either));
    }
};

int run(const std::vector<std::string>& words) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    std::string output;
    std::string hold_out;
    std::vector<std::string> files;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool more = i + 1 < words.size();
        if (words[i] == "-o" && more) {
            output = words[++i];
        } else if (words[i] == "--hold-out" && more) {
            hold_out = words[++i];
        } else {
            files.push_back(words[i]);
        }
    }
    if (files.size() < 3) {
        fmt::print(stderr,
                   "train_poison POISONED.jsonl IMPERATIVE.jsonl ORDINARY.jsonl... [-o FILE] "
                   "[--hold-out PART]\n");
        return 2;
    }
    Diagnostics diagnostics;
    const auto rules = Classifier::build(
        embedded::rules(), embedded::attacks(), diagnostics, {}, RuleExamples::trusted);
    if (!rules) {
        fmt::print(stderr, "the rules cannot be read; `mcprisk rules test` says why\n");
        return 3;
    }
    Corpus corpus(*rules);
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < files.size(); ++i) {
        corpus.add(files[i],
                   i == 0 ? Kind::poisoned : (i == 1 ? Kind::imperative : Kind::ordinary),
                   samples);
    }
    thin_out(samples, corpus.names.size());
    const auto pick = [&](const std::function<bool(const Sample&)>& wanted) {
        std::vector<const Sample*> out;
        for (const Sample& one : samples) {
            if (wanted(one)) out.push_back(&one);
        }
        return out;
    };
    const std::size_t features = corpus.names.size();
    // False alarms and the threshold: folds are servers, the part that is held out is left out.
    std::unordered_map<const Sample*, double> crossed;
    for (int fold = 0; fold < kFolds; ++fold) {
        const Weights weights =
            fit(pick([&](const Sample& s) {
                    return s.fold != fold && (s.kind != Kind::poisoned || s.part != hold_out);
                }),
                features);
        for (const Sample& one : samples) {
            if (one.fold == fold) crossed[&one] = score(one, weights);
        }
    }
    std::vector<double> ordinary;
    std::vector<double> imperative;
    for (const Sample& one : samples) {
        if (one.kind == Kind::ordinary) ordinary.push_back(crossed[&one]);
        if (one.kind == Kind::imperative) imperative.push_back(crossed[&one]);
    }
    const double by_ordinary = threshold_for(ordinary, kOrdinaryAlarms);
    const double by_imperative = threshold_for(imperative, kImperativeAlarms);
    const double threshold = std::max(by_ordinary, by_imperative);
    fmt::print("threshold {:.3f} (ordinary asks for {:.3f}, imperative for {:.3f})\n",
               threshold,
               by_ordinary,
               by_imperative);
    Share alarms;
    std::map<std::string, Share> strict;
    for (const Sample& one : samples) {
        const bool by_model = crossed[&one] >= threshold;
        if (one.kind == Kind::ordinary) alarms.add(by_model, one.by_rules);
        if (one.kind == Kind::imperative) strict[one.part].add(by_model, one.by_rules);
    }
    alarms.print("ordinary, folds of servers");
    for (const auto& [part, share] : strict) share.print("imperative " + part + ", folds");
    std::set<std::string> parts;
    for (const Sample& one : samples) {
        if (one.kind == Kind::poisoned) parts.insert(one.part);
    }
    for (const std::string& part : parts) {
        const Weights weights =
            fit(pick([&](const Sample& s) {
                    return s.kind != Kind::poisoned || (s.part != part && s.part != hold_out);
                }),
                features);
        Share share;
        for (const Sample& one : samples) {
            if (one.kind != Kind::poisoned || one.part != part) continue;
            share.add(score(one, weights) >= threshold, one.by_rules);
        }
        share.print("poisoned " + part + ", not learned from");
    }
    if (!output.empty()) {
        const Weights weights = fit(
            pick([&](const Sample& s) { return s.kind != Kind::poisoned || s.part != hold_out; }),
            features);
        write(output, weights, threshold, corpus.names);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) { return run({argv + 1, argv + argc}); }
