// Nouns of the act ("permanent deletion of a bucket"), and scripts that put no blanks between
// words.
#include <algorithm>

#include "classifier/reading/scripts.h"
#include "classifier/reading/statement_reader.h"

namespace mcprisk::classifier {

// "Permanent deletion of a bucket", "causes the removal of all rows".
void StatementReader::read_noun(std::size_t i) {
    const bool of = i + 1 < words_.end() && words_.is(i + 1, kOf) && !words_.breaks(i + 1);
    // "vidage complet de la corbeille"
    const bool later = i + 2 < words_.end() && words_.is(i + 2, kOf) && !words_.breaks(i + 1) &&
                       !words_.breaks(i + 2) && words_.word(i + 2) != "of";
    if (!of && !later) return;
    std::size_t at = i;
    while (at > words_.begin() && i - at < 3 && words_.gap(at) < Gap::comma &&
           !words_.is(at - 1, kCauses)) {
        --at;
    }
    const bool caused =
        at > words_.begin() && words_.gap(at) < Gap::comma && words_.is(at - 1, kCauses);
    if (!caused && (at != words_.begin() || i - words_.begin() > 2)) return;
    const auto noun = act_noun_at(words_, i);
    if (!noun) return;
    for (std::size_t k = words_.begin(); k < words_.end(); ++k) {
        if (words_.is(k, kNot | kMust | kCondition | kReader)) return;
        if (k > i && !caused && words_.is(k, kBeNow | kMay)) return;
    }
    for (std::size_t k = words_.begin(); k < i; ++k) {
        if (words_.has_role(k, Role::preposition)) return;
    }
    Statement one = make(i, *noun, Voice::noun);
    one.lead = Opening::noun;
    push(std::move(one), i);
}

// The negation stands beside the verb, the mention before a noun.
void StatementReader::judge_cjk(std::size_t begin, std::size_t end, Statement& one) const {
    const std::string_view text = words_.text();
    const std::string_view after = text.substr(end).substr(0, 36);
    const std::size_t sentence_begin = words_.token(words_.begin()).begin;
    const std::size_t room = std::min<std::size_t>(begin - sentence_begin, 18);
    const std::string_view front = text.substr(begin - room, room);
    const auto has = [](std::string_view where, std::initializer_list<std::string_view> any) {
        return std::any_of(any.begin(), any.end(), [&](std::string_view word) {
            return where.find(word) != std::string_view::npos;
        });
    };
    one.negated = has(front, {"不", "未", "没有", "沒有", "无需", "無需", "禁止", "避免"}) ||
                  has(after,
                      {"しません",
                       "しない",
                       "されません",
                       "されない",
                       "せず",
                       "하지 않",
                       "되지 않",
                       "하지않"});
    one.happens = has(front,
                      {"然后",
                       "并",
                       "同时",
                       "會",
                       "会",
                       "将",
                       "將",
                       "后",
                       "後",
                       "自动",
                       "て、",
                       "また",
                       "さらに",
                       "그리고",
                       "후",
                       "또한",
                       "다음"});
    const auto begins = [&](std::initializer_list<std::string_view> any) {
        return std::any_of(
            any.begin(), any.end(), [&](std::string_view word) { return after.starts_with(word); });
    };
    if (begins({"的",     "済",       "前",   "后的", "後の", "する前",  "した",
                "された", "される前", "日",   "时间", "記録", "记录",    "历史",
                "履歴",   "状态",     "权한", "된",   "한 ",  "하기 전", "할 수"}) ||
        has(front, {"已", "被", "如果", "若", "请", "之前", "可以", "能否", "模拟"})) {
        one.mode = Mode::mention;
    }
}

void StatementReader::read_cjk(std::size_t i, const EffectVerb& verb) {
    Statement one = make(i, verb, Voice::active);
    one.lead = Opening::script;
    judge_cjk(words_.token(i).begin, words_.token(i).end, one);
    push(std::move(one), i);
}

// A run of letters that no rule knows: what the lexicon has of it.
void StatementReader::read_cjk_run(std::size_t i) {
    const std::string_view text = words_.text();
    const std::size_t end = words_.token(i).end;
    for (std::size_t at = words_.token(i).begin; at + 3 <= end; at += 3) {
        if (!is_cjk_at(text, at)) return;
        const lexicon::Entry* entry = lexicon::find_prefix(text.substr(at, end - at));
        if (entry == nullptr || entry->sure < 2 || entry->size < 6) continue;
        const Category category = category_of(entry->effect);
        if (category == Category::read || entry->form == lexicon::Form::noun) continue;
        EffectVerb verb;
        verb.effect = entry->effect;
        verb.category = category;
        verb.sure = entry->sure;
        verb.foreign = true;
        Statement one = make(i, verb, Voice::active);
        one.lead = Opening::script;
        judge_cjk(at, at + entry->size, one);
        push(std::move(one), i);
        return;
    }
}

}  // namespace mcprisk::classifier
