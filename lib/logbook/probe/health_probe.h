// One timed reading of a health endpoint. The body decides, not only the status: `degraded` comes with 200.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "logbook/base/json.h"
#include "logbook/net/transport.h"

namespace logbook::probe {

enum class HealthState {
    healthy,
    degraded,   // up, a component is missing (Redis, as a rule)
    unhealthy,  // up, and says that it cannot work
    starting,   // up, and not ready yet
    absent,  // The Logbook answers, but has no such endpoint (its releases lack /health/db and /health/redis)
    bad_gateway,    // a proxy in front answers 502, 503 or 504 for it
    bad_host,       // "Invalid host header": the name asked for is not among its allowed hosts
    redirect,       // sent elsewhere
    redirect_loop,  // sent round in a circle
    untrusted,      // its TLS certificate is not to be trusted
    foreign,        // something answers that is not The Logbook
    refused,        // nobody listens
    silent,         // accepts connections, and does not answer in time
    unreachable,    // name or route: no request could be made
};
LOGBOOK_EXPORT std::string_view name_of(HealthState state);  // "bad_gateway"

struct HealthReading {
    std::string url;
    HealthState state = HealthState::unreachable;
    int status = 0;                    // HTTP; 0 when there was no answer
    std::string said;                  // one line of evidence: the failure, or what the body says
    std::vector<std::string> failing;  // components that the body names as failing
    std::string location;              // of a redirect
    std::optional<Error> failure;      // when there was no answer
    net::TlsFault tls = net::TlsFault::none;
    net::HttpTimings timings;
    std::vector<net::Certificate> certificates;
    std::optional<WallTime> date;  // of its head: what the server's clock says, in whole seconds
};

// What an answer means. Pure.
LOGBOOK_EXPORT HealthReading judge_health(const std::string& url, const net::HttpReply& reply);

// Never longer than `deadline`. Thread-safe.
LOGBOOK_EXPORT HealthReading read_health(const net::Transport& http, const std::string& url,
                                         Deadline deadline);

}  // namespace logbook::probe
