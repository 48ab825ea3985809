#include "crawler/auth/oauth_challenge.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

constexpr std::size_t kMostChallenges = 16;
constexpr std::size_t kMostParameters = 32;
constexpr std::size_t kLongestHeader = std::size_t{16} << 10;

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
    [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }
    void skip() { ++at_; }

    bool skip_blanks() {
        const std::size_t before = at_;
        while (peek() == ' ' || peek() == '\t') ++at_;
        return at_ > before;
    }

    void skip_separators() {
        while (peek() == ' ' || peek() == '\t' || peek() == ',') ++at_;
    }

    std::string_view token() {
        const std::size_t start = at_;
        while (!at_end() && is_http_token(text_.substr(at_, 1))) ++at_;
        return text_.substr(start, at_ - start);
    }

    // `name = value`, or nothing, and then nothing is consumed.
    std::optional<std::pair<std::string, std::string>> parameter() {
        const std::size_t start = at_;
        std::string name = lower_ascii(token());
        skip_blanks();
        if (name.empty() || peek() != '=') {
            at_ = start;
            return std::nullopt;
        }
        skip();
        skip_blanks();
        if (peek() == '"') return std::pair{std::move(name), quoted()};
        const std::string value(token());
        // "abc==" is token68, a credential in itself, and no parameter.
        if (value.empty()) {
            at_ = start;
            return std::nullopt;
        }
        return std::pair{std::move(name), value};
    }

    // Up to the next comma: what is not understood.
    void skip_item() {
        while (!at_end() && peek() != ',') ++at_;
    }

  private:
    std::string quoted() {
        std::string value;
        for (skip(); !at_end() && peek() != '"'; skip()) {
            if (peek() == '\\') skip();
            if (!at_end()) value += peek();
        }
        skip();
        return value;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<AuthChallenge> read_challenges(std::string_view header) {
    std::vector<AuthChallenge> challenges;
    Reader in(header.substr(0, kLongestHeader));
    for (in.skip_separators(); !in.at_end(); in.skip_separators()) {
        if (!challenges.empty()) {
            if (auto parameter = in.parameter()) {
                auto& parameters = challenges.back().parameters;
                if (parameters.size() < kMostParameters) parameters.insert(std::move(*parameter));
                continue;
            }
        }
        const std::string_view scheme = in.token();
        if (scheme.empty() || challenges.size() >= kMostChallenges) {
            in.skip_item();
            continue;
        }
        challenges.push_back({lower_ascii(scheme), {}});
        // Either parameters follow, read by the next round, or one token68, which tells nothing.
        if (in.skip_blanks()) {
            Reader ahead = in;
            if (ahead.peek() != ',' && !ahead.parameter()) in.skip_item();
        } else {
            in.skip_item();
        }
    }
    return challenges;
}

BearerChallenge read_bearer_challenge(std::string_view header) {
    BearerChallenge bearer;
    const auto challenges = read_challenges(header);
    const auto found = std::find_if(challenges.begin(),
                                    challenges.end(),
                                    [](const AuthChallenge& c) { return c.scheme == "bearer"; });
    if (found == challenges.end()) return bearer;
    const auto take = [&](const char* name) {
        const auto parameter = found->parameters.find(name);
        return parameter == found->parameters.end() ? std::string()
                                                    : repair_utf8(parameter->second);
    };
    bearer.present = true;
    bearer.resource_metadata = take("resource_metadata");
    bearer.scope = take("scope");
    bearer.error = take("error");
    bearer.error_description = take("error_description");
    bearer.realm = take("realm");
    return bearer;
}

std::string joined_challenges(const HttpHead& head) {
    std::string joined;
    for (const auto& [name, value] : head.headers) {
        if (!equals_ignoring_case(name, "WWW-Authenticate")) continue;
        if (!joined.empty()) joined += ", ";
        joined += value;
    }
    return joined;
}

BearerChallenge read_bearer_challenge(const HttpHead& head) {
    return read_bearer_challenge(joined_challenges(head));
}

}  // namespace mcprisk::crawler
