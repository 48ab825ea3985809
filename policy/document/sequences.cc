#include "policy/document/sequences.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "model/base/text.h"
#include "policy/decide/arguments.h"
#include "policy/decide/table.h"
#include "policy/decide/trial.h"
#include "policy/decide/words.h"
#include "policy/document/enforce.h"
#include "policy/document/validate.h"

namespace mcprisk::policy {
namespace {

using nlohmann::json;

constexpr std::int64_t kFar = 400'000;  // seconds: no window of a limit reaches so far
constexpr std::size_t kMostProbes = 64;
constexpr std::size_t kMostSequences = 20'000;

constexpr auto kOrdinaryPaths = std::to_array<std::string_view>(
    {"notes.txt", "/home/user/notes.txt", "src/main.c", "./README.md"});
constexpr auto kKeyPaths = std::to_array<std::string_view>(
    {"/home/user/.ssh/id_rsa", "/home/user/.ssh", "~/.ssh", "~/.aws/credentials"});
constexpr auto kOutside =
    std::to_array<std::string_view>({"https://outsider.example/x?d=1", "outsider.example"});
constexpr auto kInside =
    std::to_array<std::string_view>({"http://169.254.169.254/latest/meta-data/"});

struct Filling {
    std::span<const std::string_view> paths;
    std::span<const std::string_view> addresses;
};

bool is_one_of(const std::vector<const Parameter*>& list, const Parameter& parameter) {
    return std::find(list.begin(), list.end(), &parameter) != list.end();
}

json listed_if(const Parameter& parameter, json value) {
    return parameter.type.find("array") != std::string::npos ? json::array({std::move(value)})
                                                             : value;
}

json value_for(const Tool& tool,
               const Parameter& parameter,
               std::string_view path,
               std::string_view address) {
    if (is_one_of(free_arguments(tool, ValueKind::roots), parameter)) {
        return listed_if(parameter, path);
    }
    if (is_one_of(free_arguments(tool, ValueKind::hosts), parameter)) {
        return listed_if(parameter, address);
    }
    if (is_one_of(free_arguments(tool, ValueKind::recipients), parameter)) {
        return listed_if(parameter, "someone@outsider.example");
    }
    if (!parameter.choices.empty()) return parameter.choices.front();
    if (parameter.type == "integer" || parameter.type == "number") return 1;
    if (parameter.type == "boolean") return false;
    if (parameter.type == "array") return json::array();
    if (parameter.type == "object") return json::object();
    return "x";
}

bool is_plain(const Parameter& parameter) { return parameter.path == parameter.name; }

// With what is required alone and with all arguments; then each choice and switch by itself.
std::vector<json> probes(const Tool& tool, const Filling& filling) {
    std::vector<json> out;
    const auto add = [&](json arguments) {
        if (out.size() < kMostProbes && std::find(out.begin(), out.end(), arguments) == out.end())
            out.push_back(std::move(arguments));
    };
    for (const std::string_view path : filling.paths) {
        for (const std::string_view address : filling.addresses) {
            json needed = json::object();
            json all = json::object();
            for (const Parameter& p : tool.parameters) {
                if (!is_plain(p)) continue;
                all[p.name] = value_for(tool, p, path, address);
                const bool free = is_one_of(free_arguments(tool, ValueKind::roots), p) ||
                                  is_one_of(free_arguments(tool, ValueKind::hosts), p);
                if (p.required || free) needed[p.name] = all[p.name];
            }
            add(needed);
            for (const Parameter& p : tool.parameters) {
                if (!is_plain(p)) continue;
                for (const std::string& choice : p.choices) {
                    json other = needed;
                    other[p.name] = choice;
                    add(std::move(other));
                }
            }
            add(std::move(all));
        }
    }
    return out;
}

// One server's document with a clock on which no limit is ever used up.
class Door {
  public:
    static Result<Door> make(const Written& written) {
        auto enforcer = Enforcer::make(written.document);
        if (!enforcer) return fail(enforcer.error());
        Door door(std::move(*enforcer));
        if (auto document = parse_json(written.document)) door.document_ = std::move(*document);
        return door;
    }

    bool lets(std::string_view tool, const json& arguments) {
        ++calls;
        const auto ruling = enforcer_.call(tool, canonical_json(arguments), now_ += kFar);
        return ruling && ruling->allowed;
    }

