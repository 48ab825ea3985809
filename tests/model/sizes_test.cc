// Keeps sources and functions short enough to be read at once. Past 400 lines of a source and 80 of
// a function one looks for the second idea; a little later it has to be found.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "build_places.h"

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostLines = 420;
constexpr std::size_t kMostOfFunction = 90;

// What was longer when this was first held: may shrink, and no row may be added.
const std::map<std::string, std::size_t> kLonger{
    {"classifier/attacks/signs.cc", 1000},
    {"classifier/findings/directive_reader.cc", 700},
    {"classifier/findings/findings.cc", 500},
    {"classifier/judging/rule.cc", 500},
    {"classifier/reading/grammar.cc", 650},
    {"classifier/reading/pieces.cc", 700},
    {"classifier/reading/statement_weights.h", 1200},  // a table that a training writes
    {"cli/commands/eval_command.cc", 500},
    {"cli/commands/guard_command.cc", 600},
    {"cli/commands/policy_command.cc", 500},
    {"crawler/config/identity.cc", 500},
    {"crawler/fetch/package_fetch.cc", 500},
    {"crawler/mcp/stdio_lister.cc", 600},
    {"crawler/start/trying_lister.cc", 500},
    {"policy/decide/decide.cc", 500},
};
const std::map<std::string, std::size_t> kLongerFunctions{
    {"classifier/attacks/signs.cc", 150},
    {"classifier/findings/directive.cc", 120},
    {"crawler/fetch/wheel_reader.cc", 250},  // the text of a program
    {"cli/commands/scan_command.cc", 100},
    {"cli/commands/site_command.cc", 130},
};

struct Source {
    std::string name;  // from the top: "model/tool.h"
    std::vector<std::string> lines;
};

std::vector<Source> all_sources() {
    std::vector<Source> sources;
    const fs::path top(MCPRISK_SOURCE_DIR);
    for (const char* room :
         {"model", "crawler", "classifier", "store", "policy", "engine", "site", "cli"}) {
        for (const auto& entry : fs::recursive_directory_iterator(top / room)) {
            const std::string ending = entry.path().extension();
            if (ending != ".h" && ending != ".cc") continue;
            Source source{fs::relative(entry.path(), top).generic_string(), {}};
            std::ifstream in(entry.path());
            for (std::string line; std::getline(in, line);) source.lines.push_back(line);
            sources.push_back(std::move(source));
        }
    }
    return sources;
}

struct Function {
    std::size_t line = 0;    // where its body begins, from 1
    std::size_t length = 0;  // of the body, both braces included
};

// Bodies as the formatter lays them out: they open at the end of a line that closes parameters, are
// four columns deeper than where the definition began, and close in its column. Blocks within are
// seen too, and never longer.
std::vector<Function> functions_of(const Source& source) {
    static const std::regex kOpens(R"(.*\)( const| override| noexcept| mutable|&)*( -> .*)? \{)");
    std::vector<Function> functions;
    const auto& lines = source.lines;
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
        if (!lines[i].ends_with('{') || !std::regex_match(lines[i], kOpens)) continue;
        const auto deep = std::min(lines[i + 1].find_first_not_of(' '), lines[i + 1].size());
        if (deep != 4 && deep != 8) continue;
        const std::string close = std::string(deep - 4, ' ') + "}";
        std::size_t end = i + 1;
        while (end < lines.size() && !lines[end].starts_with(close)) ++end;
        functions.push_back({i + 1, std::min(end, lines.size() - 1) - i + 1});
    }
    return functions;
}

std::size_t most_of(const std::map<std::string, std::size_t>& table,
                    const std::string& name,
                    std::size_t otherwise) {
    const auto found = table.find(name);
    return found == table.end() ? otherwise : found->second;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sizes)

BOOST_AUTO_TEST_CASE(a_source_holds_one_idea) {
    const auto sources = all_sources();
    BOOST_TEST(sources.size() > 400U);
    for (const Source& source : sources) {
        BOOST_TEST(
            source.lines.size() <= most_of(kLonger, source.name, kMostLines),
            source.name << " has " << source.lines.size() << " lines: look for its second idea");
    }
}

BOOST_AUTO_TEST_CASE(a_function_can_be_read_at_once) {
    std::size_t seen = 0;
    for (const Source& source : all_sources()) {
        for (const Function& one : functions_of(source)) {
            ++seen;
            BOOST_TEST(
                one.length <= most_of(kLongerFunctions, source.name, kMostOfFunction),
                source.name << ":" << one.line << ": a function of " << one.length << " lines");
        }
    }
    BOOST_TEST(seen > 5000U);
}

BOOST_AUTO_TEST_SUITE_END()
