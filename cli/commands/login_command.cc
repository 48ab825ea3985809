// `login`: OAuth in a browser for one server.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <ostream>

#include "cli/authorization.h"
#include "cli/commands/command.h"
#include "cli/session.h"
#include "crawler/auth/oauth_files.h"
#include "crawler/mcp/lister.h"
#include "crawler/net/http_client.h"
#include "crawler/net/redirect_listener.h"
#include "crawler/redact.h"
#include "model/base/text.h"

namespace mcprisk::cli {
namespace {

struct LoginOptions {
    std::string url;
    std::string client_id;
    std::string client_secret;
    std::string client_metadata;
    std::string issuer;
    std::string scope;
    std::uint16_t port = 0;
    int timeout = 300;
    bool no_browser = false;
    bool forget = false;
};

std::uint16_t port_of(const std::string& redirect_uri) {
    const auto url = crawler::parse_http_url(redirect_uri);
    return url ? static_cast<std::uint16_t>(std::strtoul(url->port.c_str(), nullptr, 10)) : 0;
}

// One login from the first request to the kept token.
class Login {
  public:
    Login(const LoginOptions& options, std::string server, Session& session)
        : options_(options),
          server_(std::move(server)),
          session_(session),
          files_(token_files(session.environment())),
          client_(loop_) {}

    ExitCode run() {
        open_listener();
        crawler::Authorizer authorizer(loop_, client_, authorizer_options(), world());
        crawler::HttpOptions http;
        http.authorizer = &authorizer;
        http.limits.total = std::chrono::seconds{options_.timeout};
        crawler::Target target;
        target.id = crawler::redact_url(server_);
        target.how = crawler::HttpTarget{server_, {}, {}};
        std::optional<Listing> listing;
        const auto lister = crawler::make_http_lister(
            loop_, client_, target, http, [&](Listing done) { listing = std::move(done); });
        const Environment& environment = session_.environment();
        if (environment.watch_interrupts) environment.watch_interrupts();
        lister->start();
        while (!listing && !(environment.interrupted && environment.interrupted())) {
            loop_.run_once();
        }
        if (!listing) throw CommandFailure(ExitCode::failed, "the login was interrupted");
        return conclude(*listing);
    }

  private:
    // The registration of an earlier login is used again, which takes its port.
    void open_listener() {
        if (auto earlier = files_.load(server_);
            earlier && *earlier && options_.port == 0 && !(*earlier)->client.redirect_uri.empty()) {
            const auto port = port_of((*earlier)->client.redirect_uri);
            if (auto listener = crawler::RedirectListener::open(loop_, port)) {
                listener_ = std::move(*listener);
                known_ = std::move((*earlier)->client);
                return;
            }
        }
        auto listener = crawler::RedirectListener::open(loop_, options_.port);
        if (!listener) throw CommandFailure(ExitCode::failed, listener.error().message);
        listener_ = std::move(*listener);
    }

    crawler::AuthorizerOptions authorizer_options() {
        crawler::AuthorizerOptions options;
        options.redirect_uri = listener_->redirect_uri();
        options.client_metadata_url = options_.client_metadata;
        options.scope = options_.scope;
        options.use_kept_tokens = false;
        crawler::ConfiguredClient client;
        client.server = server_;
        if (!options_.client_id.empty()) {
            client.client.client_id = options_.client_id;
            client.client.issuer = options_.issuer;
            if (!options_.client_secret.empty()) {
                auto secret = crawler::read_secret(options_.client_secret,
                                                   "--client-secret",
                                                   secret_scope(session_.environment()));
                if (!secret) throw CommandFailure(ExitCode::usage, secret.error().message);
                client.client.client_secret = std::move(*secret);
            }
        } else if (known_) {
            client.client = *known_;
        } else {
            return options;
        }
        options.clients.push_back(std::move(client));
        return options;
    }

    crawler::AuthorizerWorld world() {
        crawler::AuthorizerWorld world;
        world.sources = oauth_sources(session_.environment());
        world.keep = [this](const std::string& url, const crawler::OAuthToken& token) {
            const auto kept = files_.keep(url, token);
            if (!kept) throw CommandFailure(ExitCode::failed, kept.error().message);
            kept_ = true;
        };
        world.visit = [this](const std::string& url, crawler::AuthorizerWorld::Redirected done) {
            visit(url, std::move(done));
        };
        return world;
    }

