// The call, wrapped in the container's own shell.
#include "logbook/deployment/contained_client.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::deployment {
namespace {

constexpr int no_program = 127;

// $0 is the time limit in seconds, then the programs up to "--", then the arguments.
constexpr std::string_view script = R"(
client=
while [ "$1" != -- ]; do
    [ -n "$client" ] || client=$(command -v "$1") || client=
    shift
done
shift
[ -n "$client" ] || exit 127
limit=$(command -v timeout) && exec "$limit" "$0" "$client" "$@"
exec "$client" "$@"
)";

}  // namespace

Result<docker::ExecResult> ContainedClient::run(const ClientCall& call, Deadline deadline) const {
    docker::ExecRequest request;
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(deadline.remaining()).count();
    request.argv = {"sh", "-c", std::string(script), std::to_string(seconds + 1)};
    request.argv.insert(request.argv.end(), call.programs.begin(), call.programs.end());
    request.argv.emplace_back("--");
    request.argv.insert(request.argv.end(), call.arguments.begin(), call.arguments.end());
    request.environment = call.environment;
    request.input = call.input;
    request.output = call.output;
    request.most_bytes = size_t(16) << 20;
    auto done = engine.exec(container, request, deadline);
    if (done && done->exit_code == no_program)
        return fail(
            ErrorCode::unsupported,
            fmt::format("{} has no client program ({})", printable(name, 80), join(call.programs, ", ")),
            "publish its port on 127.0.0.1, or run this on the engine's machine");
    return done;
}

}  // namespace logbook::deployment
