// Choosing and running Compose.
#include "logbook/restart/compose_up.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::restart {
namespace {

// Both generations colour and move the cursor, also in a pipe.
std::string without_escapes(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\x1b') {
            out += text[i];
            continue;
        }
        if (i + 1 < text.size() && text[i + 1] == '[')
            for (i += 2; i < text.size() && (text[i] < '@' || text[i] > '~');) ++i;
    }
    return out;
}

std::string last_words(std::string_view text) {
    std::string last;
    for (const std::string& line : split(replace_all(without_escapes(text), "\r", "\n"), '\n'))
        if (!trim(line).empty()) last = std::string(trim(line));
    return printable(last, 300);
}

}  // namespace

Result<deployment::ComposeProgram> choose_generation(const std::vector<deployment::ComposeProgram>& installed,
                                                     std::string_view made_by) {
    if (made_by.empty()) {
        if (!installed.empty()) return installed.front();
        return fail(ErrorCode::unsupported, "no Compose program is installed, so no container can be made",
                    "install it: apt-get install docker-compose, or the docker-compose-plugin of Docker's "
                    "own packages");
    }
    const int wanted = made_by.substr(0, 2) == "1." ? 1 : 2;
    for (const deployment::ComposeProgram& program : installed)
        if (program.generation() == wanted) return program;
    const std::string there = installed.empty() ? "none is installed"
                                                : fmt::format("here is {} {}", installed.front().spelling(),
                                                              installed.front().version);
    return fail(ErrorCode::unsupported,
                fmt::format("these containers were made by Compose {}; {}, and another generation would "
                            "recreate every container",
                            printable(made_by, 40), there),
                wanted == 1 ? "install Compose 1.29: apt-get install docker-compose"
                            : "install Compose v2: the package docker-compose-plugin, or docker-compose-v2");
}

Status compose_up(const ComposeUp& compose, const std::string& service, Deadline deadline) {
    // Compose would take it for an option, and a container's label may say anything.
    if (service.empty() || service.front() == '-')
        return fail(ErrorCode::invalid, fmt::format("`{}` is no name of a service", printable(service, 60)),
                    {});
    const auto done = host::run(
        deployment::compose_call(compose.program, compose.input, {"up", "-d", "--no-deps", service}), {},
        deadline);
    if (!done) return fail(done.error());
    if (done->end.success()) return {};
    const std::string said = last_words(done->err.empty() ? done->out : done->err);
    return fail(ErrorCode::io,
                fmt::format("{} up of {} ended with {}: {}", compose.program.spelling(),
                            printable(service, 60), describe(done->end), said),
                fmt::format("see it whole: {} up -d --no-deps {}", compose.program.spelling(),
                            printable(shell_quoted(service))));
}

}  // namespace logbook::restart
