// Calls the tools of a listed server, as the scenarios of the conformance suite want them called.
#pragma once

#include <deque>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "crawler/mcp/follow_up.h"

namespace mcprisk::conformance {

// Calls what `context.toolCalls` names, else every tool a conforming client would show, with
// made-up arguments that fit its schema. Elicitations are accepted with the defaults of their
// schemas.
class ToolCalls final : public crawler::FollowUp {
  public:
    explicit ToolCalls(nlohmann::json context) : context_(std::move(context)) {}

    std::optional<Question> next(const Listing& listing, const crawler::Message* last) override;
    std::optional<nlohmann::json> answer(const crawler::Message& request) override;

  private:
    void plan(const Listing& listing);
    void retry(const nlohmann::json& result);

    struct Call {
        nlohmann::json params;
        crawler::HttpHeaders headers;
    };

    nlohmann::json context_;
    bool planned_ = false;
    std::deque<Call> calls_;
    Call current_;
};

}  // namespace mcprisk::conformance
