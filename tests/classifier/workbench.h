// The classifier with the rules that are built in, and tools made of few words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "classifier/classifier.h"
#include "model/tool.h"

namespace mcprisk::test {

const classifier::Classifier& built_in_classifier();

// `properties`: JSON of the members of inputSchema.properties, may be empty.
Tool make_tool(const std::string& name,
               const std::string& description = "",
               const std::string& properties = "{}",
               const std::string& annotations = "{}");

ServerDocument make_server(const std::string& id, std::vector<Tool> tools);

// The verdict on the first tool, the others being its siblings.
Verdict verdict_on(const Tool& tool,
                   std::vector<Tool> siblings = {},
                   const std::string& server = "s");

bool has_finding(const Verdict& verdict, std::string_view id);

}  // namespace mcprisk::test
