// An MCP server over stdio that misbehaves as told by its first argument. Every mode stands for
// something that real servers do.
#include <arpa/inet.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/mirror.h"

using nlohmann::json;

namespace {

void put(const std::string& text) { std::cout << text << std::flush; }

void say(const json& message) { put(message.dump() + "\n"); }

json tool(const std::string& name) {
    return {{"name", name},
            {"description", "Does " + name},
            {"inputSchema", {{"type", "object"}, {"properties", json::object()}}}};
}

json tools(int count, int from = 0) {
    json list = json::array();
    for (int i = from; i < from + count; ++i) list.push_back(tool("tool_" + std::to_string(i)));
    return list;
}

json reply(const json& id, const json& result) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"result", result}};
}

json refusal(const json& id, int code, const std::string& message, const json& data = nullptr) {
    json error = {{"code", code}, {"message", message}};
    if (!data.is_null()) error["data"] = data;
    return {{"jsonrpc", "2.0"}, {"id", id}, {"error", error}};
}

json notification(const std::string& method) { return {{"jsonrpc", "2.0"}, {"method", method}}; }

json initialize_result(const std::string& version = "2025-11-25") {
    return {{"protocolVersion", version},
            {"capabilities", {{"tools", {{"listChanged", true}}}}},
            {"serverInfo", {{"name", "fake"}, {"version", "1.2.3"}}},
            {"instructions", "Be careful."}};
}

json discover_result() {
    return {
        {"supportedVersions", {"2026-07-28"}},
        {"capabilities", {{"tools", json::object()}}},
        {"resultType", "complete"},
        {"_meta", {{"io.modelcontextprotocol/serverInfo", {{"name", "fake"}, {"version", "2"}}}}}};
}

[[noreturn]] void hang() {
    for (;;) pause();
}

// Reads messages until stdin ends; the answer of `handle` is written unless it is null.
void serve(const std::function<json(const json&)>& handle) {
    std::string line;
    while (std::getline(std::cin, line)) {
        const json message = json::parse(line, nullptr, false);
        if (message.is_discarded()) continue;
        const json answer = handle(message);
        if (!answer.is_null()) say(answer);
    }
}

std::string method_of(const json& message) { return message.value("method", ""); }

// An ordinary server, with `list` for tools/list.
json ordinary(const json& message, const std::function<json(const json&)>& list) {
    if (method_of(message) == "initialize") return reply(message["id"], initialize_result());
    if (method_of(message) == "tools/list") return list(message);
    if (message.contains("id") && message.contains("method")) {
        return refusal(message["id"], -32601, "Method not found");
    }
    return nullptr;
}

json three(const json& message) { return reply(message["id"], {{"tools", tools(3)}}); }

void serve_list(const std::function<json(const json&)>& list) {
    serve([&](const json& message) { return ordinary(message, list); });
}

std::string cursor_of(const json& message) {
    const json params = message.value("params", json::object());
    return params.contains("cursor") ? params["cursor"].get<std::string>() : std::string("none");
}

json modern(const json& message) {
    const std::string method = method_of(message);
    const json meta = message.value("params", json::object()).value("_meta", json::object());
    if (meta.value("io.modelcontextprotocol/protocolVersion", "") != "2026-07-28") {
        return refusal(message["id"],
                       -32022,
                       "Unsupported protocol version",
                       {{"supported", {"2026-07-28"}}, {"requested", "2025-11-25"}});
    }
    if (method == "server/discover") return reply(message["id"], discover_result());
    if (method == "tools/list") {
        json result = {{"tools", tools(2)}, {"resultType", "complete"}, {"ttlMs", 1000}};
        result["cacheScope"] = "public";
        result["_meta"] = discover_result()["_meta"];
        return reply(message["id"], result);
    }
    return refusal(message["id"], -32601, "Method not found");
}

using Modes = std::map<std::string, std::function<int(int, char**)>>;

