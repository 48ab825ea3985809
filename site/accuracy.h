// How right the verdicts are, as bench/measure_accuracy.py wrote it down.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::site {

struct Accuracy {
    std::string sentence;  // numbers with their intervals
    std::vector<std::string> where_it_fails;
    struct Table {
        std::string caption;
        std::vector<std::string> head;
        std::vector<std::vector<std::string>> rows;
    };
    std::vector<Table> tables;
    // [label][answer], by category
    std::array<std::array<std::size_t, 5>, 5> confusion{};

    struct Counts {
        std::size_t first = 0;
        std::size_t second = 0;
    };
    // Labelled tools whose category a rule named: rightly, wrongly.
    std::map<std::string, Counts, std::less<>> rules;
    // Labelled definitions with a finding: of the poisoned ones, of the ordinary ones.
    std::map<std::string, Counts, std::less<>> findings;
    std::size_t poisoned = 0;
    std::size_t ordinary = 0;
};

// `text`: data/site/accuracy.json. Throws nlohmann's exceptions for anything else: it is built in.
Accuracy read_accuracy(std::string_view text);

}  // namespace mcprisk::site
