// Addresses of pages: pure functions of ids, so that a link never depends on what else is there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::site {

// A path of one or more segments without ending: the id itself where it is one already ("npm:x"
// becomes "npm/x"), else made so with "~" and eight hexadecimal digits of its hash. Two ids never
// share one, also where case is ignored; never "..", a device name, or longer than 120 bytes.
std::string server_slug(std::string_view id);

// One segment, and the fragment of the tool on its server's page. `doubled`: another tool of the
// server has this name but for the case of letters, or exactly.
std::string tool_slug(std::string_view name, bool doubled, std::string_view definition_hash);

// Slugs for all tools of one server, by the order given.
struct NamedTool {
    std::string_view name;
    std::string_view definition_hash;
};
std::vector<std::string> tool_slugs(const std::vector<NamedTool>& tools);

// One segment for an id of ours (rules, attacks) or a word of a group.
std::string word_slug(std::string_view word);

// "../" for each folder that `path` lies in: "s/npm/x.html" has two.
std::string to_root(std::string_view path);

}  // namespace mcprisk::site
