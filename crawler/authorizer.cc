#include "crawler/authorizer.h"

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
    std::string url;
    BearerChallenge challenge;
    Done done;
    std::optional<OAuthToken> before;  // what was sent until now
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
    while (!tasks_.empty()) abandon(tasks_.begin()->first);
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

Authorizer::Ticket Authorizer::authorize(const std::string& url,
                                         const BearerChallenge& challenge,
                                         Done done) {
    const Ticket ticket = ++next_;
    auto task = std::make_unique<Task>();
    task->url = url;
    task->challenge = challenge;
    task->done = std::move(done);
    task->before = kept(url);
    // More rights cannot be had by a refresh.
    task->refreshing = task->before && !task->before->refresh_token.empty() &&
                       challenge.error != "insufficient_scope";
    tasks_.emplace(ticket, std::move(task));
    loop_.post([this, ticket, alive = alive_] {
        if (!*alive || !tasks_.contains(ticket)) return;
        const Task& begun = *tasks_.at(ticket);
        if (!begun.refreshing) {
            begin_flow(ticket);
            return;
        }
        auto request = refresh_request(*begun.before, options_.rules, world_.sources);
        if (request) {
            send(ticket, std::move(*request));
        } else {
            begin_flow(ticket);
        }
    });
    return ticket;
}

void Authorizer::abandon(Ticket ticket) {
    const auto found = tasks_.find(ticket);
    if (found == tasks_.end()) return;
    client_.abort(found->second->transfer);
    tasks_.erase(found);
}

void Authorizer::begin_flow(Ticket ticket) {
    Task& task = *tasks_.at(ticket);
    task.refreshing = false;
    OAuthOptions options;
    options.rules = options_.rules;
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
            finish(ticket,
                   fail(ErrorCode::conflict,
                        "it asks for no other rights than those that the token has"));
            return;
        }
    }
    const auto server = parse_http_url(task.url);
    if (!server) {
        finish(ticket, fail(server.error()));
        return;
    }
    task.flow =
        std::make_unique<OAuthFlow>(*server, task.challenge, std::move(options), world_.sources);
    step(ticket, task.flow->start());
}

void Authorizer::step(Ticket ticket, OAuthFlow::Action action) {
    if (auto* request = std::get_if<HttpRequest>(&action)) {
        send(ticket, std::move(*request));
    } else if (const auto* visit = std::get_if<OAuthFlow::Visit>(&action)) {
        world_.visit(visit->url, [this, ticket, alive = alive_](const Result<std::string>& to) {
            if (!*alive || !tasks_.contains(ticket)) return;
            step(ticket, tasks_.at(ticket)->flow->on_redirect(to));
        });
    } else {
        finish(ticket, std::get<Result<OAuthToken>>(std::move(action)));
    }
}

void Authorizer::send(Ticket ticket, HttpRequest request) {
    Task& task = *tasks_.at(ticket);
    task.reply = {};
    HttpCallbacks callbacks;
    callbacks.on_head = [this, ticket](const HttpHead& head) {
        tasks_.at(ticket)->reply.status = head.status;
    };
    callbacks.on_body = [this, ticket](std::string_view bytes) {
        tasks_.at(ticket)->reply.body += bytes;
    };
    callbacks.on_done = [this, ticket](std::optional<HttpFailure> failure) {
        tasks_.at(ticket)->reply.failure = std::move(failure);
        replied(ticket);
    };
    task.transfer = client_.start(std::move(request), std::move(callbacks));
}

void Authorizer::replied(Ticket ticket) {
    Task& task = *tasks_.at(ticket);
    task.transfer = 0;
    if (!task.refreshing) {
        step(ticket, task.flow->on_reply(task.reply));
        return;
    }
    auto token = read_token(task.reply, *task.before, world_.sources.now());
    if (token) {
        finish(ticket, std::move(token));
    } else {
        begin_flow(ticket);
    }
}

void Authorizer::finish(Ticket ticket, Result<OAuthToken> token) {
    const auto node = tasks_.extract(ticket);
    Task& task = *node.mapped();
    Outcome outcome{fail(ErrorCode::not_found, ""), std::nullopt};
    if (task.flow) outcome.facts = task.flow->facts();
    if (token) {
        keep(task.url, *token);
        outcome.access_token = token->access_token;
    } else {
        outcome.access_token = fail(token.error());
    }
    task.done(std::move(outcome));
}

}  // namespace mcprisk::crawler
