// What a policy.json decides for one call after another: limits, windows and counters over a clock
// that the caller moves. docs/policy-format.md has the semantics.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "model/base/result.h"
#include "policy/document/evaluate.h"

namespace mcprisk::policy {

// Windows are aligned to UTC; a denied call is not counted; one set of counters a grant, and tools
// with the same counter name share it. Time may stand still and must not run backwards. Not
// thread-safe.
class Enforcer {
  public:
    // Fails if the document has an error that validate_policy reports.
    static Result<Enforcer> make(std::string_view document);
    Enforcer(Enforcer&&) noexcept;
    Enforcer& operator=(Enforcer&&) noexcept;
    ~Enforcer();

    // `now`: seconds since 1970-01-01T00:00:00Z. Fails if `arguments` is no JSON object.
    Result<Ruling> call(std::string_view tool,
                        std::string_view arguments,
                        std::int64_t now,
                        std::string_view grant = "");

  private:
    struct Impl;
    explicit Enforcer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace mcprisk::policy
