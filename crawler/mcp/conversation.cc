#include "crawler/mcp/conversation.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <utility>

#include "model/base/json.h"

namespace mcprisk::crawler {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr const char* kTellAuthor = "report it to its author";

Opening other(Opening opening) {
    return opening == Opening::handshake ? Opening::each_request : Opening::handshake;
}

bool is_result(const Message* reply) {
    return reply != nullptr && reply->kind == Message::Kind::result;
}

bool is_error(const Message* reply) {
    return reply != nullptr && reply->kind == Message::Kind::error;
}

Failure nonsense(std::string why) { return {Outcome::wrong_protocol, std::move(why), kTellAuthor}; }

}  // namespace

Conversation::Conversation(
    Era era, const Limits& limits, Manners manners, Listing blank, RevisionTable table)
    : era_(era),
      limits_(limits),
      manners_(manners),
      table_(table),
      listing_(std::move(blank)),
      pages_(limits) {}

// What to do next -------------------------------------------------------------------------------

Opening Conversation::first() const {
    if (era_ == Era::legacy) return Opening::handshake;
    if (era_ == Era::modern) return Opening::each_request;
    return manners_.first;
}

bool Conversation::may_try(Opening opening) const {
    return era_ == Era::automatic && !tried(opening);
}

// A server that has answered on its one channel is awake; else each opening may be the first.
milliseconds Conversation::later() const {
    return manners_.one_channel ? limits_.request : limits_.start;
}

void Conversation::open(Opening opening, milliseconds patience) {
    const auto version = newest(opening, table_);
    if (opening == Opening::handshake) {
        initialize(version, patience);
    } else {
        discover(version, patience);
    }
}

void Conversation::initialize(std::string_view version, milliseconds patience) {
    step_ = Step::initialize;
    tried_.at(index(Opening::handshake)) = true;
    modern_.clear();
    facts_ = {};
    listing_.declared_capabilities = canonical_json(declared_capabilities());
    actions_.emplace_back(Ask{"initialize", initialize_params(version), patience});
}

void Conversation::discover(std::string_view version, milliseconds patience) {
    step_ = Step::discover;
    tried_.at(index(Opening::each_request)) = true;
    modern_ = version;
    actions_.emplace_back(Ask{"server/discover", modern_params(modern_, capabilities_), patience});
}

void Conversation::begin_listing() {
    pages_.clear();
    list(std::nullopt);
}

void Conversation::list(const std::optional<std::string>& cursor) {
    step_ = Step::list;
    cursor_ = cursor;
    actions_.emplace_back(
        Ask{"tools/list", list_params(cursor, modern_, capabilities_), limits_.request});
}

void Conversation::list_complete() {
    complete_.emplace();
    pages_.finish(*complete_);
    const json* tools = find_member(facts_.capabilities, "tools");
    const bool may_change =
        hears_changes_ && tools != nullptr && bool_member(*tools, "listChanged", false);
    if (!changed_ && !may_change) return finish();
    if (relists_ >= limits_.relists) {
        if (changed_) add_flag(listing_, ListingFlag::list_unstable);
        return finish();
    }
    step_ = Step::settle;
    actions_.emplace_back(Settle{limits_.debounce});
}

std::string_view Conversation::method() const {
    switch (step_) {
        case Step::initialize:
            return "initialize";
        case Step::discover:
            return "server/discover";
        default:
            return "tools/list";
    }
}

json Conversation::dressed(json params) const {
    if (modern_.empty()) return params;
    const json meta = modern_params(modern_, capabilities_);
    params["_meta"].update(meta["_meta"]);
    return params;
}

// Events ----------------------------------------------------------------------------------------

Conversation::Actions Conversation::opened() {
    if (step_ == Step::done) return {};
    const Opening opening = may_try(other(first())) && tried(first()) ? other(first()) : first();
    open(opening, limits_.start);
    return flush();
}

Conversation::Actions Conversation::again() {
    era_ = Era::legacy;
    failure_.reset();
    pages_.clear();
    open(Opening::handshake, later());
    return flush();
}

