// Fits data/model/directives.tsv: how much passages sound like orders that serve somebody else.
//
//   train_directives WORDS.tsv [-o FILE] [--poisoned F]... [--imperative F]... [--ordinary F]...
//                    [--flat F]... [--misses N]
//
// POISONED and IMPERATIVE are labelled as data/eval is; ORDINARY are server documents that count as
// ordinary; FLAT has lines {server, tool, description, label, kind, source}. Only half A of ORDINARY
// (by server) is learned from. Prints, for each source and each kind of poisoned texts, what a model
// finds that learned from all others, and false alarms on servers that were not learned from. The
// same input gives the same file.
#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <unordered_map>

#include "bench/documents.h"
#include "classifier/classifier.h"
#include "classifier/findings/directive_model.h"
#include "classifier/findings/finding_evaluation.h"
#include "classifier/reading/definition_texts.h"
#include "data/data.h"
#include "model/base/hash.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace {

using namespace mcprisk;
using namespace mcprisk::classifier;

constexpr int kFolds = 3;
int kRounds = 14;        // over all passages, each time with the worst of each positive
double kRate = 0.1;      // of AdaGrad
double kRidge = 0.02;    // L2 penalty
double kPositive = 6;    // weight of a poisoned passage
double kImperative = 4;  // weight of an ordinary imperative one
constexpr double kOrdinaryAlarms = 0.004;
constexpr double kImperativeAlarms = 0.07;

using Feature = std::uint16_t;
struct Values {
    std::vector<Feature> features;
    DirectiveGrammar::Traits traits = 0;
    std::uint32_t contexts = 0;
    std::string quote;  // the sentence
};

enum class Kind : std::uint8_t { poisoned, imperative, ordinary };

struct Sample {  // one tool, or the texts of one server
    Kind kind = Kind::ordinary;
    std::string source;  // who wrote it
    std::string style;   // how it attacks
    std::string text;    // for those who read mistakes
    int fold = 0;
    char half = 'A';
    std::vector<Values> passages;
};

Values values_of(const PassageFeatures& one) {
    Values values;
    each_feature(one, [&](std::size_t f) { values.features.push_back(static_cast<Feature>(f)); });
    values.traits = one.traits;
    values.contexts = one.contexts;
    return values;
}

struct Weights {
    std::vector<float> of;
    double bias = 0;
};

double score(const Values& one, const Weights& weights) {
    double sum = 0;
    for (const Feature feature : one.features) sum += weights.of[feature];
    return weights.bias + sum;
}

double score(const Sample& sample, const Weights& weights) {
    double best = -1e9;
    for (const Values& one : sample.passages) best = std::max(best, score(one, weights));
    return best;
}

// Logistic regression by AdaGrad; of a poisoned sample only the worst passage counts.
Weights fit(const std::vector<const Sample*>& samples, const Weights& prior) {
    Weights weights = prior;
    std::vector<float> squares(kFeatures, 1e-2F);
    double bias_squares = 1e-2;
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
                const Values* worst = nullptr;
                double best = -1e9;
                for (const Values& one : sample->passages) {
                    const double value = score(one, weights);
                    if (value > best) {
                        best = value;
                        worst = &one;
                    }
                }
                if (worst != nullptr) items.push_back({worst, 1, kPositive});
            } else {
                const double weight = sample->kind == Kind::imperative ? kImperative : 1;
                for (const Values& one : sample->passages) {
                    if (round > 1 && score(one, weights) < -9) continue;
                    items.push_back({&one, 0, weight});
                }
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
            for (const Feature feature : item.passage->features) {
                float& weight = weights.of[feature];
                const auto slope =
                    static_cast<float>(miss + kRidge * (weight - prior.of[feature]));
                squares[feature] += slope * slope;
                weight -= static_cast<float>(kRate) * slope / std::sqrt(squares[feature]);
            }
        }
    }
    return weights;
}

char half_of(const std::string& server) {
    const char digit = sha256_hex(server).back();
    const int value = digit <= '9' ? digit - '0' : digit - 'a' + 10;
    return value % 2 == 0 ? 'A' : 'B';
}

std::string source_of(const std::string& source) {
    const std::string_view all = std::string_view(source).substr(0, source.find_first_of("@:"));
    for (const char* one : {"MCPSafety", "MSB", "cisco", "safe-mcp"}) {
        if (all.find(one) != std::string_view::npos) return one;
    }
    return "labs";
}

class Corpus {
  public:
    explicit Corpus(const SignTable& table) : table_(table), grammar_(table) {}

