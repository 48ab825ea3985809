#include "crawler/index/index_source.h"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>
#include <set>
#include <vector>

#include "crawler/config/input_file.h"
#include "crawler/redact.h"
#include "model/base/encoding.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

namespace fs = std::filesystem;

struct Fetched {
    int status = 0;
    std::string retry_after;
    std::string body;
    std::optional<HttpFailure> failure;
};

Fetched fetch(const std::string& url,
              const IndexSourceOptions& options,
              Loop& loop,
              HttpClient& client) {
    HttpRequest request;
    request.url = url;
    request.headers = {{"Accept", "application/json"}};
    request.private_headers = options.headers;
    request.limits.body_bytes = options.read.limits.bytes;
    request.limits.total = std::chrono::minutes{10};
    Fetched fetched;
    bool done = false;
    HttpCallbacks callbacks;
    callbacks.on_head = [&](const HttpHead& head) {
        fetched.status = head.status;
        fetched.retry_after = head.header("Retry-After");
    };
    callbacks.on_body = [&](std::string_view bytes) { fetched.body += bytes; };
    callbacks.on_done = [&](std::optional<HttpFailure> failure) {
        fetched.failure = std::move(failure);
        done = true;
    };
    client.start(std::move(request), std::move(callbacks));
    loop.run_until([&] { return done; });
    return fetched;
}

Result<std::string> fetch_patiently(const std::string& url,
                                    const IndexSourceOptions& options,
                                    Loop& loop,
                                    HttpClient& client) {
    constexpr int kAttempts = 4;
    std::string why;
    for (int attempt = 1; attempt <= kAttempts; ++attempt) {
        Fetched fetched = fetch(url, options, loop, client);
        if (!fetched.failure && fetched.status == 200) return std::move(fetched.body);
        why = fetched.failure ? fetched.failure->message
                              : fmt::format("it answers HTTP {}", fetched.status);
        const bool passes =
            fetched.status == 429 || fetched.status >= 500 ||
            (fetched.failure && fetched.failure->kind == HttpFailure::Kind::interrupted);
        if (!passes || attempt == kAttempts) break;
        const auto wait = retry_delay(attempt, read_retry_after(fetched.retry_after), 0.5);
        bool over = false;
        loop.after(wait, [&] { over = true; });
        loop.run_until([&] { return over; });
    }
    return fail(ErrorCode::io, fmt::format("reading {}: {}", redact_url(url), why));
}

class Source {
  public:
    Source(const IndexSourceOptions& options,
           Diagnostics& diagnostics,
           const std::function<void(IndexPage)>& take)
        : options_(options), diagnostics_(diagnostics), take_(take) {}

    Result<IndexTotals> pages(const std::string& word, Loop& loop, HttpClient& client) {
        std::string url = word;
        std::set<std::string> seen;
        while (totals_.pages < options_.max_pages) {
            auto text = fetch_patiently(url, options_, loop, client);
            auto next = text ? page(*text, redact_url(word), {})
                             : Result<std::optional<Next>>(fail(text.error()));
            if (!next) {
                if (totals_.pages == 0) return fail(next.error());
                warn(redact_url(word),
                     fmt::format("page {} and those after it are missing: {}",
                                 totals_.pages + 1,
                                 next.error().message));
                break;
            }
            if (!*next) break;
            if (!seen.insert((*next)->second).second) {
                warn(redact_url(word), "its pages repeat; what comes after is missing");
                break;
            }
            url = with_parameter(word, (*next)->first, (*next)->second);
        }
        return std::move(totals_);
    }

    Result<IndexTotals> file(const fs::path& path, const std::string& shown) {
        auto text = read_text_file(path.string(), options_.max_bytes);
        if (!text) return fail(text.error());
        std::string tools;
        if (path.filename() == "server.yaml" || path.filename() == "server.yml") {
            std::error_code error;
            const fs::path beside = path.parent_path() / "tools.json";
            if (fs::is_regular_file(beside, error)) {
                if (auto more = read_text_file(beside.string(), options_.read.limits.bytes)) {
                    tools = std::move(*more);
                }
            }
        }
        auto next = page(*text, shown, std::move(tools));
        if (!next) return fail(next.error());
        if (*next) {
            warn(shown, "it is one page of several, and the others are not here");
        }
        return std::move(totals_);
    }

