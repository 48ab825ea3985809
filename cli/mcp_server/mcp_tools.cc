#include "cli/mcp_server/mcp_tools.h"

#include <fmt/format.h>
#include <algorithm>
#include <memory>
#include <set>

#include "cli/commands/policy_sources.h"
#include "cli/mcp_server/mcp_schemas.h"
#include "cli/output/verdict_output.h"
#include "cli/policy_files.h"
#include "engine/grade.h"
#include "engine/lookup.h"
#include "engine/scan_result.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "model/read_document.h"
#include "policy/decide/combine.h"
#include "policy/targets/target.h"

namespace mcprisk::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kMostTools = 100;
constexpr std::int64_t kDay = 86'400;

std::string name_of(std::string_view text) {
    return std::string(truncate_utf8(printable(text), kLongestName));
}

// No words of the definition: neither description nor evidence nor the text of a finding.
json verdict_json(const Verdict& verdict) {
    std::set<std::string> findings;
    for (const Finding& finding : verdict.findings) findings.insert(finding.id);
    json attacks = json::array();
    for (const AttackLink& link : verdict.attacks) attacks.push_back(link.id);
    return {{"server", name_of(verdict.server)},
            {"tool", name_of(verdict.tool)},
            {"category", to_string(verdict.category)},
            {"risk", to_string(verdict.risk)},
            {"risk_without_claims", to_string(verdict.risk_without_claims)},
            {"confidence", verdict.confidence},
            {"capabilities", verdict.capabilities},
            {"findings", findings},
            {"attacks", std::move(attacks)}};
}

// What went wrong while an argument was looked up, as a result that the model can read.
class Arguments {
  public:
    explicit Arguments(const json& values) : values_(values) {}

    std::string text(const char* key) {
        const json* value = find_member(values_, key);
        if (value == nullptr || value->is_null()) return "";
        if (!value->is_string()) {
            complain(fmt::format("{} must be text", key));
            return "";
        }
        return value->get<std::string>();
    }

    std::string needed(const char* key) {
        std::string value = text(key);
        if (value.empty()) complain(fmt::format("{} is missing", key));
        return value;
    }

    std::size_t number(const char* key, std::size_t otherwise, std::size_t most) {
        const json* value = find_member(values_, key);
        if (value == nullptr || value->is_null()) return otherwise;
        if (!value->is_number_unsigned()) {
            complain(fmt::format("{} must be a whole number, 0 or more", key));
            return otherwise;
        }
        return std::min<std::size_t>(value->get<std::size_t>(), most);
    }

    void only(std::initializer_list<std::string_view> known) {
        for (const auto& [key, value] : values_.items()) {
            if (std::find(known.begin(), known.end(), key) == known.end()) {
                complain(fmt::format("there is no argument {}", name_of(key)));
            }
        }
    }

    void complain(std::string why) {
        if (problem_.empty()) problem_ = std::move(why);
    }
    [[nodiscard]] bool good() const { return problem_.empty(); }
    [[nodiscard]] tl::unexpected<Error> failure() const {
        return fail(ErrorCode::invalid_input, problem_);
    }

  private:
    const json& values_;
    std::string problem_;
};

class Questions {
  public:
    explicit Questions(McpContext context) : context_(std::move(context)) {}

    Result<json> check_tool(const json& values) const {
        Arguments arguments(values);
        arguments.only({"server", "tool", "definition"});
        if (const json* given = find_member(values, "definition"); given != nullptr) {
            auto tool = read_tool(*given);
            if (!tool) return fail(tool.error());
            ServerDocument document;
            document.server = arguments.text("server");
            document.tools.push_back(std::move(*tool));
            if (!arguments.good()) return arguments.failure();
            json answer = verdict_json(context_.classifier->classify(document).front());
            answer["from"] = "the definition given";
            return answer;
        }
        const std::string server = arguments.needed("server");
        const std::string name = arguments.needed("tool");
        if (!arguments.good()) return arguments.failure();
        return with_server(server, [&](const auto& catalogue, const auto& row) -> Result<json> {
            const auto tools = catalogue.tools_of(row.id);
            const auto found = engine::find_tool(tools, row.id, name);
            if (!found) return fail(found.error());
            json answer = verdict_json((*found)->verdict);
            answer["from"] = "the catalogue";
            answer["days_since_listed"] = age(row);
            return answer;
        });
    }

