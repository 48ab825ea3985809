#include "crawler/start/placeholder_files.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include "crawler/process/sandbox.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

struct File {
    const char* name;
    const char* text;
};

// Project and client of these name nobody; the key is no key.
constexpr std::array<File, 6> kFiles{{
    {"file.txt", ""},
    {"config.json", "{\"mcpServers\": {}, \"servers\": []}\n"},
    {"credentials.json",
     "{\"type\": \"authorized_user\", \"client_id\": \"placeholder\", \"client_secret\": "
     "\"placeholder\", \"refresh_token\": \"placeholder\", \"access_token\": \"placeholder\", "
     "\"token_type\": \"Bearer\", \"expiry_date\": 4102444800000, \"installed\": {\"client_id\": "
     "\"placeholder\", \"client_secret\": \"placeholder\", \"redirect_uris\": "
     "[\"http://127.0.0.1:9\"]}}\n"},
    {"openapi.json",
     "{\"openapi\": \"3.0.0\", \"info\": {\"title\": \"placeholder\", \"version\": \"1\"}, "
     "\"servers\": [{\"url\": \"http://127.0.0.1:9\"}], \"paths\": {}}\n"},
    {"config.yaml",
     "apiVersion: v1\nkind: Config\ncurrent-context: placeholder\nclusters:\n- name: placeholder\n"
     "  cluster: {server: 'http://127.0.0.1:9'}\ncontexts:\n- name: placeholder\n"
     "  context: {cluster: placeholder, user: placeholder}\nusers:\n- name: placeholder\n"
     "  user: {}\n"},
    {"key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"},
}};

}  // namespace

Result<PlaceholderFiles> PlaceholderFiles::make() {
    auto directory = TemporaryDirectory::make();
    if (!directory) return fail(directory.error().context("making files for made-up settings"));
    PlaceholderFiles files;
    files.directory_ = std::move(*directory);
    std::error_code error;
    std::filesystem::create_directory(files.directory() + "/folder", error);
    bool written = !error;
    for (const File& file : kFiles) {
        std::ofstream out(files.directory() + "/" + file.name, std::ios::binary);
        out << file.text;
        out.close();
        written = written && out.good();
    }
    if (!written) {
        return fail(ErrorCode::io,
                    fmt::format("writing files for made-up settings into {}: the disk may be full",
                                files.directory()));
    }
    return files;
}

namespace {

// A path as it stands in a text, from `at` on.
std::string path_at(std::string_view text, std::size_t at) {
    const std::string_view rest = text.substr(at, 300);
    std::string path(rest.substr(0, rest.find_first_of(" \t\r\n\"'`<>()[]{},;:|*?")));
    while (path.ends_with('.') || path.ends_with('/')) path.pop_back();
    return path;
}

bool misses_something(std::string_view line) {
    const std::string text = lower_ascii(line);
    for (const char* words : {"not found", "no such", "enoent", "not exist", "missing", "cannot find",
                              "could not", "please place", "exists", "unable to", "failed to",
                              "must be", "no valid", "required"}) {
        if (text.find(words) != std::string::npos) return true;
    }
    return false;
}

// "gcp-oauth.keys.json" in "place gcp-oauth.keys.json in …": names with the ending of a file that
// holds settings.
std::vector<std::string> file_names(std::string_view line) {
    std::vector<std::string> names;
    for (std::string_view word : split(line, ' ')) {
        while (!word.empty() && std::string_view("\"'`(<[,.:;").find(word.front()) !=
                                    std::string_view::npos && word.size() > 1 && word[0] != '.') {
            word.remove_prefix(1);
        }
        while (!word.empty() && std::string_view("\"'`)>],.:;").find(word.back()) !=
                                    std::string_view::npos) {
            word.remove_suffix(1);
        }
        if (word.size() > 64 || word.find_first_of("/\\\"'`") != std::string_view::npos) continue;
        for (const char* ending : {".json", ".yaml", ".yml", ".toml", ".pem", ".key"}) {
            if (word.size() > std::string_view(ending).size() && word.ends_with(ending)) {
                names.emplace_back(word);
            }
        }
    }
    return names;
}

std::string_view text_for(std::string_view name) {
    const auto text_of = [](std::string_view which) {
        for (const File& file : kFiles) {
            if (which == file.name) return std::string_view(file.text);
        }
        return std::string_view();
    };
    const std::string text = lower_ascii(name);
    const auto has = [&](const char* word) { return text.find(word) != std::string::npos; };
    if (has(".yaml") || has(".yml") || has("kube")) return text_of("config.yaml");
    if (has(".pem") || has(".key.") || text.ends_with(".key")) return text_of("key.pem");
    if (!has(".json")) return {};
    if (has("openapi") || has("swagger")) return text_of("openapi.json");
    return text_of(has("oauth") || has("cred") || has("token") || has("key") || has("client")
                       ? "credentials.json"
                       : "config.json");
}

}  // namespace

