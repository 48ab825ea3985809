#include "crawler/start/placeholder.h"

#include <algorithm>
#include <array>
#include <vector>

#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

// "apiKey", "API_KEY" and "api-key" as "api key".
std::string spaced(std::string_view name) {
    std::string out;
    bool small = false;
    for (const char c : name) {
        const bool upper = c >= 'A' && c <= 'Z';
        const bool letter = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (upper && small) out += ' ';
        if (letter) {
            out += lower_ascii(c);
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
        small = letter && !upper;
    }
    return std::string(trim(out));
}

class Words {
  public:
    explicit Words(std::string_view name) : text_(" " + spaced(name) + " ") {}
    [[nodiscard]] bool any(std::initializer_list<std::string_view> words) const {
        return std::any_of(words.begin(), words.end(), [this](std::string_view word) {
            return text_.find(" " + std::string(word) + " ") != std::string::npos;
        });
    }
    [[nodiscard]] bool part(std::initializer_list<std::string_view> pieces) const {
        return std::any_of(pieces.begin(), pieces.end(), [this](std::string_view piece) {
            return text_.find(piece) != std::string::npos;
        });
    }
    [[nodiscard]] bool ends(std::string_view word) const {
        return text_.ends_with(" " + std::string(word) + " ");
    }

  private:
    std::string text_;
};

Shape file_shape(const Words& words) {
    if (words.any({"kubeconfig", "yaml", "yml"})) return Shape::yaml_file;
    if (words.any({"pem", "cert", "certificate"}) ||
        (words.any({"key"}) && words.any({"private"}))) {
        return Shape::pem_file;
    }
    if (words.any({"json",
                   "config",
                   "configuration",
                   "credentials",
                   "oauth",
                   "spec",
                   "openapi",
                   "swagger",
                   "schema",
                   "manifest",
                   "token",
                   "account",
                   "keys"})) {
        return Shape::json_file;
    }
    return Shape::file;
}

struct Prefix {
    std::string_view vendor;  // a word of the setting's name
    std::string_view before;
    std::size_t zeros;
};
// As the vendors document their keys.
constexpr std::array<Prefix, 27> kPrefixes{{
    {"openai", "sk-", 48},
    {"anthropic", "sk-ant-api03-", 40},
    {"stripe", "sk_test_", 24},
    {"github", "ghp_", 36},
    {"gitlab", "glpat-", 20},
    {"slack", "xoxb-0000000000-", 24},
    {"notion", "ntn_", 40},
    {"hubspot", "pat-na1-", 32},
    {"figma", "figd_", 40},
    {"shopify", "shpat_", 32},
    {"airtable", "pat", 60},
    {"supabase", "sbp_", 40},
    {"google", "AIza", 35},
    {"gemini", "AIza", 35},
    {"maps", "AIza", 35},
    {"youtube", "AIza", 35},
    {"replicate", "r8_", 37},
    {"firecrawl", "fc-", 32},
    {"tavily", "tvly-", 32},
    {"paddle", "pdl_sdbx_", 40},
    {"launchdarkly", "api-", 0},
    {"vercel", "vcp_", 24},
    {"digitalocean", "dop_v1_", 64},
    {"pinecone", "pcsk_", 40},
    {"resend", "re_", 32},
    {"sendgrid", "SG.", 40},
    {"linear", "lin_api_", 40},
}};
constexpr std::string_view kUuid = "00000000-0000-4000-8000-000000000000";

// Empty if nothing tells the vendor.
std::string vendor_key(std::string_view name, std::string_view of) {
    const Words words(of);
    const Words own(name);
    if (words.any({"twilio"}) || own.part({" account sid "})) {
        if (own.any({"secret", "token", "password"})) return {};
        return own.any({"account"}) ? "AC" + std::string(32, '0') : "SK" + std::string(32, '0');
    }
    if (words.any({"telegram"})) return "000000000:" + std::string(35, 'A');
    for (const Prefix& prefix : kPrefixes) {
        if (!words.part({prefix.vendor})) continue;
        return std::string(prefix.before) +
               (prefix.zeros == 0 ? std::string(kUuid) : std::string(prefix.zeros, '0'));
    }
    return {};
}

std::string key(std::string_view name, std::string_view context) {
    std::string value = vendor_key(name, name);
    if (value.empty()) value = vendor_key(name, context);
    return value.empty() ? "placeholder-0000000000000000" : value;
}

std::string database(std::string_view name) {
    const Words words(name);
    if (words.part({"redis"})) return "redis://127.0.0.1:6379";
    if (words.part({"mongo"})) return "mongodb://127.0.0.1:27017/placeholder";
    if (words.part({"mysql", "mariadb"})) {
        return "mysql://placeholder:placeholder@127.0.0.1:3306/placeholder";
    }
    if (words.part({"amqp", "rabbit"})) return "amqp://127.0.0.1:5672";
    if (words.part({"sqlite"})) return "sqlite::memory:";
    if (words.part({"neo4j", "bolt"})) return "bolt://127.0.0.1:7687";
    return "postgresql://placeholder:placeholder@127.0.0.1:5432/placeholder";
}

}  // namespace

