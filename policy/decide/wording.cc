#include "policy/decide/wording.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/decide/guards.h"
#include "policy/document/json_path.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

struct Danger {
    std::string_view capability;
    std::string_view clause;
};

constexpr auto kDangers = std::to_array<Danger>({
    {"exec.shell",
     "runs operating-system commands, so one bad argument can do anything the server's "
     "account may"},
    {"exec.code", "evaluates code that the caller writes"},
    {"exec.sql",
     "passes the caller's query to a database, which may change data as well as read it"},
    {"exec.browser",
     "acts in a browser or on a desktop, with whatever sessions are logged in there"},
    {"exec.workflow", "starts jobs whose effects its definition does not show"},
    {"exec.deploy", "changes infrastructure that is running"},
    {"exec.device", "moves something in the physical world"},
    {"exec.agent", "hands work to another agent, whose tools no rule on this one covers"},
    {"exec.package", "installs software that then runs with the same rights"},
    {"exec.proxy",
     "reaches any endpoint or tool that its arguments name, past the rules of that one"},
    {"fs.read", "reads files, and a path can lead to credentials"},
    {"fs.write", "writes files, and a path can lead to settings that are run later"},
    {"fs.delete", "removes files"},
    {"net.fetch", "fetches an address the caller chooses, also inside the network it runs in"},
    {"net.send", "sends what it is given to where it is told, which is how data leaves"},
    {"msg.send", "sends messages to people, and none can be called back"},
    {"msg.publish", "publishes where outsiders read"},
    {"data.private_read", "returns private data into the model's context"},
    {"data.untrusted_read",
     "returns text that outsiders wrote, which may carry orders to the model"},
    {"data.secret_read", "returns credentials, which then stand in the context and in logs"},
    {"data.db_read", "returns rows of a database"},
    {"data.db_write", "changes rows or the structure of a database"},
    {"data.bulk_read", "returns many records in one call"},
    {"mem.write", "stores text that later sessions read back and trust"},
    {"mem.read", "reads back text that an earlier session stored"},
    {"cfg.write", "changes settings that other safeguards rest on"},
    {"id.write", "changes who may do what"},
    {"money.move", "moves or commits money"},
    {"money.detail", "changes where money will go"},
    {"destroy.item", "removes something for good"},
    {"destroy.bulk", "removes many things in one call"},
    {"destroy.infra", "removes infrastructure or whole projects"},
    {"control.stop", "stops something that runs"},
    {"vcs.write", "changes code that others build on"},
    {"cost.paid", "costs money or heavy computing each time"},
    {"loop.poll", "invites being called again and again"},
});

std::string joined(const std::vector<std::string>& parts, std::string_view last) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) text += i + 1 == parts.size() ? fmt::format(" {} ", last) : ", ";
        text += parts[i];
    }
    return text;
}

std::string dangers(const Verdict& verdict) {
    constexpr std::size_t kMost = 3;
    std::vector<std::string> clauses;
    for (const Danger& danger : kDangers) {
        const bool has = std::find(verdict.capabilities.begin(),
                                   verdict.capabilities.end(),
                                   danger.capability) != verdict.capabilities.end();
        if (has && clauses.size() < kMost) clauses.emplace_back(danger.clause);
    }
    return clauses.empty() ? std::string() : fmt::format("It {}.", fmt::join(clauses, "; it "));
}

// Required text without any bound is what a manipulated model fills.
std::string free_arguments(const Tool& tool) {
    constexpr std::size_t kMost = 3;
    std::vector<std::string> names;
    std::size_t more = 0;
    for (const Parameter& p : tool.parameters) {
        if (!p.required || p.bounded || p.type != "string") continue;
        if (names.size() < kMost) {
            names.push_back(quote(truncate_utf8(p.path, 60)));
        } else {
            ++more;
        }
    }
    if (names.empty()) return {};
    if (more > 0) names.push_back(fmt::format("{} more", more));
    return fmt::format("Its schema puts no bound on {}.", joined(names, "and"));
}

std::string flags(const Tool& tool) {
    static const std::array<std::string, 6> kFlags{
        "force", "permanent", "recursive", "all", "truncate", "overwrite"};
    for (const Parameter& p : tool.parameters) {
        if (p.type != "boolean") continue;
        if (is_risky_flag(p.name, kFlags)) {
            return fmt::format("The switch {} makes a call weigh more.",
                               quote(truncate_utf8(p.path, 60)));
        }
    }
    return {};
}

std::string findings(const Verdict& verdict) {
    std::vector<std::string> ids;
    for (const Finding& f : verdict.findings) {
        std::string text = fmt::format("{} ({})", f.id, to_string(f.severity));
        if (std::find(ids.begin(), ids.end(), text) == ids.end()) ids.push_back(std::move(text));
    }
    return ids.empty() ? std::string()
                       : fmt::format("Its definition was found to show {}.", joined(ids, "and"));
}

