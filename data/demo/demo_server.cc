// A tiny MCP server over stdin and stdout: an imaginary bookshop. It lists tools and does nothing
// else, so that the first run of mcprisk needs neither a network nor another runtime.
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "data/data.h"
#include "model/base/json.h"

namespace {

using nlohmann::json;

json answer(const json& request, const json& tools) {
    const std::string method = mcprisk::string_member(request, "method");
    json reply = {{"jsonrpc", "2.0"}, {"id", request["id"]}};
    if (method == "initialize") {
        reply["result"] = {
            {"protocolVersion", "2025-11-25"},
            {"capabilities", {{"tools", json::object()}}},
            {"serverInfo", {{"name", "bookshop"}, {"version", "1.0.0"}}},
            {"instructions", "Manages the orders and customers of a small bookshop."}};
    } else if (method == "tools/list") {
        reply["result"] = {{"tools", tools}};
    } else if (method == "ping") {
        reply["result"] = json::object();
    } else {
        reply["error"] = {{"code", -32601}, {"message", "Method not found"}};
    }
    return reply;
}

}  // namespace

int main() {
    const json tools = json::parse(mcprisk::embedded::demo().front().text);
    for (std::string line; std::getline(std::cin, line);) {
        const auto request = mcprisk::parse_json(line);
        if (!request || mcprisk::find_member(*request, "id") == nullptr) continue;
        std::cout << mcprisk::canonical_json(answer(*request, tools)) << std::endl;
    }
}
