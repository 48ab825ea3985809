#include "classifier/classifier.h"

#include <fmt/format.h>
#include <iterator>
#include <map>
#include <set>

#include "classifier/attacks.h"
#include "classifier/capabilities.h"
#include "classifier/combination.h"
#include "classifier/facts.h"
#include "classifier/findings.h"
#include "classifier/judge.h"
#include "classifier/wording.h"
#include "model/hash.h"
#include "model/text.h"

namespace mcprisk::classifier {
namespace {

// Raised whenever a heuristic in code changes a verdict.
constexpr std::string_view kHeuristicsVersion = "2";

// Names without their verb, so that those who act on the same thing find each other.
std::string family_of(const Reading& name) {
    std::string key;
    for (std::size_t i = 0; i < name.tokens.size(); ++i) {
        if (name.main && name.main->token == i) continue;
        std::string word = lower_ascii(name.words(i, i + 1));
        if (word.size() > 3 && word.back() == 's') word.pop_back();
        key += word;
        key += ' ';
    }
    return key;
}

class Families {
  public:
    Families(const RuleBook& book, const NameStyle& style, const ServerDocument& document)
        : book_(book) {
        names_.reserve(document.tools.size());
        for (const Tool& tool : document.tools) {
            names_.push_back(read_name(book, style, tool.name));
            const Reading& name = names_.back();
            if (!name.main) continue;
            Family& family = families_[family_of(name)];
            const std::string& verb = book.lexicon().lemma(name.main->word);
            family.adds |= verb == "add" || verb == "assign" || verb == "attach";
            family.creates |= verb == "create";
            family.names.insert(tool.name);
            // One more than is named, since a tool does not name itself.
            if (family.names.size() > kMostNamed + 1)
                family.names.erase(std::prev(family.names.end()));
        }
    }

    Siblings of(const ServerDocument& document, std::size_t tool) const {
        Siblings siblings;
        if (!names_[tool].main) return siblings;
        const auto found = families_.find(family_of(names_[tool]));
        if (found == families_.end()) return siblings;
        for (const std::string_view other : found->second.names) {
            if (other == document.tools[tool].name) continue;
            if (siblings.family.size() < kMostNamed) siblings.family.push_back(other);
        }
        const std::string& own = book_.lexicon().lemma(names_[tool].main->word);
        const bool takes_off = own == "remove" || own == "unassign" || own == "detach";
        siblings.add_puts_back = takes_off && found->second.adds;
        siblings.creates = found->second.creates;
        return siblings;
    }

