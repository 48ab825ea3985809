#include "classifier/classifier.h"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "classifier/attacks/attacks.h"
#include "classifier/attacks/signs.h"
#include "classifier/findings/combination.h"
#include "classifier/findings/findings.h"
#include "classifier/judging/capabilities.h"
#include "classifier/judging/judge.h"
#include "classifier/judging/sentence.h"
#include "classifier/judging/wording.h"
#include "classifier/learned/linear_model.h"
#include "classifier/findings/directive_model.h"
#include "classifier/reading/facts.h"
#include "classifier/reading/visible.h"
#include "classifier/reading_version.h"
#include "model/base/hash.h"
#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

// Names without their verb, so that those who act on the same thing find each other.
std::string family_of(const Reading& name) {
    std::string key;
    key.reserve(name.text.size() + name.tokens.size());
    for (std::size_t i = 0; i < name.tokens.size(); ++i) {
        if (name.main && name.main->token == i) continue;
        const std::string_view word = name.words(i, i + 1);
        for (const char c : word) key += lower_ascii(c);
        if (word.size() > 3 && key.back() == 's') key.pop_back();
        key += ' ';
    }
    return key;
}

// The readings of all names of a server, and who stands beside whom.
class Families {
  public:
    Families(const RuleBook& book, const ServerDocument& document)
        : book_(book), document_(document) {
        std::vector<std::vector<Token>> words;
        words.reserve(document.tools.size());
        for (const Tool& tool : document.tools) words.push_back(words_of_name(book, tool.name));
        const NameStyle style = read_style(book, document, words);
        names_.reserve(document.tools.size());
        for (std::size_t i = 0; i < words.size(); ++i) {
            names_.push_back(
                {read_name(book, style, document.tools[i].name, std::move(words[i])), nullptr});
            join(names_.back(), document.tools[i].name);
        }
    }

    [[nodiscard]] Siblings of(std::size_t tool) const {
        Siblings siblings;
        const Family* family = names_[tool].family;
        if (family == nullptr) return siblings;
        for (const std::string_view other : family->names) {
            if (other == document_.tools[tool].name) continue;
            if (siblings.family.size() < kMostNamed) siblings.family.push_back(other);
        }
        const std::string& own = book_.lexicon().lemma(names_[tool].reading.main->word);
        const bool takes_off = own == "remove" || own == "unassign" || own == "detach";
        siblings.add_puts_back = takes_off && family->adds;
        siblings.creates = family->creates;
        return siblings;
    }

    // How many names say so alone.
    [[nodiscard]] std::array<int, 5> by_category() const {
        std::array<int, 5> count{};
        for (const Name& name : names_) {
            if (!name.reading.main) continue;
            const auto& says = book_.rule(name.reading.main->rule).says.category;
            if (says) ++count[static_cast<std::size_t>(*says)];
        }
        return count;
    }

    // Gives the reading away; after the last use of of(tool).
    [[nodiscard]] Reading take_name(std::size_t tool) { return std::move(names_[tool].reading); }

  private:
    static constexpr std::size_t kMostNamed = 3;
    struct Family {
        std::vector<std::string_view> names;  // sorted, the first few
        bool adds = false;
        bool creates = false;
    };
    struct Name {
        Reading reading;
        Family* family = nullptr;  // of a name with a verb
    };

    void join(Name& name, std::string_view tool) {
        if (!name.reading.main) return;
        name.family = &families_[family_of(name.reading)];
        Family& family = *name.family;
        const std::string& verb = book_.lexicon().lemma(name.reading.main->word);
        family.adds |= verb == "add" || verb == "assign" || verb == "attach";
        family.creates |= verb == "create";
        const auto at = std::lower_bound(family.names.begin(), family.names.end(), tool);
        if (at != family.names.end() && *at == tool) return;
        family.names.insert(at, tool);
        // One more than is named, since a tool does not name itself.
        if (family.names.size() > kMostNamed + 1) family.names.pop_back();
    }

    const RuleBook& book_;
    const ServerDocument& document_;
    std::vector<Name> names_;
    std::unordered_map<std::string, Family> families_;
};

// Name and first words are all that was read, so that what they say counts for little.
void judge_unread(const Tool& tool, Verdict& verdict) {
    constexpr double kLeastSure = 0.2;
    if (verdict.category == Category::read) {
        verdict.category = Category::execute;
        verdict.base_risk = base_risk(verdict.category);
        verdict.alternative.reset();
    }
    verdict.risk = std::max(verdict.risk, RiskLevel::high);
    verdict.risk_without_claims = std::max(verdict.risk_without_claims, verdict.risk);
    verdict.confidence = std::min(verdict.confidence, kLeastSure);
    verdict.reason = fmt::format(
        "{}: its definition is too large to read, so it is not taken for harmless.",
        to_string(verdict.category));
    verdict.findings.push_back(too_large_to_read(tool));
}

