// One way to start a server, as a difference from the plain start. A value.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crawler/start/placeholder.h"

namespace mcprisk::crawler {

struct WayArgument {
    std::string text;            // "--api-key", "mcp", "--key=" with a shape behind it
    std::optional<Shape> shape;  // a made-up value follows `text`
    std::string name;            // what the value is called; without a shape, what `text` is made up for
    bool subcommand = false;

    bool operator==(const WayArgument&) const = default;
};

struct WayVariable {
    Shape shape = Shape::key;
    std::string literal;  // given instead of a made-up value, if not empty

    bool operator==(const WayVariable&) const = default;
};

struct StartWay {
    std::vector<WayArgument> arguments;  // behind those that were given
    std::map<std::string, WayVariable> variables;
    bool watched = false;  // nothing is added, but where it listens it is asked (companion.h)

    [[nodiscard]] bool plain() const {
        return arguments.empty() && variables.empty() && !watched;
    }
    bool operator==(const StartWay&) const = default;
};

// "with made-up values for API_KEY, subcommand mcp, arguments DIRECTORY --region": what is recorded
// with a listing that was had this way. Empty for the plain one.
std::string describe(const StartWay& way);

}  // namespace mcprisk::crawler
