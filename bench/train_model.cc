// Fits the linear model that stands beside the rules, from labelled server documents.
//
//   train_model [--labels HASHES.jsonl] GOLD.jsonl [DOCS.jsonl…] [-o FOLDER]
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

#include "classifier/evaluation.h"
#include "classifier/features.h"
#include "classifier/judge.h"
#include "classifier/rule_book.h"
#include "model/hash.h"
#include "model/json.h"
#include "model/read_document.h"

using namespace mcprisk;
using namespace mcprisk::classifier;

struct Example2 {
    std::string server, tool;
    int group = 0;
    bool gold = true;
    Category rule_category{};
    RiskLevel rule_level{};
    bool claimed = false;
    Label label;
    std::array<double, 5> score{};
    std::vector<std::pair<int, float>> x;
};

struct Files {
    std::vector<std::string> names, texts;
    std::vector<EmbeddedFile> views;
};
Files read_folder(const std::filesystem::path& folder) {
    Files files;
    std::vector<std::filesystem::path> paths;
    for (const auto& e : std::filesystem::directory_iterator(folder))
        if (e.path().extension() == ".json") paths.push_back(e.path());
    std::sort(paths.begin(), paths.end());
    for (auto& p : paths) {
        std::ifstream in(p);
        std::ostringstream t;
        t << in.rdbuf();
        files.names.push_back(p.filename().string());
        files.texts.push_back(t.str());
    }
    for (size_t i = 0; i < files.names.size(); ++i)
        files.views.push_back({files.names[i], files.texts[i]});
    return files;
}

struct Params {
    double alpha = 2.0, l2 = 1.0, wordscale = 1.0;
    int epochs = 30;
    double tie = 9; double lbase = 1.5, ll2 = 15;
};

// K classes, logits = base + W x
struct LR {
    int K;
    std::vector<double> w;  // feature*K
    void train(const std::vector<const Example2*>& data, int nf, const std::vector<int>& y,
               const std::vector<std::array<double, 5>>& base, const std::vector<double>& wt, double l2, int epochs) {
        w.assign(size_t(nf) * K, 0);
        std::vector<double> g2(w.size(), 1e-8);
        std::vector<size_t> order(data.size());
        for (size_t i = 0; i < order.size(); ++i) order[i] = i;
        uint64_t seed = 12345;
        const double n = double(data.size());
        // count-based lazy l2: apply l2/n per example on touched features scaled by 1/df
        std::vector<int> df(nf, 0);
        for (auto* e : data)
            for (auto& [f, v] : e->x) df[f]++;
        for (int ep = 0; ep < epochs; ++ep) {
            for (size_t i = order.size(); i > 1; --i) {
                seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
                std::swap(order[i - 1], order[(seed >> 33) % i]);
            }
            for (size_t o : order) {
                const auto& e = *data[o];
                std::array<double, 5> z{};
                for (int k = 0; k < K; ++k) z[k] = base[o][k];
                for (auto& [f, v] : e.x)
                    for (int k = 0; k < K; ++k) z[k] += w[size_t(f) * K + k] * v;
                double m = *std::max_element(z.begin(), z.begin() + K), s = 0;
                for (int k = 0; k < K; ++k) s += z[k] = std::exp(z[k] - m);
                for (int k = 0; k < K; ++k) {
                    double g = (z[k] / s - (k == y[o])) * wt[o];
                    for (auto& [f, v] : e.x) {
                        size_t a = size_t(f) * K + k;
                        double gg = g * v + l2 * w[a] / df[f];
                        g2[a] += gg * gg;
                        w[a] -= 0.1 * gg / std::sqrt(g2[a]);
                    }
                }
            }
        }
        (void)n;
    }
    std::array<double, 5> prob(const Example2& e, const std::array<double, 5>& base) const {
        std::array<double, 5> z{};
        for (int k = 0; k < K; ++k) z[k] = base[k];
        for (auto& [f, v] : e.x)
            for (int k = 0; k < K; ++k) z[k] += w[size_t(f) * K + k] * v;
        double m = *std::max_element(z.begin(), z.begin() + K), s = 0;
        for (int k = 0; k < K; ++k) s += z[k] = std::exp(z[k] - m);
        for (int k = 0; k < K; ++k) z[k] /= s;
        return z;
    }
};

