#include "cli/commands/consent.h"

#include <fmt/format.h>
#include <algorithm>
#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <random>
#include <vector>

#include "cli/exit_code.h"
#include "cli/private_file.h"
#include "crawler/net/http_url.h"
#include "crawler/process/loader_variables.h"
#include "model/base/hash.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

using crawler::HttpTarget;
using crawler::StdioTarget;
using crawler::Target;
using nlohmann::json;

constexpr std::string_view kSalt = "salt";

bool needs_consent(const Target& target) {
    if (target.given_on_command_line) return false;
    const auto* http = std::get_if<HttpTarget>(&target.how);
    if (http == nullptr) return true;
    return !http->headers.empty() || !target.takes.empty() || target.credential_class != "none";
}

// What is refused for good, whatever its values.
std::string shape_hash(const Target& target) {
    json value = json::array();
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

// The same words mean other files in another directory.
bool names_files_here(const StdioTarget& stdio, const std::filesystem::path& directory) {
    const std::filesystem::path work = stdio.working_directory;
    if (!work.empty() && work.is_relative()) return true;
    return std::any_of(stdio.argv.begin(), stdio.argv.end(), [&](const std::string& word) {
        std::error_code error;
        return !word.starts_with('/') && std::filesystem::exists(directory / word, error);
    });
}

std::string new_salt() {
    std::random_device device;
    std::string salt;
    for (int i = 0; i < 8; ++i) salt += fmt::format("{:08x}", device());
    return salt;
}

std::string list_of(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + printable(name);
    return out;
}

void say_takes(const Target& target, std::string& text) {
    if (target.takes.empty()) return;
    text += fmt::format("  filled in from this machine: {}\n", list_of(target.takes));
}

std::string question_of_program(const Target& target, const StdioTarget& stdio) {
    std::vector<std::string> plain;
    std::vector<std::string> grave;
    for (const auto& [name, secret] : stdio.env) {
        (crawler::changes_what_runs(name) ? grave : plain).push_back(name);
    }
    std::string text = fmt::format("Start {}?\n  {}\n",
                                   printable(target.id),
                                   printable(crawler::describe_origin(target)));
    // Of what an index names nothing is shown to the program.
    if (!stdio.working_directory.empty() && !target.from_index) {
        text += fmt::format("  in the directory {}, which it may read\n",
                            printable(stdio.working_directory));
    }
    std::vector<std::string> files;
    for (const std::string& word : stdio.argv) {
        const auto slash = word.find('/');
        const bool path = word.starts_with('/') || word.starts_with("./") ||
                          word.starts_with("../") || word.starts_with("~/") ||
                          (word.starts_with('-') && slash != std::string::npos);
        if (path && &word != &stdio.argv.front() && !target.from_index) {
            files.push_back(word.starts_with('-') ? word.substr(slash) : word);
        }
    }
    if (!files.empty()) text += fmt::format("  which may read {}\n", list_of(files));
    if (!plain.empty()) text += fmt::format("  with {} set\n", list_of(plain));
    if (!grave.empty()) {
        text += fmt::format("  with {} set, which decides what code runs\n", list_of(grave));
    }
    say_takes(target, text);
    if (!target.source.empty()) text += fmt::format("  named by {}\n", printable(target.source));
    return text;
}

std::string question_of_address(const Target& target, const HttpTarget& http) {
    std::vector<std::string> what;
    for (const auto& [name, secret] : http.headers) what.push_back("header " + name);
    const auto url = crawler::parse_http_url(http.url);
    const auto scheme = http.url.find("://");
    const auto end = scheme == std::string::npos ? scheme : http.url.find('/', scheme + 3);
    if (http.url.substr(0, end).find('@') != std::string::npos) {
        what.emplace_back("user name and password of the address");
    }
    std::string text = fmt::format("Send the configured credentials to {}?\n  {}\n",
                                   printable(target.id),
                                   printable(crawler::describe_origin(target)));
    // Where the address itself comes from a variable, this alone says where.
    const bool written = target.as_written.empty() || target.as_written.front().find("://") <
                                                          target.as_written.front().find('$');
    if (!written && url) text += fmt::format("  at {}\n", printable(url->origin()));
    if (!what.empty()) text += fmt::format("  {}\n", list_of(what));
    say_takes(target, text);
    if (!target.source.empty()) text += fmt::format("  named by {}\n", printable(target.source));
    return text;
}

std::string question(const Target& target) {
    if (const auto* stdio = std::get_if<StdioTarget>(&target.how)) {
        return question_of_program(target, *stdio);
    }
    return question_of_address(target, std::get<HttpTarget>(target.how));
}

}  // namespace

Consent::Consent(Environment& environment, std::filesystem::path memory, bool yes)
    : environment_(environment), memory_(std::move(memory)), all_(yes) {
    recall();
    if (salt_.empty()) salt_ = new_salt();
}

void Consent::recall() {
    constexpr std::size_t kLargest = std::size_t{4} << 20;
    const auto text = read_private(memory_, kLargest);
    if (!text) {
        environment_.err << "mcprisk: " << printable(text.error().message) << '\n';
        memory_.clear();
        return;
    }
    if (!*text) return;
    const auto value = parse_json(**text);
    if (!value || !value->is_object()) return;
    salt_ = string_member(*value, kSalt);
    for (const auto& [hash, allowed] : value->items()) {
        if (!allowed.is_boolean()) continue;
        // A yes without a salt is of a time when it covered more.
        if (!allowed.get<bool>()) {
            refused_.insert(hash);
        } else if (!salt_.empty()) {
            allowed_.insert(hash);
        }
    }
}

std::string Consent::exact_hash(const Target& target) const {
    json value = json::array({salt_, target.id});
    if (const auto* stdio = std::get_if<StdioTarget>(&target.how)) {
        value.push_back(stdio->argv);
        value.push_back(stdio->working_directory);
        value.push_back(stdio->env);
        if (names_files_here(*stdio, environment_.directory)) {
            value.push_back(environment_.directory.string());
        }
    } else {
        const auto& http = std::get<HttpTarget>(target.how);
        value.push_back(http.url);
        value.push_back(http.headers);
    }
    return sha256_hex(canonical_json(value));
}

bool Consent::allows(const Target& target, Source source) {
    const bool http = std::holds_alternative<HttpTarget>(target.how);
    if (source == Source::index && http && target.credential_class == "none") return true;
    return allows(target);
}

bool Consent::allows(const Target& target) {
    if (!needs_consent(target)) return true;
    if (refused_.contains(shape_hash(target))) return false;
    const std::string hash = exact_hash(target);
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
            remember(shape_hash(target), false);
            return false;
        }
        if (word == "n" || word == "no" || word.empty()) return false;
    }
}

void Consent::remember(const std::string& hash, bool allowed) {
    (allowed ? allowed_ : refused_).insert(hash);
    if (memory_.empty()) return;
    json value = json::object();
    value[std::string(kSalt)] = salt_;
    for (const std::string& known : allowed_) value[known] = true;
    for (const std::string& known : refused_) value[known] = false;
    if (auto done = write_private(memory_, pretty_json(value)); !done) {
        throw CommandFailure(ExitCode::failed, done.error().message);
    }
}

}  // namespace mcprisk::cli
