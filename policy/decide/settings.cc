#include "policy/decide/settings.h"

#include <fmt/format.h>
#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "model/base/regex.h"
#include "model/base/text.h"
#include "policy/document/json_path.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

class SettingsReader {
  public:
    explicit SettingsReader(Diagnostics& faults) : faults_(faults) {}

    Settings read(const json& root) {
        Settings settings;
        known_keys(root, "", {"trusted", "override", "suppress", "policy"});
        settings.trusted = texts(root, "trusted", "");
        if (const json* list = find_member(root, "override")) {
            if (!list->is_array()) fault("override", "expected [[override]] tables");
            for (std::size_t i = 0; list->is_array() && i < list->size(); ++i) {
                settings.overrides.push_back(
                    one_override(list->at(i), element_path("override", i)));
            }
        }
        if (const json* list = find_member(root, "suppress")) {
            if (!list->is_array()) fault("suppress", "expected [[suppress]] tables");
            for (std::size_t i = 0; list->is_array() && i < list->size(); ++i) {
                settings.suppressions.push_back(
                    one_suppression(list->at(i), element_path("suppress", i)));
            }
        }
        if (const json* policy = find_member(root, "policy")) {
            known_keys(*policy, "policy", {"values", "approver"});
            settings.approver = text(*policy, "approver", "policy");
            if (const json* values = find_member(*policy, "values")) {
                settings.values = read_values(*values);
            }
        }
        return settings;
    }

  private:
    void fault(std::string path, std::string message) {
        faults_.error({.path = std::move(path), .message = std::move(message)});
    }

    void known_keys(const json& object,
                    const std::string& path,
                    std::initializer_list<std::string_view> known) {
        if (!object.is_object()) {
            fault(path, "expected a table");
            return;
        }
        for (const auto& [key, value] : object.items()) {
            if (std::find(known.begin(), known.end(), key) != known.end()) continue;
            fault(member_path(path, key),
                  fmt::format("unknown key; known here: {}", fmt::join(known, ", ")));
        }
    }

    std::string text(const json& object, std::string_view key, const std::string& path) {
        const json* value = find_member(object, key);
        if (value == nullptr) return {};
        if (!value->is_string() || trim(value->get_ref<const std::string&>()).empty()) {
            fault(member_path(path, key), "expected a text that is not empty");
            return {};
        }
        return value->get<std::string>();
    }

    std::vector<std::string> texts(const json& object,
                                   std::string_view key,
                                   const std::string& path) {
        const json* value = find_member(object, key);
        std::vector<std::string> list;
        if (value == nullptr) return list;
        const bool sound =
            value->is_array() && std::all_of(value->begin(), value->end(), [](const json& one) {
                return one.is_string() && !one.get_ref<const std::string&>().empty();
            });
        if (!sound) {
            fault(member_path(path, key), "expected a list of texts, none of them empty");
            return list;
        }
        for (const json& one : *value) list.push_back(one.get<std::string>());
        return list;
    }

    Values read_values(const json& value) {
        const std::string path = "policy.values";
        known_keys(value, path, {"hosts", "roots", "recipients", "branches", "amount"});
        Values values;
        values.hosts = texts(value, "hosts", path);
        values.roots = texts(value, "roots", path);
        values.recipients = texts(value, "recipients", path);
        values.branches = texts(value, "branches", path);
        if (const json* amount = find_member(value, "amount")) {
            if (amount->is_number() && *amount > 0) {
                values.amount = amount->get<double>();
            } else {
                fault("policy.values.amount", "expected a number above 0");
            }
        }
        for (const std::string& root : values.roots) {
            if (root == "/" || root.front() != '/') {
                fault("policy.values.roots",
                      fmt::format("{} is no absolute folder below the root", quote(root)));
            }
        }
        for (const std::string& host : values.hosts) {
            if (host.find_first_of("/:@ ") != std::string::npos || host == "*") {
                fault("policy.values.hosts",
                      fmt::format("{} is no host: give example.com or *.example.com", quote(host)));
            }
        }
        for (const std::string& domain : values.recipients) {
            if (domain.find_first_of("@* /") != std::string::npos) {
                fault("policy.values.recipients",
                      fmt::format("{} is no domain such as example.com", quote(domain)));
            }
        }
        return values;
    }

