// Ending from outside.
#include "logbook/sandbox/down.h"

#include <csignal>
#include <fmt/format.h>
#include <thread>

#include "logbook/sandbox/state.h"

namespace logbook::sandbox {
namespace {

constexpr Millis kill_time{2000};  // a killed process goes at once, unless its disk hangs

bool gone_by(const Process& process, Deadline deadline) {
    while (process.alive()) {
        if (deadline.passed()) return false;
        std::this_thread::sleep_for(Millis(10));
    }
    return true;
}

}  // namespace

Result<DownReport> take_down(const std::filesystem::path& folder, Deadline deadline) {
    const Result<State> state = read_state(folder);
    if (!state) return fail(state.error());
    DownReport report;
    report.supervisor_was_alive = state->supervisor.signal(SIGTERM);
    if (report.supervisor_was_alive) {
        state->supervisor.signal(SIGCONT);  // it may be stopped, and a stopped process hears no SIGTERM
        gone_by(state->supervisor, deadline);
    }
    std::vector<Process> all = state->servers;
    all.insert(all.begin(), state->supervisor);
    // With the supervisor gone the kernel ends its children; this is for the case that it does not go.
    for (const Process& process : all) {
        if (gone_by(process, Deadline::in(process.role == "supervisor" ? Millis(0) : Millis(500)))) continue;
        report.killed += process.signal(SIGKILL) ? 1 : 0;
    }
    for (const Process& process : all)
        if (!gone_by(process, Deadline::in(kill_time)))
            return fail(ErrorCode::timeout,
                        fmt::format("the {} (process {}) does not end, though it was killed", process.role,
                                    process.pid),
                        fmt::format("the folder {} is left as it is", folder.string()));
    // The supervisor removes it at an orderly end.
    std::error_code error;
    if (std::filesystem::symlink_status(folder, error).type() == std::filesystem::file_type::not_found)
        return report;
    if (const Result<State> still = read_state(folder); !still || still->inode != state->inode)
        return fail(ErrorCode::declined, fmt::format("{} has changed meanwhile", folder.string()),
                    "look at it yourself");
    std::filesystem::remove_all(folder, error);
    if (error)
        return fail(ErrorCode::io, fmt::format("cannot remove {}: {}", folder.string(), error.message()));
    return report;
}

}  // namespace logbook::sandbox
