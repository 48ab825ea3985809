#include "site/accuracy.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "model/category.h"

namespace mcprisk::site {
namespace {

using nlohmann::json;

// Empty for what was not measured.
std::string share(const json& value) {
    return value.is_null() ? std::string() : fmt::format("{:.3f}", value.get<double>());
}

std::string sentence_of(const json& sets) {
    std::string text;
    for (const json& one : sets) {
        text += fmt::format(
            "{}{} {}: {} have the right category (95 % interval {} to {}) and {} "
            "exactly the right level",
            text.empty() ? "Of " : "; of ",
            one.at("tools").get<std::size_t>(),
            one.at("set").get<std::string>(),
            share(one.at("accuracy")),
            share(one.at("accuracy_interval").at(0)),
            share(one.at("accuracy_interval").at(1)),
            share(one.at("risk_exact")));
    }
    return text +
           ". No weight was fitted on their servers. Two careful people agree on 0.985 of "
           "categories and 0.91 of levels.";
}

Accuracy::Table sets_table(const json& sets) {
    Accuracy::Table table{"By set of labelled tools", {"Measure"}, {}};
    std::vector<std::vector<std::string>> rows{{"labelled tools"},
                                               {"category right"},
                                               {"macro-F1 over the five categories"},
                                               {"level exact"},
                                               {"share of the errors in the least sure tenth"}};
    for (const json& one : sets) {
        table.head.push_back(one.at("set").get<std::string>());
        rows[0].push_back(std::to_string(one.at("tools").get<std::size_t>()));
        rows[1].push_back(share(one.at("accuracy")));
        rows[2].push_back(share(one.at("macro_f1")));
        rows[3].push_back(share(one.at("risk_exact")));
        rows[4].push_back(share(one.at("errors_in_least_confident_tenth")));
    }
    table.rows = std::move(rows);
    return table;
}

Accuracy::Table categories_table(const json& all) {
    Accuracy::Table table{
        fmt::format("By category, {} doubtful tools", all.at("tools").get<std::size_t>()),
        {"Category", "labelled", "precision", "recall", "F1"},
        {}};
    for (const Category category : kCategories) {
        const std::string word(to_string(category));
        const json& one = all.at("categories").at(word);
        table.rows.push_back({word,
                              std::to_string(one.at("support").get<std::size_t>()),
                              share(one.at("precision")),
                              share(one.at("recall")),
                              share(one.at("f1"))});
    }
    return table;
}

Accuracy::Table calibration_table(const json& all) {
    Accuracy::Table table{"How sure it said it was, and how often it was right",
                          {"Said", "tools", "on average", "right"},
                          {}};
    for (const json& bin : all.at("calibration")) {
        table.rows.push_back({fmt::format("{:.0f} to {:.0f} %",
                                          bin.at("from").get<double>() * 100,
                                          bin.at("to").get<double>() * 100),
                              std::to_string(bin.at("count").get<std::size_t>()),
                              share(bin.at("mean_confidence")),
                              share(bin.at("accuracy"))});
    }
    return table;
}

std::vector<std::string> failures_of(const json& measured) {
    std::vector<std::string> out;
    const json& effects = measured.at("effects").at("effects");
    const json& decoys = measured.at("effects").at("decoys");
    out.push_back(
        fmt::format("An effect named only in a later sentence is often missed: of {} such "
                    "definitions {} are seen.",
                    effects.at("definitions").get<std::size_t>(),
                    effects.at("seen").get<std::size_t>()));
    out.push_back(
        fmt::format("A mere mention of an effect is sometimes taken for one: of {} such "
                    "definitions {} get another category than the label.",
                    decoys.at("definitions").get<std::size_t>(),
                    decoys.at("wrong").get<std::size_t>()));
    const json& confusion = measured.at("all_doubtful").at("confusion");
    const auto called_read = [&](const char* label) {
        return confusion.at(label).at("Read").get<std::size_t>();
    };
    out.push_back(
        fmt::format("Among the doubtful tools {} that write, {} that execute, {} that destroy and "
                    "{} that move money are called Read.",
                    called_read("Write"),
                    called_read("Execute"),
                    called_read("Destructive"),
                    called_read("Financial")));
    out.emplace_back(
        "A definition can lie: what the code does is not looked at. A server that behaves while "
        "it is listed looks well.");
    out.emplace_back("Orders to the model in other words than the known ones are often missed.");
    out.emplace_back(
        "Links to attacks follow from abilities. That they fit does not say that anything "
        "happened.");
    return out;
}

}  // namespace

Accuracy read_accuracy(std::string_view text) {
    Accuracy out;
    if (text.empty()) return out;
    const json measured = json::parse(text);
    const json& all = measured.at("all_doubtful");
    out.sentence = sentence_of(measured.at("sets"));
    out.where_it_fails = failures_of(measured);
    out.tables = {sets_table(measured.at("sets")), categories_table(all), calibration_table(all)};
    for (const Category label : kCategories) {
        for (const Category answer : kCategories) {
            out.confusion[static_cast<std::size_t>(label)][static_cast<std::size_t>(answer)] =
                all.at("confusion")
                    .at(std::string(to_string(label)))
                    .at(std::string(to_string(answer)))
                    .get<std::size_t>();
        }
    }
    for (const auto& [rule, counts] : measured.at("rules").items()) {
        out.rules[rule] = {counts.at(0).get<std::size_t>(), counts.at(1).get<std::size_t>()};
    }
    const json& findings = measured.at("findings");
    out.poisoned = findings.at("poisoned").get<std::size_t>();
    out.ordinary = findings.at("ordinary").get<std::size_t>();
    for (const auto& [id, counts] : findings.at("by_id").items()) {
        out.findings[id] = {counts.at(0).get<std::size_t>(), counts.at(1).get<std::size_t>()};
    }
    return out;
}

}  // namespace mcprisk::site