    void add(const std::string& file, Kind kind) {
        bench::for_each_document(file, [&](const nlohmann::json& value,
                                           const ServerDocument& document) {
            const std::string hash = sha256_hex(document.server);
            const nlohmann::json* labels = find_member(value, "labels");
            for (std::size_t i = 0; i < document.tools.size(); ++i) {
                const Tool& tool = document.tools[i];
                Sample sample;
                sample.kind = kind;
                sample.source = "eval " + string_member(value, "half");
                if (labels != nullptr && kind == Kind::poisoned) {
                    if (const auto* label = find_member(*labels, tool.name)) {
                        sample.style = string_member(*label, "style");
                    }
                }
                sample.fold = std::stoi(hash.substr(0, 4), nullptr, 16) % kFolds;
                sample.half = half_of(document.server);
                sample.text = document.server + "/" + tool.name + ": " + tool.description;
                passages_.clear();
                const OwnNames own = own_names(tool);
                for (const DefinitionText& one : definition_texts(tool)) read(one.text, own);
                if (kind != Kind::ordinary || i == 0) {
                    for (const auto* text :
                         {&document.title, &document.description, &document.instructions}) {
                        read(*text, {});
                    }
                }
                keep(std::move(sample));
            }
        });
    }

    void add_flat(const std::string& file) {
        std::ifstream in(file);
        for (std::string line; std::getline(in, line);) {
            const auto value = parse_json(line);
            if (!value) continue;
            const std::string kind = string_member(*value, "kind");
            if (kind.find("overt") != std::string::npos) continue;
            Sample sample;
            const bool bad = string_member(*value, "label") == "poisoned";
            sample.kind = bad                                              ? Kind::poisoned
                          : kind.find("hard-negative") != std::string::npos ? Kind::imperative
                                                                            : Kind::ordinary;
            sample.source = bad ? source_of(string_member(*value, "source")) : "flat";
            sample.style = kind.substr(0, kind.find(" ("));
            Tool tool;
            tool.name = string_member(*value, "tool");
            tool.description = string_member(*value, "description");
            const std::string key = tool.description.substr(0, 80);
            sample.fold = std::stoi(sha256_hex(key).substr(0, 4), nullptr, 16) % kFolds;
            if (const auto at = folds_.find(key); at != folds_.end()) sample.fold = at->second;
            sample.text = tool.name + ": " + tool.description;
            passages_.clear();
            read(tool.description, own_names(tool));
            keep(std::move(sample));
        }
    }

    std::vector<Sample> samples;

  private:
    void keep(Sample sample) {
        const std::size_t at = sample.text.find(": ");
        if (sample.kind != Kind::poisoned) {
            folds_.emplace(sample.text.substr(at + 2, 80), sample.fold);
            for (const Values& one : passages_) {
                std::uint64_t hash = one.features.size() * 1099511628211ULL;
                for (const Feature feature : one.features) hash = (hash ^ feature) * 1099511628211ULL;
                if (seen_.insert(hash).second || sample.source == "flat") {
                    sample.passages.push_back(one);
                }
            }
        } else {
            sample.passages = passages_;
        }
        samples.push_back(std::move(sample));
    }
    void read(const std::string& text, const OwnNames& own) {
        if (text.size() < kShortestOrder) return;
        const auto keep = [&](const PassageFeatures& one, const Orders& main) {
            passages_.push_back(values_of(one));
            passages_.back().quote = printable(
                std::string_view(text).substr(main.begin, std::min(main.end - main.begin, 300U)));
        };
        PassageReader reader(grammar_, keep);
        read_signs(table_, text, own, reader);
    }

    const SignTable& table_;
    std::vector<Values> passages_;
    DirectiveGrammar grammar_;
    std::map<std::string, int> folds_;
    std::set<std::uint64_t> seen_;
};

double threshold_for(std::vector<double> scores, double share) {
    if (scores.empty()) return -1e9;
    std::sort(scores.rbegin(), scores.rend());
    const auto allowed = static_cast<std::size_t>(share * static_cast<double>(scores.size()));
    return scores[std::min(allowed, scores.size() - 1)] + 1e-3;
}

std::string name_of(std::size_t feature) {
    const bool trait = feature < kTraits;
    const auto names = trait ? DirectiveGrammar::trait_names() : DirectiveGrammar::context_names();
    return (trait ? "=" : "@") + std::string(names[trait ? feature : feature - kTraits]);
}

void write(const std::string& file,
           const Weights& weights,
           double alarm,
           double sure) {
    std::map<std::string, long> lines;
    for (std::size_t i = 0; i < kFeatures; ++i) {
        const long hundredths = std::lround(weights.of[i] * 100);
        if (std::abs(hundredths) >= 3) lines.emplace(name_of(i), hundredths);
    }
    std::ofstream out(file, std::ios::binary);
    out << "# Written by train_directives: hundredths for =trait and @context.\n";
    out << fmt::format("bias\t{:.3f}\nalarm\t{:.3f}\nsure\t{:.3f}\n", weights.bias, alarm, sure);
    for (const auto& [key, weight] : lines) out << fmt::format("{}\t{}\n", key, weight);
    fmt::print("{} weights written to {}\n", lines.size(), file);
}