void check_examples(const RuleBook& book, Diagnostics& diagnostics) {
    for (std::size_t i = 0; i < book.rules().size(); ++i) {
        const Rule& rule = book.rule(static_cast<RuleIndex>(i));
        const auto check =
            [&](const std::vector<Example>& examples, std::string_view key, bool wanted) {
                for (std::size_t n = 0; n < examples.size(); ++n) {
                    if (rule_speaks(book, static_cast<RuleIndex>(i), examples[n]) == wanted)
                        continue;
                    diagnostics.error({Severity::error,
                                       rule.id + ".json",
                                       0,
                                       fmt::format("{}[{}]", key, n),
                                       fmt::format("the rule {} on {}",
                                                   wanted ? "does not speak" : "speaks",
                                                   examples[n].text)});
                }
            };
        check(rule.match, "match", true);
        check(rule.no_match, "no_match", false);
    }
}

}  // namespace

struct Classifier::Impl {
    RuleBook book;
    AttackLinks attacks;
    std::optional<LinearModel> model;
    std::optional<DirectiveModel> directives;
    std::vector<RuleInfo> infos;
    std::string version;

    // `sent` as it came, `document` as a person sees it: the same tools in the same order.
    std::vector<Verdict> classify(const ServerDocument& sent, const ServerDocument& document) const;

    // `tool` as the server sent it; the facts are of what a person sees of it.
    Verdict verdict_of(const ServerDocument& document,
                       const Tool& tool,
                       Facts& facts,
                       const Siblings& siblings,
                       const Neighbours& neighbours,
                       lexicon::Subject about,
                       ToolTags& tags) const {
        const SecondOpinion second{model ? &*model : nullptr, &neighbours};
        const Judgement judgement = judge(book, facts, siblings, model ? &second : nullptr);
        Verdict verdict;
        verdict.server = document.server;
        verdict.tool = tool.name;
        verdict.definition_hash = tool.definition_hash;
        verdict.rules_version = version;
        verdict.category = judgement.category;
        verdict.risk = judgement.risk;
        verdict.base_risk = base_risk(judgement.category);
        verdict.risk_without_claims = judgement.risk_without_claims;
        // As the documents carry them, so that what is stored and what is listed agree.
        verdict.confidence = std::round(judgement.confidence * 10000) / 10000;
        verdict.alternative = judgement.alternative;
        verdict.evidence = write_evidence(book, facts, judgement, siblings);
        verdict.reason = write_reason(facts, judgement, siblings, verdict.evidence);
        verdict.sentence = write_sentence(book, facts, judgement);
        verdict.sure = std::round(judgement.sure * 10000) / 10000;
        facts.tool = &tool;
        verdict.findings = find_faults(book, facts, judgement, directives ? &*directives : nullptr);
        tags.tool = tool.name;
        tags.capabilities = capabilities_of(book, facts, judgement);
        Signs signs = signs_of(*facts.tool, verdict, about, tags.capabilities);
        confirm_legs(signs.legs, tags.capabilities);
        for (const Capability& one : tags.capabilities) verdict.capabilities.push_back(one.tag);
        // Signs are for links alone; a catalogue is asked for capabilities.
        auto& all = tags.capabilities;
        all.insert(all.end(),
                   std::make_move_iterator(signs.tags.begin()),
                   std::make_move_iterator(signs.tags.end()));
        std::sort(all.begin(), all.end());
        if (tool.too_large.empty()) {
            add_worst_call(facts, siblings, model ? &second : nullptr, judgement, verdict);
        } else {
            judge_unread(tool, verdict);
        }
        return verdict;
    }

    // Where a selector or switch decides: which call that is, and what the others are worth. Takes
    // selectors and flags out of the facts.
    void add_worst_call(Facts& facts,
                        const Siblings& siblings,
                        const SecondOpinion* second,
                        const Judgement& judgement,
                        Verdict& verdict) const {
        if (facts.selectors.empty() && facts.flags.empty()) return;
        WorstCall call;
        for (const Piece& one : judgement.pieces) {
            const bool choice =
                one.heuristic == "enum-worst-action" || one.heuristic == "switch-acts";
            const bool flag = one.heuristic == "optional-flag" || one.heuristic == "switch-acts";
            if (!choice && !flag) continue;
            if (choice && one.category != judgement.category) continue;
            constexpr std::string_view kSchema = "inputSchema.";
            std::string path = one.field.starts_with(kSchema) ? one.field.substr(kSchema.size())
                                                              : one.field;
            call.args.push_back({std::move(path), flag ? "true" : std::string(one.text), flag});
        }
        if (call.args.empty()) return;
        facts.selectors.clear();
        facts.flags.clear();
        const Judgement rest = judge(book, facts, siblings, second);
        if (rest.risk >= verdict.risk && rest.category >= verdict.category) return;
        std::sort(call.args.begin(), call.args.end(), [](const auto& a, const auto& b) {
            return a.path < b.path;
        });
        call.does = verdict.sentence;
        verdict.worst_call = std::move(call);
        verdict.usually = std::min(rest.risk, verdict.risk);
    }
};

