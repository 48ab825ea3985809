#include "cli/commands/consent.h"

#include <fmt/format.h>
#include <fstream>
#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "cli/session.h"
#include "model/base/hash.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

using crawler::HttpTarget;
using crawler::StdioTarget;
using crawler::Target;

bool needs_consent(const Target& target) {
    if (target.given_on_command_line) return false;
    if (const auto* http = std::get_if<HttpTarget>(&target.how)) return !http->headers.empty();
    return true;
}

std::string hash_of(const Target& target) {
    nlohmann::json value = nlohmann::json::array();
    if (const auto* stdio = std::get_if<StdioTarget>(&target.how)) {
        value.push_back(stdio->argv);
        value.push_back(stdio->working_directory);
        for (const auto& [name, secret] : stdio->env) value.push_back(name);
    } else {
        value.push_back(crawler::describe_origin(target));
        for (const auto& [name, secret] : std::get<HttpTarget>(target.how).headers) {
            value.push_back(name);
        }
    }
    return sha256_hex(canonical_json(value));
}

std::string question(const Target& target) {
    const std::string origin = printable(crawler::describe_origin(target));
    if (const auto* stdio = std::get_if<StdioTarget>(&target.how)) {
        std::string names;
        for (const auto& [name, secret] : stdio->env) names += (names.empty() ? "" : ", ") + name;
        return fmt::format("Start {}?\n  {}\n{}",
                           printable(target.id),
                           origin,
                           names.empty() ? "" : "  with " + printable(names) + " set\n");
    }
    return fmt::format(
        "Send the configured credentials to {}?\n  {}\n", printable(target.id), origin);
}

}  // namespace

Consent::Consent(Environment& environment, std::filesystem::path memory, bool yes)
    : environment_(environment), memory_(std::move(memory)), all_(yes) {
    std::ifstream in(memory_);
    std::stringstream text;
    text << in.rdbuf();
    const auto value = parse_json(text.str());
    if (!value || !value->is_object()) return;
    for (const auto& [hash, allowed] : value->items()) {
        if (allowed.is_boolean()) (allowed.get<bool>() ? allowed_ : refused_).insert(hash);
    }
}

bool Consent::allows(const Target& target, Source source) {
    const bool http = std::holds_alternative<HttpTarget>(target.how);
    if (source == Source::index && http && target.credential_class == "none") return true;
    return allows(target);
}

bool Consent::allows(const Target& target) {
    if (!needs_consent(target)) return true;
    const std::string hash = hash_of(target);
    if (refused_.contains(hash)) return false;
    if (all_ || allowed_.contains(hash)) return true;
    if (!environment_.in_is_terminal || !environment_.err_is_terminal) return false;
    while (true) {
        environment_.err << question(target) << "[y]es, [n]o, [a]ll, n[e]ver? " << std::flush;
        std::string line;
        if (!std::getline(environment_.in, line)) return false;
        const std::string word = lower_ascii(trim(line));
        if (word == "y" || word == "yes") {
            remember(hash, true);
            return true;
        }
        if (word == "a" || word == "all") {
            all_ = true;
            return true;
        }
        if (word == "e" || word == "never") {
            remember(hash, false);
            return false;
        }
        if (word == "n" || word == "no" || word.empty()) return false;
    }
}

void Consent::remember(const std::string& hash, bool allowed) {
    (allowed ? allowed_ : refused_).insert(hash);
    nlohmann::json value = nlohmann::json::object();
    for (const std::string& known : allowed_) value[known] = true;
    for (const std::string& known : refused_) value[known] = false;
    write_whole(memory_, pretty_json(value));
}

}  // namespace mcprisk::cli
