// `eval --policy`: the decisions that verdicts lead to, against those of the labels.
#pragma once

#include <iosfwd>
#include <span>

#include "classifier/learned/evaluation.h"
#include "model/tool.h"
#include "policy/decide/agreement.h"
#include "policy/document/recommend.h"

namespace mcprisk::cli {

struct LabelledTool {
    Tool tool;
    classifier::Judged judged;
};

policy::Agreement compare_policies(std::span<const LabelledTool> tools,
                                   const policy::Options& options);

// Unsafe allow first. Lists up to `mistakes` tools that would run unattended though they should
// not.
void print_policies(std::ostream& out,
                    std::span<const LabelledTool> tools,
                    const policy::Agreement& agreement,
                    const policy::Options& options,
                    std::size_t mistakes);

}  // namespace mcprisk::cli