void add_start_failures(Modes& modes) {
    modes["exit-message"] = [](int, char**) {
        std::cerr << "Error: something broke\n    at main (server.js:1:1)\n";
        return 1;
    };
    modes["exit-zero"] = [](int, char**) {
        std::cerr << "Nothing to do, bye\n";
        return 0;
    };
    modes["exit-silent"] = [](int, char**) { return 7; };
    modes["abort"] = [](int, char**) {
        std::raise(SIGABRT);
        return 0;
    };
    modes["missing-key"] = [](int, char**) {
        const char* key = std::getenv("FAKE_API_KEY");
        if (key == nullptr) {
            std::cerr << "Error: FAKE_API_KEY environment variable is required\n";
            return 1;
        }
        serve_list(three);
        return 0;
    };
    modes["missing-argument"] = [](int, char**) {
        std::cerr << "error: required option '--api-key <key>' not specified\n";
        return 1;
    };
    modes["secret-in-stderr"] = [](int, char**) {
        const char* key = std::getenv("FAKE_API_KEY");
        std::cerr << "cannot log in with " << (key == nullptr ? "nothing" : key) << "\n";
        return 1;
    };
    modes["repeats-arguments"] = [](int argc, char** argv) {
        const std::string first = argc > 2 ? argv[2] : "";
        std::cerr << "given " << first.substr(first.find('=') + 1) << " and "
                  << (argc > 4 ? argv[4] : "") << "\n";
        return 1;
    };
    modes["no-network"] = [](int, char**) {
        std::cerr << "TypeError: fetch failed\n  cause: getaddrinfo EAI_AGAIN api.example.com\n";
        return 1;
    };
    modes["hang"] = [](int, char**) -> int { hang(); };
    modes["http-only"] = [](int, char**) -> int {
        std::cerr << "Listening on http://localhost:3000/mcp\n";
        hang();
    };
    modes["stubborn"] = [](int, char**) -> int {
        std::signal(SIGTERM, SIG_IGN);
        std::string line;
        serve_list(three);
        hang();  // stdin is closed and it does not care
    };
    modes["initialize-error"] = [](int, char**) {
        serve([](const json& message) {
            return message.contains("id") ? refusal(message["id"], -32603, "back end is down")
                                          : json(nullptr);
        });
        return 0;
    };
    modes["dies-after-initialize"] = [](int, char**) {
        std::string line;
        std::getline(std::cin, line);
        say(reply(json::parse(line)["id"], initialize_result()));
        std::cerr << "fatal: lost my mind\n";
        return 3;
    };
    modes["hangs-on-list"] = [](int, char**) {
        serve_list([](const json&) { return json(nullptr); });
        return 0;
    };
    modes["list-error"] = [](int, char**) {
        serve_list([](const json& message) {
            return refusal(message["id"], -32603, "cannot list without an account");
        });
        return 0;
    };
}

void add_eras(Modes& modes) {
    modes["modern"] = [](int, char**) {
        serve(modern);
        return 0;
    };
    // Ends on initialize; modern works on a fresh process.
    modes["modern-exits-on-initialize"] = [](int, char**) {
        std::string line;
        std::getline(std::cin, line);
        const json message = json::parse(line);
        if (method_of(message) == "initialize") return 1;
        say(modern(message));
        serve(modern);
        return 0;
    };
    modes["modern-hangs-on-initialize"] = [](int, char**) {
        serve([](const json& message) {
            if (method_of(message) == "initialize") hang();
            return modern(message);
        });
        return 0;
    };
    // Modern servers must not send requests; one that does gets no answer.
    modes["modern-asks"] = [](int, char**) {
        serve([](const json& message) {
            if (!message.contains("method")) {
                std::cerr << "got a response\n";
                std::_Exit(9);
            }
            if (method_of(message) == "tools/list") {
                say({{"jsonrpc", "2.0"}, {"id", 7}, {"method", "roots/list"}});
            }
            return modern(message);
        });
        return 0;
    };
    modes["other-version"] = [](int, char**) {
        serve([](const json& message) {
            if (method_of(message) == "initialize") {
                if (message["params"]["protocolVersion"] != "2024-11-05") {
                    return refusal(message["id"],
                                   -32022,
                                   "Unsupported protocol version",
                                   {{"supported", {"2024-11-05"}}});
                }
                return reply(message["id"], initialize_result("2024-11-05"));
            }
            return ordinary(message, three);
        });
        return 0;
    };
    modes["odd-version"] = [](int, char**) {
        serve([](const json& message) {
            if (method_of(message) == "initialize") {
                return reply(message["id"], initialize_result("2099-01-01"));
            }
            return ordinary(message, three);
        });
        return 0;
    };
    modes["no-tools-capability"] = [](int, char**) {
        serve([](const json& message) {
            json answer = ordinary(message, three);
            if (method_of(message) == "initialize") {
                answer["result"]["capabilities"] = json::object();
            }
            return answer;
        });
        return 0;
    };
    modes["no-tools-at-all"] = [](int, char**) {
        serve([](const json& message) {
            if (method_of(message) == "initialize") {
                return reply(message["id"],
                             {{"protocolVersion", "2025-11-25"}, {"capabilities", json::object()}});
            }
            return message.contains("id") ? refusal(message["id"], -32601, "Method not found")
                                          : json(nullptr);
        });
        return 0;
    };
}

