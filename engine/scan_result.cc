#include "engine/scan_result.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "model/finding_kinds.h"

namespace mcprisk::engine {

void sort_by_risk(std::vector<Verdict>& verdicts) {
    const auto key = [](const Verdict& v) {
        return std::tuple(-static_cast<int>(attention_of(v)),
                          -static_cast<int>(v.risk),
                          -static_cast<int>(v.category),
                          std::string_view(v.server),
                          std::string_view(v.tool),
                          std::string_view(v.definition_hash));
    };
    std::sort(verdicts.begin(), verdicts.end(), [&](const Verdict& a, const Verdict& b) {
        return key(a) < key(b);
    });
}

}  // namespace mcprisk::engine
