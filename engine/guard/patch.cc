#include "engine/guard/patch.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/base/json.h"

namespace mcprisk::engine {
namespace {

using nlohmann::json;

constexpr std::string_view kSchema = "mcprisk-guard/1";
// Beyond it a change is one hunk: settings are small, and the table below is the product of both.
constexpr std::size_t kMostCells = 4'000'000;

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

std::string joined(std::span<const std::string_view> lines) {
    std::string out;
    for (const std::string_view line : lines) out += line;
    return out;
}

}  // namespace

std::vector<Hunk> hunks_between(std::string_view before, std::string_view after) {
    const auto a = lines_of(before);
    const auto b = lines_of(after);
    std::size_t head = 0;
    while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
    std::size_t tail = 0;
    while (tail < a.size() - head && tail < b.size() - head &&
           a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
        ++tail;
    }
    const std::span<const std::string_view> x(a.data() + head, a.size() - head - tail);
    const std::span<const std::string_view> y(b.data() + head, b.size() - head - tail);
    if (x.empty() && y.empty()) return {};
    const auto above_of = [&](std::size_t at) {
        return at == 0 ? std::string() : std::string(b[at - 1]);
    };
    if ((x.size() + 1) * (y.size() + 1) > kMostCells) {
        return {{.above = above_of(head), .removed = joined(x), .added = joined(y)}};
    }
    // Longest common subsequence of what is left, from the end.
    const std::size_t width = y.size() + 1;
    std::vector<std::uint32_t> common((x.size() + 1) * width, 0);
    for (std::size_t i = x.size(); i-- > 0;) {
        for (std::size_t j = y.size(); j-- > 0;) {
            common[i * width + j] =
                x[i] == y[j] ? common[(i + 1) * width + j + 1] + 1
                             : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
        }
    }
    std::vector<Hunk> hunks;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < x.size() || j < y.size()) {
        if (i < x.size() && j < y.size() && x[i] == y[j]) {
            ++i;
            ++j;
            continue;
        }
        Hunk hunk{.above = above_of(head + j), .removed = {}, .added = {}};
        while ((i < x.size() || j < y.size()) && !(i < x.size() && j < y.size() && x[i] == y[j])) {
            const bool take_old = j == y.size() || (i < x.size() && common[(i + 1) * width + j] >=
                                                                        common[i * width + j + 1]);
            if (take_old) {
                hunk.removed += x[i++];
            } else {
                hunk.added += y[j++];
            }
        }
        hunks.push_back(std::move(hunk));
    }
    return hunks;
}

Reverted revert(std::string_view text, const std::vector<Hunk>& hunks) {
    Reverted out{.text = std::string(text)};
    // From the end, so that the line above a hunk is still the one that was written.
    for (auto hunk = hunks.rbegin(); hunk != hunks.rend(); ++hunk) {
        const auto only = [&](const std::string& what) -> std::size_t {
            const std::size_t at = out.text.find(what);
            if (at == std::string::npos || out.text.find(what, at + 1) != std::string::npos) {
                return std::string::npos;
            }
            return at;
        };
        const std::string with_above = hunk->above + hunk->added;
        std::size_t at = with_above.empty() ? 0 : only(with_above);
        if (at != std::string::npos) {
            at += hunk->above.size();
        } else if (!hunk->added.empty()) {
            at = only(hunk->added);
        }
        const bool line_begins = at == 0 || (at != std::string::npos && out.text[at - 1] == '\n');
        if (at == std::string::npos || !line_begins) {
            ++out.kept;
            continue;
        }
        out.text.replace(at, hunk->added.size(), hunk->removed);
    }
    return out;
}

std::string journal_text(const std::vector<Written>& written) {
    json files = json::array();
    for (const Written& one : written) {
        json hunks = json::array();
        for (const Hunk& hunk : one.hunks) {
            hunks.push_back(
                {{"above", hunk.above}, {"removed", hunk.removed}, {"added", hunk.added}});
        }
        files.push_back({{"file", one.file}, {"backup", one.backup}, {"hunks", std::move(hunks)}});
    }
    return json{{"schema", kSchema}, {"files", std::move(files)}}.dump(2) + "\n";
}

Result<std::vector<Written>> read_journal(std::string_view text) {
    const auto value = parse_json(text);
    if (!value) return fail(value.error());
    if (string_member(*value, "schema") != kSchema) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("it is no journal of this program ({})", kSchema));
    }
    std::vector<Written> written;
    try {
        for (const json& file : value->at("files")) {
            Written one{.file = file.at("file").get<std::string>(),
                        .backup = file.at("backup").get<std::string>(),
                        .hunks = {}};
            for (const json& hunk : file.at("hunks")) {
                one.hunks.push_back({.above = hunk.at("above").get<std::string>(),
                                     .removed = hunk.at("removed").get<std::string>(),
                                     .added = hunk.at("added").get<std::string>()});
            }
            written.push_back(std::move(one));
        }
    } catch (const json::exception& error) {
        return fail(ErrorCode::invalid_input, error.what());
    }
    return written;
}

}  // namespace mcprisk::engine
