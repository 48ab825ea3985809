// What a session says when it fails: what was asked, what came instead, what to do.
#include "crawler/mcp/stdio_channel.h"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "crawler/process/container_run.h"
#include "crawler/process/start_failure.h"
#include "crawler/redact.h"
#include "model/base/json.h"
#include "model/base/text.h"

namespace mcprisk::crawler {
namespace {

using std::chrono::milliseconds;
constexpr std::string_view kAllowNetwork =
    "it was started without network, --allow-net gives it one";

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

std::string seconds(milliseconds time) {
    return fmt::format("{:.3g} s", static_cast<double>(time.count()) / 1000.0);
}

}  // namespace

std::string StdioChannel::quote(std::string_view last_words) const {
    // Redacted before it is cut, so that no half of a secret escapes.
    const std::string text = last_line(redact(context_.secrets.hide(repair_utf8(last_words))));
    return text.empty() ? "without a word on stderr" : fmt::format("saying \"{}\"", text);
}

Failure StdioChannel::refused(std::string_view method, const Message& answer) const {
    if (answer.kind != Message::Kind::error) {
        return {Outcome::wrong_protocol,
                fmt::format("its answer to {} makes no sense", method),
                "report it to its author"};
    }
    const RpcError& error = answer.error;
    // Hidden before it is cut, so that no half of a secret escapes.
    RpcError clean{error.code, context_.secrets.hide(error.message), nullptr};
    const std::string why =
        redact(fmt::format("it answered {} with {}", method, mcprisk::crawler::describe(clean)));
    if (read_start_failure(error.message, context_.network).outcome == Outcome::needs_network) {
        return {Outcome::needs_network, why, std::string(kAllowNetwork)};
    }
    return {Outcome::server_error,
            why,
            "see what its documentation says it needs: it may want credentials or a service"};
}

Failure StdioChannel::ended(const ExitStatus& status, std::string_view last_words) {
    const std::string why = fmt::format("it ended with {} before it answered {}, {}",
                                        describe(status),
                                        talk_.method(),
                                        quote(last_words));
    StartFailure read = read_start_failure(last_words, context_.network, context_.known_variables);
    const Step step = talk_.step();
    if (step == Step::initialize || talk_.tried(Opening::each_request)) missing_ = read.variables;
    const bool starting = step != Step::list && step != Step::settle;
    if (context_.fetches && !context_.network && starting && read.variables.empty()) {
        return {Outcome::needs_network,
                why,
                "it downloads what it runs each time it starts, --allow-net lets it"};
    }
    if (context_.container) {
        if (const auto engine = read_container_failure(last_words)) {
            return {engine->outcome, why, std::string(engine->remedy)};
        }
    }
    if (context_.without_scripts && wants_scripts(last_words)) {
        const std::string module = native_module(last_words);
        return {Outcome::exited,
                why,
                fmt::format("its package was unpacked without running its install scripts, which "
                            "fetch or build the binary of {}: --allow-scripts runs them",
                            module.empty() ? "a native module" : module)};
    }
    switch (read.outcome) {
        case Outcome::needs_network:
            return {read.outcome, why, std::string(kAllowNetwork)};
        case Outcome::no_runtime:
            return {read.outcome, why, "install what it asks for"};
        case Outcome::needs_configuration: {
            std::string next = "see what its documentation says it needs to start";
            if (!read.variables.empty()) {
                next = fmt::format(
                    "set {} (--env {}=VALUE), or let made-up values be tried with "
                    "--placeholder-credentials",
                    joined(read.variables),
                    read.variables.front());
            } else if (!read.options.empty()) {
                next = "add to its command line what it asks for: " + joined(read.options);
            }
            return {read.outcome, why, next};
        }
        default:
            return {Outcome::exited, why, "start it by hand to see why"};
    }
}

Failure StdioChannel::too_late(Timer timer, std::string_view last_words) const {
    const std::string words = quote(last_words);
    if (!stray_error_.empty()) {
        return {Outcome::server_error,
                fmt::format("it answered {} with {}, but without saying which request it means",
                            talk_.method(),
                            redact(stray_error_)),
                "report it to its author"};
    }
    if (line_dropped_ || !reader_.refused().empty()) {
        return {Outcome::wrong_protocol,
                fmt::format("no answer to {} could be read: {}",
                            talk_.method(),
                            line_dropped_ ? fmt::format("a line of more than {} bytes was dropped",
                                                        limits_.message_bytes)
                                          : reader_.refused()),
                "report it to its author"};
    }
    if (!context_.network && talk_.step() != Step::list &&
        (context_.fetches ||
         read_start_failure(last_words, false).outcome == Outcome::needs_network)) {
        return {Outcome::needs_network,
                fmt::format("no answer to {}, {}", talk_.method(), words),
                std::string(kAllowNetwork)};
    }
    const milliseconds patience = timer == Timer::total        ? limits_.total
                                  : talk_.step() == Step::list ? limits_.request
                                                               : limits_.start;
    std::string next = reader_.noise_lines() > 0
                           ? "it printed text instead, so check how to ask for its stdio mode"
                           : "check that it has a stdio mode, or give it more time with --timeout";
    if (!context_.network) next += fmt::format("; {}", kAllowNetwork);
    return {Outcome::timed_out,
            fmt::format("no answer to {} within {}{}, {}",
                        talk_.method(),
                        seconds(patience),
                        timer == Timer::total ? " since its start" : "",
                        words),
            next};
}

}  // namespace mcprisk::crawler
