// What is said to one MCP server to have its list of tools: what came goes in, what to do comes
// out. The same over every transport; a channel (stdio_channel.h, http_channel.h) carries it.
//
// Two openings lead to a list: `initialize` of the revisions with a handshake, `server/discover` of
// those without (revision.h). Which is tried first is the transport's matter, and the other follows
// where the first tells that the server does not know it. docs/protocol-stdio.md and
// docs/protocol-http.md say why. Source: MCP specification, lifecycle and versioning.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "crawler/mcp/limits.h"
#include "crawler/mcp/negotiation.h"
#include "crawler/mcp/protocol.h"
#include "crawler/mcp/revision.h"
#include "crawler/mcp/tool_pages.h"
#include "model/listing.h"

namespace mcprisk::crawler {

// Why there is no list.
struct Failure {
    Outcome outcome = Outcome::listed;
    std::string why;     // a clause; may quote untrusted text
    std::string remedy;  // what the user can do, may be empty
};

// What a transport has of its own.
struct Manners {
    Opening first = Opening::handshake;  // tried first where both may be
    // All goes over one channel, as the pipes of a process: after an opening without an answer it
    // is opened anew, and once it has answered it is awake. Else every request connects by itself.
    bool one_channel = true;
    bool keeps_half = true;  // an error in the middle of the pages leaves what was read
    int replies = 1000;      // to requests of the server; more is a flood
};

// Pure and not thread-safe. Each event returns what is to be done, in order; after Done the listing
// can be taken.
class Conversation {
  public:
    enum class Step : std::uint8_t { idle, discover, initialize, announce, list, settle, done };

    struct Ask {  // tell answered() or unanswered()
        std::string method;
        nlohmann::json params;
        std::chrono::milliseconds patience{};
    };
    struct Tell {  // an answer to a request of the server; nothing comes back
        nlohmann::json message;
    };
    struct Announce {  // a notification: tell announced() when it has gone
        nlohmann::json message;
    };
    struct Settle {  // tell settled() after that time
        std::chrono::milliseconds delay{};
    };
    struct Reopen {};  // open the channel anew, then tell opened()
    struct Done {};
    using Action = std::variant<Ask, Tell, Announce, Settle, Reopen, Done>;
    using Actions = std::vector<Action>;

    // How the failure of what was asked last is worded; called at most once, and only if needed.
    using Explain = std::function<Failure(std::string_view method)>;

    // What an answer that never came says.
    struct Loss {
        bool other_era = false;  // nothing of the era: the other may be tried
        bool keep = false;       // it is a limit of ours: half a list is kept
    };

    // `limits` and `table` outlive it. `blank` is what the listing begins with.
    Conversation(Era era,
                 const Limits& limits,
                 Manners manners,
                 Listing blank = {},
                 RevisionTable table = revisions());

    Actions opened();
    // The answer to the last Ask: a result or an error, or null where it is neither.
    Actions answered(const Message* reply, Standing standing, const Explain& explain);
    Actions unanswered(Failure failure, Loss loss);
    Actions announced();
    Actions settled();
    Actions enough();  // the list as it is now, where settled() is still waited for
    Actions heard(const Message& message);  // a request or a notification
    // From the handshake again, whatever was heard before, also after Done; the other opening is
    // tried no more.
    Actions again();

    // Whether the server can still say unasked that its tools changed, once they are listed.
    void hears_changes(bool hears) { hears_changes_ = hears; }

    [[nodiscard]] Step step() const { return step_; }
    [[nodiscard]] std::string_view method() const;  // what is asked at this step
    // The revision of requests without a handshake; empty while one with is spoken.
    [[nodiscard]] const std::string& modern() const { return modern_; }
    // As the handshake told it; empty before.
    [[nodiscard]] const std::string& version() const { return facts_.protocol_version; }
    [[nodiscard]] bool tried(Opening opening) const { return tried_.at(index(opening)); }
    // `params` of any other request at this revision.
    [[nodiscard]] nlohmann::json dressed(nlohmann::json params) const;

    // After Done. The listing has tools, outcome `listed` and what the server told of itself, or
    // the outcome of the failure, whose words are the channel's.
    [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }
    [[nodiscard]] Listing& listing() { return listing_; }
    [[nodiscard]] const Listing& listing() const { return listing_; }

  private:
    static std::size_t index(Opening opening) { return static_cast<std::size_t>(opening); }

    void open(Opening opening, std::chrono::milliseconds patience);
    void initialize(std::string_view version, std::chrono::milliseconds patience);
    void discover(std::string_view version, std::chrono::milliseconds patience);
    void begin_listing();
    void list(const std::optional<std::string>& cursor);
    void list_complete();
    void on_discover(const Message* reply, Standing standing, const Explain& explain);
    void on_initialize(const Message* reply, const Explain& explain);
    void on_list(const Message* reply, const Explain& explain);
    void on_page(const nlohmann::json& result);
    bool mends_request(const RpcError& error);
    void on_discovered(ServerFacts facts);
    void note(Failure failure);
    void fail(Failure failure, bool keep);
    void finish();
    [[nodiscard]] std::chrono::milliseconds later() const;
    [[nodiscard]] bool may_try(Opening opening) const;
    [[nodiscard]] Opening first() const;
    Actions flush() { return std::exchange(actions_, {}); }

    Era era_;
    const Limits& limits_;
    const Manners manners_;
    const RevisionTable table_;
    Step step_ = Step::idle;
    Actions actions_;
    Listing listing_;  // without tools until it is done
    ToolPages pages_;
    std::optional<Listing> complete_;  // the last whole list: tools and what its pages told
    std::optional<Failure> failure_;
    std::string modern_;
    ServerFacts facts_;
    nlohmann::json capabilities_ = nlohmann::json::object();  // of ours, in modern requests
    std::optional<std::string> cursor_;
    std::array<bool, 2> tried_{};
    bool handshake_corrected_ = false;  // a version that an error named was tried
    bool modern_corrected_ = false;     // the same, or the capabilities that it asked for
    bool hears_changes_ = false;
    bool changed_ = false;  // since the list was begun
    int relists_ = 0;
    int replies_ = 0;
};

}  // namespace mcprisk::crawler
