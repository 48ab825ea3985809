#include "classifier/findings/directive.h"

namespace mcprisk::classifier {
namespace {

enum Trait : std::uint8_t {
    kHideTellUser, kHideTell, kHideWord, kDropRule, kNoConfirm, kSecretPlace, kSecretOrder,
    kPathOrder, kRunOrder, kCodeOrder, kChangeValue, kChangeOther, kBeforeOther, kBeforeSelf,
    kCallNamed, kCallSelf, kSendLiteral, kAddLiteral, kPreferSelf, kRedirect, kChatAll, kChatOrder,
    kSayQuote, kSayFalse, kTagOrder, kUrlAccess, kDestroy, kGrant, kWritePlace, kMoney, kModelName,
    kObey, kOverrideUser, kAuto, kRole, kPretext, kShoutPretext, kEveryCall, kPersonOrder,
    kBeforeAny, kWhenNamed, kPassive, kSayOrder, kAfterOrder, kSecretWord, kSendOrder,
};
constexpr std::array<std::string_view, kTraits> kTraitNames{
    "hide-from-user", "hide-telling", "covert", "drop-rules", "no-confirmation", "secret-place",
    "secret", "path", "run", "code", "change-value", "change-other", "before-other", "before-self",
    "call-named", "call-self", "send-to-literal", "add-literal", "prefer-self", "redirect",
    "chat-all", "chat", "say-quote", "say-false", "tag", "url", "destroy", "grant", "write-place",
    "money", "model-name", "obey", "override-user", "automatic", "role", "pretext",
    "shouted-pretext", "every-call", "personal", "before-any", "when-named", "passive-change",
    "say", "after", "secret-word", "send"};

enum Context : std::uint8_t {
    kFirm, kForced, kSecurity, kCompliance, kUpkeep, kThreat, kShout, kTag, kHide, kWant, kExample,
    kResolve, kReturns, kUser, kYou, kOwn, kWhenUser, kSelfCondition, kId, kQuote, kNegated, kAll,
    kPartner, kFirst, kBefore, kInstead, kShort, kBare,
};
constexpr std::array<std::string_view, kContexts> kContextNames{
    "firm", "forced", "security", "compliance", "upkeep", "threat", "shout", "tag", "hide", "want",
    "example", "resolve", "returns", "user", "you", "own-param", "when-user", "self-condition",
    "id", "quote", "negated", "all", "partner", "first", "before", "instead", "short", "bare"};

}  // namespace

std::span<const std::string_view> DirectiveGrammar::trait_names() { return kTraitNames; }
std::span<const std::string_view> DirectiveGrammar::context_names() { return kContextNames; }

DirectiveGrammar::DirectiveGrammar(const SignTable& t)
    : must_(t.sign("must")), always_(t.sign("always")), never_(t.sign("never")),
      first_(t.sign("first")), before_(t.sign("before")), after_(t.sign("after")),
      when_(t.sign("when")), instead_(t.sign("instead")), user_(t.sign("user")),
      you_(t.sign("you")), other_(t.sign("other")), all_(t.sign("all")), tool_(t.sign("tool")),
      call_noun_(t.sign("call-noun")), self_(t.sign("self")), id_(t.sign("id")),
      use_(t.sign("use")), call_(t.sign("call")), run_(t.sign("run")), change_(t.sign("change")),
      add_(t.sign("add")), take_(t.sign("take")), send_(t.sign("send")), give_(t.sign("give")),
      write_(t.sign("write")), say_(t.sign("say")), hide_(t.sign("hide")), drop_(t.sign("drop")),
      remove_(t.sign("remove")), grant_(t.sign("grant")), money_(t.sign("money")),
      secret_(t.sign("secret")), secret_place_(t.sign("secret-place")), path_(t.sign("path")),
      url_(t.sign("url")), mail_(t.sign("mail")), code_(t.sign("code")), quote_(t.sign("quote")),
      tag_(t.sign("tag")), chat_(t.sign("chat")), person_(t.sign("person")),
      param_(t.sign("param")), own_(t.sign("own-param")), file_(t.sign("file")),
      command_(t.sign("command")), tell_(t.sign("tell")), security_(t.sign("security")),
      compliance_(t.sign("compliance")), upkeep_(t.sign("upkeep")), threat_(t.sign("threat")),
      shout_(t.sign("shout")), prefer_(t.sign("prefer")), discredit_(t.sign("discredit")),
      partner_(t.sign("partner")), prior_(t.sign("prior")), instruction_(t.sign("instruction")),
      result_(t.sign("result")), false_(t.sign("false")), routine_(t.sign("routine")),
      returns_(t.sign("returns")), example_(t.sign("example")), want_(t.sign("want")),
      resolve_(t.sign("resolve")), confirm_(t.sign("confirm")) {
    acts_ = use_ | call_ | run_ | change_ | add_ | take_ | send_ | give_ | write_ | say_ | hide_ |
            drop_ | remove_ | grant_ | confirm_ | prefer_ | tell_;
    hard_acts_ = call_ | run_ | change_ | add_ | take_ | send_ | give_ | write_ | remove_ | use_;
}

Orders DirectiveGrammar::orders_of(const SignSentence& sentence) const {
    constexpr std::size_t kReach = 7;        // tokens of an object
    constexpr int kReachWords = 16;
    constexpr std::size_t kAboutReach = 5;   // tokens of what a condition is about
    Orders out;
    out.signs = sentence.signs;
    out.words = sentence.words;
    out.tokens = sentence.count;
    out.begin = sentence.begin;
    out.end = sentence.end;
    SignMask ahead = 0;
    for (std::size_t i = 0; i < sentence.count; ++i) {
        const auto& token = sentence.tokens[i];
        if ((token.signs & (before_ | after_ | when_ | always_)) != 0) {
            Whose whose = Whose::nobody;
            for (std::size_t j = i; j < sentence.count && j <= i + kAboutReach; ++j) {
                const SignMask one = sentence.tokens[j].signs;
                if ((one & self_) != 0) whose = Whose::own;
                else if ((one & id_) != 0) whose = Whose::named;
                else if (j > i && (one & (other_ | all_)) != 0) whose = Whose::others;
                else if ((one & user_) != 0) whose = Whose::user;
                else if (j > i && (one & call_noun_) != 0) whose = Whose::any_call;
                if (whose != Whose::nobody) break;
            }
            const auto put = [&](SignMask sign, Condition condition) {
                if ((token.signs & sign) != 0) out.conditions |= 1U << Orders::bit(condition, whose);
            };
            put(before_, Condition::before);
            put(after_, Condition::after);
            put(when_, Condition::when);
            put(always_, Condition::always);
        }
        if ((token.signs & person_) != 0) {
            for (std::size_t j = i + 1; j < sentence.count && j <= i + 3; ++j) {
                if ((sentence.tokens[j].signs & you_) != 0) out.model_name = true;
            }
        }
        const bool verb = (token.signs & acts_) != 0 && token.lead != Lead::none;
        if (verb && out.count < Orders::kMost) {
            Directive& one = out.directives[out.count++];
            one.act = token.signs & acts_;
            one.lead = token.lead;
            one.negated = token.negated;
            one.ahead = ahead;
            one.objects = token.signs & ~acts_;
            for (std::size_t j = i + 1; j < sentence.count && j <= i + kReach; ++j) {
                const auto& next = sentence.tokens[j];
                if (next.word - token.word > kReachWords) break;
                one.objects |= next.signs;
            }
        }
        ahead |= token.signs;
    }
    return out;
}

DirectiveGrammar::Traits DirectiveGrammar::traits_of(const Orders& orders,
                                                     SignMask passage) const {
    const SignMask s = orders.signs;
    const auto in = [&](SignMask mask) { return (s & mask) != 0; };
    const auto near = [&](SignMask mask) { return (passage & mask) != 0; };
    Traits out = 0;
    const auto set = [&](Trait trait, bool holds) {
        out |= static_cast<Traits>(holds ? 1 : 0) << trait;
    };
    const bool firm = in(must_ | always_ | first_) || near(shout_ | tag_);
    const SignMask literal = quote_ | mail_ | url_ | code_ | path_ | secret_place_;
    const SignMask pretexts = passage & (security_ | compliance_ | upkeep_ | threat_ | shout_);
    bool any = false;
    for (std::size_t i = 0; i < orders.count; ++i) {
        const Directive& one = orders.directives[i];
        const SignMask act = one.act;
        const SignMask obj = one.objects;
        const bool forced = one.lead == Lead::forced || one.negated;
        const bool ordered = forced || firm;
        const auto is = [&](SignMask mask) { return (act & mask) != 0; };
        const auto has = [&](SignMask mask) { return (obj & mask) != 0; };
        any |= is(hard_acts_ | say_) && one.lead != Lead::able && one.lead != Lead::passive;
        if (one.negated) {
            set(kHideTellUser, is(tell_ | say_) && has(user_));
            set(kHideTell, is(tell_));
            set(kNoConfirm, is(confirm_));
            continue;
        }
        set(kDropRule, is(drop_) && has(prior_ | instruction_ | security_ | confirm_ | compliance_));
        set(kNoConfirm, is(drop_) && has(confirm_));
        const bool moves = is(take_ | send_ | give_ | add_ | write_ | run_ | change_ | use_);
        set(kSecretPlace, moves && has(secret_place_));
        set(kSecretOrder, is(take_ | give_ | send_ | add_) && has(secret_) && ordered);
        set(kPersonOrder, is(take_ | give_ | send_ | add_) && has(person_) && ordered);
        set(kPathOrder, is(take_ | give_ | send_) && has(path_ | file_) && ordered);
        set(kRunOrder, is(run_ | use_) && has(command_ | code_) &&
                           (ordered || pretexts != 0 || has(code_)));
        set(kCodeOrder, is(run_ | use_ | add_ | write_) && has(code_));
        const bool argument = has(param_ | own_ | money_ | person_) ||
                              (one.ahead & (param_ | own_ | money_)) != 0;
        set(kChangeValue, is(change_ | add_ | give_ | use_) && argument && in(literal) && ordered &&
                              (is(change_) || in(instead_) || in(id_)));
        set(kChangeOther, is(change_) && in(id_ | other_) && ordered);
        set(kPassive, is(change_ | send_ | add_) && one.lead == Lead::passive && in(literal | always_));
        set(kCallNamed, is(call_ | use_ | run_) && has(id_) && ordered);
        set(kCallSelf, is(call_ | use_ | run_) && has(self_) && ordered);
        set(kSendLiteral, is(send_ | give_ | add_) && has(mail_ | url_));
        set(kSendOrder, is(send_) && ordered);
        set(kAddLiteral, is(add_ | write_) && has(mail_ | url_ | quote_ | partner_) && ordered);
        set(kPreferSelf, is(use_ | call_ | prefer_) && has(self_) && in(instead_ | other_ | prefer_));
        set(kChatOrder, is(take_ | give_ | send_ | add_) && has(chat_) && ordered);
        set(kSayQuote, is(say_ | add_) && has(quote_) && ordered);
        set(kSayFalse, is(say_) && has(false_ | partner_ | prefer_ | discredit_) && ordered);
        set(kSayOrder, is(say_) && ordered);
        set(kUrlAccess, is(take_ | send_ | use_ | call_ | run_) && has(url_) &&
                            (ordered || pretexts != 0));
        set(kDestroy, is(remove_) && has(file_ | path_ | all_ | code_ | command_ | secret_place_) &&
                          ordered);
        set(kGrant, is(grant_ | change_ | add_ | run_) && has(grant_) && ordered);
        set(kWritePlace, is(write_ | add_ | change_) && has(secret_place_ | file_) && ordered);
        set(kMoney, is(send_ | give_ | change_ | add_) && has(money_) && ordered);
        set(kAuto, in(always_) && is(send_ | remove_ | add_ | run_ | write_));
        set(kObey, is(run_ | use_ | take_) && has(instruction_) && in(result_));
        set(kRole, is(drop_) && in(you_ | grant_));
        set(kAfterOrder, in(after_) && is(hard_acts_ | say_) && ordered);
        set(kPretext, is(hard_acts_) && ordered && std::popcount(pretexts) >= 2);
    }
    set(kHideWord, in(hide_) && any);
    set(kSecretWord, in(secret_place_) && in(take_ | give_ | send_ | add_));
    const auto under = [&](Whose whose) {
        return orders.under(Condition::before, whose) || orders.under(Condition::when, whose);
    };
    set(kBeforeOther, any && (orders.under(Condition::before, Whose::named) ||
                              orders.under(Condition::after, Whose::named)));
    set(kWhenNamed, any && orders.under(Condition::when, Whose::named));
    set(kBeforeAny, any && (orders.under(Condition::before, Whose::others) ||
                            orders.under(Condition::before, Whose::any_call) ||
                            orders.under(Condition::when, Whose::others)));
    set(kBeforeSelf, any && under(Whose::own));
    set(kEveryCall, any && in(must_) && in(always_ | all_ | other_) && in(call_noun_));
    set(kRedirect, near(discredit_) && in(id_ | self_) && in(use_ | call_ | instead_));
    set(kPreferSelf, in(self_) && in(instead_ | prefer_) && in(other_));
    const bool wanted = orders.count == 0 ? orders.words < 30 : (out >> kChatOrder & 1U) != 0;
    set(kChatAll, in(chat_) && in(all_ | prior_ | you_) && wanted);
    set(kTagOrder, near(tag_) && any);
    set(kModelName, orders.model_name && in(self_ | call_) && orders.words <= 24);
    set(kOverrideUser, in(instead_) && in(user_) && any);
    set(kShoutPretext, in(shout_) && in(security_ | upkeep_ | compliance_));
    return out;
}

std::uint32_t DirectiveGrammar::context_of(const Orders& orders, SignMask passage) const {
    const SignMask s = orders.signs;
    std::uint32_t out = 0;
    const auto set = [&](Context context, bool holds) { out |= (holds ? 1U : 0U) << context; };
    const auto in = [&](SignMask mask) { return (s & mask) != 0; };
    const auto near = [&](SignMask mask) { return (passage & mask) != 0; };
    set(kFirm, in(must_ | always_));
    set(kSecurity, near(security_));
    set(kCompliance, near(compliance_));
    set(kUpkeep, near(upkeep_));
    set(kThreat, near(threat_));
    set(kShout, near(shout_));
    set(kTag, near(tag_));
    set(kHide, near(hide_ | routine_));
    set(kWant, in(want_));
    set(kExample, in(example_));
    set(kResolve, near(resolve_));
    set(kReturns, in(returns_));
    set(kUser, in(user_));
    set(kYou, in(you_));
    set(kOwn, in(own_));
    set(kWhenUser, orders.under(Condition::when, Whose::user));
    set(kSelfCondition, orders.under(Condition::before, Whose::own) ||
                            orders.under(Condition::when, Whose::own));
    set(kId, in(id_));
    set(kQuote, in(quote_));
    set(kAll, in(all_));
    set(kPartner, near(partner_));
    set(kFirst, in(first_));
    set(kBefore, in(before_));
    set(kInstead, in(instead_));
    set(kShort, orders.words < 12);
    bool forced = false;
    bool negated = false;
    bool bare = orders.count > 0;
    for (std::size_t i = 0; i < orders.count; ++i) {
        forced |= orders.directives[i].lead == Lead::forced;
        negated |= orders.directives[i].negated;
        bare &= orders.directives[i].lead == Lead::start;
    }
    set(kForced, forced);
    set(kNegated, negated);
    set(kBare, bare);
    return out;
}

}  // namespace mcprisk::classifier
