#include "crawler/target.h"

#include "crawler/redact.h"

namespace mcprisk::crawler {

std::string describe_origin(const Target& target) {
    const auto& written = target.as_written;
    if (const auto* http = std::get_if<HttpTarget>(&target.how)) {
        return redact(redact_url(written.empty() ? http->url : written.front()));
    }
    return redact_command(written.empty() ? std::get<StdioTarget>(target.how).argv : written);
}

}  // namespace mcprisk::crawler
