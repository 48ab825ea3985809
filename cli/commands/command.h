// How a command joins the command line: one add_* function a command, listed in app.cc.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/exit_code.h"

namespace CLI {
class App;
}

namespace mcprisk::cli {

class Session;

// What the chosen command does once the command line is understood.
using Action = std::function<ExitCode(Session&)>;

// The text below a command's options: examples, one a line, and its exit codes.
std::string help_footer(const std::vector<std::string>& examples, const std::string& exit_codes);

// `after_dashes`: what stood behind "--", the stdio server to start.
void add_scan(CLI::App& app, Action& action, const std::vector<std::string>& after_dashes);
void add_crawl(CLI::App& app, Action& action);
void add_classify(CLI::App& app, Action& action);
void add_query(CLI::App& app, Action& action);
void add_show(CLI::App& app, Action& action);
void add_servers(CLI::App& app, Action& action);
void add_stats(CLI::App& app, Action& action);
void add_history(CLI::App& app, Action& action);
void add_diff(CLI::App& app, Action& action);
void add_pin(CLI::App& app, Action& action);
void add_reclassify(CLI::App& app, Action& action);
void add_backup(CLI::App& app, Action& action);
void add_check(CLI::App& app, Action& action);
void add_export(CLI::App& app, Action& action);
void add_merge(CLI::App& app, Action& action);
void add_mcp(CLI::App& app, Action& action);
void add_manual(CLI::App& app, Action& action);
void add_policy(CLI::App& app, Action& action);
void add_rules(CLI::App& app, Action& action);
void add_eval(CLI::App& app, Action& action);
void add_login(CLI::App& app, Action& action);
void add_guard(CLI::App& app, Action& action);
void add_approve(CLI::App& app, Action& action);
void add_inventory(CLI::App& app, Action& action);

}  // namespace mcprisk::cli