bool PlaceholderFiles::make_one(const std::string& path) {
    constexpr std::size_t kMost = 16;
    std::error_code error;
    const std::filesystem::path wanted = std::filesystem::path(path).lexically_normal();
    // Never out of our own directory, whatever the text says.
    if (!wanted.string().starts_with(directory() + "/") || made_.size() >= kMost ||
        std::filesystem::exists(std::filesystem::symlink_status(wanted, error)) ||
        !lies_in(wanted.parent_path().string(), directory())) {
        return false;
    }
    const std::string name = wanted.filename().string();
    const bool is_file = wanted.has_extension() && name.front() != '.';
    std::filesystem::create_directories(is_file ? wanted.parent_path() : wanted, error);
    if (error) return false;
    if (is_file) {
        std::ofstream out(wanted, std::ios::binary);
        out << text_for(name);
        if (!out.flush().good()) return false;
    }
    made_.insert(name);
    return true;
}

bool PlaceholderFiles::make_wanted(std::string_view said) {
    bool any = false;
    const std::string home = directory() + "/home";
    bool misses = false;  // and what is missing may stand in a list below the line that says so
    for (const std::string_view line : split(said, '\n')) {
        const std::string own = directory() + "/";
        for (auto at = line.find(own); at != std::string_view::npos; at = line.find(own, at + 1)) {
            any = make_one(path_at(line, at)) || any;
        }
        const bool says_so = misses_something(line);
        misses = misses || says_so;
        const std::string_view words = line.substr(std::min(line.find_first_not_of("-* \t"),
                                                            line.size()));
        if (!says_so && !(misses && words.starts_with(kSandboxHome))) continue;
        std::vector<std::string> places;
        const std::string theirs = std::string(kSandboxHome) + "/";
        for (auto at = line.find(theirs); at != std::string_view::npos;
             at = line.find(theirs, at + 1)) {
            const std::string path = path_at(line, at);
            if (path.size() <= theirs.size()) continue;
            const std::string below = path.substr(theirs.size());
            // Its working directory is a place of its own.
            if (below == "work" || below.starts_with("work/")) continue;
            places.push_back(home + "/" + below);
        }
        for (const std::string& place : places) {
            const bool made = make_one(place);
            if (made) home_ = home;
            any = made || any;
        }
        for (const std::string& name : file_names(line)) {
            for (const std::string& place : places) {
                if (place.ends_with(name)) continue;
                const bool made = make_one(place + "/" + name);
                if (made) home_ = home;
                any = made || any;
            }
        }
    }
    return any;
}

std::string PlaceholderFiles::value(Shape shape,
                                    std::string_view name,
                                    std::string_view context) const {
    std::string value = placeholder_value(shape, name, context);
    return is_path(shape) ? directory() + "/" + value : value;
}

}  // namespace mcprisk::crawler
