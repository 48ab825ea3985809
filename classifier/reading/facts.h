// Everything that was read out of one tool before anything is decided.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/reading/picture.h"
#include "classifier/reading/reading.h"
#include "model/tool.h"

namespace mcprisk::classifier {

// Words of a rule that were found side by side.
struct Hit {
    enum class Source : std::uint8_t { name, description, server, parameter };
    RuleIndex rule = kNoRule;
    Source source = Source::name;
    std::uint8_t places = 0;   // bits of Place
    std::uint16_t length = 0;  // in words
    std::string_view text;     // into the tool or the server document
};

// An input that says something about the call.
struct ParameterFact {
    const Parameter* parameter = nullptr;
    RuleIndex rule = kNoRule;
};

// An enumeration of actions and what its most severe value does.
struct SelectorFact {
    const Parameter* parameter = nullptr;
    std::string_view choice;
    Reading reading;  // of the choice
    std::size_t understood = 0;
    bool http_method = false;  // the choices are those of HTTP
    bool is_switch = false;    // a boolean named like the act
};

struct Facts {
    const Tool* tool = nullptr;
    Reading name;
    Reading description;  // of the title if there is no description
    Reading title;  // empty unless there is a description and it has no main verb
    std::string_view description_field = "description";
    bool description_void = false;
    std::vector<Hit> hits;
    std::vector<ParameterFact> parameters;
    std::vector<SelectorFact> selectors;
    std::vector<const Parameter*> flags;
    const Parameter* code = nullptr;  // an input whose text says that it is run
    std::vector<RuleIndex> regexes;  // rules whose regex matches the description
    Picture picture;
};

// Hits in what the server says of itself; the same for all its tools.
std::vector<Hit> read_server(const RuleBook& book, const ServerDocument& document);

// The facts hold views into `tool`, which must outlive them. `name` is the reading of its name.
Facts read_facts(const RuleBook& book,
                 const std::vector<Hit>& server,
                 const Tool& tool,
                 Reading name);
Facts read_facts(const RuleBook& book,
                 const NameStyle& style,
                 const std::vector<Hit>& server,
                 const Tool& tool);

}  // namespace mcprisk::classifier