Conversation::Actions Conversation::answered(const Message* reply,
                                             Standing standing,
                                             const Explain& explain) {
    switch (step_) {
        case Step::discover:
            on_discover(reply, standing, explain);
            break;
        case Step::initialize:
            on_initialize(reply, explain);
            break;
        case Step::list:
            on_list(reply, explain);
            break;
        default:
            break;
    }
    return flush();
}

Conversation::Actions Conversation::unanswered(Failure failure, Loss loss) {
    if (step_ == Step::done) return {};
    const bool opening = step_ == Step::initialize || step_ == Step::discover;
    if (opening && loss.other_era) {
        const Opening asked =
            step_ == Step::initialize ? Opening::handshake : Opening::each_request;
        if (may_try(other(asked))) {
            // Of discover nothing is noted: what answers to the handshake tells more.
            if (asked == Opening::handshake) note(std::move(failure));
            if (manners_.one_channel) {
                step_ = Step::idle;
                actions_.emplace_back(Reopen{});
            } else {
                open(other(asked), later());
            }
            return flush();
        }
    }
    fail(std::move(failure), loss.keep);
    return flush();
}

Conversation::Actions Conversation::announced() {
    if (step_ == Step::announce) begin_listing();
    return flush();
}

Conversation::Actions Conversation::settled() {
    if (step_ != Step::settle) return {};
    if (std::exchange(changed_, false)) {
        ++relists_;
        begin_listing();
    } else {
        finish();
    }
    return flush();
}

Conversation::Actions Conversation::enough() {
    if (step_ == Step::settle) finish();
    return flush();
}

Conversation::Actions Conversation::heard(const Message& message) {
    if (message.kind == Message::Kind::request) {
        if (!modern_.empty()) {
            // Neither side may do this any more; an answer would break the rules a second time.
            add_flag(listing_, ListingFlag::stray_messages);
        } else if (replies_ >= manners_.replies) {
            add_flag(listing_, ListingFlag::request_flood);
        } else {
            ++replies_;
            actions_.emplace_back(Tell{answer_to(message)});
        }
    } else if (modern_.empty() && is_list_changed(message)) {
        // Before `initialized` a list is not ours yet; modern servers send it only to subscribers.
        changed_ =
            changed_ || step_ == Step::announce || step_ == Step::list || step_ == Step::settle;
    }
    return flush();
}

// Answers ---------------------------------------------------------------------------------------

// A request without a handshake that was refused for what it lacked: mended once.
bool Conversation::mends_request(const RpcError& error) {
    if (std::exchange(modern_corrected_, true)) return false;
    if (const json* required = find_member(error.data, "requiredCapabilities");
        required != nullptr && required->is_object()) {
        capabilities_ = *required;
    }
    return true;
}

void Conversation::on_discover(const Message* reply, Standing standing, const Explain& explain) {
    const EraVerdict verdict = judge_discover(reply, standing, table_);
    if (verdict == EraVerdict::modern) return on_discovered(*read_discover_result(reply->result));
    const auto named =
        is_error(reply) ? mutual_version(reply->error, table_) : std::optional<std::string>();
    if (verdict == EraVerdict::retry && mends_request(reply->error)) {
        return discover(named ? *named : modern_, later());
    }
    if (verdict == EraVerdict::legacy && named && era_ == Era::automatic &&
        !std::exchange(handshake_corrected_, true)) {
        return initialize(*named, later());
    }
    if (verdict != EraVerdict::unsupported && may_try(Opening::handshake)) {
        return open(Opening::handshake, later());
    }
    if (era_ == Era::modern && verdict == EraVerdict::legacy) {
        return fail({Outcome::wrong_protocol,
                     fmt::format("it does not speak MCP {}", newest(Opening::each_request, table_)),
                     "let the older revisions be tried as well"},
                    false);
    }
    if (!is_result(reply) || standing != Standing::fine) return fail(explain(method()), false);
    // It speaks without a handshake, in revisions that are not ours: perhaps its list can be read.
    auto facts = read_discover_result(reply->result);
    if (!facts) return fail(nonsense(facts.error().message), false);
    on_discovered(std::move(*facts));
}