    Result<json> check_server(const json& values) const {
        Arguments arguments(values);
        arguments.only({"server", "limit"});
        const std::string server = arguments.needed("server");
        const std::size_t limit = arguments.number("limit", 30, kMostTools);
        if (!arguments.good()) return arguments.failure();
        return with_server(server, [&](const auto& catalogue, const auto& row) -> Result<json> {
            std::vector<Verdict> verdicts;
            for (const store::ToolRow& tool : catalogue.tools_of(row.id)) {
                verdicts.push_back(tool.verdict);
            }
            engine::sort_by_risk(verdicts);
            json tools = json::array();
            for (const Verdict& verdict : verdicts) {
                if (tools.size() == limit) break;
                tools.push_back(verdict_json(verdict));
            }
            json levels = json::object();
            for (const auto& [level, n] : row.by_risk) levels[std::string(to_string(level))] = n;
            return json{{"server", name_of(row.id)},
                        {"listed", row.last_listed.has_value()},
                        {"last_outcome", to_string(row.last_outcome)},
                        {"days_since_listed", age(row)},
                        {"grade", engine::grade_text(engine::grade_of(verdicts))},
                        {"tools_total", row.tools},
                        {"by_risk", std::move(levels)},
                        {"tools", std::move(tools)}};
        });
    }

    Result<json> search(const json& values) const {
        Arguments arguments(values);
        arguments.only(
            {"text", "category", "min_risk", "capability", "finding", "server", "limit", "offset"});
        store::Query query;
        query.text = arguments.text("text");
        query.capability = arguments.text("capability");
        query.finding = arguments.text("finding");
        query.server_glob = arguments.text("server");
        query.limit = arguments.number("limit", 20, kMostTools);
        query.offset = arguments.number("offset", 0, 1'000'000);
        if (const std::string word = arguments.text("category"); !word.empty()) {
            query.category = parse_category(word);
            if (!query.category) arguments.complain("category is none of the five");
        }
        if (const std::string word = arguments.text("min_risk"); !word.empty()) {
            query.min_risk = parse_risk_level(word);
            if (!query.min_risk) arguments.complain("min_risk is none of the four levels");
        }
        if (!arguments.good()) return arguments.failure();
        const auto catalogue = context_.open();
        if (!catalogue) return fail(catalogue.error());
        const store::QueryAnswer found = catalogue->query(query);
        json tools = json::array();
        for (const store::ToolRow& row : found.rows) tools.push_back(verdict_json(row.verdict));
        return json{{"total", found.total}, {"tools", std::move(tools)}};
    }

    Result<json> recommend(const json& values) const {
        Arguments arguments(values);
        arguments.only({"server", "tool", "preset", "format"});
        const std::string server = arguments.needed("server");
        const std::string name = arguments.text("tool");
        const std::string word = arguments.text("preset");
        const std::string format = arguments.text("format");
        const policy::Target* target = policy::find_target(format.empty() ? "policy.json" : format);
        if (target == nullptr) arguments.complain("format is one of " + policy::known_targets());
        const auto preset = parse_preset(word.empty() ? "recommended" : word);
        if (!preset) arguments.complain("preset is recommended, strict or permissive");
        if (!arguments.good()) return arguments.failure();
        return with_server(server, [&](const auto& catalogue, const auto& row) -> Result<json> {
            auto tools = catalogue.tools_of(row.id);
            std::string only;
            if (!name.empty()) {
                const auto found = engine::find_tool(tools, row.id, name);
                if (!found) return fail(found.error());
                only = (*found)->tool.name;
            }
            if (tools.empty()) {
                return fail(ErrorCode::not_found, "the catalogue knows no tools of " + row.id);
            }
            policy::Options options;
            options.preset = *preset;
            const policy::Settings settings =
                context_.settings ? context_.settings() : policy::Settings{};
            options.settings = &settings;
            options.today = context_.today();
            auto decided = policy::decide_server(row.id, engine::judged(tools), options);
            std::erase_if(decided, [&](const policy::Decided& one) {
                return !only.empty() && one.judged.tool->name != only;
            });
            const auto made = policy::document_of(row.id, decided, options);
            json effects = json::object();
            for (const policy::Rule& rule : made.rules) {
                effects[name_of(rule.tool)] = to_string(rule.effect);
            }
            if (target->render != nullptr) {
                const policy::NamedServer named{short_name(row.id),
                                                row.id,
                                                row.id.starts_with("http") ? row.id : "",
                                                std::move(decided)};
                const auto rendered = policy::render(
                    *target, std::span(&named, 1), {.approver = settings.approver});
                return json{{"server", name_of(row.id)},
                            {"format", target->word},
                            {"file", target->file},
                            {"text", rendered.text},
                            {"notes", policy::told(rendered)},
                            {"effects", std::move(effects)}};
            }
            return json{{"server", name_of(row.id)},
                        {"policy", json::parse(made.policy_json)},
                        {"effects", std::move(effects)}};
        });
    }