void add_lists(Modes& modes) {
    modes["plain"] = [](int, char**) {
        serve_list(three);
        return 0;
    };
    modes["pages"] = [](int, char**) {
        serve_list([](const json& message) {
            const std::string cursor = cursor_of(message);
            if (cursor == "none") {
                return reply(message["id"], {{"tools", tools(2)}, {"nextCursor", ""}});
            }
            if (cursor.empty()) {
                return reply(message["id"], {{"tools", tools(2, 2)}, {"nextCursor", "z"}});
            }
            return reply(message["id"], {{"tools", tools(1, 4)}});
        });
        return 0;
    };
    modes["same-cursor"] = [](int, char**) {
        int page = 0;
        serve_list([&](const json& message) {
            return reply(message["id"], {{"tools", tools(1, page++)}, {"nextCursor", "again"}});
        });
        return 0;
    };
    modes["ignores-cursor"] = [](int, char**) {
        int page = 0;
        serve_list([&](const json& message) {
            return reply(message["id"],
                         {{"tools", tools(3)}, {"nextCursor", "c" + std::to_string(page++)}});
        });
        return 0;
    };
    modes["cursor-expires"] = [](int, char**) {
        int errors = 0;
        serve_list([&](const json& message) {
            if (cursor_of(message) != "none" && errors++ == 0) {
                return refusal(message["id"], -32602, "Invalid cursor");
            }
            if (cursor_of(message) == "none") {
                return reply(message["id"], {{"tools", tools(2)}, {"nextCursor", "x"}});
            }
            return reply(message["id"], {{"tools", tools(2, 2)}});
        });
        return 0;
    };
    modes["dies-on-second-page"] = [](int, char**) {
        serve_list([](const json& message) {
            if (cursor_of(message) != "none") std::_Exit(1);
            return reply(message["id"], {{"tools", tools(2)}, {"nextCursor", "x"}});
        });
        return 0;
    };
    modes["many"] = [](int, char**) {
        serve_list([](const json& message) {
            return reply(message["id"], {{"tools", tools(100000)}});
        });
        return 0;
    };
    modes["big-line"] = [](int, char**) {
        serve_list([](const json& message) {
            json list = tools(401);
            for (json& item : list) item["description"] = std::string(2700, 'd');
            return reply(message["id"], {{"tools", list}});
        });
        return 0;
    };
    modes["deep"] = [](int, char**) {
        serve([](const json& message) {
            if (method_of(message) != "tools/list") return ordinary(message, three);
            put(R"({"jsonrpc":"2.0","id":)" + message["id"].dump() + R"(,"result":{"tools":)" +
                std::string(100000, '[') + std::string(100000, ']') + "}}\n");
            return json(nullptr);
        });
        return 0;
    };
    modes["five-megabyte-line"] = [](int, char**) {
        put(std::string(5 << 20, 'x') + "\n");
        serve_list(three);
        return 0;
    };
    modes["changes"] = [](int, char**) {
        int lists = 0;
        say(notification("notifications/tools/list_changed"));
        serve_list([&](const json& message) {
            if (lists == 0) say(notification("notifications/tools/list_changed"));
            return reply(message["id"], {{"tools", tools(++lists == 1 ? 3 : 5)}});
        });
        return 0;
    };
    modes["change-storm"] = [](int, char**) {
        serve_list([&](const json& message) {
            for (int i = 0; i < 50; ++i) say(notification("notifications/tools/list_changed"));
            return three(message);
        });
        return 0;
    };
    modes["dies-when-relisting"] = [](int, char**) {
        int lists = 0;
        serve_list([&](const json& message) {
            if (lists++ > 0) std::_Exit(1);
            say(notification("notifications/tools/list_changed"));
            return three(message);
        });
        return 0;
    };
}

