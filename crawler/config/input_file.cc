#include "crawler/config/input_file.h"

#include <fmt/format.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "crawler/config/config_tree.h"
#include "crawler/config/document_stream.h"
#include "crawler/index/index_shape.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;

constexpr std::string_view kExpected =
    "expected a client configuration (JSON, JSONC, TOML or YAML), a tools/list result, a server "
    "document, JSON Lines of server documents, or an index of servers";

class InputReader {
  public:
    InputReader(std::string_view name, const InputOptions& options)
        : name_(name), options_(options) {
        id_ = options.id.empty() ? stem_of(name) : options.id;
    }

    Result<Input> read(std::string_view text) {
        if (trim(text).empty()) {
            return fail(ErrorCode::invalid_input, fmt::format("the file is empty; {}", kExpected));
        }
        if (looks_like_json_lines(text)) return read_lines(text);
        const auto tree = read_config_tree(text, options_.config.limits);
        if (!tree && ends_in_lines()) return read_lines(text);
        if (!tree) {
            return fail(tree.error().code, fmt::format("{}; {}", tree.error().message, kExpected));
        }
        return read_tree(*tree);
    }

  private:
    [[nodiscard]] bool ends_in_lines() const {
        return name_.ends_with(".jsonl") || name_.ends_with(".ndjson");
    }

    Result<Input> read_tree(const ConfigTree& tree) {
        const json& value = tree.value;
        if (is_list_of_documents(value)) return read_array(value);
        if (const auto index = recognise_index(value)) {
            input_.kind = InputKind::index;
            input_.index_name = index->name;
            input_.index_servers = index->servers;
            return std::move(input_);
        }
        if (is_client_config(tree)) return read_config(tree);
        auto done = add_list(value, 0);
        if (done) return std::move(input_);
        const bool plain = value.is_object() || value.is_array();
        return fail(done.error().code,
                    plain ? fmt::format("not recognised: {} ({})", kExpected, done.error().message)
                          : fmt::format("not recognised: {}", kExpected));
    }

    static bool is_list_of_documents(const json& value) {
        return value.is_array() && !value.empty() &&
               std::all_of(value.begin(), value.end(), [](const json& item) {
                   const json* tools = find_member(item, "tools");
                   return tools != nullptr && tools->is_array() &&
                          !string_member(item, "server").empty();
               });
    }

    Result<Input> read_array(const json& value) {
        for (const json& item : value) {
            if (auto done = add_list(item, 0); !done) warn(0, done.error().message);
        }
        return std::move(input_);
    }

    Result<bool> add_list(const json& value, std::size_t line) {
        std::vector<std::string> problems;
        auto listing = read_recorded_list(value, &problems);
        if (!listing) return fail(listing.error());
        for (std::string& problem : problems) warn(line, std::move(problem));
        add(std::move(*listing));
        return true;
    }

    void add(Listing listing) {
        listing.transport = "file";
        listing.origin = name_;
        if (listing.document.server.empty()) listing.document.server = id_;
        input_.listings.push_back(std::move(listing));
    }

    Result<Input> read_lines(std::string_view text) {
        std::size_t number = 0;
        std::size_t bad = 0;
        std::vector<std::string> problems;
        while (!text.empty()) {
            const auto end = text.find('\n');
            std::string_view line = text.substr(0, end);
            text = end == std::string_view::npos ? "" : text.substr(end + 1);
            if (++number == 1 && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
            line = trim(line);
            if (line.empty()) continue;
            const auto value = parse_json(line, options_.config.limits);
            auto done = value ? add_list(*value, number) : Result<bool>(fail(value.error()));
            if (!done) {
                ++bad;
                warn(number, done.error().message);
            }
        }
        if (input_.listings.empty()) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("none of {} lines is a server document; {}", bad, kExpected));
        }
        return std::move(input_);
    }

    Result<Input> read_config(const ConfigTree& tree) {
        ConfigContext context = options_.config;
        context.file = name_;
        input_.kind = InputKind::client_config;
        auto targets = read_client_config(tree, context, &input_.diagnostics);
        if (!targets) return fail(targets.error());
        input_.targets = std::move(*targets);
        for (const Diagnostic& problem : input_.diagnostics.items()) {
            Listing listing;
            listing.document.server = problem.path;
            listing.outcome = Outcome::unreadable;
            listing.failure = fmt::format("{} in line {} of {}: {}; mend the entry",
                                          printable(problem.path),
                                          problem.line,
                                          printable(name_),
                                          problem.message);
            listing.transport = "file";
            listing.origin = name_;
            input_.listings.push_back(std::move(listing));
        }
        return std::move(input_);
    }

    void warn(std::size_t line, std::string message) {
        input_.diagnostics.warn({Severity::warning, name_, line, {}, std::move(message)});
    }

    std::string name_;
    const InputOptions& options_;
    std::string id_;
    Input input_;
};

}  // namespace

std::string stem_of(std::string_view name) {
    const auto slash = name.find_last_of("/\\");
    if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
    const auto dot = name.rfind('.');
    if (dot != std::string_view::npos && dot > 0) name = name.substr(0, dot);
    return name.empty() || name == "-" ? "input" : std::string(name);
}

Result<Input> read_input(std::string_view name,
                         std::string_view text,
                         const InputOptions& options) {
    auto input = InputReader(name, options).read(text);
    if (!input) return fail(input.error().context(fmt::format("reading {}", printable(name))));
    return input;
}

Result<std::string> read_text_file(const std::string& path, std::size_t limit) {
    const auto refuse = [&](ErrorCode code, std::string_view why) {
        return fail(code, fmt::format("reading {}: {}", printable(path), why));
    };
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status))
        return refuse(ErrorCode::not_found, "there is no such file");
    if (std::filesystem::is_directory(status)) {
        return refuse(ErrorCode::invalid_input, "it is a directory; name a file in it");
    }
    std::ifstream in(path, std::ios::binary);
    if (!in) return refuse(ErrorCode::io, std::strerror(errno));
    std::string text;
    std::string chunk(std::size_t{64} * 1024, '\0');
    while (in) {
        in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
        text.append(chunk, 0, static_cast<std::size_t>(in.gcount()));
        if (text.size() > limit) {
            return refuse(ErrorCode::too_large, fmt::format("it is larger than {} bytes", limit));
        }
    }
    if (in.bad()) return refuse(ErrorCode::io, "the file could not be read to its end");
    return text;
}

}  // namespace mcprisk::crawler