  private:
    json age(const store::ServerRow& row) const {
        if (!row.last_listed) return nullptr;
        return (context_.now() - *row.last_listed) / kDay;
    }

    template <typename Use>
    Result<json> with_server(const std::string& part, Use use) const {
        const auto catalogue = context_.open();
        if (!catalogue) return fail(catalogue.error());
        const auto server = catalogue->find_server(part);
        if (!server) return fail(server.error());
        return use(*catalogue, *server);
    }

    McpContext context_;
};

}  // namespace

std::vector<McpTool> mcp_tools(McpContext context) {
    const auto questions = std::make_shared<const Questions>(std::move(context));
    const json server = text_schema("Id of a server in the catalogue, or a unique part of it");
    const json tool = text_schema("Name of a tool on that server");
    const json levels = {"Low", "Medium", "High", "Critical"};
    const json categories = {"Read", "Write", "Execute", "Destructive", "Financial"};
    const json limit = {{"type", "integer"},
                        {"minimum", 0},
                        {"maximum", kMostTools},
                        {"description", "At most so many tools"}};
    const json offset = {{"type", "integer"},
                         {"minimum", 0},
                         {"maximum", 1'000'000},
                         {"description", "Leave out so many first"}};
    json formats = json::array();
    for (const policy::Target* one : policy::targets()) formats.push_back(one->word);
    std::vector<McpTool> tools;
    tools.push_back(
        {tool_definition(
             "check_tool",
             "Check one tool",
             "Gives category, risk level, findings and capabilities of one MCP tool: of a "
             "server in the catalogue by name, or of a definition that you pass.",
             {{"server", server},
              {"tool", tool},
              {"definition",
               {{"type", "object"},
                {"description", "A tool as tools/list gives it, instead of a name"}}}},
             json::array(),
             checked_tool_schema()),
         [questions](const json& values) { return questions->check_tool(values); }});
    tools.push_back(
        {tool_definition("check_server",
                         "Check one server",
                         "Gives grade, counts and the riskiest tools of one MCP server in the "
                         "catalogue, and how long ago it was listed.",
                         {{"server", server}, {"limit", limit}},
                         {"server"},
                         checked_server_schema()),
         [questions](const json& values) { return questions->check_server(values); }});
    tools.push_back(
        {tool_definition(
             "search_catalogue",
             "Search the catalogue",
             "Finds MCP tools in the catalogue by words, category, level, capability or "
             "finding, riskiest first.",
             {{"text", text_schema("Words that must occur in name, title or description")},
              {"category", choice_schema("Only this category", categories)},
              {"min_risk", choice_schema("At least this level", levels)},
              {"capability", text_schema("Only tools with this tag, as exec.shell")},
              {"finding", text_schema("Only tools with this finding, as tool-poisoning")},
              {"server", text_schema("Only servers whose id fits this pattern (* and ?)")},
              {"limit", limit},
              {"offset", offset}},
             json::array(),
             object_schema({{"total", count_schema()}, {"tools", verdict_list_schema()}})),
         [questions](const json& values) { return questions->search(values); }});
    tools.push_back(
        {tool_definition(
             "recommend_policy",
             "Recommend a policy",
             "Gives the recommended policy for one MCP server in the catalogue, or for one of "
             "its tools, as policy.json or in the format of a client or gateway. Nothing is "
             "written or put in force.",
             {{"server", server},
              {"tool", tool},
              {"preset", choice_schema("How strict", {"recommended", "strict", "permissive"})},
              {"format", choice_schema("What enforces it", std::move(formats))}},
             {"server"},
             recommended_schema()),
         [questions](const json& values) { return questions->recommend(values); }});
    return tools;
}

}  // namespace mcprisk::cli
