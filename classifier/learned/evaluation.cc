#include "classifier/learned/evaluation.h"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "model/base/json.h"

namespace mcprisk::classifier {
namespace {

using nlohmann::json;

constexpr std::size_t kBins = 10;

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

bool right(const Judged& one) { return one.verdict.category == one.label.category; }

bool mild(const Judged& one) { return one.verdict.risk < one.label.risk; }

// `said` is what a verdict says of itself, `was` whether that came true.
template <typename Said, typename Was>
std::vector<CalibrationBin> calibrate(std::span<const Judged> judged,
                                      const Said& said,
                                      const Was& was) {
    std::vector<CalibrationBin> bins(kBins);
    for (std::size_t i = 0; i < kBins; ++i) {
        bins[i].from = static_cast<double>(i) / kBins;
        bins[i].to = static_cast<double>(i + 1) / kBins;
    }
    for (const Judged& one : judged) {
        const double sure = std::clamp(said(one), 0.0, 1.0);
        CalibrationBin& bin = bins[std::min(static_cast<std::size_t>(sure * kBins), kBins - 1)];
        ++bin.count;
        bin.mean_confidence += sure;
        bin.accuracy += was(one) ? 1 : 0;
    }
    std::erase_if(bins, [](const CalibrationBin& bin) { return bin.count == 0; });
    for (CalibrationBin& bin : bins) {
        bin.mean_confidence /= static_cast<double>(bin.count);
        bin.accuracy /= static_cast<double>(bin.count);
    }
    return bins;
}

json bins_to_json(std::span<const CalibrationBin> bins) {
    json out = json::array();
    for (const CalibrationBin& bin : bins) {
        out.push_back({{"from", bin.from},
                       {"to", bin.to},
                       {"count", bin.count},
                       {"mean_confidence", bin.mean_confidence},
                       {"accuracy", bin.accuracy}});
    }
    return out;
}

double errors_in_least_confident_tenth(std::span<const Judged> judged) {
    std::vector<std::size_t> order(judged.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return judged[a].verdict.confidence < judged[b].verdict.confidence;
    });
    const std::size_t tenth = (judged.size() + 9) / 10;
    std::size_t errors = 0;
    std::size_t early = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (right(judged[order[i]])) continue;
        ++errors;
        if (i < tenth) ++early;
    }
    return ratio(static_cast<double>(early), static_cast<double>(errors));
}

json interval(const Interval& value) { return {{"low", value.low}, {"high", value.high}}; }

std::optional<std::string> read_label(const json& value, Label& label) {
    const auto category = parse_category(string_member(value, "category"));
    const auto risk = parse_risk_level(string_member(value, "risk"));
    if (!category) return "category is none of the five";
    if (!risk) return "risk is none of the four levels";
    label.category = *category;
    label.risk = *risk;
    if (const json* alt = find_member(value, "alt"); alt != nullptr && !alt->is_null()) {
        label.alt = parse_category(string_member(value, "alt"));
        if (!label.alt) return "alt is no category";
    }
    if (const json* conf = find_member(value, "conf");
        conf != nullptr && conf->is_number_integer()) {
        label.conf = conf->get<int>();
    }
    if (const json* weight = find_member(value, "weight");
        weight != nullptr && weight->is_number()) {
        label.weight = weight->get<double>();
    }
    return std::nullopt;
}

}  // namespace

double calibration_error(std::span<const CalibrationBin> bins) {
    double error = 0;
    double tools = 0;
    for (const CalibrationBin& bin : bins) {
        const auto count = static_cast<double>(bin.count);
        error += count * std::abs(bin.mean_confidence - bin.accuracy);
        tools += count;
    }
    return ratio(error, tools);
}

// Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
Interval wilson_interval(std::size_t hits, std::size_t count) {
    if (count == 0) return {0, 1};
    constexpr double kZ = 1.959963984540054;  // 95 %
    const auto n = static_cast<double>(count);
    const double p = static_cast<double>(hits) / n;
    const double scale = 1 + kZ * kZ / n;
    const double centre = (p + kZ * kZ / (2 * n)) / scale;
    const double half = kZ / scale * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
    return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

Result<std::map<std::string, Label>> read_labels(const nlohmann::json& document) {
    const json* labels = find_member(document, "labels");
    if (labels == nullptr || !labels->is_object()) {
        return fail(
            ErrorCode::invalid_input,
            "reading labels: expected a server document with a \"labels\" object, tool by tool");
    }
    std::map<std::string, Label> out;
    for (const auto& [tool, value] : labels->items()) {
        Label label;
        if (const auto fault = read_label(value, label)) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("reading labels[\"{}\"]: {}", tool, *fault));
        }
        out.emplace(tool, label);
    }
    return out;
}

