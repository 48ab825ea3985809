#include "crawler/process/sandbox_probe.h"

#include <fmt/format.h>
#include <optional>

#include "crawler/process/command.h"
#include "crawler/process/program.h"
#include "crawler/process/sandbox.h"
#include "crawler/process/start_failure.h"

namespace mcprisk::crawler {

Result<std::string> probe_sandbox(Loop& loop, std::chrono::milliseconds longest) {
    auto bwrap = find_program("bwrap", base_environment()["PATH"]);
    if (!bwrap) return bwrap;
    ProcessSpec spec;
    if (auto done = enclose(spec, *bwrap, probe_plan()); !done) return fail(done.error());
    std::optional<CommandResult> result;
    auto probe =
        Command::run(loop, spec, longest, [&](CommandResult done) { result = std::move(done); });
    if (!probe) return fail(probe.error());
    loop.run_until([&] { return result.has_value(); });
    if (result->ok()) return bwrap;
    return fail(ErrorCode::unsupported,
                fmt::format("bubblewrap does not work here: {}; allow unprivileged user "
                            "namespaces, or start without it: --sandbox none",
                            last_line(result->last_words)));
}

}  // namespace mcprisk::crawler
