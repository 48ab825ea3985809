#include "crawler/index/index_entry.h"

#include <algorithm>
#include <array>

#include "crawler/redact.h"
#include "model/base/text.h"

namespace mcprisk::crawler {

bool identifies(const Alias& alias) {
    constexpr std::array<std::string_view, 6> kKinds{
        "npm", "pypi", "oci", "nuget", "endpoint", "registry"};
    if (alias.kind == "repository") return alias.value.find('#') != std::string::npos;
    return std::find(kKinds.begin(), kKinds.end(), alias.kind) != kKinds.end();
}

std::string entry_id(const IndexEntry& entry) {
    for (const std::string_view kind : {"npm", "pypi", "oci", "nuget"}) {
        for (const Alias& alias : entry.aliases) {
            if (alias.kind == kind) return alias.kind + ":" + alias.value;
        }
    }
    for (const Alias& alias : entry.aliases) {
        if (alias.kind == "endpoint") return alias.value;
    }
    return entry.name;
}

std::string repository_value(std::string_view url, std::string_view subfolder) {
    std::string text = redact_url(trim(url));
    if (text.starts_with("git+")) text.erase(0, 4);
    const auto scheme = text.find("://");
    if (scheme == std::string::npos) return {};
    text.erase(0, scheme + 3);
    while (text.ends_with('/')) text.pop_back();
    if (text.ends_with(".git")) text.resize(text.size() - 4);
    const auto slash = text.find('/');
    if (slash == std::string::npos || slash + 1 == text.size()) return {};
    std::transform(
        text.begin(), text.begin() + static_cast<std::ptrdiff_t>(slash), text.begin(), [](char c) {
            return lower_ascii(c);
        });
    // GitHub's names of owners and repositories do not tell cases apart.
    if (text.starts_with("github.com/")) text = lower_ascii(text);
    std::string_view folder = trim(subfolder);
    while (folder.starts_with("./")) folder.remove_prefix(2);
    while (folder.starts_with('/')) folder.remove_prefix(1);
    while (folder.ends_with('/')) folder.remove_suffix(1);
    if (!folder.empty() && folder != ".") text += "#" + std::string(folder);
    return text;
}

void add_alias(IndexEntry& entry, std::string kind, std::string value, std::string evidence) {
    if (value.empty()) return;
    Alias alias{std::move(kind), std::move(value), std::move(evidence)};
    const auto same = [&](const Alias& other) { return other.names_the_same(alias); };
    if (std::any_of(entry.aliases.begin(), entry.aliases.end(), same)) return;
    entry.aliases.push_back(std::move(alias));
}

}  // namespace mcprisk::crawler
