// A conversation over stdin and stdout: lines, timers and how the program ended. What happened goes
// in, what to do comes out. Pure: no process, no clock. docs/protocol-stdio.md tells the order of
// messages and why.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crawler/mcp/conversation.h"
#include "crawler/mcp/limits.h"
#include "crawler/mcp/message_reader.h"
#include "crawler/process/process.h"
#include "crawler/secrets.h"
#include "model/listing.h"

namespace mcprisk::crawler {

struct StdioContext {
    std::string command;  // for messages: the command line without secrets
    Era era = Era::automatic;
    bool network = true;           // whether the server could reach one
    bool fetches = false;          // it is a runner that downloads what it runs
    bool without_scripts = false;  // its package was unpacked without its install scripts
    bool container = false;        // a container engine's client starts it
    KnownSecrets secrets;          // never to appear in a message
    std::vector<std::string> known_variables;        // names of variables that were set for it
    RevisionTable revisions = crawler::revisions();  // outlives the channel
};

class StdioChannel {
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

    // `limits` must outlive the channel.
    StdioChannel(StdioContext context, const Limits& limits);

    Actions started();
    Actions received(std::size_t bytes);  // of stdout, before the lines in them
    Actions line(std::string_view text);
    Actions line_dropped();  // it was longer than limits.message_bytes
    Actions exited(const ExitStatus& status, std::string_view last_words);
    Actions closed(std::string_view last_words);  // stdout is at its end, the process is not
    Actions timed_out(Timer timer, std::string_view last_words);

    [[nodiscard]] bool finished() const { return talk_.step() == Conversation::Step::done; }
    // Variables that the server asked for before it answered anything; known once finished.
    [[nodiscard]] const std::vector<std::string>& missing_variables() const { return missing_; }

    // Outcome, failure, tools, flags and what the server told of itself. The rest is the caller's.
    Listing take();

  private:
    using Step = Conversation::Step;

    void perform(Conversation::Actions actions);
    void ask(const Conversation::Ask& what);
    void send(const nlohmann::json& message);
    void on_message(const Message& message);
    bool is_answer(const Message& message);
    void finish();
    void flag(ListingFlag one) { add_flag(talk_.listing(), one); }
    Actions flush() { return std::exchange(actions_, {}); }

    // What a failure says (stdio_failure.cc).
    [[nodiscard]] Failure refused(std::string_view method, const Message& answer) const;
    [[nodiscard]] Failure ended(const ExitStatus& status, std::string_view last_words);
    [[nodiscard]] Failure too_late(Timer timer, std::string_view last_words) const;
    [[nodiscard]] std::string quote(std::string_view last_words) const;

    StdioContext context_;
    const Limits& limits_;
    Conversation talk_;
    Actions actions_;
    MessageReader reader_;
    std::vector<std::string> missing_;
    std::int64_t last_id_ = 0;
    bool answered_ = true;  // the request last_id_
    bool line_dropped_ = false;
    bool total_set_ = false;
    std::string stray_error_;  // an error without id while an answer was waited for
    std::size_t received_ = 0;
};

}  // namespace mcprisk::crawler