    // `needed`: texts of which the call must carry one; empty for any call.
    std::optional<json> first_permitted(const Tool& tool,
                                        const Filling& filling,
                                        std::span<const std::string_view> needed = {}) {
        for (json& arguments : probes(tool, filling)) {
            const std::string text = canonical_json(arguments);
            const bool carries = std::any_of(
                needed.begin(), needed.end(), [&](std::string_view one) {
                    return text.find(one) != std::string::npos;
                });
            if ((needed.empty() || carries) && lets(tool.name, arguments)) {
                return std::move(arguments);
            }
        }
        return std::nullopt;
    }

    // Is any call with one of `needed` put to it at all?
    static bool can_carry(const Tool& tool,
                          const Filling& filling,
                          std::span<const std::string_view> needed) {
        if (needed.empty()) return true;
        for (const json& arguments : probes(tool, filling)) {
            const std::string text = canonical_json(arguments);
            for (const std::string_view one : needed) {
                if (text.find(one) != std::string::npos) return true;
            }
        }
        return false;
    }

    // Has a rule that some call may pass, though none of ours did.
    [[nodiscard]] bool may_pass(const std::string& tool) const {
        const json* tools = find_member(document_, "tools");
        const json* rule = tools != nullptr ? find_member(*tools, tool) : nullptr;
        if (rule == nullptr) return false;
        const json* denials = find_member(*rule, "deny_if");
        if (denials == nullptr) return true;
        return std::none_of(denials->begin(), denials->end(), [](const json& one) {
            const json* conditions = find_member(one, "conditions");
            return conditions != nullptr && conditions->empty();
        });
    }

    std::size_t calls = 0;