void add_noise(Modes& modes) {
    modes["flood-stdout"] = [](int, char**) -> int {
        const std::string text = std::string(1000, 'n') + "\n";
        for (;;) put(text);
    };
    modes["flood-stderr"] = [](int, char**) {
        const std::string text = std::string(1000, 'e') + "\n";
        for (int i = 0; i < 20000; ++i) std::cerr << text;
        std::cerr << "the last word\n";
        serve_list(three);
        return 0;
    };
    modes["banners"] = [](int, char**) {
        put("\xEF\xBB\xBF\n\x1b[32mWelcome\x1b[0m to fake\r\n\r\n");
        put("{\"level\":\"info\",\"msg\":\"up\"}\n{ not json\n");
        put(std::string("\0\0", 2));
        put("\xff\xfe broken\n");
        serve([](const json& message) {
            const json answer = ordinary(message, three);
            if (!answer.is_null()) {
                put(std::string("\0", 1) + answer.dump() + "\r\n");
                put("{\"event\":\"telemetry\"}\n");
            }
            return json(nullptr);
        });
        return 0;
    };
    modes["prompt"] = [](int, char**) {
        put("ready> ");
        serve_list(three);
        return 0;
    };
    modes["bad-utf8"] = [](int, char**) {
        serve([](const json& message) {
            if (method_of(message) != "tools/list") return ordinary(message, three);
            put(R"({"jsonrpc":"2.0","id":)" + message["id"].dump() +
                R"(,"result":{"tools":[{"name":"a","description":")" + "\xff" + R"( \ud83d"}]}})" +
                "\n");
            return json(nullptr);
        });
        return 0;
    };
    modes["pretty"] = [](int, char**) {
        serve([](const json& message) {
            const json answer = ordinary(message, three);
            if (!answer.is_null()) put(answer.dump(2) + "\n");
            return json(nullptr);
        });
        return 0;
    };
    modes["batch"] = [](int, char**) {
        serve([](const json& message) {
            const json answer = ordinary(message, three);
            if (answer.is_null()) return answer;
            return json::array({notification("notifications/message"), answer});
        });
        return 0;
    };
    modes["slow-chunks"] = [](int, char**) {
        serve([](const json& message) {
            const json answer = ordinary(message, three);
            if (answer.is_null()) return answer;
            for (const char c : answer.dump() + "\n") put(std::string(1, c));
            return json(nullptr);
        });
        return 0;
    };
}

