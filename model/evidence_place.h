// The kind of place that a field of an evidence is.
#pragma once

#include <string_view>

namespace mcprisk {

// "inputSchema.action" is a "parameter"; a field of no known kind counts as "description".
inline std::string_view place_of_field(std::string_view field) {
    if (field.starts_with("inputSchema")) return "parameter";
    if (field.starts_with("outputSchema")) return "output";
    if (field.starts_with("annotations")) return "annotations";
    for (const std::string_view known :
         {"name", "title", "description", "parameter", "siblings", "server"}) {
        if (field == known) return known;
    }
    return "description";
}

}  // namespace mcprisk