void Conversation::on_discovered(ServerFacts facts) {
    const auto best = newest_among(facts.supported_versions, Opening::each_request, table_);
    if (best.empty()) {
        add_flag(listing_, ListingFlag::unknown_protocol_version);
    } else {
        modern_ = best;
    }
    facts.protocol_version = modern_;
    apply(facts, listing_, table_);
    facts_ = std::move(facts);
    begin_listing();
}

void Conversation::on_initialize(const Message* reply, const Explain& explain) {
    std::optional<Failure> failure;
    if (is_result(reply)) {
        auto facts = read_initialize_result(reply->result);
        if (facts) {
            facts_ = std::move(*facts);
            apply(facts_, listing_, table_);
            step_ = Step::announce;
            actions_.emplace_back(Announce{make_notification("notifications/initialized")});
            return;
        }
        failure = nonsense(facts.error().message);
    } else if (is_error(reply)) {
        const auto named = mutual_version(reply->error, table_);
        if (named && opens(*named, Opening::handshake, table_)) {
            if (!std::exchange(handshake_corrected_, true)) return initialize(*named, later());
        } else if (named && era_ == Era::automatic && !std::exchange(modern_corrected_, true)) {
            return discover(*named, later());
        }
    }
    if (!failure) failure = explain(method());
    if (!may_try(Opening::each_request)) return fail(std::move(*failure), false);
    note(std::move(*failure));
    open(Opening::each_request, later());
}

void Conversation::on_list(const Message* reply, const Explain& explain) {
    if (is_result(reply)) return on_page(reply->result);
    if (is_error(reply)) {
        const RpcError& error = reply->error;
        if (error.code == kInvalidParams && cursor_) {
            if (const auto begin = pages_.restart()) return list(begin->cursor);
        }
        if (!modern_.empty() && is_modern_error(error)) {
            if (error.code == kMissingClientCapability &&
                find_member(error.data, "requiredCapabilities") != nullptr &&
                mends_request(error)) {
                return list(cursor_);
            }
            if (pages_.pages() == 0 && may_try(Opening::handshake)) {
                return open(Opening::handshake, later());
            }
        }
        if (means_no_tools(error, facts_, cursor_.has_value())) return list_complete();
    }
    fail(explain(method()), manners_.keeps_half);
}

void Conversation::on_page(const json& result) {
    if (!modern_.empty()) apply_result_meta(result, listing_);
    const ToolPages::Step next = pages_.add(result);
    switch (next.next) {
        case ToolPages::Next::fetch:
            return list(next.cursor);
        case ToolPages::Next::done:
            return list_complete();
        case ToolPages::Next::invalid:
            return fail(nonsense(next.problem), manners_.keeps_half);
    }
}

// Ends ------------------------------------------------------------------------------------------

void Conversation::note(Failure failure) {
    // The first failure tells most, since it is the answer to what most servers understand; a
    // timeout tells nothing.
    if (!failure_ ||
        (failure_->outcome == Outcome::timed_out && failure.outcome != Outcome::timed_out)) {
        failure_ = std::move(failure);
    }
}

void Conversation::fail(Failure failure, bool keep) {
    if (!complete_ && keep && pages_.pages() > 0) {
        // What was read is worth more than nothing.
        complete_.emplace();
        pages_.finish(*complete_);
        add_flag(*complete_, ListingFlag::truncated);
    }
    pages_.clear();
    if (!complete_) note(std::move(failure));
    finish();
}

void Conversation::finish() {
    step_ = Step::done;
    if (complete_) {
        failure_.reset();
        listing_.outcome = Outcome::listed;
        if (!modern_.empty()) listing_.declared_capabilities = canonical_json(capabilities_);
        listing_.document.tools = std::move(complete_->document.tools);
        listing_.pages = complete_->pages;
        listing_.ttl_ms = complete_->ttl_ms;
        listing_.cache_scope = std::move(complete_->cache_scope);
        listing_.flags = union_of(complete_->flags, listing_.flags);
        complete_.reset();
    } else {
        listing_.outcome = failure_->outcome;
    }
    actions_.emplace_back(Done{});
}

}  // namespace mcprisk::crawler
