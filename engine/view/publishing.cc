#include <algorithm>

#include "engine/view/attack_text.h"
#include "engine/view/server_view.h"
#include "model/base/text.h"

namespace mcprisk::engine {

bool publishable_finding(std::string_view id, RiskLevel severity) {
    static constexpr std::string_view kProse[]{"tool-poisoning",
                                               "concealment",
                                               "cross-tool-directive",
                                               "preference-manipulation",
                                               "parameter-exfiltration"};
    const bool prose = std::find(std::begin(kProse), std::end(kProse), id) != std::end(kProse);
    return !prose || severity >= RiskLevel::high;
}

bool publishable_attack(std::string_view id, bool acts) {
    const AttackText* text = known_attack(id);
    return acts && text != nullptr && (text->kind == "pattern" || text->kind == "combination");
}

bool publishable(const Finding& finding) {
    return publishable_finding(finding.id, finding.severity);
}

bool publishable(const AttackLink& link, const Verdict& verdict) {
    const bool acts =
        std::any_of(verdict.evidence.begin(), verdict.evidence.end(), [](const Evidence& e) {
            return e.basis == Basis::structure && !e.effect.empty();
        });
    return publishable_attack(link.id, acts);
}

bool is_private_host(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return false;
    std::string host = lower_ascii(url.substr(scheme + 3));
    host = host.substr(0, host.find_first_of("/?#"));
    if (const auto at = host.rfind('@'); at != std::string::npos) host.erase(0, at + 1);
    if (host.starts_with('[')) return true;  // an address is no public name
    host = host.substr(0, host.find(':'));
    if (host.find('.') == std::string::npos) return true;
    if (host.find_first_not_of("0123456789.") == std::string::npos) return true;
    for (const std::string_view end : {".local",
                                       ".internal",
                                       ".lan",
                                       ".home",
                                       ".corp",
                                       ".intranet",
                                       ".localhost",
                                       ".test",
                                       ".example",
                                       ".invalid",
                                       ".arpa",
                                       ".private"}) {
        if (host.ends_with(end)) return true;
    }
    return false;
}

std::string why_private(const store::ServerKey& key, const std::vector<Alias>& aliases) {
    if (!key.credential_class.empty() && key.credential_class != "none" &&
        key.credential_class != "placeholder") {
        return "it was listed with credentials";
    }
    if (key.id.find("://") != std::string::npos && is_private_host(key.id)) {
        return "its address is not a public one";
    }
    const bool named = std::any_of(aliases.begin(), aliases.end(), [](const Alias& alias) {
        return alias.kind != "repository" && !is_private_host(alias.value);
    });
    return named ? "" : "no public registry or index names it";
}

}  // namespace mcprisk::engine