Evaluation evaluate(std::span<const Judged> judged) {
    Evaluation out;
    out.tools = judged.size();
    if (judged.empty()) return out;
    std::size_t hits = 0;
    std::size_t hits_with_alt = 0;
    std::size_t exact = 0;
    std::size_t near = 0;
    std::size_t too_mild = 0;
    double weight = 0;
    double weighted_hits = 0;
    for (std::size_t i = 0; i < judged.size(); ++i) {
        const auto& [verdict, label] = judged[i];
        ++out.confusion[static_cast<std::size_t>(label.category)]
                       [static_cast<std::size_t>(verdict.category)];
        const bool hit = right(judged[i]);
        hits += hit ? 1 : 0;
        hits_with_alt += hit || label.alt == verdict.category ? 1 : 0;
        weight += label.weight;
        weighted_hits += hit ? label.weight : 0;
        const int distance =
            std::abs(static_cast<int>(verdict.risk) - static_cast<int>(label.risk));
        exact += distance == 0 ? 1 : 0;
        near += distance <= 1 ? 1 : 0;
        too_mild += mild(judged[i]) ? 1 : 0;
        if (!hit) out.mistakes.push_back(i);
    }
    const auto count = static_cast<double>(judged.size());
    out.accuracy = ratio(static_cast<double>(hits), count);
    out.accuracy_interval = wilson_interval(hits, judged.size());
    out.accuracy_with_alt = ratio(static_cast<double>(hits_with_alt), count);
    out.accuracy_weighted = ratio(weighted_hits, weight);
    out.risk_exact = ratio(static_cast<double>(exact), count);
    out.risk_interval = wilson_interval(exact, judged.size());
    out.risk_within_one = ratio(static_cast<double>(near), count);
    out.risk_too_mild = ratio(static_cast<double>(too_mild), count);
    for (std::size_t c = 0; c < kCategories.size(); ++c) {
        CategoryScore& score = out.categories[c];
        for (std::size_t other = 0; other < kCategories.size(); ++other) {
            score.support += out.confusion[c][other];
            score.predicted += out.confusion[other][c];
        }
        const std::size_t agreed = out.confusion[c][c];
        score.precision = ratio(static_cast<double>(agreed), static_cast<double>(score.predicted));
        score.recall = ratio(static_cast<double>(agreed), static_cast<double>(score.support));
        score.f1 = ratio(2 * score.precision * score.recall, score.precision + score.recall);
        score.recall_interval = wilson_interval(agreed, score.support);
        out.macro_f1 += score.f1 / static_cast<double>(kCategories.size());
    }
    out.calibration = calibrate(
        judged, [](const Judged& one) { return one.verdict.confidence; }, right);
    out.calibration_error = calibration_error(out.calibration);
    out.sure_calibration = calibrate(
        judged,
        [](const Judged& one) { return one.verdict.sure; },
        [](const Judged& one) { return !mild(one); });
    out.sure_calibration_error = calibration_error(out.sure_calibration);
    out.errors_in_least_confident_tenth = errors_in_least_confident_tenth(judged);
    std::stable_sort(out.mistakes.begin(), out.mistakes.end(), [&](std::size_t a, std::size_t b) {
        return judged[a].verdict.confidence > judged[b].verdict.confidence;
    });
    return out;
}

nlohmann::json to_json(const Evaluation& evaluation) {
    json categories = json::object();
    json confusion = json::object();
    for (std::size_t c = 0; c < kCategories.size(); ++c) {
        const std::string name(to_string(kCategories[c]));
        const CategoryScore& score = evaluation.categories[c];
        categories[name] = {{"support", score.support},
                            {"predicted", score.predicted},
                            {"precision", score.precision},
                            {"recall", score.recall},
                            {"f1", score.f1},
                            {"recall_interval", interval(score.recall_interval)}};
        for (std::size_t other = 0; other < kCategories.size(); ++other) {
            confusion[name][std::string(to_string(kCategories[other]))] =
                evaluation.confusion[c][other];
        }
    }
    return {{"schema", "mcprisk-evaluation/1"},
            {"tools", evaluation.tools},
            {"accuracy", evaluation.accuracy},
            {"accuracy_interval", interval(evaluation.accuracy_interval)},
            {"accuracy_with_alt", evaluation.accuracy_with_alt},
            {"accuracy_weighted", evaluation.accuracy_weighted},
            {"macro_f1", evaluation.macro_f1},
            {"risk_exact", evaluation.risk_exact},
            {"risk_interval", interval(evaluation.risk_interval)},
            {"risk_within_one", evaluation.risk_within_one},
            {"risk_too_mild", evaluation.risk_too_mild},
            {"categories", std::move(categories)},
            {"confusion", std::move(confusion)},
            {"calibration", bins_to_json(evaluation.calibration)},
            {"calibration_error", evaluation.calibration_error},
            {"sure_calibration", bins_to_json(evaluation.sure_calibration)},
            {"sure_calibration_error", evaluation.sure_calibration_error},
            {"errors_in_least_confident_tenth", evaluation.errors_in_least_confident_tenth},
            {"mistakes", evaluation.mistakes}};
}

}  // namespace mcprisk::classifier