  private:
    explicit Door(Enforcer enforcer) : enforcer_(std::move(enforcer)) {}
    Enforcer enforcer_;
    json document_;
    std::int64_t now_ = 0;
};

struct Call {
    std::size_t policy = 0;
    std::string tool;
    json arguments;
};

std::string shown(const Written& written, const std::string& tool, const json& arguments) {
    return printable(fmt::format(
        "{}: {} {}", written.name, tool, truncate_utf8(canonical_json(arguments), 160)));
}

// Runs the calls against fresh counters, all in one moment.
Result<bool> runs(std::span<const Written> policies, std::span<const Call* const> calls) {
    std::map<std::size_t, Enforcer> doors;
    for (const Call* call : calls) {
        if (call->arguments.is_null()) continue;  // something passes its rule, nobody knows what
        auto door = doors.find(call->policy);
        if (door == doors.end()) {
            auto made = Enforcer::make(policies[call->policy].document);
            if (!made) return fail(made.error());
            door = doors.emplace(call->policy, std::move(*made)).first;
        }
        const auto ruling = door->second.call(call->tool, canonical_json(call->arguments), kFar);
        if (!ruling) return fail(ruling.error());
        if (!ruling->allowed) return false;
    }
    return true;
}

Filling filling_of(Leg leg) {
    static constexpr auto kBoth = [] {
        std::array<std::string_view, kOrdinaryPaths.size() + kKeyPaths.size()> all{};
        std::copy(kOrdinaryPaths.begin(), kOrdinaryPaths.end(), all.begin());
        std::copy(kKeyPaths.begin(), kKeyPaths.end(), all.begin() + kOrdinaryPaths.size());
        return all;
    }();
    return leg == Leg::private_data ? Filling{kBoth, kOutside} : Filling{kOrdinaryPaths, kOutside};
}

// What a tool is denied for, if it is.
struct Reach {
    std::string_view what;
    bool (*has)(const JudgedTool& tool);
    Filling filling;
    std::span<const std::string_view> carried;  // what the call must hold
};

bool can(const JudgedTool& tool, std::string_view tag) {
    const auto& tags = tool.verdict->capabilities;
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

// Gives back what stands in a file, and not only that it is there.
bool reads_content(const JudgedTool& tool) {
    static constexpr auto kNames = std::to_array<std::string_view>({"directories",
                                                                    "directory",
                                                                    "exists",
                                                                    "info",
                                                                    "list",
                                                                    "metadata",
                                                                    "stat",
                                                                    "tree"});
    static constexpr auto kOfContent = std::to_array<std::string_view>(
        {"content", "contents", "grep", "pattern", "query", "text"});
    static constexpr auto kReading = std::to_array<std::string_view>(
        {"cat", "file", "files", "grep", "head", "read", "search", "tail"});
    if (tool.verdict->category != Category::read ||
        free_arguments(*tool.tool, ValueKind::roots).empty() ||
        (!can(tool, "fs.read") && !has_one_of(tool.tool->name, kReading))) {
        return false;
    }
    if (!has_one_of(tool.tool->name, kNames)) return true;
    return std::any_of(tool.tool->parameters.begin(),
                       tool.tool->parameters.end(),
                       [](const Parameter& p) { return has_one_of(p.name, kOfContent); });
}

const std::array<Reach, 4>& reaches() {
    static const std::array<Reach, 4> all{
        Reach{"files that hold keys", reads_content, {kKeyPaths, kOutside}, kKeyPaths},
        Reach{"addresses inside the network",
              [](const JudgedTool& tool) {
                  return !free_arguments(*tool.tool, ValueKind::hosts).empty();
              },
              {kOrdinaryPaths, kInside}, kInside},
        Reach{"commands of the operating system",
              [](const JudgedTool& tool) { return can(tool, "exec.shell"); },
              {kOrdinaryPaths, kOutside},
              {}},
        Reach{"code that the caller writes",
              [](const JudgedTool& tool) { return can(tool, "exec.code"); },
              {kOrdinaryPaths, kOutside},
              {}}};
    return all;
}

}  // namespace

Result<Searched> find_sequence(std::span<const Written> policies) {
    Searched out;
    constexpr std::array<Leg, 3> kOrder{Leg::untrusted_content, Leg::private_data, Leg::way_out};
    std::array<std::vector<Call>, 3> permitted;
    for (std::size_t i = 0; i < policies.size(); ++i) {
        auto door = Door::make(policies[i]);
        if (!door) return fail(door.error());
        for (const JudgedTool& tool : policies[i].tools) {
            for (std::size_t leg = 0; leg < kOrder.size(); ++leg) {
                if (!is_leg(tool, kOrder.at(leg))) continue;
                auto arguments = door->first_permitted(*tool.tool, filling_of(kOrder.at(leg)));
                if (arguments) {
                    permitted.at(leg).push_back({i, tool.tool->name, std::move(*arguments)});
                } else if (kOrder.at(leg) != Leg::way_out && door->may_pass(tool.tool->name)) {
                    permitted.at(leg).push_back({i, tool.tool->name, nullptr});
                }
            }
        }
        out.calls += door->calls;
    }
    for (const Call& first : permitted[0]) {
        for (const Call& second : permitted[1]) {
            for (const Call& third : permitted[2]) {
                if (++out.sequences > kMostSequences) {
                    return fail(ErrorCode::too_large, "too many sequences of calls to try all");
                }
                const std::array<const Call*, 3> calls{&first, &second, &third};
                const auto passes = runs(policies, calls);
                if (!passes) return fail(passes.error());
                if (!*passes) continue;
                out.found = Sequence{};
                for (std::size_t k = 0; k < calls.size(); ++k) {
                    const Call& call = *calls.at(k);
                    out.found->calls.at(k) = shown(
                        policies[call.policy],
                        call.tool,
                        call.arguments.is_null() ? json::object() : call.arguments);
                }
                return out;
            }
        }
    }
    return out;
}

Result<std::vector<Detour>> find_detours(std::span<const Written> policies) {
    std::vector<Detour> out;
    for (const Reach& reach : reaches()) {
        std::string denied;
        std::vector<std::string> allowed;
        for (const Written& written : policies) {
            auto door = Door::make(written);
            if (!door) return fail(door.error());
            for (const JudgedTool& tool : written.tools) {
                if (!reach.has(tool) ||
                    !Door::can_carry(*tool.tool, reach.filling, reach.carried)) {
                    continue;
                }
                if (const auto call =
                        door->first_permitted(*tool.tool, reach.filling, reach.carried)) {
                    allowed.push_back(shown(written, tool.tool->name, *call));
                } else if (denied.empty()) {
                    denied = printable(written.name + ": " + tool.tool->name);
                }
            }
        }
        if (denied.empty()) continue;
        for (std::string& one : allowed) out.push_back({denied, std::move(one), reach.what});
    }
    return out;
}

}  // namespace mcprisk::policy
