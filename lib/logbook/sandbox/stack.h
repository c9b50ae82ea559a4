// A throw-away stack of real servers: started, watched and ended by the process that holds it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "logbook/base/deadline.h"
#include "logbook/base/result.h"
#include "logbook/net/redis_session.h"
#include "logbook/net/sql_session.h"
#include "logbook/net/transport.h"
#include "logbook/sandbox/state.h"

namespace logbook::sandbox {

struct UpOptions {
    std::filesystem::path folder;     // must not exist; made 0700
    std::filesystem::path program;    // logbookctl, for the backend; empty: no backend
    std::function<bool()> cancelled;  // asked often; true ends the start with `interrupted`. May be empty
};

// How the servers are asked whether they are ready. All must outlive the stack's start.
struct Probes {
    const Clock& clock;
    const net::SqlConnector& sql;
    const net::RedisConnector& redis;
    const net::Transport& http;
};

// The name of a step, before it runs; and the last log lines of a server that failed.
using Progress = std::function<void(std::string_view)>;

// Not thread-safe. The servers die with the thread that called up(), by whatever it dies.
class LOGBOOK_EXPORT Stack {
  public:
    // Starts everything within the deadline. On failure nothing is left: no process, no folder.
    static Result<std::unique_ptr<Stack>> up(const UpOptions& options, const Probes& probes,
                                             const Progress& progress, Deadline deadline);
    virtual ~Stack() = default;

    virtual const State& state() const = 0;

    // Collects servers that have ended, so that they count as dead. A stack goes on without one of them:
    // drills kill and stop single servers.
    virtual void reap() = 0;

    // Ends all servers, a stopped one too, by the deadline at the latest, and removes the folder.
    virtual void down(Deadline deadline) = 0;
};

}  // namespace logbook::sandbox
