#include "policy/decide/condition.h"

#include <array>
#include <utility>

#include "model/base/text.h"

namespace mcprisk::policy {

std::string_view to_string(Op op) {
    static constexpr std::array<std::string_view, 11> kWords{"eq",
                                                             "neq",
                                                             "lt",
                                                             "lte",
                                                             "gt",
                                                             "gte",
                                                             "in",
                                                             "not_in",
                                                             "contains",
                                                             "regex",
                                                             "exists"};
    return kWords.at(static_cast<std::size_t>(op));
}

std::vector<std::string> steps_of(std::string_view path) {
    std::vector<std::string> steps;
    for (const std::string_view part : split(path.substr(path.find('.') + 1), '.')) {
        steps.emplace_back(part);
    }
    return steps;
}

std::vector<std::string> steps_of(const Condition& condition) { return steps_of(condition.path); }

void Conditions::add(Conditions more) {
    for (Condition& one : more.require) require.push_back(std::move(one));
    for (Denial& one : more.deny_if) deny_if.push_back(std::move(one));
    for (std::string& gap : more.gaps) gaps.push_back(std::move(gap));
}

}  // namespace mcprisk::policy
