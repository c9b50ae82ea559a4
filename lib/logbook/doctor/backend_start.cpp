// Reading the lines of a start (LOGBOOK.md, "Startup", tells which the application writes).
#include "logbook/doctor/backend_start.h"

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

constexpr std::string_view begins[] = {"Starting The Logbook", "Started server process",
                                       "Waiting for application startup"};
constexpr std::string_view is_done[] = {"Server started on port", "Application startup complete"};
constexpr std::string_view is_failed[] = {"Application startup failed", "SECURITY FAILURE",
                                          "Database connection failed after",
                                          "Database migrations timed out"};
// "Startup [worker 9]: Running database migrations..." and what the phases themselves write.
constexpr std::string_view is_phase[] = {"Database connection attempt", "Running upgrade", "Retrying in"};

template <size_t N>
bool has_one(std::string_view line, const std::string_view (&words)[N]) {
    for (const std::string_view word : words)
        if (line.find(word) != std::string_view::npos) return true;
    return false;
}

// The message behind time, level and place, where the line has them.
std::string message_of(std::string_view line) {
    const size_t dash = line.find(" - ");
    const bool has_head =
        dash != std::string_view::npos && line.substr(0, dash).find(" | ") != std::string_view::npos;
    return printable(trim(has_head ? line.substr(dash + 3) : line), 200);
}

bool is_exception(std::string_view line) {
    const size_t colon = line.find(": ");
    if (colon == std::string_view::npos || line.empty() || line[0] == ' ') return false;
    const std::string_view name = line.substr(0, colon);
    return name.find(' ') == std::string_view::npos &&
           (name.find("Error") != std::string_view::npos || name.find("Exception") != std::string_view::npos);
}

}  // namespace

BackendStart read_start(std::string_view log) {
    BackendStart start;
    std::string last_exception;
    for (const std::string& line : split(log, '\n')) {
        if (has_one(line, begins)) {
            // Several lines open one start; a failed one is over when the next begins.
            if (start.state != BackendStart::State::going_on) start = {BackendStart::State::going_on, {}};
            last_exception.clear();
        } else if (has_one(line, is_done)) {
            start = {BackendStart::State::done, {}};
        } else if (has_one(line, is_failed)) {
            const std::string said =
                is_exception(line) || last_exception.empty() ? message_of(line) : last_exception;
            // What comes after the reason ("Application startup failed") says less than the reason.
            if (start.state != BackendStart::State::failed) start = {BackendStart::State::failed, said};
        } else if (is_exception(line)) {
            last_exception = printable(trim(line), 300);
        } else if (start.state == BackendStart::State::going_on &&
                   (line.find("Startup [worker") != std::string::npos || has_one(line, is_phase))) {
            start.said = message_of(line);
        }
    }
    return start;
}

BackendStart start_of(const Scene& scene) {
    const auto* containers = scene.containers();
    const docker::Container* backend =
        containers && containers->found() ? containers->of_role(deployment::Role::backend) : nullptr;
    if (!backend || backend->state != docker::ContainerState::running) return {};
    switch (scene.backend().health.state) {
    case probe::HealthState::refused:
    case probe::HealthState::unreachable:
    case probe::HealthState::silent:
        return read_start(scene.backend_log());
    default:
        return {};
    }
}

std::optional<Finding> while_it_starts(const Scene& scene) {
    if (start_of(scene).state != BackendStart::State::going_on) return std::nullopt;
    Finding skip = undetermined("the backend is still starting");
    skip.waits_for = "backend.start";
    return skip;
}

}  // namespace logbook::doctor
