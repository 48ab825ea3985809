#include "classifier/learned/linear_model.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <cmath>

namespace mcprisk::classifier {
namespace {

constexpr std::string_view kFile = "category.tsv";

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

}  // namespace

const LinearModel::Weights* LinearModel::find(std::uint64_t hash) const {
    if (slots_.empty()) return nullptr;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask; slots_[at].hash != 0; at = (at + 1) & mask) {
        if (slots_[at].hash == hash) return &slots_[at].weights;
    }
    return nullptr;
}

void LinearModel::put(std::uint64_t hash, const Weights& weights) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at].hash != 0 && slots_[at].hash != hash) at = (at + 1) & mask;
    slots_[at] = {hash, weights};
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
        if (key == "base" || key == "within") {
            const auto value = number(line);
            if (!value) fault(fmt::format("\"{}\" needs one number", key));
            (key == "base" ? model.base_ : model.within_) = value.value_or(0);
            continue;
        }
        Weights weights{};
        std::size_t read = 0;
        while (!line.empty() && read < weights.size()) {
            const auto value = number(next_field(line));
            if (!value) break;
            weights[read++] = static_cast<float>(*value / 1000);
        }
        if (read != weights.size() || !line.empty()) {
            fault("a feature needs five whole numbers after its name");
            continue;
        }
        model.put(feature_hash(feature_of(key)), weights);
    }
    if (failed) return std::nullopt;
    return model;
}

CategoryScores LinearModel::probabilities(const CategoryScores& rules,
                                          std::span<const Feature> features) const {
    CategoryScores out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = base_ * rules[i];
    for (const Feature& feature : features) {
        const Weights* weights = find(feature_hash(feature));
        if (weights == nullptr) continue;
        for (std::size_t i = 0; i < out.size(); ++i) out[i] += (*weights)[i] * feature.value;
    }
    const double top = *std::max_element(out.begin(), out.end());
    double sum = 0;
    for (double& one : out) sum += one = std::exp(one - top);
    for (double& one : out) one /= sum;
    return out;
}

double LinearModel::pull(const Feature& feature, Category category) const {
    const Weights* weights = find(feature_hash(feature));
    if (weights == nullptr) return 0;
    double mean = 0;
    for (const float one : *weights) mean += one / 5;
    return ((*weights)[static_cast<std::size_t>(category)] - mean) * feature.value;
}

}  // namespace mcprisk::classifier