    // Why, and until when: what nobody looks at again must end.
    void read_why(const json& value,
                  const std::string& path,
                  std::string& reason,
                  std::string& expires) {
        reason = text(value, "reason", path);
        if (reason.empty()) fault(member_path(path, "reason"), "is missing: say why");
        expires = text(value, "expires", path);
        static const auto date =
            Regex::compile("^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", true);
        if (!date->matches(expires)) {
            fault(member_path(path, "expires"),
                  "expected a date such as 2027-01-31: what nobody looks at again must end");
        }
    }

    Suppression one_suppression(const json& value, const std::string& path) {
        known_keys(value, path, {"server", "tool", "finding", "reason", "expires"});
        Suppression one;
        one.server = text(value, "server", path);
        one.tool = text(value, "tool", path);
        if (one.server.empty()) one.server = "*";
        if (one.tool.empty()) one.tool = "*";
        one.finding = text(value, "finding", path);
        if (one.finding.empty()) {
            fault(member_path(path, "finding"),
                  "is missing: the id of a finding, or \"level\" for the level of the tool");
        }
        read_why(value, path, one.reason, one.expires);
        if (one.server == "*" && one.tool == "*") {
            fault(path, "fits every tool of every server: name a server or a tool");
        }
        return one;
    }

    Override one_override(const json& value, const std::string& path) {
        known_keys(
            value, path, {"server", "tool", "category", "level", "rule", "reason", "expires"});
        Override one;
        one.server = text(value, "server", path);
        one.tool = text(value, "tool", path);
        if (one.server.empty()) one.server = "*";
        if (one.tool.empty()) one.tool = "*";
        read_why(value, path, one.reason, one.expires);
        if (const auto word = text(value, "category", path); !word.empty()) {
            one.category = parse_category(word);
            if (!one.category) fault(member_path(path, "category"), "unknown category");
        }
        if (const auto word = text(value, "level", path); !word.empty()) {
            one.level = parse_risk_level(word);
            if (!one.level) fault(member_path(path, "level"), "unknown level");
        }
        if (const auto word = text(value, "rule", path); !word.empty()) {
            one.verb = parse_verb(word);
            if (!one.verb) {
                fault(member_path(path, "rule"), "expected allow, limit, ask, deny or hide");
            }
        }
        if (!one.category && !one.level && !one.verb) {
            fault(path, "changes nothing: give category, level or rule");
        }
        if (one.server == "*" && one.tool == "*") {
            fault(path, "fits every tool of every server: name a server or a tool");
        }
        return one;
    }

    Diagnostics& faults_;
};

}  // namespace

bool matches_glob(std::string_view glob, std::string_view text) {
    std::size_t g = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (g < glob.size() && glob[g] == '*') {
            star = g++;
            resume = t;
        } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
            ++g;
            ++t;
        } else if (star != std::string_view::npos) {
            g = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (g < glob.size() && glob[g] == '*') ++g;
    return g == glob.size();
}

bool Settings::trusts(std::string_view server) const {
    return std::any_of(trusted.begin(), trusted.end(), [&](const std::string& glob) {
        return matches_glob(glob, server);
    });
}

std::optional<Settings> read_settings(const json& value, Diagnostics& faults) {
    Diagnostics own;
    Settings settings = SettingsReader(own).read(value);
    for (const Diagnostic& one : own.items()) faults.error(one);
    if (own.has_errors()) return std::nullopt;
    return settings;
}

