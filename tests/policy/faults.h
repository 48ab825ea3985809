// Policy documents with one fault each, for the validator and for its comparison with the schema.
#pragma once

#include <cstddef>
#include <ostream>
#include <span>

#include "model/base/diagnostics.h"

namespace mcprisk::policy::testing {

struct Fault {
    const char* text;
    const char* path;
    Severity severity;
    std::size_t line = 1;
    bool beyond_schema = false;  // an error that JSON Schema cannot express, or no JSON at all
};

inline std::ostream& operator<<(std::ostream& out, const Fault& fault) { return out << fault.text; }

std::span<const Fault> faults();
std::span<const char* const> sound_documents();

}  // namespace mcprisk::policy::testing