int main(int argc, char** argv) {
    Params P;
    std::vector<std::string> files;
    std::string extra;
    int minservers = 3;
    bool mist = false;
    for (int i = 1; i < argc; ++i) {
        std::string a = argv[i];
        if (a == "--alpha") P.alpha = std::stod(argv[++i]);
        else if (a == "--l2") P.l2 = std::stod(argv[++i]);
        else if (a == "--scale") P.wordscale = std::stod(argv[++i]);
        else if (a == "--epochs") P.epochs = std::stoi(argv[++i]);
        else if (a == "--tie") P.tie = std::stod(argv[++i]);
        else if (a == "--lbase") P.lbase = std::stod(argv[++i]);
        else if (a == "--ll2") P.ll2 = std::stod(argv[++i]);
        else if (a == "--min") minservers = std::stoi(argv[++i]);
        else if (a == "--labels") extra = argv[++i];
        else if (a == "--mist") mist = true;
        else files.push_back(a);
    }
    const std::filesystem::path source = MCPRISK_SOURCE_DIR;
    Files rf = read_folder(source / "data/rules");
    Diagnostics diag;
    std::vector<Rule> rules;
    for (auto& f : rf.views)
        if (auto r = read_rule(f, diag)) rules.push_back(std::move(*r));
    std::sort(rules.begin(), rules.end(), [](auto& a, auto& b) { return a.id < b.id; });
    auto book = RuleBook::make(std::move(rules), diag);
    std::map<std::string, Label> hashed;  // server\ntool
    if (!extra.empty()) {
        std::ifstream in(extra);
        std::string line;
        while (std::getline(in, line)) {
            auto j = nlohmann::json::parse(line);
            Label l;
            l.category = *parse_category(j["category"].get<std::string>());
            l.risk = *parse_risk_level(j["risk"].get<std::string>());
            hashed[j["server"].get<std::string>() + "\n" + j["tool"].get<std::string>()] = l;
        }
    }
    std::unordered_map<std::string, int> ids;
    std::vector<std::string> keys;
    std::vector<std::set<std::string>> support;
    std::vector<Example2> data;
    for (size_t fi = 0; fi < files.size(); ++fi) {
        std::ifstream in(files[fi]);
        std::string line;
        while (std::getline(in, line)) {
            auto value = parse_json(line);
            auto doc = read_server_document(*value);
            std::map<std::string, Label> labels;
            if (fi == 0) labels = *read_labels(*value);
            else
                for (auto& t : doc->tools) {
                    auto it = hashed.find(doc->server + "\n" + t.name);
                    if (it != hashed.end()) labels[t.name] = it->second;
                }
            if (labels.empty()) continue;
            std::vector<std::vector<Token>> nw;
            for (auto& t : doc->tools) nw.push_back(words_of_name(*book, t.name));
            NameStyle style = read_style(*book, *doc, nw);
            auto server = read_server(*book, *doc);
            Neighbours nb;
            std::string about = doc->server + " " + doc->title + " " + doc->description;
            nb.text = about;
            split_text(book->lexicon(), about, 60, nb.words);
            for (auto& t : doc->tools) {
                auto nm = read_name(*book, style, t.name);
                if (nm.main && book->rule(nm.main->rule).says.category)
                    nb.by_category[size_t(*book->rule(nm.main->rule).says.category)]++;
            }
            for (auto& t : doc->tools) {
                auto it = labels.find(t.name);
                if (it == labels.end()) continue;
                Facts facts = read_facts(*book, style, server, t);
                Judgement j = judge(*book, facts, Siblings{});
                Example2 e;
                e.server = doc->server;
                e.tool = t.name;
                e.gold = fi == 0;
                e.group = std::stoi(sha256_hex(doc->server).substr(0, 4), nullptr, 16) % 5;
                e.rule_category = j.category;
                e.rule_level = j.risk;
                e.label = it->second;
                for (auto& p : j.pieces) {
                    if (p.basis == Basis::claim && p.category && p.weight >= 4) e.claimed = true;
                    if (p.category && p.basis != Basis::claim) e.score[size_t(*p.category)] += p.weight;
                }
                std::vector<Feature> fs;
                read_features(*book, facts, nb, j.pieces, fs);
                std::map<int, float> row;
                for (auto& f : fs) {
                    std::string key(f.kind);
                    key += '=';
                    for (char c : f.word) key += char(std::tolower((unsigned char)c));
                    if (!f.second.empty()) {
                        key += '|';
                        for (char c : f.second) key += char(std::tolower((unsigned char)c));
                    }
                    auto [p, fresh] = ids.emplace(key, int(ids.size()));
                    if (fresh) keys.push_back(key), support.emplace_back();
                    if (support[p->second].size() < 20) support[p->second].insert(e.server);
                    row[p->second] = float(f.value * (f.kind == "server" ? P.wordscale : 1));
                }
                e.x.assign(row.begin(), row.end());
                data.push_back(std::move(e));
            }
        }
    }
    std::vector<int> remap(keys.size(), -1);
    int nf = 1;
    for (size_t i = 0; i < keys.size(); ++i)
        if ((int)support[i].size() >= minservers) remap[i] = nf++;
    for (auto& e : data) {
        std::vector<std::pair<int, float>> y{{0, 1.f}};
        for (auto& [f, v] : e.x)
            if (remap[f] >= 0) y.push_back({remap[f], v});
        e.x = y;
    }
    fmt::print("{} examples, {} features\n", data.size(), nf);
    // CV
    auto evalset = [&](const char* name, auto pick, auto predict) {
        int n = 0, ok = 0, lok = 0, l1 = 0;
        std::array<int, 5> tp{}, pr{}, su{};
        for (auto& e : data) {
            if (!pick(e)) continue;
            ++n;
            auto [c, l] = predict(e);
            ok += c == e.label.category;
            lok += l == e.label.risk;
            l1 += std::abs(int(l) - int(e.label.risk)) <= 1;
            su[size_t(e.label.category)]++;
            pr[size_t(c)]++;
            if (c == e.label.category) tp[size_t(c)]++;
        }
        fmt::print("{:<14} n {} acc {:.4f} level {:.4f} within1 {:.4f} |", name, n, double(ok) / n, double(lok) / n, double(l1) / n);
        double mf = 0;
        for (int k = 0; k < 5; ++k) {
            double p = pr[k] ? double(tp[k]) / pr[k] : 0, r = su[k] ? double(tp[k]) / su[k] : 0;
            double f = p + r > 0 ? 2 * p * r / (p + r) : 0;
            mf += f / 5;
            fmt::print(" P{:.3f} R{:.3f} F{:.3f} |", p, r, f);
        }
        fmt::print(" macro {:.4f}\n", mf);
    };
    auto all_gold = [](const Example2& e) { return e.gold; };
    evalset("rules", all_gold, [](const Example2& e) { return std::pair(e.rule_category, e.rule_level); });
    evalset("rules-own", [](const Example2& e) { return !e.gold; }, [](const Example2& e) { return std::pair(e.rule_category, e.rule_level); });
    auto base_of = [&](const Example2& e) {
        std::array<double, 5> b{};
        for (int k = 0; k < 5; ++k) b[k] = P.alpha * e.score[k];
        return b;
    };
    auto train_cat = [&](auto in) {
        LR lr{5, {}};
        std::vector<const Example2*> d;
        std::vector<int> y;
        std::vector<std::array<double, 5>> b;
        std::vector<double> wt;
        for (auto& e : data)
            if (in(e) && !e.claimed) {
                d.push_back(&e);
                y.push_back(int(e.label.category));
                b.push_back(base_of(e));
                wt.push_back(1);
            }
        lr.train(d, nf, y, b, wt, P.l2, P.epochs);
        return lr;
    };
    auto train_lvl = [&](auto in) {
        std::vector<LR> out;
        for (int c = 0; c < 5; ++c) {
            LR lr{4, {}};
            std::vector<const Example2*> d;
            std::vector<int> y;
            std::vector<std::array<double, 5>> b;
            std::vector<double> wt;
            for (auto& e : data)
                if (in(e) && int(e.label.category) == c) {
                    d.push_back(&e);
                    y.push_back(int(e.label.risk));
                    std::array<double, 5> z{};
                    if (e.rule_category == e.label.category) z[size_t(e.rule_level)] = P.lbase;
                    b.push_back(z);
                    wt.push_back(1);
                }
            if (!d.empty()) lr.train(d, nf, y, b, wt, P.ll2, P.epochs);
            else lr.w.assign(size_t(nf) * 4, 0);
            out.push_back(std::move(lr));
        }
        return out;
    };
    auto predict = [&](const LR& lr, const std::vector<LR>& lv, const Example2& e) {
        Category c = e.rule_category;
        auto sc = e.score;
        std::sort(sc.begin(), sc.end());
        if (!e.claimed && sc[4] - sc[3] < P.tie) {
            auto p = lr.prob(e, base_of(e));
            c = Category(std::max_element(p.begin(), p.end()) - p.begin());
        }
        std::array<double, 5> z{};
        if (e.rule_category == c) z[size_t(e.rule_level)] = P.lbase;
        auto q = lv[size_t(c)].prob(e, z);
        return std::pair(c, RiskLevel(std::max_element(q.begin(), q.begin() + 4) - q.begin()));
    };
    std::map<const Example2*, std::pair<Category, RiskLevel>> cv;
    for (int g = 0; g < 5; ++g) {
        auto in = [&](const Example2& e) { return e.group != g; };
        LR lr = train_cat(in);
        auto lv = train_lvl(in);
        for (auto& e : data)
            if (e.group == g) cv[&e] = predict(lr, lv, e);
    }
    evalset("cv", all_gold, [&](const Example2& e) { return cv[&e]; });
    evalset("cv-own", [](const Example2& e) { return !e.gold; }, [&](const Example2& e) { return cv[&e]; });
    LR lr = train_cat([](const Example2&) { return true; });
    auto lv = train_lvl([](const Example2&) { return true; });
    evalset("train", all_gold, [&](const Example2& e) { return predict(lr, lv, e); });
    if (!extra.empty()) {
        LR l2 = train_cat([](const Example2& e) { return !e.gold; });
        auto v2 = train_lvl([](const Example2& e) { return !e.gold; });
        evalset("own->gold", all_gold, [&](const Example2& e) { return predict(l2, v2, e); });
    }
    if (mist)
        for (auto& e : data)
            if (cv[&e].first != e.label.category)
                fmt::print("{} <- {} (rules {}) {} @{}\n", to_string(e.label.category), to_string(cv[&e].first), to_string(e.rule_category), e.tool, e.server);
}