  private:
    static constexpr std::size_t kMostNamed = 3;
    struct Family {
        std::set<std::string_view> names;  // the first few
        bool adds = false;
        bool creates = false;
    };
    const RuleBook& book_;
    std::vector<Reading> names_;
    std::map<std::string, Family> families_;
};

void check_examples(const RuleBook& book, Diagnostics& diagnostics) {
    for (std::size_t i = 0; i < book.rules().size(); ++i) {
        const Rule& rule = book.rule(static_cast<RuleIndex>(i));
        const auto check =
            [&](const std::vector<Example>& examples, std::string_view key, bool wanted) {
                for (std::size_t n = 0; n < examples.size(); ++n) {
                    if (rule_speaks(book, static_cast<RuleIndex>(i), examples[n].tool) == wanted)
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
    std::vector<Attack> attacks;
    std::vector<RuleInfo> infos;
    std::string version;

    Verdict verdict_of(const ServerDocument& document,
                       const Facts& facts,
                       const Siblings& siblings,
                       ToolTags& tags) const {
        const Judgement judgement = judge(book, facts, siblings);
        Verdict verdict;
        verdict.server = document.server;
        verdict.tool = facts.tool->name;
        verdict.definition_hash = facts.tool->definition_hash;
        verdict.rules_version = version;
        verdict.category = judgement.category;
        verdict.risk = judgement.risk;
        verdict.base_risk = base_risk(judgement.category);
        verdict.risk_without_claims = judgement.risk_without_claims;
        verdict.confidence = judgement.confidence;
        verdict.alternative = judgement.alternative;
        verdict.evidence = write_evidence(book, facts, judgement, siblings);
        verdict.reason = write_reason(facts, judgement, siblings, verdict.evidence);
        verdict.findings = find_faults(book, facts, judgement);
        tags.tool = facts.tool->name;
        tags.capabilities = capabilities_of(book, facts, judgement);
        for (const Capability& one : tags.capabilities) verdict.capabilities.push_back(one.tag);
        return verdict;
    }
};

Classifier::Classifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Classifier::Classifier(Classifier&&) noexcept = default;
Classifier& Classifier::operator=(Classifier&&) noexcept = default;
Classifier::~Classifier() = default;

Result<Classifier> Classifier::build(std::span<const EmbeddedFile> rules,
                                     std::span<const EmbeddedFile> attacks,
                                     Diagnostics& diagnostics) {
    const auto failure = [] {
        return fail(
            ErrorCode::invalid_input,
            "building the classifier: rule or attack files have faults, see the diagnostics");
    };
    if (diagnostics.has_errors()) return failure();
    std::vector<Rule> read;
    for (const EmbeddedFile& file : rules) {
        if (auto rule = read_rule(file, diagnostics)) read.push_back(std::move(*rule));
    }
    auto impl = std::make_unique<Impl>();
    for (const EmbeddedFile& file : attacks) {
        if (auto attack = read_attack(file, diagnostics))
            impl->attacks.push_back(std::move(*attack));
    }
    if (diagnostics.has_errors()) return failure();
    std::sort(read.begin(), read.end(), [](const Rule& a, const Rule& b) { return a.id < b.id; });
    std::sort(impl->attacks.begin(), impl->attacks.end(), [](const Attack& a, const Attack& b) {
        return a.id < b.id;
    });
    std::string hashed(kHeuristicsVersion);
    for (const Rule& rule : read) {
        hashed += '\n' + rule.json;
        impl->infos.push_back(
            {rule.id, std::string(to_string(rule.kind)), rule.why, rule.says_text, rule.json});
    }
    for (const Attack& attack : impl->attacks) {
        hashed += '\n' + attack.id;
        for (const AttackCondition& condition : attack.conditions) hashed += ' ' + condition.text;
    }
    impl->version = sha256_hex(hashed).substr(0, 12);
    auto book = RuleBook::make(std::move(read), diagnostics);
    if (!book) return failure();
    impl->book = std::move(*book);
    check_examples(impl->book, diagnostics);
    if (diagnostics.has_errors()) return failure();
    return Classifier(std::move(impl));
}

std::vector<Verdict> Classifier::classify(const ServerDocument& document) const {
    const RuleBook& book = impl_->book;
    const NameStyle style = read_style(book, document);
    const std::vector<Hit> server = read_server(book, document);
    const Families families(book, style, document);
    const std::vector<Finding> server_faults = find_server_faults(book, document);
    std::vector<Verdict> verdicts;
    std::vector<ToolTags> tags(document.tools.size());
    verdicts.reserve(document.tools.size());
    for (std::size_t i = 0; i < document.tools.size(); ++i) {
        const Facts facts = read_facts(book, style, server, document.tools[i]);
        verdicts.push_back(impl_->verdict_of(document, facts, families.of(document, i), tags[i]));
        auto& findings = verdicts.back().findings;
        findings.insert(findings.end(), server_faults.begin(), server_faults.end());
    }
    if (!impl_->attacks.empty()) {
        const ServerTags all(tags);
        for (std::size_t i = 0; i < verdicts.size(); ++i) {
            verdicts[i].attacks = link_attacks(impl_->attacks, tags[i], all, verdicts[i]);
        }
    }
    // After the links, which read findings about a tool's own text.
    find_combination(tags, verdicts);
    for (Verdict& verdict : verdicts) sort_findings(verdict.findings);
    return verdicts;
}

const std::string& Classifier::rules_version() const { return impl_->version; }

std::span<const RuleInfo> Classifier::rules() const { return impl_->infos; }

}  // namespace mcprisk::classifier
