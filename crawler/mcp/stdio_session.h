// One listing over stdin and stdout as a state machine: what happened goes in, what to do comes
// out. Pure: no process, no clock. docs/protocol-stdio.md tells the order of messages and why.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crawler/mcp/limits.h"
#include "crawler/mcp/message_reader.h"
#include "crawler/mcp/protocol.h"
#include "crawler/mcp/tool_pages.h"
#include "crawler/process/process.h"
#include "crawler/secrets.h"
#include "model/listing.h"

namespace mcprisk::crawler {

struct SessionContext {
    std::string command;  // for messages: the command line without secrets
    Era era = Era::automatic;
    bool network = true;           // whether the server could reach one
    bool fetches = false;          // it is a runner that downloads what it runs
    bool without_scripts = false;  // its package was unpacked without its install scripts
    bool container = false;        // a container engine's client starts it
    KnownSecrets secrets;          // never to appear in a message
    std::vector<std::string> known_variables;  // names of variables that were set for it
};

class StdioSession {
  public:
    enum class Timer : std::uint8_t { answer, total, debounce };
    struct Send {
        std::string line;  // with its newline
    };
    struct Restart {};  // end the process if there is one, start it anew, then call started()
    struct SetTimer {   // replaces a running one of the same kind
        Timer timer = Timer::answer;
        std::chrono::milliseconds delay{};
    };
    struct CancelTimer {
        Timer timer = Timer::answer;
    };
    struct Finish {};  // the last action ever: take() has the listing
    using Action = std::variant<Send, Restart, SetTimer, CancelTimer, Finish>;
    using Actions = std::vector<Action>;  // to be done in order

    // `limits` must outlive the session.
    StdioSession(SessionContext context, const Limits& limits);

    Actions started();
    Actions received(std::size_t bytes);  // of stdout, before the lines in them
    Actions line(std::string_view text);
    Actions line_dropped();  // it was longer than limits.message_bytes
    Actions exited(const ExitStatus& status, std::string_view last_words);
    Actions closed(std::string_view last_words);  // stdout is at its end, the process is not
    Actions timed_out(Timer timer, std::string_view last_words);

    [[nodiscard]] bool finished() const { return state_ == State::done; }
    // Variables that the server asked for before it answered anything; known once finished.
    [[nodiscard]] const std::vector<std::string>& missing_variables() const { return missing_; }

    // Outcome, failure, tools, flags and what the server told of itself. The rest is the caller's.
    Listing take();

  private:
    enum class State : std::uint8_t { idle, initializing, discovering, listing, waiting, done };
    struct Failure {
        Outcome outcome = Outcome::exited;
        std::string why;
        std::string next;
    };

    void initialize(std::string_view version, std::chrono::milliseconds patience);
    void discover(std::string_view version, std::chrono::milliseconds patience);
    void begin_listing();
    void list(const std::optional<std::string>& cursor);
    void send(const nlohmann::json& message);
    void request(std::string_view method,
                 nlohmann::json params,
                 std::chrono::milliseconds patience);

    void on_message(const Message& message);
    void on_request(const Message& message);
    bool is_answer(const Message& message);
    void on_initialize(const Message& message);
    void on_discover(const Message& message);
    void on_list(const Message& message);
    void list_complete();

    void note(Failure failure);
    bool fall_forward(bool restart);
    void stop(Failure failure);
    void finish();
    void flag(ListingFlag one) { add_flag(listing_, one); }
    [[nodiscard]] std::string step() const;
    [[nodiscard]] Failure refused(std::string_view method, const RpcError& error) const;
    [[nodiscard]] Failure ended(const ExitStatus& status, std::string_view last_words);
    [[nodiscard]] Failure too_late(Timer timer, std::string_view last_words) const;
    [[nodiscard]] std::string quote(std::string_view last_words) const;
    Actions flush();

    SessionContext context_;
    const Limits& limits_;
    State state_ = State::idle;
    Actions actions_;
    MessageReader reader_;
    std::optional<ToolPages> pages_;
    Listing listing_;                  // without tools
    std::optional<Listing> complete_;  // the last whole list
    std::optional<Failure> failure_;   // of the era that was tried first
    std::vector<std::string> missing_;
    std::int64_t last_id_ = 0;
    bool answered_ = true;  // the request last_id_
    std::string modern_;    // the revision of modern requests; empty: a legacy one is spoken
    ServerFacts facts_;
    bool tried_initialize_ = false;
    bool tried_discover_ = false;
    bool retried_version_ = false;
    bool cursor_sent_ = false;
    bool changed_ = false;  // list_changed since the list was begun
    bool line_dropped_ = false;
    bool total_set_ = false;
    int relists_ = 0;
    int requests_answered_ = 0;
    std::string stray_error_;  // an error without id while an answer was waited for
    std::size_t received_ = 0;
};

}  // namespace mcprisk::crawler
