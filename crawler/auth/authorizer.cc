#include "crawler/auth/authorizer.h"

#include <algorithm>
#include <utility>

namespace mcprisk::crawler {
namespace {

constexpr std::int64_t kSpareSeconds = 30;  // a token this close to its end is over

bool is_over(const OAuthToken& token, std::int64_t now) {
    return token.expires_at && *token.expires_at - kSpareSeconds <= now;
}

}  // namespace

struct Authorizer::Task {
    std::uint64_t id = 0;
    std::string url;
    BearerChallenge challenge;
    std::string refused_token;
    std::map<Ticket, Done> waiting;
    std::optional<OAuthToken> before;  // what is kept when it begins
    bool refreshing = false;
    std::unique_ptr<OAuthFlow> flow;
    OAuthReply reply;
    HttpClient::Id transfer = 0;
};

Authorizer::Authorizer(Loop& loop,
                       HttpClient& client,
                       AuthorizerOptions options,
                       AuthorizerWorld world)
    : loop_(loop), client_(client), options_(std::move(options)), world_(std::move(world)) {}

Authorizer::~Authorizer() {
    *alive_ = false;
    for (const auto& task : tasks_) client_.abort(task->transfer);
}

std::optional<OAuthToken> Authorizer::kept(const std::string& url) {
    const auto found = tokens_.find(url);
    if (found != tokens_.end()) return found->second;
    if (!options_.use_kept_tokens || !world_.load) return std::nullopt;
    return tokens_[url] = world_.load(url);
}

void Authorizer::keep(const std::string& url, const OAuthToken& token) {
    tokens_[url] = token;
    if (world_.keep) world_.keep(url, token);
}

std::optional<std::string> Authorizer::token_for(const std::string& url) {
    const auto token = kept(url);
    if (!token || token->access_token.empty() || is_over(*token, world_.sources.now())) {
        return std::nullopt;
    }
    return token->access_token;
}

Authorizer::Task* Authorizer::find_task(std::uint64_t id) {
    const auto found = std::find_if(
        tasks_.begin(), tasks_.end(), [&](const auto& task) { return task->id == id; });
    return found == tasks_.end() ? nullptr : found->get();
}

Authorizer::Ticket Authorizer::authorize(const std::string& url,
                                         const BearerChallenge& challenge,
                                         const std::string& refused_token,
                                         Done done) {
    const Ticket ticket = ++next_;
    const auto same = std::find_if(tasks_.begin(), tasks_.end(), [&](const auto& task) {
        return task->url == url && task->challenge.error == challenge.error &&
               task->challenge.scope == challenge.scope;
    });
    if (same != tasks_.end()) {
        (*same)->waiting.emplace(ticket, std::move(done));
        return ticket;
    }
    auto task = std::make_unique<Task>();
    task->id = ticket;
    task->url = url;
    task->challenge = challenge;
    task->refused_token = refused_token;
    task->waiting.emplace(ticket, std::move(done));
    tasks_.push_back(std::move(task));
    loop_.post([this, ticket, alive = alive_] {
        Task* begun = *alive ? find_task(ticket) : nullptr;
        if (begun != nullptr) begin(*begun);
    });
    return ticket;
}

void Authorizer::abandon(Ticket ticket) {
    const auto found = std::find_if(tasks_.begin(), tasks_.end(), [&](const auto& task) {
        return task->waiting.contains(ticket);
    });
    if (found == tasks_.end()) {
        if (ending_ != nullptr) ending_->waiting.erase(ticket);
        return;
    }
    (*found)->waiting.erase(ticket);
    if (!(*found)->waiting.empty()) return;
    client_.abort((*found)->transfer);
    tasks_.erase(found);
}

void Authorizer::begin(Task& task) {
    task.before = kept(task.url);
    const bool too_weak = task.challenge.error == "insufficient_scope";
    // Somebody else has renewed it in the meantime.
    const auto newer = token_for(task.url);
    if (!too_weak && newer && *newer != task.refused_token) {
        finish(task, *task.before);
        return;
    }
    // More rights cannot be had by a refresh.
    if (task.before && !task.before->refresh_token.empty() && !too_weak) {
        auto request = refresh_request(*task.before, options_.rules, world_.sources);
        if (request) {
            task.refreshing = true;
            send(task, std::move(*request));
            return;
        }
    }
    begin_flow(task);
}

void Authorizer::begin_flow(Task& task) {
    task.refreshing = false;
    OAuthOptions options;
    options.rules = options_.rules;
    options.rules.allow_private = options.rules.allow_private && !task.challenge.from_public;
    options.client_metadata_url = options_.client_metadata_url;
    options.redirect_uri = options_.redirect_uri;
    options.scope = options_.scope;
    options.grant = world_.visit ? OAuthGrant::authorization_code : OAuthGrant::none;
    for (const ConfiguredClient& configured : options_.clients) {
        const auto server = parse_http_url(configured.server);
        if (!server || server->text != task.url) continue;
        if (!configured.client_credentials && !world_.visit) continue;
        options.clients.push_back(configured.client);
        if (!configured.scope.empty()) options.scope = configured.scope;
        if (configured.client_credentials) options.grant = OAuthGrant::client_credentials;
    }
    if (task.before && task.challenge.error == "insufficient_scope") {
        options.earlier_scope = task.before->scope;
        if (join_scopes(task.before->scope, task.challenge.scope) ==
            join_scopes(task.before->scope, "")) {
            finish(task,
                   fail(ErrorCode::conflict,
                        "it asks for no other rights than those that the token has"));
            return;
        }
    }
    const auto server = parse_http_url(task.url);
    if (!server) {
        finish(task, fail(server.error()));
        return;
    }
    task.flow =
        std::make_unique<OAuthFlow>(*server, task.challenge, std::move(options), world_.sources);
    step(task, task.flow->start());
}

void Authorizer::step(Task& task, OAuthFlow::Action action) {
    if (auto* request = std::get_if<HttpRequest>(&action)) {
        send(task, std::move(*request));
    } else if (const auto* visit = std::get_if<OAuthFlow::Visit>(&action)) {
        world_.visit(visit->url,
                     [this, id = task.id, alive = alive_](const Result<std::string>& back) {
                         Task* waiting = *alive ? find_task(id) : nullptr;
                         if (waiting != nullptr) step(*waiting, waiting->flow->on_redirect(back));
                     });
    } else {
        finish(task, std::get<Result<OAuthToken>>(std::move(action)));
    }
}

// The task outlives its transfer: whoever removes it aborts that first.
void Authorizer::send(Task& task, HttpRequest request) {
    task.reply = {};
    HttpCallbacks callbacks;
    callbacks.on_head = [&task](const HttpHead& head) { task.reply.status = head.status; };
    callbacks.on_body = [&task](std::string_view bytes) { task.reply.body += bytes; };
    callbacks.on_done = [this, &task](std::optional<HttpFailure> failure) {
        task.reply.failure = std::move(failure);
        replied(task);
    };
    task.transfer = client_.start(std::move(request), std::move(callbacks));
}

void Authorizer::replied(Task& task) {
    task.transfer = 0;
    if (!task.refreshing) {
        step(task, task.flow->on_reply(task.reply));
        return;
    }
    auto token = read_token(task.reply, *task.before, world_.sources.now());
    if (token) {
        finish(task, std::move(token));
    } else {
        begin_flow(task);
    }
}

void Authorizer::finish(Task& task, Result<OAuthToken> token) {
    const auto found = std::find_if(
        tasks_.begin(), tasks_.end(), [&](const auto& own) { return own.get() == &task; });
    const std::unique_ptr<Task> ended = std::move(*found);
    tasks_.erase(found);
    Outcome outcome{fail(ErrorCode::not_found, ""), std::nullopt};
    if (ended->flow) outcome.facts = ended->flow->facts();
    if (token) {
        const bool is_new = !ended->before || ended->before->access_token != token->access_token;
        if (is_new) keep(ended->url, *token);
        outcome.access_token = token->access_token;
    } else {
        outcome.access_token = fail(token.error());
    }
    Task* const outer = std::exchange(ending_, ended.get());
    while (!ended->waiting.empty()) {
        const auto node = ended->waiting.extract(ended->waiting.begin());
        node.mapped()(outcome);
    }
    ending_ = outer;
}

}  // namespace mcprisk::crawler