Classifier::Classifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Classifier::Classifier(Classifier&&) noexcept = default;
Classifier& Classifier::operator=(Classifier&&) noexcept = default;
Classifier::~Classifier() = default;

Result<Classifier> Classifier::build(std::span<const EmbeddedFile> rules,
                                     std::span<const EmbeddedFile> attacks,
                                     Diagnostics& diagnostics,
                                     std::span<const EmbeddedFile> weights,
                                     RuleExamples examples) {
    const auto failure = [] {
        return fail(
            ErrorCode::invalid_input,
            "building the classifier: rule or attack files have faults, see the diagnostics");
    };
    if (diagnostics.has_errors()) return failure();
    std::vector<Rule> read;
    for (const EmbeddedFile& file : rules) {
        if (auto rule = read_rule(file, diagnostics, examples)) read.push_back(std::move(*rule));
    }
    auto impl = std::make_unique<Impl>();
    std::vector<Attack> attacks_read;
    for (const EmbeddedFile& file : attacks) {
        if (auto attack = read_attack(file, diagnostics))
            attacks_read.push_back(std::move(*attack));
    }
    if (diagnostics.has_errors()) return failure();
    std::sort(read.begin(), read.end(), [](const Rule& a, const Rule& b) { return a.id < b.id; });
    std::sort(attacks_read.begin(), attacks_read.end(), [](const Attack& a, const Attack& b) {
        return a.id < b.id;
    });
    std::string hashed(reading_version());
    for (const Rule& rule : read) {
        hashed += '\n' + rule.json;
        impl->infos.push_back(
            {rule.id, std::string(to_string(rule.kind)), rule.why, rule.says_text, rule.json});
    }
    for (const Attack& attack : attacks_read) {
        hashed += '\n' + attack.id;
        for (const AttackCondition& condition : attack.conditions) hashed += ' ' + condition.text;
    }
    std::string_view words;
    std::string_view orders;
    for (const EmbeddedFile& file : weights) {
        hashed += file.text;
        if (file.name == "directive-words.tsv") {
            words = file.text;
        } else if (file.name == "directives.tsv") {
            orders = file.text;
        } else if (file.name == "category.tsv") {
            impl->model = LinearModel::read(file.text, diagnostics);
        }
        if (diagnostics.has_errors()) return failure();
    }
    if (!words.empty()) impl->directives = DirectiveModel::read(words, orders, diagnostics);
    if (diagnostics.has_errors()) return failure();
    impl->attacks = AttackLinks(std::move(attacks_read));
    impl->version = sha256_hex(hashed).substr(0, 12);
    auto book = RuleBook::make(std::move(read), diagnostics, examples);
    if (!book) return failure();
    impl->book = std::move(*book);
    if (examples == RuleExamples::run) check_examples(impl->book, diagnostics);
    if (diagnostics.has_errors()) return failure();
    return Classifier(std::move(impl));
}

std::vector<Verdict> Classifier::classify(const ServerDocument& document) const {
    const bool hidden = std::any_of(document.tools.begin(),
                                    document.tools.end(),
                                    [](const Tool& tool) { return hides_signs(tool); });
    ServerDocument seen;
    if (hidden) {
        seen = document;
        for (Tool& tool : seen.tools) tool = visible_tool(tool);
    }
    return impl_->classify(document, hidden ? seen : document);
}

std::vector<Verdict> Classifier::Impl::classify(const ServerDocument& sent,
                                                const ServerDocument& document) const {
    const std::vector<Hit> server = read_server(book, document);
    Families families(book, document);
    Neighbours neighbours;
    if (model) neighbours = read_neighbours(book, document);
    neighbours.by_category = families.by_category();
    const std::vector<Finding> server_faults = find_server_faults(book, sent);
    const lexicon::Subject about = subject_of(document);
    std::vector<Verdict> verdicts;
    std::vector<ToolTags> tags(document.tools.size());
    verdicts.reserve(document.tools.size());
    for (std::size_t i = 0; i < document.tools.size(); ++i) {
        const Siblings siblings = families.of(i);
        Facts facts = read_facts(book, server, document.tools[i], families.take_name(i));
        verdicts.push_back(
            verdict_of(document, sent.tools[i], facts, siblings, neighbours, about, tags[i]));
        auto& findings = verdicts.back().findings;
        findings.insert(findings.end(), server_faults.begin(), server_faults.end());
    }
    // Before the links, which read findings.
    find_combination(tags, verdicts);
    for (ToolTags& one : tags) attacks.number(one);
    const ServerTags all = attacks.tags_of(tags);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        verdicts[i].attacks = attacks.link(tags[i], all, verdicts[i]);
    }
    for (Verdict& verdict : verdicts) sort_findings(verdict.findings);
    return verdicts;
}

const std::string& Classifier::rules_version() const { return impl_->version; }

std::span<const RuleInfo> Classifier::rules() const { return impl_->infos; }

}  // namespace mcprisk::classifier
