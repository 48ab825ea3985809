#include "classifier/learned/linear_model.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <cmath>

namespace mcprisk::classifier {
namespace {

constexpr std::string_view kFile = "category.tsv";
// The middle of what is probable; below the rules only with two of three. On half A the first alone
// has as many exact levels, and two to four thousandths more that are too mild.
constexpr double kMildest = 0.50;
constexpr double kMilderThanRules = 1.0 / 3;

std::string_view next_field(std::string_view& line) {
    const std::size_t tab = line.find('\t');
    const std::string_view field = line.substr(0, tab);
    line = tab == std::string_view::npos ? std::string_view() : line.substr(tab + 1);
    return field;
}

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// "pair=delete|user" as written by the trainer.
Feature feature_of(std::string_view key) {
    Feature feature;
    const std::size_t equals = key.find('=');
    feature.kind = key.substr(0, equals);
    if (equals == std::string_view::npos) return feature;
    const std::string_view rest = key.substr(equals + 1);
    const std::size_t bar = rest.find('|');
    feature.word = rest.substr(0, bar);
    if (bar != std::string_view::npos) feature.second = rest.substr(bar + 1);
    return feature;
}

// Features of one category alone lie beside the shared ones under another number.
std::uint64_t of_category(std::uint64_t hash, Category category) {
    return hash ^ (0x9e3779b97f4a7c15ULL * (static_cast<std::uint64_t>(category) + 1));
}

template <typename Scores>
Scores soft_max(Scores scores) {
    const double top = *std::max_element(scores.begin(), scores.end());
    double sum = 0;
    for (double& one : scores) sum += one = std::exp(one - top);
    for (double& one : scores) one /= sum;
    return scores;
}

constexpr std::string_view kCategoryLetters = "RWEDF";

// Reads `count` thousandths; false if there are more, fewer or others.
bool read_thousandths(std::string_view line, std::span<float> out) {
    for (float& one : out) {
        if (line.empty()) return false;
        const auto value = number(next_field(line));
        if (!value) return false;
        one = static_cast<float>(*value / 1000);
    }
    return line.empty();
}

}  // namespace

RiskLevel careful_level(const LevelScores& levels, RiskLevel rules) {
    auto best =
        static_cast<std::size_t>(std::max_element(levels.begin(), levels.end()) - levels.begin());
    const auto above = [&] {
        double sum = 0;
        for (std::size_t i = best + 1; i < levels.size(); ++i) sum += levels[i];
        return sum;
    };
    while (above() > kMildest) ++best;
    while (best < static_cast<std::size_t>(rules) && above() > kMilderThanRules) ++best;
    return static_cast<RiskLevel>(best);
}

double Curve::at(double x) const {
    if (points_.empty()) return x;
    if (x <= points_.front().first) return points_.front().second;
    for (std::size_t i = 1; i < points_.size(); ++i) {
        if (x > points_[i].first) continue;
        const auto& [x0, y0] = points_[i - 1];
        const auto& [x1, y1] = points_[i];
        return x1 > x0 ? y0 + (y1 - y0) * (x - x0) / (x1 - x0) : y1;
    }
    return points_.back().second;
}

const LinearModel::Slot* LinearModel::find(std::uint64_t hash) const {
    if (slots_.empty()) return nullptr;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask; slots_[at].hash != 0; at = (at + 1) & mask) {
        if (slots_[at].hash == hash) return &slots_[at];
    }
    return nullptr;
}

LinearModel::Slot& LinearModel::put(std::uint64_t hash) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at].hash != 0 && slots_[at].hash != hash) at = (at + 1) & mask;
    slots_[at].hash = hash;
    return slots_[at];
}

