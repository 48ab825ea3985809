// What is wrong with a definition itself, whatever the tool does. docs/findings.md says what each
// id means.
#pragma once

#include <vector>

#include "classifier/judging/judge.h"
#include "classifier/findings/directive_model.h"
#include "classifier/reading/facts.h"
#include "model/verdict.h"

namespace mcprisk::classifier {

// By field, then id.
void sort_findings(std::vector<Finding>& findings);

// Sorted. Excerpts are bounded and hold no control characters. `judgement` is
// needed for contradictions and open parameters. `directives`, if any, read the texts where the
// rules found nothing that accuses.
std::vector<Finding> find_faults(const RuleBook& book,
                                 const Facts& facts,
                                 const Judgement& judgement,
                                 const DirectiveModel* directives = nullptr);

// What is wrong with the texts of the server itself ("server.instructions", "server.description",
// "server.title"). They stand before the model whichever tool is called, so each tool carries them.
std::vector<Finding> find_server_faults(const RuleBook& book, const ServerDocument& document);

}  // namespace mcprisk::classifier
