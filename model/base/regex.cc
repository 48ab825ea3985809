#include "model/base/regex.h"

#include <fmt/format.h>
#include <re2/re2.h>
#include <re2/set.h>
#include <algorithm>
#include <mutex>

namespace mcprisk {
namespace {

constexpr std::int64_t kRegexMemory = std::int64_t{8} << 20;
constexpr std::int64_t kSetMemory = std::int64_t{128} << 20;

RE2::Options options(bool case_sensitive, std::int64_t memory) {
    RE2::Options result;
    result.set_case_sensitive(case_sensitive);
    result.set_log_errors(false);
    result.set_max_mem(memory);
    return result;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

struct Regex::Impl {
    Impl(std::string text, bool cased) : pattern(std::move(text)), case_sensitive(cased) {}

    const RE2& compiled() {
        std::call_once(once, [&] {
            regex = std::make_unique<RE2>(piece(pattern), options(case_sensitive, kRegexMemory));
        });
        return *regex;
    }

    std::string pattern;
    bool case_sensitive;
    std::once_flag once;
    std::unique_ptr<RE2> regex;
};

Regex::Regex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

Regex Regex::later(std::string pattern, bool case_sensitive) {
    return Regex(std::make_unique<Impl>(std::move(pattern), case_sensitive));
}

Result<Regex> Regex::compile(std::string_view pattern, bool case_sensitive) {
    Regex regex = later(std::string(pattern), case_sensitive);
    const RE2& compiled = regex.impl_->compiled();
    if (!compiled.ok()) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("regular expression \"{}\": {}", pattern, compiled.error()));
    }
    return regex;
}

bool Regex::matches(std::string_view text) const {
    return RE2::PartialMatch(piece(text), impl_->compiled());
}

std::optional<RegexMatch> Regex::find(std::string_view text) const {
    re2::StringPiece found;
    if (!impl_->compiled().Match(piece(text), 0, text.size(), RE2::UNANCHORED, &found, 1)) {
        return std::nullopt;
    }
    const auto begin = static_cast<std::size_t>(found.data() - text.data());
    return RegexMatch{begin, begin + found.size()};
}

const std::string& Regex::pattern() const { return impl_->pattern; }

struct RegexSet::Impl {
    RE2::Set set;
    std::vector<Regex> single;
};

RegexSet::RegexSet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RegexSet::RegexSet(RegexSet&&) noexcept = default;
RegexSet& RegexSet::operator=(RegexSet&&) noexcept = default;
RegexSet::~RegexSet() = default;

Result<RegexSet> RegexSet::compile(std::span<const std::string> patterns, bool case_sensitive) {
    auto impl = std::make_unique<Impl>(
        Impl{RE2::Set(options(case_sensitive, kSetMemory), RE2::UNANCHORED), {}});
    for (const std::string& pattern : patterns) {
        impl->single.push_back(Regex::later(pattern, case_sensitive));
        std::string error;
        if (impl->set.Add(piece(pattern), &error) < 0) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("regular expression \"{}\": {}", pattern, error));
        }
    }
    if (!impl->set.Compile()) {
        return fail(ErrorCode::too_large,
                    fmt::format("{} regular expressions need more than {} MB together",
                                patterns.size(),
                                kSetMemory >> 20));
    }
    return RegexSet(std::move(impl));
}

std::vector<int> RegexSet::matches(std::string_view text) const {
    std::vector<int> hits;
    if (impl_->single.empty()) return hits;
    RE2::Set::ErrorInfo error{};
    impl_->set.Match(piece(text), &hits, &error);
    if (error.kind != RE2::Set::kNoError) {
        hits.clear();
        for (std::size_t i = 0; i < impl_->single.size(); ++i) {
            if (impl_->single[i].matches(text)) hits.push_back(static_cast<int>(i));
        }
    }
    std::sort(hits.begin(), hits.end());
    return hits;
}

}  // namespace mcprisk