std::optional<LinearModel> LinearModel::read(std::string_view text, Diagnostics& diagnostics) {
    LinearModel model;
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    std::size_t size = 16;
    while (size < lines * 2) size *= 2;
    model.slots_.resize(size);
    std::size_t line_number = 0;
    bool failed = false;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        ++line_number;
        if (line.empty() || line.front() == '#') continue;
        const auto fault = [&](std::string_view message) {
            failed = true;
            diagnostics.error(
                {Severity::error, std::string(kFile), line_number, {}, std::string(message)});
        };
        const std::string_view key = next_field(line);
        if (key == "base") {
            const auto value = number(line);
            if (!value) fault("\"base\" needs one number");
            model.base_ = value.value_or(0);
            continue;
        }
        if (key == "curve") {
            const std::string_view name = next_field(line);
            const auto from = number(next_field(line));
            const auto to = number(line);
            Curve* curve = name == "open"    ? &model.open_
                           : name == "fixed" ? &model.fixed_
                           : name == "sure"  ? &model.sure_
                                             : nullptr;
            if (curve == nullptr || !from || !to) {
                fault("a curve needs a known name and two numbers");
                continue;
            }
            curve->add(*from, *to);
            continue;
        }
        if (key.size() < 3 || key[1] != ':') {
            fault("a feature begins with its model, as in c:name=get");
            continue;
        }
        const std::uint64_t hash = feature_hash(feature_of(key.substr(2)));
        const std::size_t letter = kCategoryLetters.find(key.front());
        bool good = false;
        if (key.front() == 'c') {
            good = read_thousandths(line, model.put(hash).category);
        } else if (key.front() == 'l') {
            good = read_thousandths(line, model.put(hash).level);
        } else if (letter != std::string_view::npos) {
            const auto category = static_cast<Category>(letter);
            good = read_thousandths(line, model.put(of_category(hash, category)).level);
        }
        if (!good) fault("five whole numbers follow a feature of c:, four those of the others");
    }
    if (failed) return std::nullopt;
    return model;
}

CategoryScores LinearModel::categories(const CategoryScores& rules,
                                       std::span<const Feature> features,
                                       std::span<const std::uint64_t> hashes) const {
    CategoryScores out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = base_ * rules[i];
    for (std::size_t f = 0; f < features.size(); ++f) {
        const Slot* slot = find(hashes[f]);
        if (slot == nullptr) continue;
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] += slot->category[i] * features[f].value;
        }
    }
    return soft_max(out);
}

LevelScores LinearModel::levels(Category category,
                                std::span<const Feature> features,
                                std::span<const std::uint64_t> hashes) const {
    LevelScores out{};
    for (std::size_t f = 0; f < features.size(); ++f) {
        for (const std::uint64_t hash : {hashes[f], of_category(hashes[f], category)}) {
            const Slot* slot = find(hash);
            if (slot == nullptr) continue;
            for (std::size_t i = 0; i < out.size(); ++i) {
                out[i] += slot->level[i] * features[f].value;
            }
        }
    }
    return soft_max(out);
}

double LinearModel::pull(const Feature& feature, Category category) const {
    const Slot* slot = find(feature_hash(feature));
    if (slot == nullptr) return 0;
    double mean = 0;
    for (const float one : slot->category) mean += one / 5;
    return (slot->category[static_cast<std::size_t>(category)] - mean) * feature.value;
}

double LinearModel::pull(const Feature& feature, Category category, RiskLevel level) const {
    const std::uint64_t own = feature_hash(feature);
    double out = 0;
    for (const std::uint64_t hash : {own, of_category(own, category)}) {
        const Slot* slot = find(hash);
        if (slot == nullptr) continue;
        double mean = 0;
        for (const float one : slot->level) mean += one / 4;
        out += (slot->level[static_cast<std::size_t>(level)] - mean) * feature.value;
    }
    return out;
}

double LinearModel::confidence(double probability, bool fixed) const {
    const Curve& curve = fixed && !fixed_.empty() ? fixed_ : open_;
    return std::clamp(curve.at(probability), 0.0, 1.0);
}

}  // namespace mcprisk::classifier