    void visit(const std::string& url, crawler::AuthorizerWorld::Redirected done) {
        std::string state;
        for (const auto& [name, value] : crawler::decode_form(crawler::query_of(url))) {
            if (name == "state") state = value;
        }
        listener_->await(state, [done = std::move(done)](const std::string& back) { done(back); });
        const Environment& environment = session_.environment();
        const bool opened =
            !options_.no_browser && environment.open_browser && environment.open_browser(url);
        session_.note(opened ? "Log in on the page that your browser shows now. If there is none, "
                               "open this address:"
                             : "Open this address in a browser on this machine and log in:");
        environment.out << printable(url) << std::endl;
        session_.note(fmt::format("Waiting for the answer at {} …", listener_->redirect_uri()));
    }

    ExitCode conclude(const Listing& listing) {
        if (listing.outcome != Outcome::listed) {
            throw CommandFailure(ExitCode::failed,
                                 kept_ ? "logged in, but " + listing.failure : listing.failure);
        }
        const std::string tools = count_of(listing.document.tools.size(), "tool");
        if (kept_) {
            session_.note(
                fmt::format("Logged in: {} lists {}. The token is kept in {}; scan uses "
                            "and renews it.",
                            crawler::redact_url(server_),
                            tools,
                            files_.file_for(server_).string()));
        } else {
            session_.note(
                fmt::format("{} lists {} without a login.", crawler::redact_url(server_), tools));
        }
        return ExitCode::done;
    }

    const LoginOptions& options_;
    const std::string server_;
    Session& session_;
    const TokenFiles files_;
    crawler::Loop loop_;
    crawler::HttpClient client_;
    std::unique_ptr<crawler::RedirectListener> listener_;
    std::optional<crawler::OAuthClient> known_;
    bool kept_ = false;
};

ExitCode run_login(const LoginOptions& options, Session& session) {
    const auto url = crawler::parse_http_url(options.url);
    if (!url) throw CommandFailure(ExitCode::usage, url.error().message);
    if (options.forget) {
        const bool was = token_files(session.environment()).forget(url->text);
        session.note(fmt::format("{} {}",
                                 was ? "Forgot the token for" : "No token was kept for",
                                 crawler::redact_url(url->text)));
        return ExitCode::done;
    }
    if (!options.client_secret.empty() && (options.client_id.empty() || options.issuer.empty())) {
        throw CommandFailure(ExitCode::usage,
                             "--client-secret needs --client-id, and --issuer to say which "
                             "authorization server may see it");
    }
    return Login(options, url->text, session).run();
}

}  // namespace

void add_login(CLI::App& app, Action& action) {
    auto options = std::make_shared<LoginOptions>();
    CLI::App* command = app.add_subcommand(
        "login", "Log in to one server with a browser (OAuth) and keep the token for scans");
    command->add_option("URL", options->url, "The server's address")->required();
    command->add_option("--client-id", options->client_id, "A client that is registered already")
        ->type_name("ID");
    command
        ->add_option("--client-secret",
                     options->client_secret,
                     "Its secret, if it has one: $ENV or @FILE keep it off the command line")
        ->type_name("SECRET");
    command
        ->add_option("--issuer",
                     options->issuer,
                     "The authorization server that the client is registered with")
        ->type_name("URL");
    command
        ->add_option("--client-metadata",
                     options->client_metadata,
                     "Address of a client id metadata document to be known by")
        ->type_name("URL");
    command->add_option("--scope", options->scope, "Ask for these scopes, separated by blanks");
    command->add_option("--port", options->port, "Port of the way back (default: a free one)");
    command->add_option("--timeout", options->timeout, "Seconds until the login is given up")
        ->check(CLI::Range(1, 86400))
        ->capture_default_str();
    command->add_flag("--no-browser", options->no_browser, "Print the address, open no browser");
    command->add_flag("--forget", options->forget, "Delete the token that is kept for this server");
    command->footer(
        help_footer({"mcprisk login https://mcp.example.com/mcp",
                     "mcprisk login https://mcp.example.com/mcp --client-id my-client --port 8912"},
                    "0 logged in, or no login is needed; 2 wrong usage; 3 it did not work"));
    command->callback([options, &action] {
        action = [options](Session& session) { return run_login(*options, session); };
    });
}

}  // namespace mcprisk::cli
