#include "classifier/findings/directive_model.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>

#include "model/base/text.h"

namespace mcprisk::classifier {
namespace {

constexpr std::string_view kModelFile = "directives.tsv";

constexpr std::string_view kPoison = "tool-poisoning";
constexpr std::string_view kConceal = "concealment";
constexpr std::string_view kCross = "cross-tool-directive";
constexpr std::string_view kPrefer = "preference-manipulation";
constexpr std::string_view kExfiltrate = "parameter-exfiltration";

struct Named {
    std::string_view trait;
    std::string_view finding;
};
constexpr std::array<Named, 32> kFindings{{{"hide-from-user", kConceal},
                                           {"hide-telling", kConceal},
                                           {"covert", kConceal},
                                           {"change-value", kCross},
                                           {"change-other", kCross},
                                           {"before-other", kCross},
                                           {"before-self", kCross},
                                           {"call-named", kCross},
                                           {"call-self", kCross},
                                           {"send-to-literal", kCross},
                                           {"redirect", kCross},
                                           {"every-call", kCross},
                                           {"before-any", kCross},
                                           {"when-named", kCross},
                                           {"passive-change", kCross},
                                           {"override-user", kCross},
                                           {"money", kCross},
                                           {"pretext", kCross},
                                           {"automatic", kCross},
                                           {"after", kCross},
                                           {"prefer-self", kPrefer},
                                           {"chat-all", kExfiltrate},
                                           {"chat", kExfiltrate},
                                           {"personal", kExfiltrate},
                                           {"model-name", kExfiltrate},
                                           {"add-literal", kCross},
                                           {"send", kCross},
                                           {"call-harmful", kCross},
                                           {"must-address", kCross},
                                           {"prerequisite", kCross},
                                           {"named-must-carry", kCross},
                                           {"conditional-call", kCross}}};
constexpr std::array<std::string_view, 6> kGrave{
    "secret-place", "secret", "drop-rules", "run", "code", "destroy"};

}  // namespace

OwnNames own_names(const Tool& tool) {
    OwnNames own;
    own.tool = sign_hash(tool.name);
    own.parameters.reserve(tool.parameters.size());
    for (const Parameter& one : tool.parameters) own.parameters.push_back(sign_hash(one.name));
    std::sort(own.parameters.begin(), own.parameters.end());
    return own;
}

bool DirectiveModel::put(std::string_view key, double weight) {
    const auto index = [](std::span<const std::string_view> names, std::string_view name) {
        return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) -
                                        names.begin());
    };
    if (key.size() < 2) return false;
    const bool trait = key[0] == '=';
    const auto names = trait ? DirectiveGrammar::trait_names() : DirectiveGrammar::context_names();
    const std::size_t at = index(names, key.substr(1));
    if ((!trait && key[0] != '@') || at >= names.size()) return false;
    const std::size_t feature = trait ? feature_trait(at) : feature_context(at);
    weights_[feature] = static_cast<float>(weight);
    return true;
}

std::optional<DirectiveModel> DirectiveModel::read(std::string_view words,
                                                   std::string_view weights,
                                                   Diagnostics& diagnostics) {
    auto table = SignTable::read(words, diagnostics);
    if (!table) return std::nullopt;
    DirectiveModel model;
    model.table_ = std::move(*table);
    model.grammar_.emplace(model.table_);
    model.weights_.assign(kFeatures, 0);
    std::size_t number = 0;
    int needed = 0;
    bool failed = false;
    for (const std::string_view line : split(weights, '\n')) {
        ++number;
        if (line.empty() || line.front() == '#') continue;
        const auto fault = [&](std::string message) {
            failed = true;
            diagnostics.error(
                {Severity::error, std::string(kModelFile), number, {}, std::move(message)});
        };
        const std::size_t tab = line.find('\t');
        const std::string_view key = line.substr(0, tab);
        double value = 0;
        const char* stop = line.data() + line.size();
        const char* start = tab == std::string_view::npos ? stop : line.data() + tab + 1;
        const auto [read, error] = std::from_chars(start, stop, value);
        if (error != std::errc() || read != stop || !std::isfinite(value)) {
            fault(fmt::format("\"{}\" needs a tab and one number", printable(key)));
        } else if (key == "bias" || key == "alarm" || key == "sure") {
            (key == "bias" ? model.bias_ : key == "alarm" ? model.alarm_ : model.sure_) = value;
            ++needed;
        } else if (!model.put(key, value / 100)) {
            fault(fmt::format("\"{}\" is no =trait or @context", printable(key)));
        }
    }
    if (!failed && needed < 3) {
        diagnostics.error({Severity::error,
                           std::string(kModelFile),
                           0,
                           {},
                           "bias, alarm and sure are needed; train_directives writes them"});
        failed = true;
    }
    if (failed) return std::nullopt;
    return model;
}

DirectiveModel::Passage DirectiveModel::strongest(std::string_view text,
                                                  const OwnNames& own) const {
    if (text.size() < kShortestOrder) return {};
    Passage best;
    const auto score = [&](const PassageFeatures& one, const Orders& main) {
        const double value =
            bias_ + passage_sum(one, weights_, [](std::size_t, float) {});
        if (value > best.score) best = {value, main.begin, main.end, one.signs, one.traits};
    };
    PassageReader reader(*grammar_, score);
    read_signs(table_, text, own, reader);
    return best;
}

DirectiveKind DirectiveModel::kind_of(const Passage& one) const {
    const auto names = DirectiveGrammar::trait_names();
    DirectiveKind kind{kPoison, false};
    float most = 0;
    each_bit(one.traits, [&](std::size_t trait) {
        const std::string_view name = names[trait];
        kind.grave |= std::find(kGrave.begin(), kGrave.end(), name) != kGrave.end();
        if (weights_[feature_trait(trait)] <= most) return;
        most = weights_[feature_trait(trait)];
        const auto at = std::find_if(
            kFindings.begin(), kFindings.end(), [&](const Named& n) { return n.trait == name; });
        kind.finding = at == kFindings.end() ? kPoison : at->finding;
    });
    return kind;
}

}  // namespace mcprisk::classifier
