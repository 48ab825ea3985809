#include "crawler/start/placeholder_files.h"

#include <fmt/format.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

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

std::string PlaceholderFiles::value(Shape shape, std::string_view name) const {
    std::string value = placeholder_value(shape, name);
    return is_path(shape) ? directory() + "/" + value : value;
}

}  // namespace mcprisk::crawler