std::string attacks(const Verdict& verdict) {
    if (verdict.attacks.empty()) return {};
    const AttackLink& first = verdict.attacks.front();
    return first.because.empty() ? fmt::format("It fits the documented attack {}.", first.id)
                                 : fmt::format("It fits the documented attack {} ({}).",
                                               first.id,
                                               printable(truncate_utf8(first.because, 200)));
}

std::string doubt(const Verdict& verdict) {
    constexpr double kSure = 0.6;
    if (verdict.confidence >= kSure || !verdict.alternative) return {};
    return fmt::format("The category is not certain ({:.0f} %); the next best is {}.",
                       verdict.confidence * 100,
                       to_string(verdict.alternative->category));
}

std::string claims(const Verdict& verdict, const Decision& decision) {
    if (verdict.risk == verdict.risk_without_claims) return {};
    const bool believed = decision.level == verdict.risk;
    return believed ? fmt::format(
                          "Its author's claims are believed here; without them it would be "
                          "{}.",
                          to_string(verdict.risk_without_claims))
                    : fmt::format("Only its author's own claims would make it {}.",
                                  to_string(verdict.risk));
}

std::string shown_value(const json& value) {
    return value.is_string() ? quote(value.get_ref<const std::string&>())
                             : printable(canonical_json(value));
}

std::string condition_in_words(const json& one) {
    const auto path = quote(one.at("path").get<std::string>());
    const auto op = one.at("op").get<std::string>();
    const json& value = one.at("value");
    if (const auto words = guard_in_words(one); !words.empty()) {
        return fmt::format("{} {}", path, words);
    }
    if (op == "exists") return path + (value == true ? " is given" : " is not given");
    std::string shown;
    if (value.is_array()) {
        std::vector<std::string> items;
        for (const json& item : value) items.push_back(shown_value(item));
        shown = joined(items, "or");
    } else {
        shown = shown_value(value);
    }
    if (op == "eq") return fmt::format("{} is {}", path, shown);
    if (op == "neq") return fmt::format("{} is not {}", path, shown);
    if (op == "lt") return fmt::format("{} is below {}", path, shown);
    if (op == "gte") return fmt::format("{} is at least {}", path, shown);
    if (op == "contains") return fmt::format("{} contains {}", path, shown);
    if (op == "gt") return fmt::format("{} is above {}", path, shown);
    if (op == "lte") return fmt::format("{} is at most {}", path, shown);
    if (op == "in") return fmt::format("{} is {}", path, shown);
    if (op == "not_in") return fmt::format("{} is anything but {}", path, shown);
    return fmt::format("{} matches the pattern {}", path, shown);
}

}  // namespace

std::vector<std::string> capability_tags() {
    std::vector<std::string> tags;
    for (const Danger& danger : kDangers) tags.emplace_back(danger.capability);
    std::sort(tags.begin(), tags.end());
    return tags;
}

std::string_view danger_of(std::string_view capability) {
    const auto found = std::find_if(kDangers.begin(), kDangers.end(), [&](const Danger& danger) {
        return danger.capability == capability;
    });
    return found == kDangers.end() ? std::string_view() : found->clause;
}

std::string why_a_policy(const Tool& tool, const Verdict& verdict, const Decision& decision) {
    std::string text = fmt::format("{} is {}, {}: {}.",
                                   quote(truncate_utf8(tool.name, 128)),
                                   to_string(decision.category),
                                   to_string(decision.level),
                                   deciding_evidence(verdict));
    const std::string danger = dangers(verdict);
    if (danger.empty()) text += fmt::format(" As for the rule: {}.", decision.because);
    for (const std::string& part : {danger,
                                    free_arguments(tool),
                                    flags(tool),
                                    findings(verdict),
                                    attacks(verdict),
                                    claims(verdict, decision),
                                    doubt(verdict)}) {
        if (!part.empty()) text += " " + part;
    }
    return text;
}

std::string conditions_in_words(const json& rule) {
    std::vector<std::string> sentences;
    if (rule.is_object() && rule.contains("require")) {
        for (const json& one : rule.at("require")) {
            sentences.push_back(
                fmt::format("A call is denied unless {}.", condition_in_words(one)));
        }
    }
    if (rule.is_object() && rule.contains("deny_if")) {
        for (const json& entry : rule.at("deny_if")) {
            std::vector<std::string> parts;
            for (const json& one : entry.at("conditions")) parts.push_back(condition_in_words(one));
            sentences.push_back(parts.empty()
                                    ? std::string("Every call is denied.")
                                    : fmt::format("A call is denied if {}.", joined(parts, "and")));
        }
    }
    return fmt::format("{}", fmt::join(sentences, " "));
}

}  // namespace mcprisk::policy
