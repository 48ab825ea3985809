#include "crawler/start/demand_patterns.h"

namespace mcprisk::crawler {

const DemandPatterns& demand_patterns() {
    static const DemandPatterns all;
    return all;
}

}  // namespace mcprisk::crawler