Settings tightened(Settings own, Settings found, std::vector<std::string>& ignored) {
    const auto count = [&](std::size_t n, std::string_view what) {
        if (n > 0) ignored.push_back(fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"));
    };
    count(found.trusted.size(), "trusted server");
    count(found.suppressions.size(), "suppression");
    std::size_t categories = 0;
    for (Override& one : found.overrides) {
        // Another category is another row of the table: nobody can say that it is stricter.
        categories += one.category ? 1 : 0;
        one.category.reset();
        if (one.level || one.verb) own.tightenings.push_back(std::move(one));
    }
    if (categories > 0) ignored.push_back(fmt::format("the category of {}", categories));
    if (!found.approver.empty()) ignored.emplace_back("policy.approver");
    // Values open what is closed without them: they count only where both name them.
    const auto common = [&](std::vector<std::string>& mine,
                            const std::vector<std::string>& theirs,
                            std::string_view name) {
        if (theirs.empty()) return;
        if (mine.empty()) ignored.push_back(fmt::format("policy.values.{}", name));
        std::erase_if(mine, [&](const std::string& one) {
            return std::find(theirs.begin(), theirs.end(), one) == theirs.end();
        });
    };
    common(own.values.hosts, found.values.hosts, "hosts");
    common(own.values.roots, found.values.roots, "roots");
    common(own.values.recipients, found.values.recipients, "recipients");
    common(own.values.branches, found.values.branches, "branches");
    if (found.values.amount && own.values.amount) {
        own.values.amount = std::min(*own.values.amount, *found.values.amount);
    } else if (found.values.amount) {
        ignored.emplace_back("policy.values.amount");
    }
    return own;
}

Tightening tightening_for(const Settings& settings,
                          std::string_view server,
                          std::string_view tool,
                          std::string_view today) {
    Tightening strictest;
    for (const Override& one : settings.tightenings) {
        if (one.expires < today || !matches_glob(one.server, server) ||
            !matches_glob(one.tool, tool)) {
            continue;
        }
        if (one.level && (strictest.level == nullptr || *one.level > *strictest.level->level)) {
            strictest.level = &one;
        }
        if (one.verb && (strictest.verb == nullptr || *one.verb > *strictest.verb->verb)) {
            strictest.verb = &one;
        }
    }
    return strictest;
}

Verdict settled(Verdict verdict, const Settings& settings, std::string_view today) {
    if (const auto* one = override_for(settings, verdict.server, verdict.tool, today)) {
        verdict = overridden(std::move(verdict), *one);
    }
    const Override* higher = tightening_for(settings, verdict.server, verdict.tool, today).level;
    if (higher != nullptr &&
        (*higher->level > verdict.risk || *higher->level > verdict.risk_without_claims)) {
        verdict.risk = std::max(verdict.risk, *higher->level);
        verdict.risk_without_claims = std::max(verdict.risk_without_claims, *higher->level);
        verdict.reason += fmt::format(" Raised: {}.", in_words(*higher));
    }
    return verdict;
}

const Override* override_for(const Settings& settings,
                             std::string_view server,
                             std::string_view tool,
                             std::string_view today) {
    const auto found = std::find_if(
        settings.overrides.rbegin(), settings.overrides.rend(), [&](const Override& one) {
            return one.expires >= today && matches_glob(one.server, server) &&
                   matches_glob(one.tool, tool);
        });
    return found == settings.overrides.rend() ? nullptr : &*found;
}

const Suppression* suppression_for(const Settings& settings,
                                   std::string_view server,
                                   std::string_view tool,
                                   std::string_view finding,
                                   std::string_view today) {
    const auto found = std::find_if(
        settings.suppressions.begin(), settings.suppressions.end(), [&](const Suppression& one) {
            return one.expires >= today && one.finding == finding &&
                   matches_glob(one.server, server) && matches_glob(one.tool, tool);
        });
    return found == settings.suppressions.end() ? nullptr : &*found;
}

std::vector<const Override*> expired(const Settings& settings, std::string_view today) {
    std::vector<const Override*> over;
    for (const auto* list : {&settings.overrides, &settings.tightenings}) {
        for (const Override& one : *list) {
            if (one.expires < today) over.push_back(&one);
        }
    }
    return over;
}

std::string in_words(const Override& one) {
    std::string what;
    const auto add = [&](std::string_view word) {
        what += (what.empty() ? "" : ", ") + std::string(word);
    };
    if (one.category) add(mcprisk::to_string(*one.category));
    if (one.level) add(mcprisk::to_string(*one.level));
    if (one.verb) add(fmt::format("rule {}", to_string(*one.verb)));
    return fmt::format(
        "{} by {} until {}: {}", what, printable(one.file), one.expires, printable(one.reason));
}

Verdict overridden(Verdict verdict, const Override& one) {
    if (one.category) verdict.category = *one.category;
    if (one.level) verdict.risk = verdict.risk_without_claims = *one.level;
    if (one.category || one.level) verdict.confidence = 1;
    verdict.reason += fmt::format(" Overridden: {}.", in_words(one));
    return verdict;
}

}  // namespace mcprisk::policy