void add_traffic(Modes& modes) {
    // Lists only if each of its own requests was answered, before its answer to initialize too.
    modes["asks-first"] = [](int, char**) {
        std::string line;
        std::getline(std::cin, line);
        const json id = json::parse(line)["id"];
        say({{"jsonrpc", "2.0"}, {"id", "ping-1"}, {"method", "ping"}});
        say({{"jsonrpc", "2.0"}, {"id", 5}, {"method", "roots/list"}});
        say({{"jsonrpc", "2.0"}, {"id", 6}, {"method", "log"}});
        json answers = json::array();
        while (answers.size() < 3 && std::getline(std::cin, line)) {
            answers.push_back(json::parse(line));
        }
        if (answers[0]["id"] != "ping-1" || !answers[0]["result"].is_object()) return 11;
        if (!answers[1]["result"]["roots"].is_array()) return 12;
        if (answers[2]["error"]["code"] != -32601) return 13;
        say(reply(id, initialize_result()));
        serve_list(three);
        return 0;
    };
    modes["roots-again-and-again"] = [](int, char**) {
        serve_list([](const json& message) {
            for (int i = 0; i < 2000; ++i) {
                say({{"jsonrpc", "2.0"}, {"id", 100000 + i}, {"method", "roots/list"}});
            }
            return three(message);
        });
        return 0;
    };
    modes["stray-answers"] = [](int, char**) {
        serve([](const json& message) {
            const json answer = ordinary(message, three);
            if (!answer.is_null()) {
                say(reply(999, {{"tools", tools(9)}}));
                say(reply(nullptr, {{"tools", tools(9)}}));
                say(answer);
            }
            return answer;  // and once more
        });
        return 0;
    };
    modes["string-ids"] = [](int, char**) {
        serve([](const json& message) {
            json answer = ordinary(message, three);
            if (!answer.is_null()) answer["id"] = answer["id"].dump();
            return answer;
        });
        return 0;
    };
    modes["null-id-error"] = [](int, char**) {
        serve([](const json&) { return refusal(nullptr, -32700, "Parse error"); });
        return 0;
    };
    modes["no-tools-list"] = [](int, char**) {
        serve_list([](const json& message) {
            return reply(message["id"], {{"items", json::array()}});
        });
        return 0;
    };
}

