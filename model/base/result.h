// The outcome of one operation that may fail while the others go on.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace mcprisk {

// What kind of failure it is; the message says the rest.
enum class ErrorCode {
    invalid_input,  // bytes that are not what they should be
    too_large,      // a limit on untrusted input was reached
    not_found,
    ambiguous,  // several things fit
    io,         // the operating system refused
    conflict,   // somebody else holds or changed it
    unsupported,
};

// A message follows one pattern: what was tried, on what, why it failed, what to do if known.
// It may quote untrusted text; whoever prints it escapes it (see text.h).
struct Error {
    ErrorCode code = ErrorCode::invalid_input;
    std::string message;

    // The same error, seen from further out: "reading x.json: <message>".
    [[nodiscard]] Error context(std::string_view outer) const {
        return {code, std::string(outer) + ": " + message};
    }
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
    return tl::unexpected<Error>(Error{code, std::move(message)});
}

inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace mcprisk