    Result<IndexTotals> folder(const fs::path& path, const std::string& shown) {
        std::vector<fs::path> files;
        std::error_code error;
        const auto options = fs::directory_options::skip_permission_denied;
        for (fs::recursive_directory_iterator at(path, options, error), end; at != end && !error;
             at.increment(error)) {
            constexpr int kDeepest = 8;
            if (at.depth() > kDeepest || at->path().filename().string().starts_with('.')) {
                at.disable_recursion_pending();
                continue;
            }
            const std::string ending = at->path().extension().string();
            const bool fits = ending == ".json" || ending == ".yaml" || ending == ".yml";
            if (!fits || at->is_symlink(error) || !at->is_regular_file(error)) continue;
            if (at->path().filename() == "tools.json") continue;
            if (files.size() == options_.max_files) {
                warn(shown, fmt::format("more than {} files; the rest is left out", files.size()));
                break;
            }
            files.push_back(at->path());
        }
        std::sort(files.begin(), files.end());
        std::size_t readable = 0;
        for (const fs::path& one : files) {
            auto done = file(one, (fs::path(shown) / one.lexically_relative(path)).string());
            if (done) {
                totals_ = std::move(*done);
                ++readable;
            } else {
                diagnostics_.warn({Severity::warning, one.string(), 0, {}, done.error().message});
            }
        }
        if (readable == 0) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("reading {}: none of its {} JSON and YAML files is an index "
                                    "or an entry of one",
                                    shown,
                                    files.size()));
        }
        return std::move(totals_);
    }

  private:
    using Next = std::pair<std::string, std::string>;

    Result<std::optional<Next>> page(const std::string& text,
                                     const std::string& source,
                                     std::string tools) {
        IndexOptions options = options_.read;
        options.source = source;
        options.tools = std::move(tools);
        auto read = read_index(text, options, diagnostics_);
        if (!read) return fail(read.error());
        ++totals_.pages;
        totals_.kind = read->kind;
        totals_.entries += read->entries.size();
        totals_.left_out += read->left_out;
        auto next = read->entries.empty() && read->left_out == 0 ? std::nullopt : read->next;
        take_(std::move(*read));
        return next;
    }

    void warn(const std::string& source, std::string message) {
        diagnostics_.warn({Severity::warning, source, 0, {}, std::move(message)});
    }

    const IndexSourceOptions& options_;
    Diagnostics& diagnostics_;
    const std::function<void(IndexPage)>& take_;
    IndexTotals totals_;
};

}  // namespace

std::string with_parameter(const std::string& url,
                           const std::string& name,
                           const std::string& value) {
    const auto hash = url.find('#');
    const std::string whole = url.substr(0, hash);
    const auto mark = whole.find('?');
    std::string out = whole.substr(0, mark) + "?";
    if (mark != std::string::npos) {
        for (const std::string_view piece : split(std::string_view(whole).substr(mark + 1), '&')) {
            if (piece.empty() || piece.substr(0, piece.find('=')) == name) continue;
            out += std::string(piece) + "&";
        }
    }
    return out + name + "=" + mcprisk::percent_encode(value);
}

Result<IndexTotals> read_index_source(const std::string& word,
                                      const IndexSourceOptions& options,
                                      Loop& loop,
                                      HttpClient& client,
                                      Diagnostics& diagnostics,
                                      const std::function<void(IndexPage)>& take) {
    Source source(options, diagnostics, take);
    const std::string start = lower_ascii(word.substr(0, 8));
    if (start.starts_with("http://") || start.starts_with("https://")) {
        return source.pages(word, loop, client);
    }
    std::error_code error;
    if (fs::is_directory(word, error)) return source.folder(word, word);
    return source.file(word, word);
}

}  // namespace mcprisk::crawler