void add_processes(Modes& modes) {
    // Writes its own number and that of a grandchild, which keeps stdout open, to the file argv[2].
    modes["grandchild"] = [](int argc, char** argv) {
        const pid_t child = fork();
        if (child == 0) {
            std::signal(SIGTERM, SIG_IGN);
            hang();
        }
        if (argc > 2) std::ofstream(argv[2]) << getpid() << ' ' << child << '\n';
        serve_list(three);
        return 0;
    };
    modes["environment"] = [](int, char**) {
        std::array<char, 4096> cwd{};
        json list = json::array();
        for (char** entry = environ; *entry != nullptr; ++entry) {
            list.push_back(tool(std::string("env:") + *entry));
        }
        list.push_back(tool(std::string("cwd:") + getcwd(cwd.data(), cwd.size())));
        serve_list([&](const json& message) { return reply(message["id"], {{"tools", list}}); });
        return 0;
    };
    modes["arguments"] = [](int argc, char** argv) {
        json list = json::array();
        for (int i = 2; i < argc; ++i) list.push_back(tool(std::string("arg:") + argv[i]));
        serve_list([&](const json& message) { return reply(message["id"], {{"tools", list}}); });
        return 0;
    };
    // Gives back the variables that begin with MIRROR_ and its arguments, in every form and place.
    modes["mirror"] = [](int argc, char** argv) {
        std::vector<std::string> given(argv + 2, argv + argc);
        for (char** entry = environ; *entry != nullptr; ++entry) {
            const std::string text = *entry;
            if (text.starts_with("MIRROR_")) given.push_back(text.substr(text.find('=') + 1));
        }
        std::string words;
        for (const std::string& secret : given) {
            for (const std::string& form : mcprisk::test::mirrored(secret)) words += " " + form;
        }
        std::cerr << "started with" << words << "\n";
        json item = tool("run_command");
        item["description"] = "Runs a shell command with" + words;
        item["title"] = words;
        for (const std::string& secret : given) {
            item["inputSchema"]["properties"][secret] = {
                {"type", "string"}, {"default", secret}, {"description", words}, {"enum", {words}}};
            item["_meta"][secret] = words;
        }
        json second = tool("named " + words);
        serve([&](const json& message) {
            json answer = ordinary(message, [&](const json& asked) {
                return reply(asked["id"], {{"tools", {item, second}}});
            });
            if (method_of(message) == "initialize") {
                answer["result"]["instructions"] = "Use" + words;
                answer["result"]["serverInfo"] = {{"name", words}, {"version", words}};
                answer["result"]["capabilities"]["experimental"] = {{words, words}};
            }
            return answer;
        });
        return 0;
    };
    modes["mirror-error"] = [](int argc, char** argv) {
        std::string words;
        for (int i = 2; i < argc; ++i) {
            for (const std::string& form : mcprisk::test::mirrored(argv[i])) words += " " + form;
        }
        serve([&](const json& message) {
            return message.contains("id") ? refusal(message["id"], -32000, "no:" + words)
                                          : json(nullptr);
        });
        return 0;
    };
    // A tool NAME=VALUE for each variable that is named.
    modes["variables"] = [](int argc, char** argv) {
        json list = json::array();
        for (int i = 2; i < argc; ++i) {
            const char* value = std::getenv(argv[i]);
            list.push_back(
                tool(std::string(argv[i]) + "=" + (value == nullptr ? "(none)" : value)));
        }
        serve_list([&](const json& message) { return reply(message["id"], {{"tools", list}}); });
        return 0;
    };
    // What can be seen and done from where it runs; argv[2] is a file, argv[3] a port of loopback.
    modes["look-around"] = [](int argc, char** argv) {
        json list = json::array();
        const auto tell = [&](const std::string& what, bool yes) {
            list.push_back(tool(what + (yes ? "=yes" : "=no")));
        };
        const char* home = std::getenv("HOME");
        list.push_back(tool(std::string("home:") + (home == nullptr ? "" : home)));
        tell("sees-file", argc > 2 && std::ifstream(argv[2]).good());
        tell("writes-file", argc > 2 && std::ofstream(argv[2], std::ios::app).good());
        tell("writes-usr", std::ofstream("/usr/mcprisk-test").good());
        tell("writes-tmp", std::ofstream("/tmp/mcprisk-test").good());
        tell("sees-shadow", std::ifstream("/etc/shadow").good());
        tell("sees-run", access("/run", F_OK) == 0);
        tell("first-processes", getpid() < 10);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(argc > 3 ? std::atoi(argv[3]) : 9));
        const int fd = socket(AF_INET, SOCK_STREAM, 0);
        const auto* general = reinterpret_cast<const sockaddr*>(&address);
        tell("reaches-port", connect(fd, general, sizeof address) == 0);
        address.sin_port = 0;
        tell("has-loopback", bind(socket(AF_INET, SOCK_STREAM, 0), general, sizeof address) == 0);
        serve_list([&](const json& message) { return reply(message["id"], {{"tools", list}}); });
        return 0;
    };
    modes["never-reads"] = [](int, char**) -> int { hang(); };
    modes["closes-stdout"] = [](int, char**) -> int {
        close(STDOUT_FILENO);
        std::cerr << "I closed stdout\n";
        hang();
    };
    modes["closes-stdin"] = [](int, char**) -> int {
        close(STDIN_FILENO);
        std::cerr << "I closed stdin\n";
        hang();
    };
    modes["echo"] = [](int, char**) {
        std::string line;
        while (std::getline(std::cin, line)) put(line + "\n");
        return 0;
    };
    // Tells how it was ended by SIGTERM.
    modes["on-term"] = [](int, char**) -> int {
        std::signal(SIGTERM, [](int) { std::_Exit(42); });
        put("up\n");
        hang();
    };
}

}  // namespace

int main(int argc, char** argv) {
    // Never outlive a test program that was killed.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    Modes modes;
    add_start_failures(modes);
    add_eras(modes);
    add_lists(modes);
    add_noise(modes);
    add_traffic(modes);
    add_processes(modes);
    const auto found = modes.find(argc > 1 ? argv[1] : "");
    if (found == modes.end()) {
        std::cerr << "modes:\n";
        for (const auto& [name, run] : modes) std::cerr << "  " << name << '\n';
        return 2;
    }
    return found->second(argc, argv);
}
