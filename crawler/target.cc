#include "crawler/target.h"

#include "crawler/config/identity.h"
#include "crawler/redact.h"
#include "crawler/secrets.h"

namespace mcprisk::crawler {

std::string describe_origin(const Target& target) {
    const auto& written = target.as_written;
    if (const auto* http = std::get_if<HttpTarget>(&target.how)) {
        std::string url = redact(redact_url(written.empty() ? http->url : written.front()));
        if (!target.from_index) url = without_path_keys(url);
        return KnownSecrets(target).hide(url);
    }
    return KnownSecrets(target).hide(
        redact_command(written.empty() ? std::get<StdioTarget>(target.how).argv : written));
}

}  // namespace mcprisk::crawler