struct Share {
    std::size_t all = 0;
    std::size_t alarm = 0;
    std::size_t sure = 0;
    void print(const std::string& name) const {
        const auto share = [&](std::size_t n) {
            return static_cast<double>(n) / static_cast<double>(std::max<std::size_t>(1, all));
        };
        fmt::print("{:<52} {:>6}: alarm {:.4f}, sure {:.4f}\n", name, all, share(alarm), share(sure));
    }
};

struct Options {
    std::string words, output, prior;
    std::vector<std::pair<std::string, std::string>> files;  // option, file
    std::string show;
};

// What the classifier that is built in says of the same texts: rules and weights together.
int judge_all(const Options& options) {
    Diagnostics diagnostics;
    const auto classifier = Classifier::build(embedded::rules(),
                                              embedded::attacks(),
                                              diagnostics,
                                              embedded::weights(),
                                              RuleExamples::trusted);
    if (!classifier) return 3;
    std::map<std::string, std::pair<std::size_t, std::size_t>> groups;
    std::map<std::string, std::map<std::string, std::size_t>> ids;
    const auto judge = [&](const ServerDocument& document, const std::string& group) {
        for (const Verdict& verdict : classifier->classify(document)) {
            auto& [all, flagged] = groups[group];
            ++all;
            flagged += accuses(verdict) ? 1 : 0;
            std::set<std::string> said;
            for (const Finding& one : verdict.findings) {
                said.insert(one.id + "\t" + std::string(to_string(one.severity)));
                if (options.show == group && accuses(verdict) && one.severity > RiskLevel::low) {
                    fmt::print("{} {} {}/{}: {}\n", one.id, to_string(one.severity),
                               verdict.server, verdict.tool, one.text);
                }
            }
            if (options.show == "misses of " + group && !accuses(verdict)) {
                fmt::print("{}: {}\n", verdict.tool,
                           printable(document.tools[0].description.substr(0, 500)));
            }
            for (const auto& id : said) ++ids[group][id];
        }
    };
    for (const auto& [option, file] : options.files) {
        if (option == "--flat") {
            std::ifstream in(file);
            for (std::string line; std::getline(in, line);) {
                const auto value = parse_json(line);
                if (!value) continue;
                const std::string kind = string_member(*value, "kind");
                if (kind.find("overt") != std::string::npos) continue;
                ServerDocument document;
                document.server = string_member(*value, "server");
                document.tools.emplace_back();
                document.tools[0].name = string_member(*value, "tool");
                document.tools[0].description = string_member(*value, "description");
                judge(document, string_member(*value, "label") == "poisoned"
                                    ? "poisoned " + source_of(string_member(*value, "source"))
                                    : kind.find("hard") != std::string::npos ? "imperative flat"
                                                                              : "ordinary flat");
            }
            continue;
        }
        bench::for_each_document(file, [&, name = option.substr(2)](const nlohmann::json& value,
                                                const ServerDocument& document) {
            judge(document, name == "ordinary" ? std::string("ordinary half ") + half_of(document.server)
                                               : name + " " + string_member(value, "half"));
        });
    }
    for (const auto& [group, counts] : groups) {
        fmt::print("{:<28} {:>6}: {:.4f}\n", group, counts.first,
                   static_cast<double>(counts.second) / static_cast<double>(counts.first));
    }
    for (const auto& [group, counts] : ids) {
        if (!group.starts_with("ordinary") && !group.starts_with("imperative")) continue;
        for (const auto& [id, count] : counts) fmt::print("{}\t{}\t{}\n", group, id, count);
    }
    return 0;
}

