// What a call does, in at most 14 words, for tables and pages.
#pragma once

#include <string>

#include "classifier/judging/judge.h"
#include "classifier/reading/facts.h"
#include "model/verdict.h"

namespace mcprisk::classifier {

// One sentence with a full stop. Words of the definition stand in it as letters and digits alone.
std::string write_sentence(const RuleBook& book, const Facts& facts, const Judgement& judgement);

// "deletes" of "delete".
std::string third_person(std::string_view verb);

// The effect that a piece stands for, empty if it speaks of the level alone.
std::string_view effect_of_piece(const RuleBook& book, const Piece& piece);

}  // namespace mcprisk::classifier
