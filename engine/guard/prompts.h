// Whether a client asks before it calls a tool, by its own files of rules. Pure.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/config/known_configs.h"
#include "engine/guard/doors.h"

namespace mcprisk::engine {

// From the strictest to the mildest.
enum class Prompt : std::uint8_t {
    refused,  // the client never calls it
    asked,
    unasked,
};
std::string_view to_string(Prompt prompt);

// What one client's files say, read with add_file() in any order; the mildest reading of what is
// open and the client's own order of rules decide.
class PromptRules {
  public:
    explicit PromptRules(crawler::Client client) : client_(client) {}

    // A file that holds permissions or entries of this client. What cannot be read adds nothing.
    void add_file(std::string_view text);
    void add_door(const Door& door);

    // `server` as the client's file names it.
    [[nodiscard]] Prompt of(std::string_view server, std::string_view tool) const;

  private:
    void add_claude(const nlohmann::json& file);
    void add_codex(const nlohmann::json& file);
    void add_cursor(const nlohmann::json& file);
    void add_entries(const nlohmann::json& file);  // lists of tools beside an entry
    void add_gemini(const nlohmann::json& file);   // settings.json, or a file of rules
    void add_opencode(const nlohmann::json& file);

    // A rule of Gemini CLI: the highest priority that fits decides.
    struct Ranked {
        int priority = 0;
        std::string server;              // with stars; empty: `tools` are whole names
        std::vector<std::string> tools;  // with stars
        Prompt prompt = Prompt::asked;
    };

    [[nodiscard]] Prompt by_rank(std::string_view server, std::string_view tool) const;

    crawler::Client client_;
    std::vector<Ranked> ranked_;
    bool everything_ = false;
    std::set<std::string, std::less<>> servers_;  // run unasked as a whole
    std::vector<std::string> allow_;              // in the client's own writing of names
    std::vector<std::string> ask_;
    std::vector<std::string> deny_;
};

}  // namespace mcprisk::engine
