#include "crawler/start/companion.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "crawler/mcp/lister.h"
#include "crawler/mcp/revision.h"
#include "crawler/net/http_client.h"
#include "crawler/net/loop.h"
#include "crawler/process/line_splitter.h"
#include "crawler/process/process.h"
#include "crawler/start/fake_backend.h"
#include "crawler/start/listening.h"
#include "crawler/start/loopback_backends.h"
#include "model/base/json.h"
#include "model/base/text.h"

extern char** environ;

namespace mcprisk::crawler {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::size_t kMostPrinted = std::size_t{64} << 10;

std::string read_table(const char* path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class Companion {
  public:
    Companion(std::set<int> backends, std::vector<std::string> argv)
        : argv_(std::move(argv)), backends_(loop_, backends), client_(loop_), lines_(kMostLine) {
        options_.look_up_authorization = false;
        constexpr milliseconds kSoon{4000};
        options_.limits.start = kSoon;
        options_.limits.request = 2 * kSoon;
        options_.limits.total = 4 * kSoon;
    }
    ~Companion() {
        loop_.unwatch(STDIN_FILENO);
        for (const TimerId timer : {watching_, telling_}) loop_.cancel(timer);
    }
    Companion(const Companion&) = delete;
    Companion& operator=(const Companion&) = delete;

    int run();

  private:
    static constexpr std::size_t kMostLine = std::size_t{16} << 20;

    void on_input();
    void on_output(std::string_view chunk);
    void watch_ports();
    void tell_errors();
    void ask_next();
    void asked(const std::string& url, Listing listing);
    void answer(std::string_view line);

    std::vector<std::string> argv_;
    Loop loop_;
    LoopbackBackends backends_;
    HttpClient client_;
    HttpOptions options_;
    LineSplitter lines_;  // of the server's stdout
    std::unique_ptr<Process> process_;
    std::optional<int> code_;
    TimerId watching_ = 0;
    TimerId telling_ = 0;
    std::string printed_;  // by the server, both streams
    std::size_t errors_told_ = 0;
    bool speaks_ = false;  // MCP on stdout
    std::string input_;    // all that came from outside while nothing had answered
    std::set<int> seen_;
    std::vector<std::string> places_;
    std::set<std::string> tried_;
    std::unique_ptr<Lister> lister_;
    std::unique_ptr<Lister> done_with_;  // a lister must not be destroyed by its own callback
    std::optional<Listing> listing_;
};

int Companion::run() {
    ProcessSpec spec;
    spec.argv = argv_;
    spec.working_directory = ".";
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        spec.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    spec.last_words_bytes = kMostPrinted;
    auto process = Process::spawn(
        loop_,
        spec,
        {.output = [this](std::string_view chunk) { on_output(chunk); },
         .closed = {},
         .exited =
             [this](ExitStatus status) {
                 tell_errors();
                 constexpr int kSignalled = 128;
                 code_ = status.code ? *status.code : kSignalled + status.signal.value_or(0);
             }});
    if (!process) {
        write_fully(STDERR_FILENO, process.error().message + "\n");
        constexpr int kNotStarted = 125;
        return kNotStarted;
    }
    process_ = std::move(*process);
    loop_.watch(STDIN_FILENO, Interest::read, [this](Ready) { on_input(); });
    watch_ports();
    // A server that is gone may have left its list with us.
    loop_.run_until([this] { return code_.has_value(); });
    return *code_;
}

void Companion::on_input() {
    std::array<char, 65536> buffer{};
    const ssize_t count = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        loop_.unwatch(STDIN_FILENO);
        constexpr milliseconds kGrace{200};
        process_->end(kGrace);
        return;
    }
    const std::string_view text(buffer.data(), static_cast<std::size_t>(count));
    if (listing_) {
        input_ += text;
    } else {
        process_->write(text);
        if (!speaks_ && input_.size() < kMostPrinted) input_ += text;
        return;
    }
    for (auto end = input_.find('\n'); end != std::string::npos; end = input_.find('\n')) {
        answer(std::string_view(input_).substr(0, end));
        input_.erase(0, end + 1);
    }
}

void Companion::on_output(std::string_view chunk) {
    if (listing_) return;
    printed_ += chunk.substr(0, kMostPrinted - std::min(kMostPrinted, printed_.size()));
    if (!speaks_) {
        lines_.feed(chunk, [this](std::string_view line) {
            if (line.find("\"jsonrpc\"") == std::string_view::npos) return true;
            const auto message = parse_json(line);
            speaks_ = message && message->is_object() && message->contains("id");
            return !speaks_;
        });
        if (speaks_) input_.clear();
    }
    write_fully(STDOUT_FILENO, chunk);
}

void Companion::tell_errors() {
    const std::string& words = process_->last_words();
    if (words.size() > errors_told_) {
        write_fully(STDERR_FILENO, std::string_view(words).substr(errors_told_));
        printed_ += std::string_view(words).substr(
            errors_told_,
            std::min(words.size() - errors_told_,
                     kMostPrinted - std::min(kMostPrinted, printed_.size())));
    }
    // Once the beginning is lost, what is new cannot be told from what is old.
    errors_told_ = words.size();
}

void Companion::watch_ports() {
    constexpr milliseconds kOften{150};
    tell_errors();
    // Whoever is about to speak on stdout has a moment to do so.
    if (!speaks_ && !listing_ && !lister_) {
        std::set<int> ports = listening_ports(read_table("/proc/net/tcp"));
        ports.merge(listening_ports(read_table("/proc/net/tcp6")));
        for (const int port : ports) {
            if (backends_.ports().contains(port) || !seen_.insert(port).second) continue;
            constexpr milliseconds kMoment{600};
            loop_.after(kMoment, [this, port] {
                if (speaks_ || listing_) return;
                tell_errors();
                for (std::string& place : places_to_ask(port, printed_)) {
                    if (tried_.insert(place).second) places_.push_back(std::move(place));
                }
                if (!lister_) ask_next();
            });
        }
    }
    watching_ = loop_.after(kOften, [this] { watch_ports(); });
}

void Companion::ask_next() {
    if (places_.empty() || speaks_ || listing_) return;
    const std::string url = places_.front();
    places_.erase(places_.begin());
    Target target;
    target.id = url;
    target.how = HttpTarget{url, {}, {}};
    lister_ =
        make_http_lister(loop_, client_, std::move(target), options_, [this, url](Listing listing) {
            asked(url, std::move(listing));
        });
    lister_->start();
}

void Companion::asked(const std::string& url, Listing listing) {
    done_with_ = std::move(lister_);
    if (listing.outcome == Outcome::listed && !speaks_) {
        listing_ = std::move(listing);
        write_fully(STDERR_FILENO, fmt::format("{}{}\n", kCompanionAsked, url));
        // A line that the server never ended must not run into ours.
        write_fully(STDOUT_FILENO, "\n");
        std::string waiting = std::move(input_);
        input_.clear();
        for (auto end = waiting.find('\n'); end != std::string::npos; end = waiting.find('\n')) {
            answer(std::string_view(waiting).substr(0, end));
            waiting.erase(0, end + 1);
        }
        input_ = std::move(waiting);
        return;
    }
    write_fully(STDERR_FILENO,
                fmt::format("mcprisk: {}\n", printable(truncate_utf8(listing.failure, 300))));
    loop_.post([this] {
        done_with_.reset();
        ask_next();
    });
}

// What was listed over HTTP, told again to the session outside.
void Companion::answer(std::string_view line) {
    const auto message = parse_json(line);
    if (!message || !message->is_object()) return;
    const json* id = find_member(*message, "id");
    const std::string method = string_member(*message, "method");
    if (id == nullptr || method.empty()) return;
    json reply{{"jsonrpc", "2.0"}, {"id", *id}};
    if (method == "initialize") {
        json result{
            {"protocolVersion",
             listing_->protocol_version.empty() || is_modern(listing_->protocol_version)
                 ? std::string(newest_legacy())
                 : listing_->protocol_version},
            {"capabilities", json::object()},
            {"serverInfo",
             {{"name", listing_->server_info_name}, {"version", listing_->server_info_version}}}};
        if (auto capabilities = parse_json(listing_->server_capabilities)) {
            result["capabilities"] = std::move(*capabilities);
        }
        if (!listing_->document.instructions.empty()) {
            result["instructions"] = listing_->document.instructions;
        }
        reply["result"] = std::move(result);
    } else if (method == "tools/list") {
        json tools = json::array();
        for (const Tool& tool : listing_->document.tools) {
            if (auto definition = parse_json(tool.definition)) tools.push_back(*definition);
        }
        reply["result"] = {{"tools", std::move(tools)}};
    } else if (method == "ping") {
        reply["result"] = json::object();
    } else {
        constexpr int kNoSuchMethod = -32601;
        reply["error"] = {{"code", kNoSuchMethod}, {"message", "Method not found"}};
    }
    write_fully(STDOUT_FILENO, reply.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
}

}  // namespace

std::vector<std::string> companion_argv(const std::string& program,
                                        const std::set<int>& backends,
                                        const std::vector<std::string>& server) {
    std::vector<std::string> argv{program, std::string(kCompanionWord)};
    for (const int port : backends) argv.push_back(std::to_string(port));
    argv.emplace_back("--");
    argv.insert(argv.end(), server.begin(), server.end());
    return argv;
}

int run_companion(std::span<const std::string> arguments) {
    const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
    std::set<int> backends;
    for (auto word = arguments.begin(); word != dashes; ++word) {
        int port = 0;
        std::from_chars(word->data(), word->data() + word->size(), port);
        if (port > 0 && port < 65536) backends.insert(port);
    }
    if (dashes == arguments.end() || dashes + 1 == arguments.end()) {
        write_fully(STDERR_FILENO, "mcprisk: a companion needs a server to start\n");
        constexpr int kUsage = 2;
        return kUsage;
    }
    Companion companion(std::move(backends), std::vector<std::string>(dashes + 1, arguments.end()));
    return companion.run();
}

}  // namespace mcprisk::crawler
