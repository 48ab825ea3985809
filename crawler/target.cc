#include "crawler/target.h"

#include "crawler/redact.h"

namespace mcprisk::crawler {

std::string describe_origin(const Target& target) {
    if (const auto* http = std::get_if<HttpTarget>(&target.how)) return redact_url(http->url);
    return redact_command(std::get<StdioTarget>(target.how).argv);
}

}  // namespace mcprisk::crawler
