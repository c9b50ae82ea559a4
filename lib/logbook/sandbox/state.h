// What is known of a sandbox: its processes and ports, as they stand in `state.json` in its folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

#include "logbook/base/json.h"
#include "logbook/base/result.h"

namespace logbook::sandbox {

// A process, named so that it can never be mistaken for a later one with the same number.
struct Process {
    std::string role;  // supervisor, database, cache or backend
    pid_t pid = 0;
    uint64_t started = 0;  // host::start_time_of
    uint16_t port = 0;     // 0: it listens on none

    LOGBOOK_EXPORT bool alive() const;
    // Never signals another process than this one. False when it is gone.
    LOGBOOK_EXPORT bool signal(int number) const;
};

struct State {
    // Of the folder itself: a state file that was copied elsewhere proves nothing there.
    uint64_t device = 0;
    uint64_t inode = 0;
    std::string created;
    Process supervisor;
    std::vector<Process> servers;

    LOGBOOK_EXPORT const Process* find(std::string_view role) const;  // the supervisor too; else nullptr
};

LOGBOOK_EXPORT Json to_json(const State& state);
// Pure. Fails with `protocol` on anything that to_json() could not have made.
LOGBOOK_EXPORT Result<State> parse_state(std::string_view text);

// Writes `state.json` (0600) into the folder, as a whole or not at all.
Status write_state(const std::filesystem::path& folder, const State& state);

// Reads it. `not_found`: there is no such folder. Everything that makes the folder not surely ours fails with
// `declined` and says why: a symbolic link, another owner, no state file, or one that belongs to another
// folder.
LOGBOOK_EXPORT Result<State> read_state(const std::filesystem::path& folder);

}  // namespace logbook::sandbox