int run(const Options& options) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    std::ifstream in(options.words, std::ios::binary);
    std::ostringstream words;
    words << in.rdbuf();
    Diagnostics diagnostics;
    const auto table = SignTable::read(words.str(), diagnostics);
    if (!table) {
        for (const auto& one : diagnostics.items()) fmt::print(stderr, "{}\n", one.message);
        return 3;
    }
    Weights prior;
    prior.of.assign(kFeatures, 0);
    if (!options.prior.empty()) {
        std::ifstream file(options.prior, std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        const auto model = DirectiveModel::read(words.str(), text.str(), diagnostics);
        if (!model) {
            for (const auto& one : diagnostics.items()) fmt::print(stderr, "{}\n", one.message);
            return 3;
        }
        prior = {{model->weights().begin(), model->weights().end()}, model->bias()};
    }
    Corpus corpus(*table);
    for (const auto& [option, file] : options.files) {
        if (option == "--flat") continue;
        corpus.add(file,
                   option == "--poisoned"     ? Kind::poisoned
                   : option == "--imperative" ? Kind::imperative
                                              : Kind::ordinary);
    }
    for (const auto& [option, file] : options.files) {
        if (option == "--flat") corpus.add_flat(file);
    }
    std::vector<Sample>& samples = corpus.samples;
    const auto pick = [&](const std::function<bool(const Sample&)>& wanted) {
        std::vector<const Sample*> out;
        for (const Sample& one : samples) {
            if (one.kind == Kind::ordinary && one.source != "flat" && one.half == 'B') continue;
            if (wanted(one)) out.push_back(&one);
        }
        return out;
    };
    std::unordered_map<const Sample*, double> crossed;
    for (int fold = 0; fold < kFolds; ++fold) {
        const Weights weights = fit(pick([&](const Sample& s) { return s.fold != fold; }), prior);
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
    const double alarm = std::max(by_ordinary, by_imperative);
    const double sure = std::max(threshold_for(ordinary, 0.0006), threshold_for(imperative, 0.015));
    fmt::print("alarm {:.3f} (ordinary asks for {:.3f}, imperative for {:.3f}), sure {:.3f}\n",
               alarm, by_ordinary, by_imperative, sure);
    std::map<std::string, Share> shares;
    const auto count = [&](const std::string& name, double value) {
        Share& share = shares[name];
        ++share.all;
        share.alarm += value >= alarm ? 1 : 0;
        share.sure += value >= sure ? 1 : 0;
    };
    std::vector<std::pair<double, const Sample*>> shown;
    for (const Sample& one : samples) {
        if (one.kind == Kind::poisoned) continue;
        const std::string who = one.source == "flat" ? " flat" : one.kind == Kind::ordinary ? std::string(" half ") + one.half : "";
        count((one.kind == Kind::ordinary ? "ordinary" : "imperative") + who, crossed[&one]);
        if (options.show == "alarms" && crossed[&one] >= alarm) shown.emplace_back(crossed[&one], &one);
    }
    const auto leave_out = [&](const std::string& what,
                               const std::function<std::string(const Sample&)>& group) {
        std::set<std::string> groups;
        for (const Sample& one : samples) {
            if (one.kind == Kind::poisoned) groups.insert(group(one));
        }
        for (const std::string& out : groups) {
            if (out.empty()) continue;
            const Weights weights = fit(pick([&](const Sample& s) {
                return s.kind != Kind::poisoned || group(s) != out;
            }), prior);
            for (const Sample& one : samples) {
                if (one.kind != Kind::poisoned || group(one) != out) continue;
                const double value = score(one, weights);
                count("poisoned, left out " + what + " " + out, value);
                if (value < alarm && options.show == out) shown.emplace_back(value, &one);
            }
        }
    };
    leave_out("source", [](const Sample& s) { return s.source; });
    leave_out("kind", [](const Sample& s) {
        return s.source.starts_with("eval") || s.style.find("lab/") == 0 ? std::string() : s.style;
    });
    for (const auto& [name, share] : shares) share.print(name);
    std::sort(shown.begin(), shown.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [value, one] : shown) {
        const Values* most = nullptr;
        for (const Values& values : one->passages) {
            if (most == nullptr || score(values, prior) > score(*most, prior)) most = &values;
        }
        std::string traits;
        if (most != nullptr) {
            for (const Feature f : most->features) traits += name_of(f) + " ";
        }
        fmt::print("{:.2f} {} | {} [{}] {}\n", value, one->style, traits,
                   most == nullptr ? "" : most->quote, printable(one->text.substr(0, 400)));
    }
    if (!options.output.empty()) {
        write(options.output, fit(pick([](const Sample&) { return true; }), prior), alarm, sure);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word.starts_with("-") && i + 1 < argc) {
            const std::string value = argv[++i];
            if (word == "-o") options.output = value;
            else if (word == "--show") options.show = value;
            else if (word == "--prior") options.prior = value;
            else if (word == "--rounds") kRounds = std::stoi(value);
            else if (word == "--rate") kRate = std::stod(value);
            else if (word == "--ridge") kRidge = std::stod(value);
            else if (word == "--positive") kPositive = std::stod(value);
            else if (word == "--strict") kImperative = std::stod(value);
            else options.files.emplace_back(word, value);
        } else {
            options.words = word;
        }
    }
    return options.words == "judge" ? judge_all(options) : run(options);
}
