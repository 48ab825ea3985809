// The session's part of what a listing meets (engine/intake.h).
#pragma once

#include "cli/policy_settings.h"
#include "cli/session.h"
#include "engine/intake.h"

namespace mcprisk::cli {

// Classifier, day and clock of the session; no policies yet. `catalogue` may be null.
inline engine::IntakeWorld intake_world(store::Catalogue* catalogue,
                                        policy::Settings settings,
                                        Session& session) {
    return {.classifier = session.classifier(),
            .catalogue = catalogue,
            .entries = nullptr,
            .settings = std::move(settings),
            .today = today(session),
            .now = session.environment().now,
            .policy = {},
            .put_policy = {}};
}

}  // namespace mcprisk::cli
