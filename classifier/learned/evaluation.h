// Accuracy of verdicts against labels, as numbers. Formulas: precision, recall and F1 per category;
// macro-F1 is the plain mean of the five; intervals are Wilson's at 95 %.
#pragma once

#include <array>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/base/result.h"
#include "model/category.h"
#include "model/verdict.h"

namespace mcprisk::classifier {

struct Label {
    Category category = Category::read;
    RiskLevel risk = RiskLevel::low;
    std::optional<Category> alt;  // a second category that a careful reviewer could defend
    int conf = 3;                 // 1 to 3, the annotator's certainty
    double weight = 1;            // undoes the sampling
};

// The "labels" of a server document: {tool: {category, risk, alt, conf, weight}}. Fails with the
// name of the first tool whose label cannot be understood.
Result<std::map<std::string, Label>> read_labels(const nlohmann::json& document);

struct Judged {
    Verdict verdict;
    Label label;
};

struct Interval {
    double low = 0;
    double high = 0;
};

// Wilson's interval at 95 % of a share: `hits` of `count`. [0, 1] for none.
Interval wilson_interval(std::size_t hits, std::size_t count);

struct CategoryScore {
    std::size_t support = 0;
    std::size_t predicted = 0;
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    Interval recall_interval;
};

// Verdicts that are about as sure: what they said of themselves on average, and how many were
// right.
struct CalibrationBin {
    double from = 0;
    double to = 0;
    std::size_t count = 0;
    double mean_confidence = 0;
    double accuracy = 0;
};

// What bins said against what was, weighted by their tools (Naeini, Cooper, Hauskrecht: "Obtaining
// well calibrated probabilities using Bayesian binning", 2015). 0 for no bins.
double calibration_error(std::span<const CalibrationBin> bins);

struct Evaluation {
    std::size_t tools = 0;
    double accuracy = 0;
    Interval accuracy_interval;
    double accuracy_with_alt = 0;
    double accuracy_weighted = 0;
    double macro_f1 = 0;
    double risk_exact = 0;
    Interval risk_interval;  // of risk_exact
    double risk_within_one = 0;
    double risk_too_mild = 0;                               // below the label's
    std::array<CategoryScore, 5> categories;                // by Category
    std::array<std::array<std::size_t, 5>, 5> confusion{};  // [label][verdict]
    std::vector<CalibrationBin> calibration;                // `confidence`: the category is right
    double calibration_error = 0;
    std::vector<CalibrationBin> sure_calibration;  // `sure`: the level is not too mild
    double sure_calibration_error = 0;
    double errors_in_least_confident_tenth = 0;  // share of all category errors
    std::vector<std::size_t> mistakes;           // indices into the input, surest mistake first
};

// Empty input gives an Evaluation with tools == 0.
Evaluation evaluate(std::span<const Judged> judged);

nlohmann::json to_json(const Evaluation& evaluation);

}  // namespace mcprisk::classifier