Shape shape_of(std::string_view name) {
    const Words words(name);
    if (words.any({"transport"}) || words.ends("mode")) return Shape::transport;
    const bool place =
        words.any({"url", "uri", "endpoint", "baseurl", "apiurl", "href", "webhook"});
    const bool store = words.part({"database",
                                   "postgres",
                                   "mongo",
                                   "redis",
                                   "mysql",
                                   "mariadb",
                                   "connection string",
                                   " db ",
                                   "neo4j",
                                   "sqlite",
                                   "dsn"});
    const bool path =
        words.any({"path", "paths", "file", "filename", "filepath"}) || words.part({"kubeconfig"});
    if (words.any({"dir",
                   "dirs",
                   "directory",
                   "directories",
                   "folder",
                   "folders",
                   "vault",
                   "root",
                   "workspace",
                   "workdir",
                   "cwd",
                   "repo",
                   "repository"}) &&
        !place && !words.any({"id", "key", "token", "name", "owner", "file"})) {
        return Shape::directory;
    }
    if (path && words.any({"project", "data", "storage", "output", "base", "allowed", "notes"}) &&
        !words.any({"file", "config", "credentials"})) {
        return Shape::directory;
    }
    if (path || words.ends("kubeconfig") || words.ends("credentials") ||
        words.part({"openapi spec", "swagger"})) {
        return place ? Shape::url : file_shape(words);
    }
    if (words.ends("port")) return Shape::port;
    if (store && (place || words.any({"string", "dsn", "connection", "database"})) &&
        !words.any({"id", "name", "token", "key", "password", "user", "username", "host"})) {
        return Shape::database;
    }
    if (place || (words.ends("server") && !words.any({"mcp"}))) return Shape::url;
    if (words.any({"email", "mail"}) && !words.any({"password", "key", "token"})) {
        return Shape::email;
    }
    if (words.ends("domain") || words.ends("subdomain") || words.ends("shop") ||
        words.ends("site")) {
        return Shape::domain;
    }
    if (words.any({"host", "hostname", "hosts", "broker", "address", "addr"})) return Shape::host;
    if (words.any({"json", "headers"})) return Shape::json;
    if (words.any({"region", "zone"})) return Shape::region;
    if (words.any({"uuid", "guid", "tenant", "subscription"})) return Shape::uuid;
    if (words.any({"timeout", "limit", "max", "min", "count", "interval", "size", "retries"})) {
        return Shape::number;
    }
    if (words.any(
            {"enable", "enabled", "disable", "disabled", "use", "allow", "debug", "verbose"})) {
        return Shape::boolean;
    }
    if (words.any({"user",
                   "username",
                   "login",
                   "project",
                   "name",
                   "org",
                   "organization",
                   "team",
                   "owner",
                   "bucket",
                   "database",
                   "schema",
                   "index",
                   "collection"}) &&
        !words.any({"key", "token", "secret", "password"})) {
        return Shape::word;
    }
    return Shape::key;
}

Shape shape_after(std::string_view complaint, Shape was) {
    const std::string text = lower_ascii(complaint);
    const auto says = [&](std::string_view words) { return text.find(words) != std::string::npos; };
    if (says("is not a directory") || says("enotdir") || says("not a valid directory") ||
        says("directory does not exist") || says("directory not found") ||
        says("must be a directory")) {
        return Shape::directory;
    }
    if (says("enoent") || says("no such file") || says("file not found") ||
        says("does not exist") || says("cannot find the file") || says("could not read")) {
        return is_path(was) ? Shape::directory : Shape::json_file;
    }
    if (says("eisdir") || says("is a directory")) return Shape::json_file;
    if (says("uuid")) return Shape::uuid;
    if (says("valid url") || says("invalid url") || says("err_invalid_url") || says("valid uri") ||
        says("absolute url") || says("start with http")) {
        return Shape::url;
    }
    if (says("valid email") || says("invalid email")) return Shape::email;
    if (says("unexpected token") || says("valid json") || says("json.parse") ||
        says("invalid json") || says("unexpected end of json")) {
        return is_path(was) ? Shape::json_file : Shape::json;
    }
    if (says("must be a number") || says("nan") || says("valid integer") || says("invalid port") ||
        says("expected number")) {
        return Shape::number;
    }
    if (says("expected boolean") || says("must be a boolean")) return Shape::boolean;
    if (says("pem ") || says("decoder routines") || says("private key must"))
        return Shape::pem_file;
    return was;
}

std::string placeholder_value(Shape shape, std::string_view name, std::string_view context) {
    switch (shape) {
        case Shape::key:
            return key(name, context);
        case Shape::url:
            return "http://127.0.0.1:9";
        case Shape::database:
            return database(name);
        case Shape::host_port:
            return "127.0.0.1:9";
        case Shape::host:
            return "127.0.0.1";
        case Shape::port:
            return "9";
        case Shape::number:
            return "1";
        case Shape::boolean:
            return "true";
        case Shape::email:
            return "placeholder@example.invalid";
        case Shape::uuid:
            return std::string(kUuid);
        case Shape::json:
            return "{}";
        case Shape::region:
            return "us-east-1";
        case Shape::word:
            return "placeholder";
        case Shape::domain:
            return "placeholder.example.invalid";
        case Shape::directory:
            return "folder";
        case Shape::file:
            return "file.txt";
        case Shape::json_file:
            return Words(name).part({"openapi", "swagger", "spec"}) ? "openapi.json"
                   : Words(name).part({"oauth", "credential", "google", "gmail", "keys"})
                       ? "credentials.json"
                       : "config.json";
        case Shape::yaml_file:
            return "config.yaml";
        case Shape::pem_file:
            return "key.pem";
        case Shape::transport:
            return "stdio";
    }
    return {};
}

bool is_path(Shape shape) {
    return shape == Shape::directory || shape == Shape::file || shape == Shape::json_file ||
           shape == Shape::yaml_file || shape == Shape::pem_file;
}

}  // namespace mcprisk::crawler
