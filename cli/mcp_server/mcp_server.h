// The server side of MCP for one peer: messages in, answers out. Pure but for what its tools do.
// Sources: the specification's revisions 2024-11-05 to 2025-11-25 (with a handshake) and 2026-07-28
// (without); both are served at the same time, told apart by each request.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace mcprisk::cli {

struct McpTool {
    nlohmann::json definition;  // as tools/list gives it
    // `arguments` is an object. What comes back is the structured content, an object; an error
    // becomes a result that says so, for the model to read.
    std::function<Result<nlohmann::json>(const nlohmann::json& arguments)> call;
};

class McpServer {
  public:
    McpServer(std::string version, std::string instructions, std::vector<McpTool> tools);

    // One line of input. Nothing for what wants no answer: notifications, answers, blank lines. The
    // answer is one line without its end.
    [[nodiscard]] std::optional<std::string> answer(std::string_view line) const;

  private:
    struct Request;
    [[nodiscard]] nlohmann::json handle(const Request& request) const;
    [[nodiscard]] nlohmann::json initialize(const Request& request) const;
    [[nodiscard]] nlohmann::json discover(const Request& request) const;
    [[nodiscard]] nlohmann::json list(const Request& request) const;
    [[nodiscard]] nlohmann::json call(const Request& request) const;
    [[nodiscard]] nlohmann::json server_info() const;
    // The result of a request, with what its revision wants around it.
    [[nodiscard]] nlohmann::json result(const Request& request,
                                        nlohmann::json value,
                                        bool cacheable) const;

    std::string version_;
    std::string instructions_;
    std::vector<McpTool> tools_;
};

}  // namespace mcprisk::cli
